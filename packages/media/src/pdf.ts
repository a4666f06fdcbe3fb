/**
 * PDF (ISO 32000-2): metadata is overwritten where it stands, so that every offset of the file still holds and no page
 * changes. Where that cannot be done with certainty, nothing is.
 */
import { inflateSync } from 'node:zlib'
import { blankJpeg } from './jpeg.ts'
import { MediaError } from './media-error.ts'
import { objectsIn, PdfFormError, type PdfObject, type PdfValue, unescaped } from './pdf-objects.ts'

/** Of all packed objects together, unpacked. */
const UNPACKED_MAX = 64 * 1_048_576
const OBJECTS_MAX = 500_000

/**
 * Without document information, XMP, names of those who commented, and metadata of photographs, in every revision that the
 * file holds. Undefined: it is signed or encrypted, has attachments or data of other programs, or keeps what must go
 * packed.
 */
export function stripPdf(bytes: Uint8Array): Uint8Array | undefined {
  const changed = Buffer.from(bytes)
  try {
    return stripped(changed) ? changed : undefined
  } catch (cause) {
    const isForeign = cause instanceof PdfFormError || cause instanceof MediaError
    if (isForeign || isOfZlib(cause)) return undefined
    throw cause
  }
}

/** Names that say that a file cannot be cleaned, wherever they stand. */
const FOREIGN =
  /\/(?:Encrypt|ByteRange|PieceInfo|EmbeddedFiles?|Filespec|JPXDecode|Crypt)(?![A-Za-z0-9])/
const MARKUP =
  /^(?:Text|FreeText|Line|Square|Circle|Polygon|PolyLine|Highlight|Underline|Squiggly|StrikeOut|Stamp|Caret|Ink|Popup|FileAttachment|Redact)$/

interface Reading {
  readonly text: string
  readonly bytes: Buffer
  readonly unpack: (of: PdfObject) => string
}

function stripped(bytes: Buffer): boolean {
  const text = bytes.toString('latin1')
  if (FOREIGN.test(text)) return false
  const objects: PdfObject[] = []
  for (const object of objectsIn(text)) {
    objects.push(object)
    if (objects.length > OBJECTS_MAX) return false
  }
  const information = new Set<number>()
  for (const { number, entries } of objects) {
    const found = entries.get('Info')
    const isTrailer = number === undefined || nameIn(text, entries.get('Type')) === 'XRef'
    if (!isTrailer || found === undefined) continue
    if (found.kind !== 'reference') return false
    information.add(found.number)
  }
  const known = new Set(objects.map((one) => one.number))
  if ([...information].some((number) => !known.has(number))) return false
  const reading = { text, bytes, unpack: unpacker(text, bytes) }
  return objects.every((object) => cleaned(reading, object, information))
}

function cleaned(reading: Reading, object: PdfObject, information: ReadonlySet<number>): boolean {
  const { text, bytes } = reading
  const { entries, number, stream } = object
  if (number !== undefined && information.has(number))
    return [...entries.values()].every((value) => blanked(bytes, value))
  if (MARKUP.test(nameIn(text, entries.get('Subtype'))) && !blanked(bytes, entries.get('T')))
    return false
  if (stream === undefined) return true
  const type = nameIn(text, entries.get('Type'))
  if (type === 'ObjStm') return isHarmless(reading.unpack(object), information)
  if (type === 'Metadata' || nameIn(text, entries.get('Subtype')) === 'XML') {
    bytes.fill(' ', stream.start, stream.end)
    return !entries.has('Filter')
  }
  const filter = entries.get('Filter')
  if (filter === undefined || !sourceOf(text, filter).includes('DCT')) return true
  if (nameOfFilter(text, filter) !== 'DCTDecode') return false
  blankJpeg(bytes.subarray(stream.start, stream.end))
  return true
}

/** Objects packed into a stream cannot be overwritten: they may hold nothing that must go. */
function isHarmless(packed: string, information: ReadonlySet<number>): boolean {
  const first = packed.search(/<</)
  const numbers = (first < 0 ? packed : packed.slice(0, first)).trim().split(/\s+/)
  if (numbers.some((number, index) => index % 2 === 0 && information.has(Number(number))))
    return false
  const hasMarkup = /\/Subtype\s*\/([A-Za-z]+)/g
  return (
    !FOREIGN.test(packed) &&
    ![...packed.matchAll(hasMarkup)].some(([, name]) => MARKUP.test(name ?? ''))
  )
}

/** Strings become spaces; false where something else stands there that could hold one. */
function blanked(bytes: Buffer, value: PdfValue | undefined): boolean {
  if (value === undefined || value.kind === 'name') return true
  if (value.kind === 'string') bytes.fill(' ', value.start, value.end)
  return value.kind === 'string'
}

function unpacker(text: string, bytes: Buffer): (object: PdfObject) => string {
  let left = UNPACKED_MAX
  return ({ entries, stream }) => {
    const filter = entries.get('Filter')
    const isPlain = filter !== undefined && nameOfFilter(text, filter) === 'FlateDecode'
    if (stream === undefined || !isPlain || entries.has('DecodeParms') || left <= 0)
      throw new PdfFormError('packed in a way that is not read here')
    const unpacked = inflateSync(bytes.subarray(stream.start, stream.end), {
      maxOutputLength: left,
    })
    left -= unpacked.length
    return unpacked.toString('latin1')
  }
}

const sourceOf = (text: string, value: PdfValue): string =>
  'start' in value ? text.slice(value.start, value.end) : ''

const nameIn = (text: string, value: PdfValue | undefined): string =>
  value?.kind === 'name' ? unescaped(sourceOf(text, value)) : ''

/** The one filter of a stream, written alone or as a list of one. */
const nameOfFilter = (text: string, value: PdfValue): string =>
  sourceOf(text, value).replaceAll(/[[\]\s/]/g, '')

const isOfZlib = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && /^(Z_|ERR_BUFFER_TOO_LARGE)/.test(String(cause.code))
