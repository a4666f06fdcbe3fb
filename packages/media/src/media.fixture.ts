/** Small files of every kind, with a name planted wherever such a file may hold one, for this package's tests. */
import { crc32, deflateRawSync, deflateSync } from 'node:zlib'
import { writeZip, type ZipEntry } from './zip.ts'

export const PLANTED = 'Zoe Uberprufung-Angstrom'

const segment = (code: number, payload: Uint8Array): Buffer => {
  const head = Buffer.from([0xff, code, 0, 0])
  head.writeUInt16BE(payload.length + 2, 2)
  return Buffer.concat([head, payload])
}
const text = (what: string): Buffer => Buffer.from(what, 'latin1')

/** Exif with the artist and how the picture is to be turned. */
function exif(orientation: number): Buffer {
  const artist = text(`${PLANTED}\0`)
  const tiff = Buffer.alloc(38)
  tiff.write('II', 0, 'latin1')
  tiff.writeUInt16LE(42, 2)
  tiff.writeUInt32LE(8, 4)
  tiff.writeUInt16LE(2, 8)
  tiff.writeUInt16LE(0x0112, 10)
  tiff.writeUInt16LE(3, 12)
  tiff.writeUInt32LE(1, 14)
  tiff.writeUInt16LE(orientation, 18)
  tiff.writeUInt16LE(0x013b, 22)
  tiff.writeUInt16LE(2, 24)
  tiff.writeUInt32LE(artist.length, 26)
  tiff.writeUInt32LE(38, 30)
  return Buffer.concat([text('Exif\0\0'), tiff, artist])
}

const tables = [
  segment(0xdb, Buffer.alloc(65, 1)),
  segment(0xc0, Buffer.from([8, 0, 8, 0, 8, 1, 1, 0x11, 0])),
  segment(0xc4, Buffer.alloc(19)),
]
const scan = [
  segment(0xda, Buffer.from([1, 1, 0, 0, 0x3f, 0])),
  Buffer.from([0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56]),
]
/** What of it is the picture. */
export const jpegPicture = Buffer.concat([...tables, ...scan, Buffer.from([0xff, 0xd9])])

export function jpegOf({ orientation = 6, isBare = false } = {}): Buffer {
  const thumbnail = Buffer.concat([text('JFIF\0'), Buffer.from([1, 1, 0, 0, 1, 0, 1, 3, 3])])
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, Buffer.concat([thumbnail, text(PLANTED).subarray(0, 24), Buffer.alloc(3)])),
    ...(isBare
      ? []
      : [
          segment(0xe1, exif(orientation)),
          segment(0xe1, text(`http://ns.adobe.com/xap/1.0/\0<x>${PLANTED}</x>`)),
          segment(0xed, text(`Photoshop 3.0\0${PLANTED}`)),
          segment(0xe2, text(`ICC_PROFILE\0${PLANTED}`)),
          segment(0xfe, text(PLANTED)),
        ]),
    jpegPicture,
    ...(isBare ? [] : [text(`a second picture by ${PLANTED}`)]),
  ])
}

const chunk = (type: string, payload: Uint8Array): Buffer => {
  const named = Buffer.concat([text(type), payload])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(payload.length, 0)
  ends.writeUInt32BE(crc32(named), 4)
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)])
}

const header = chunk('IHDR', Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]))
const picture = [chunk('IDAT', deflateSync(Buffer.from([0, 7]))), chunk('IEND', Buffer.alloc(0))]
export const pngPicture = Buffer.concat([header, ...picture])

export function pngOf(): Buffer {
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    header,
    chunk('tEXt', text(`Author\0${PLANTED}`)),
    chunk('iTXt', text(`Author\0\0\0\0\0${PLANTED}`)),
    chunk('zTXt', Buffer.concat([text('Author\0\0'), deflateSync(text(PLANTED))])),
    chunk('eXIf', exif(6)),
    chunk('iCCP', text(PLANTED)),
    chunk('tIME', Buffer.from([7, 232, 1, 1, 0, 0, 0])),
    ...picture,
    text(PLANTED),
  ])
}

/** Objects numbered from 1, then a trailer. */
export function pdfOf(objects: readonly string[], trailer = '/Root 1 0 R /Info 2 0 R'): Buffer {
  const body = objects.map((object, index) => `${index + 1} 0 obj\n${object}\nendobj\n`)
  const end = `trailer\n<< /Size ${objects.length + 1} ${trailer} >>\nstartxref\n9\n%%EOF\n`
  return text(`%PDF-1.7\n% a comment with ( in it\n${body.join('')}${end}`)
}

