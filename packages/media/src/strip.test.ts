import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  annotatedPdf,
  catalog,
  docxOf,
  entryOf,
  information,
  jpegOf,
  jpegPicture,
  odtOf,
  PLANTED,
  packedPdf,
  pdfOf,
  pngOf,
  pngPicture,
  streamOf,
} from './media.fixture.ts'
import { MediaError } from './media-error.ts'
import { strip } from './strip.ts'
import { readZip, unpacker, writeZip } from './zip.ts'

const ANY = 'application/octet-stream'

/** The name byte by byte, also in hexadecimal and in what an archive holds packed. */
function holdsName(bytes: Uint8Array): boolean {
  const all = Buffer.concat([bytes, ...entriesIn(bytes)])
  const hex = Buffer.from(PLANTED, 'latin1').toString('hex')
  return all.includes(PLANTED, 0, 'latin1') || all.includes(hex, 0, 'latin1')
}
function entriesIn(bytes: Uint8Array): readonly Uint8Array[] {
  if (Buffer.from(bytes.subarray(0, 2)).toString('latin1') !== 'PK') return []
  const unpack = unpacker(10_000_000)
  return readZip(bytes).map(unpack)
}

const files: readonly (readonly [string, () => Uint8Array])[] = [
  ['image/jpeg', jpegOf],
  ['image/png', pngOf],
  ['application/pdf', annotatedPdf],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', docxOf],
  ['application/vnd.oasis.opendocument.text', odtOf],
]

describe.each(files)('a file of type %s', (type, make) => {
  test('names who made it before, and nobody after', () => {
    expect(holdsName(make())).toBe(true)
    const file = strip(make(), type)
    expect(file).toMatchObject({ mediaType: type, metadata: 'stripped' })
    expect(holdsName(file.bytes)).toBe(false)
  })

  test('is recognised by what it is, and refused as what it is not', () => {
    expect(strip(make(), ANY).mediaType).toBe(type)
    expect(() => strip(make(), 'text/plain')).toThrow(
      expect.objectContaining({ code: 'type-mismatch' }),
    )
  })

  test('is the same when it is stripped twice', () => {
    const once = strip(make(), type).bytes
    expect(Buffer.compare(strip(once, type).bytes, once)).toBe(0)
  })

  test('attack: cut off or changed anywhere, it is refused by name or comes out bounded', () => {
    const whole = make()
    const index = fc.nat(whole.length - 1)
    fc.assert(
      fc.property(index, index, fc.nat(255), (end, at, value) => {
        const bytes = Uint8Array.from(whole.subarray(0, end + 1))
        bytes[Math.min(at, end)] = value
        try {
          expect(strip(bytes, ANY).bytes.length).toBeLessThan(2 * whole.length + 1_000)
        } catch (cause) {
          if (!(cause instanceof MediaError)) throw cause
        }
      }),
      { numRuns: 400 },
    )
  })
})

describe('a photograph', () => {
  const stripped = (bytes: Uint8Array) => Buffer.from(strip(bytes, 'image/jpeg').bytes)

  test('keeps its picture and how it is to be turned, and nothing behind its end', () => {
    const turned = stripped(jpegOf({ orientation: 6 }))
    expect(turned.subarray(-jpegPicture.length).equals(jpegPicture)).toBe(true)
    const tag = Buffer.from([0x01, 0x12, 0x00, 0x03, 0x00, 0x00, 0x00, 0x01, 0x00, 0x06])
    expect(turned.includes(tag)).toBe(true)
    expect(turned.indexOf('JFIF')).toBeLessThan(turned.indexOf('Exif'))
    expect(stripped(jpegOf({ orientation: 1 })).includes('Exif')).toBe(false)
  })

  test('loses the small picture in its header', () => {
    const bare = jpegOf({ isBare: true })
    expect(holdsName(bare)).toBe(true)
    expect(holdsName(stripped(bare))).toBe(false)
  })

  test.each([2, 10, 60, 200, 400])('attack: cut off after %i bytes', (end) => {
    expect(() => strip(jpegOf().subarray(0, end), ANY)).toThrow(
      expect.objectContaining({ code: 'malformed' }),
    )
  })
})

describe('a PNG', () => {
  test('keeps its picture', () => {
    expect(Buffer.from(strip(pngOf(), ANY).bytes).subarray(8).equals(pngPicture)).toBe(true)
  })
})

