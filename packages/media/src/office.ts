/** Word (ISO/IEC 29500) and OpenDocument text (ISO/IEC 26300): archives of XML in which several parts name people. */
import { stripJpeg } from './jpeg.ts'
import { MediaError } from './media-error.ts'
import { stripPng } from './png.ts'
import { packed, readZip, unpacker, writeZip, type ZipEntry } from './zip.ts'

/** Of all parts that are read, unpacked. */
const UNPACKED_MAX = 40 * 1_048_576

export const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
export const ODT = 'application/vnd.oasis.opendocument.text'

/** Which document an archive is; undefined: none that is read here. @throws MediaError malformed. */
export function officeTypeOf(bytes: Uint8Array): typeof DOCX | typeof ODT | undefined {
  const entries = readZip(bytes)
  const [first] = entries
  if (first?.name === 'mimetype' && Buffer.from(first.packed).toString('latin1') === ODT) return ODT
  const names = new Set(entries.map((entry) => entry.name))
  return names.has('[Content_Types].xml') && names.has('word/document.xml') ? DOCX : undefined
}

/**
 * Without properties, names of those who commented or changed, printers, paths of templates, dates of the archive, and
 * metadata of pictures. Text and its order stay. Undefined: something in it cannot be cleaned (signatures, which that
 * would break, embedded objects, macros, pictures of other kinds, data of other programs).
 * @throws MediaError malformed, too-large.
 */
export function stripOffice(bytes: Uint8Array): Uint8Array | undefined {
  const unpack = unpacker(UNPACKED_MAX)
  const cleaned: ZipEntry[] = []
  for (const entry of readZip(bytes)) {
    const clean = cleanEntry(entry, unpack)
    if (clean === undefined) return undefined
    cleaned.push(clean)
  }
  return writeZip(cleaned)
}

const EMPTY_PROPERTIES: Readonly<Record<string, string>> = {
  'docProps/core.xml':
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
  'docProps/app.xml':
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
  'docProps/custom.xml':
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
  'word/people.xml':
    '<w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"/>',
}
const EMPTY_META =
  '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"><office:meta/></office:document-meta>'
const XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'

function cleanEntry(
  entry: ZipEntry,
  unpack: (entry: ZipEntry) => Uint8Array,
): ZipEntry | undefined {
  const { name } = entry
  if (/signatures?(\/|\.xml$)/i.test(name)) return undefined
  if (name === 'mimetype' || name.endsWith('/')) return entry
  const empty = /(^|\/)meta\.xml$/.test(name) ? EMPTY_META : EMPTY_PROPERTIES[name]
  if (empty !== undefined) return packed(entry, Buffer.from(XML_HEAD + empty))
  const clean = cleaningOf(name)
  const bytes = clean?.(unpack(entry))
  return bytes === undefined ? undefined : packed(entry, bytes)
}

type Cleaning = (bytes: Uint8Array) => Uint8Array | undefined

function cleaningOf(name: string): Cleaning | undefined {
  if (/\.(xml|rels|rdf)$/.test(name)) return (bytes) => cleanXml(name, bytes)
  if (/\.jpe?g$/i.test(name)) return (bytes) => orUndefined(() => stripJpeg(bytes))
  if (/\.png$/i.test(name)) return (bytes) => orUndefined(() => stripPng(bytes))
  return /\.(odttf|ttf)$/i.test(name) || name === 'layout-cache' ? (bytes) => bytes : undefined
}

/** A picture that nobody could show says nothing about who took it, but its bytes might. */
function orUndefined(strip: () => Uint8Array): Uint8Array | undefined {
  try {
    return strip()
  } catch (cause) {
    if (cause instanceof MediaError) return undefined
    throw cause
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function cleanXml(name: string, bytes: Uint8Array): Uint8Array | undefined {
  // UTF-16 and encrypted parts are no XML here.
  const text = decoded(bytes)
  if (text === '') return bytes
  if (text === undefined || !/^\uFEFF?\s*</.test(text)) return undefined
  if (/^customXml\/item\d+\.xml$/.test(name) && !/<b:Sources\b/.test(text)) return undefined
  return Buffer.from(replacements.reduce((now, [form, by]) => now.replaceAll(form, by), text))
}

/** Who commented, changed or was asked; in files of settings: printers, and where a template lies on somebody's disk. */
const replacements: readonly (readonly [RegExp, string])[] = [
  [
    /(\s[\w.-]+:(?:author|initials|userId|providerId|editor|lastModifiedBy)\s*=\s*)(?:"[^"]*"|'[^']*')/g,
    '$1""',
  ],
  [
    /(<(dc:creator|dc:date|meta:creator-initials|loext:sender-initials)(?:\s[^<>]*)?>)[^<]*(<\/\2>)/g,
    '$1$3',
  ],
  [/(<config:config-item config:name="Printer[^"]*"[^<>]*>)[^<]*(<\/config:config-item>)/g, '$1$2'],
  [/(\sTarget\s*=\s*)(?:"file:[^"]*"|'file:[^']*')/g, '$1"file:///"'],
]

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}