export const streamOf = (entries: string, bytes: string): string =>
  `<< ${entries} /Length ${bytes.length} >>\nstream\n${bytes}\nendstream`

const hex = Buffer.from(PLANTED, 'latin1').toString('hex')
export const catalog = '<< /Type /Catalog /Pages 3 0 R /Metadata 4 0 R >>'
export const information = `<< /Author (${PLANTED} \\(sr\\) (and) more) /Creator <${hex}> /Trapped /False >>`
const page = `<< /Type /Page /Annots [6 0 R] /Contents 5 0 R >>`

export function annotatedPdf(): Buffer {
  const first = pdfOf([
    catalog,
    information,
    page,
    streamOf('/Type /Metadata /Subtype /XML', `<x:xmpmeta>${PLANTED}</x:xmpmeta>`),
    streamOf('', '(what the letter says) Tj'),
    `<< /Type /Annot /Subtype /Text /T (${PLANTED}) /Contents (an opinion) >>`,
    streamOf('/Subtype /Image /Filter [/DCTDecode]', jpegOf().toString('latin1')),
    `<< /FT /Tx /T (a field of the form) >>`,
  ])
  // A later revision names somebody else; the earlier one still stands in the file.
  const later = `2 0 obj\n<< /Author (Somebody Else) /Producer (${PLANTED}) >>\nendobj
trailer\n<< /Size 9 /Root 1 0 R /Info 2 0 R /Prev 9 >>\nstartxref\n9\n%%EOF\n`
  return Buffer.concat([first, text(later)])
}

/** Its objects stand in a packed stream: `entries` of object 2. */
export function packedPdf(object: string, trailer = '/Root 1 0 R'): Buffer {
  const packed = `2 0 ${object}`
  const bytes = deflateSync(text(packed)).toString('latin1')
  return pdfOf(
    [
      '<< /Type /Catalog >>',
      '<< /Producer (x) >>',
      streamOf('/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode', bytes),
    ],
    trailer,
  )
}

export function entryOf(name: string, content: string | Uint8Array, isStored = false): ZipEntry {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content
  return {
    name,
    flags: 0,
    method: isStored ? 0 : 8,
    crc: crc32(bytes),
    size: bytes.length,
    packed: isStored ? bytes : deflateRawSync(bytes),
  }
}

const changed = `<w:document xmlns:w="w"><w:p><w:ins w:id="1" w:author="${PLANTED}" w:date="2026-01-01T00:00:00Z"><w:t>what was told</w:t></w:ins></w:p></w:document>`

export const docxEntries = (): readonly ZipEntry[] => [
  entryOf('[Content_Types].xml', '<Types/>'),
  entryOf('_rels/.rels', '<Relationships/>'),
  entryOf(
    'docProps/core.xml',
    `<cp:coreProperties><dc:creator>${PLANTED}</dc:creator></cp:coreProperties>`,
  ),
  entryOf('docProps/app.xml', `<Properties><Manager>${PLANTED}</Manager></Properties>`),
  entryOf('word/document.xml', changed),
  entryOf(
    'word/comments.xml',
    `<w:comments><w:comment w:initials='Z' w:author='${PLANTED}'/></w:comments>`,
  ),
  entryOf('word/people.xml', `<w15:people><w15:person w15:author="${PLANTED}"/></w15:people>`),
  entryOf(
    'word/_rels/settings.xml.rels',
    `<R Target="file:///C:\\Users\\${PLANTED}\\Normal.dotm"/>`,
  ),
  entryOf('word/media/image1.jpeg', jpegOf()),
  entryOf('word/media/image2.png', pngOf(), true),
]
export const docxOf = (...more: readonly ZipEntry[]): Uint8Array =>
  writeZip([...docxEntries(), ...more])

export const odtOf = (): Uint8Array =>
  writeZip([
    entryOf('mimetype', 'application/vnd.oasis.opendocument.text', true),
    entryOf(
      'content.xml',
      `<office:text><office:annotation><dc:creator>${PLANTED}</dc:creator></office:annotation><text:p>what was told</text:p></office:text>`,
    ),
    entryOf(
      'meta.xml',
      `<office:meta><meta:initial-creator>${PLANTED}</meta:initial-creator></office:meta>`,
    ),
    entryOf(
      'settings.xml',
      `<config><config:config-item config:name="PrinterName" config:type="string">printer of ${PLANTED}</config:config-item></config>`,
    ),
    // LibreOffice writes these empty.
    entryOf('Configurations2/accelerator/current.xml', ''),
    entryOf('Configurations2/floater/', '', true),
    entryOf('Pictures/1.jpg', jpegOf()),
    entryOf('META-INF/manifest.xml', '<manifest/>'),
  ])