describe('a PDF', () => {
  test('keeps its pages, its comments and every offset', () => {
    const { bytes } = strip(annotatedPdf(), ANY)
    expect(bytes.length).toBe(annotatedPdf().length)
    const text = Buffer.from(bytes).toString('latin1')
    for (const kept of ['(what the letter says) Tj', '(an opinion)', '(a field of the form)'])
      expect(text).toContain(kept)
    expect(text).not.toContain('Somebody Else')
  })

  test.each([
    ['signed', pdfOf([catalog, information, '<< /Type /Sig /ByteRange [0 1 2 3] >>'])],
    ['encrypted', pdfOf([catalog, information], '/Info 2 0 R /Encrypt 3 0 R')],
    ['with an attachment', pdfOf([catalog, information, streamOf('/Type /EmbeddedFile', 'x')])],
    ['whose information is packed', packedPdf(information, '/Root 1 0 R /Info 2 0 R')],
    ['whose comments are packed', packedPdf(`<< /Subtype /Text /T (${PLANTED}) >>`)],
    [
      'whose XMP is packed',
      pdfOf([catalog, information, streamOf('/Type /Metadata /Filter /FlateDecode', 'x')]),
    ],
    ['whose author stands elsewhere', pdfOf([catalog, '<< /Author 3 0 R >>', `(${PLANTED})`])],
    ['whose information is missing', pdfOf([catalog], '/Info 9 0 R')],
    ['that nests too deep', pdfOf([catalog, `<< /Author ${'['.repeat(100_000)} >>`])],
    ['with a string that has no end', pdfOf([catalog, '<< /Author (Zoe'])],
  ])('%s is kept as it came, and says so', (_which, bytes) => {
    const file = strip(bytes, 'application/pdf')
    expect(file.metadata).toBe('kept-sealed')
    expect(Buffer.compare(file.bytes, bytes)).toBe(0)
  })

  test('with packed objects that name nobody is stripped', () => {
    expect(strip(packedPdf('<< /Type /Font >>'), ANY).metadata).toBe('stripped')
  })

  test.each([
    ['digits', '7'.repeat(3_000_000)],
    ['spaces', `1${' '.repeat(3_000_000)}`],
    ['comments', '%\n'.repeat(1_500_000)],
    ['dictionaries', '1 0 obj<<>>'.repeat(300_000)],
    ['names', `1 0 obj<</A [${'/B '.repeat(1_000_000)}]>>`],
  ])('attack: megabytes of %s are read in no long time', (_what, body) => {
    const began = performance.now()
    strip(Buffer.from(`%PDF-1.7\n${body}`, 'latin1'), ANY)
    expect(performance.now() - began).toBeLessThan(10_000)
  })
})

describe('a document that is an archive', () => {
  test('keeps its text', () => {
    for (const make of [docxOf, odtOf])
      expect(Buffer.concat([...entriesIn(strip(make(), ANY).bytes)]).toString()).toContain(
        'what was told',
      )
  })

  test.each([
    ['a signature', entryOf('_xmlsignatures/sig1.xml', '<s/>')],
    ['macros', entryOf('word/vbaProject.bin', 'x')],
    ['an embedded object', entryOf('word/embeddings/oleObject1.bin', 'x')],
    ['a picture of another kind', entryOf('word/media/image3.emf', 'x')],
    ['data of another program', entryOf('customXml/item1.xml', '<p>who</p>')],
    ['XML in another encoding', entryOf('word/styles.xml', Buffer.from('\uFEFF<a/>', 'utf16le'))],
  ])('with %s is kept as it came, and says so', (_what, entry) => {
    const bytes = docxOf(entry)
    expect(strip(bytes, ANY)).toEqual({
      mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      bytes,
      metadata: 'kept-sealed',
    })
  })

  test('attack: a part that unpacks to far more than anybody needs', () => {
    const bomb = docxOf(entryOf('word/header1.xml', `<a>${' '.repeat(41 * 1_048_576)}</a>`))
    expect(bomb.length).toBeLessThan(100_000)
    expect(() => strip(bomb, ANY)).toThrow(expect.objectContaining({ code: 'too-large' }))
  })

  test('attack: a part that says it is small and is not', () => {
    const honest = entryOf('word/header1.xml', `<a>${' '.repeat(10_000_000)}</a>`)
    expect(() => strip(docxOf({ ...honest, size: 10 }), ANY)).toThrow(
      expect.objectContaining({ code: 'malformed' }),
    )
  })

  test('attack: entries that lie over each other', () => {
    const big = entryOf('word/document.xml', Buffer.alloc(200_000, 7), true)
    const bytes = Buffer.from(writeZip([entryOf('[Content_Types].xml', '<a/>'), big, big]))
    // The directory points twice at the same place, and the second body is cut out.
    const second = bytes.lastIndexOf(Buffer.from('PK\x03\x04', 'latin1'))
    const first = bytes.indexOf(Buffer.from('PK\x03\x04', 'latin1'), 10)
    const directory = bytes.indexOf(Buffer.from('PK\x01\x02', 'latin1'))
    const moved = directory - second
    const rest = bytes.subarray(directory)
    rest.writeUInt32LE(first, rest.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1')) + 42)
    rest.writeUInt32LE(directory - moved, rest.length - 6)
    const overlapping = Buffer.concat([bytes.subarray(0, second), rest])
    expect(() => strip(overlapping, ANY)).toThrow(expect.objectContaining({ code: 'malformed' }))
  })

  test('of another kind is no type that is read here', () => {
    const sheet = writeZip([entryOf('xl/workbook.xml', '<a/>')])
    expect(() => strip(sheet, ANY)).toThrow(expect.objectContaining({ code: 'unknown-type' }))
  })
})

describe('text', () => {
  test('is given back as it came', () => {
    const bytes = Buffer.from('Zoë zei:\r\n\t„nee”\n')
    expect(strip(bytes, 'text/plain')).toEqual({
      mediaType: 'text/plain',
      bytes,
      metadata: 'stripped',
    })
  })

  test.each([
    ['nothing', ''],
    ['control characters', 'a\u0000b'],
    ['another encoding', Buffer.from([0x5a, 0x6f, 0xeb])],
  ])('is no text when it is %s', (_what, bytes) => {
    expect(() => strip(Buffer.from(bytes), ANY)).toThrow(
      expect.objectContaining({ code: 'unknown-type' }),
    )
  })
})
