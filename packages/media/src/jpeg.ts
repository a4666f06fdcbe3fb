/** JPEG (ITU-T T.81, JFIF, Exif): what a decoder needs is kept, and nothing else. */
import { requireForm } from './media-error.ts'

interface Segment {
  readonly code: number
  /** Where the segment begins, with its marker, and ends. */
  readonly start: number
  readonly end: number
  /** A scan is followed by its entropy-coded bytes, up to here; elsewhere the same as `end`. */
  readonly scanEnd: number
}

const [SOI, EOI, SOS, COM] = [0xd8, 0xd9, 0xda, 0xfe]
const [APP0, APP1, APP14, APP15] = [0xe0, 0xe1, 0xee, 0xef]

/**
 * Without application segments, comments and whatever follows the end: Exif, GPS, XMP, IPTC, colour profiles, thumbnails,
 * second pictures. JFIF and Adobe's colour transform stay, and how the picture is to be turned, as the only Exif there is.
 * @throws MediaError malformed.
 */
export function stripJpeg(bytes: Uint8Array): Uint8Array {
  const segments = segmentsOf(bytes)
  const orientation = segments
    .map((one) => orientationIn(bytes.subarray(one.start + 4, one.end), one.code))
    .find((one) => one !== undefined)
  const kept = segments.flatMap((one) => {
    const part = bytes.subarray(one.start, one.scanEnd)
    if (isJfif(bytes, one)) return [withoutThumbnail(part)]
    return isNeeded(bytes, one) ? [part] : []
  })
  const first = segments[0]
  const turned = orientation === undefined ? [] : [exifWith(orientation)]
  const lead = first !== undefined && isJfif(bytes, first) ? 1 : 0
  return Buffer.concat([
    Uint8Array.of(0xff, SOI),
    ...kept.slice(0, lead),
    ...turned,
    ...kept.slice(lead),
    Uint8Array.of(0xff, EOI),
  ])
}

/** The same within a larger file, in place: the length stays, what must go becomes zeros. @throws MediaError malformed. */
export function blankJpeg(bytes: Uint8Array): void {
  const segments = segmentsOf(bytes)
  for (const one of segments) if (!isNeeded(bytes, one)) bytes.fill(0, one.start + 4, one.end)
  bytes.fill(0, bytes.indexOf(EOI, segments.at(-1)?.scanEnd) + 1)
}

function segmentsOf(bytes: Uint8Array): readonly Segment[] {
  requireForm(bytes[0] === 0xff && bytes[1] === SOI, 'a JPEG has no beginning')
  const segments: Segment[] = []
  let at = 2
  for (;;) {
    requireForm(bytes[at] === 0xff, 'a JPEG has bytes between its segments')
    while (bytes[at + 1] === 0xff) at += 1
    const code = bytes[at + 1]
    requireForm(code !== undefined && code > 0x01, 'a JPEG has no end')
    if (code === EOI) break
    requireForm(code < 0xd0 || code > SOI, 'a JPEG has a marker that cannot stand there')
    const length = wordAt(bytes, at + 2)
    const end = at + 2 + length
    requireForm(length >= 2 && end <= bytes.length, 'a JPEG has a segment that is cut off')
    const scanEnd = code === SOS ? endOfScan(bytes, end) : end
    segments.push({ code, start: at, end, scanEnd })
    at = scanEnd
  }
  requireForm(
    segments.some((one) => one.code === SOS),
    'a JPEG has no picture',
  )
  return segments
}

/** Up to the next marker that is no restart and no stuffed byte. */
function endOfScan(bytes: Uint8Array, from: number): number {
  let at = from
  for (;;) {
    at = bytes.indexOf(0xff, at)
    const next = at < 0 ? undefined : bytes[at + 1]
    requireForm(next !== undefined, 'a JPEG has a scan that is cut off')
    if (next === 0xff) at += 1
    else if (next === 0 || (next >= 0xd0 && next <= 0xd7)) at += 2
    else return at
  }
}

const beginsWith = (bytes: Uint8Array, { start, end }: Segment, text: string): boolean =>
  Buffer.from(text, 'latin1').equals(
    bytes.subarray(start + 4, Math.min(end, start + 4 + text.length)),
  )

const isJfif = (bytes: Uint8Array, one: Segment): boolean =>
  one.code === APP0 && beginsWith(bytes, one, 'JFIF\0') && one.end - one.start >= 18

function isNeeded(bytes: Uint8Array, one: Segment): boolean {
  if (one.code === APP14) return beginsWith(bytes, one, 'Adobe') && one.end - one.start === 16
  if (isJfif(bytes, one)) return one.end - one.start === 18
  // Tables, frames, scans, restarts; reserved codes and extensions hold nothing that a picture needs.
  return (
    one.code >= 0xc0 && one.code !== COM && (one.code < APP0 || one.code > APP15) && one.code < 0xf0
  )
}

/** JFIF up to its density, and no thumbnail. */
function withoutThumbnail(segment: Uint8Array): Uint8Array {
  const kept = Buffer.from(segment.subarray(0, 18))
  kept.writeUInt16BE(16, 2)
  kept.writeUInt16BE(0, 16)
  return kept
}

const EXIF = 'Exif\0\0'
const ORIENTATION = 0x0112

/** 2 to 8: turned or mirrored. */
function orientationIn(payload: Uint8Array, code: number): number | undefined {
  const data = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  if (code !== APP1 || data.length < 20 || data.toString('latin1', 0, 6) !== EXIF) return undefined
  const tiff = data.subarray(6)
  const isLittle = tiff.toString('latin1', 0, 2) === 'II'
  const word = (at: number) => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  const directory = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4)
  if (directory + 2 > tiff.length) return undefined
  const entries = Math.min(word(directory), Math.floor((tiff.length - directory - 2) / 12))
  for (let index = 0; index < entries; index += 1) {
    const entry = directory + 2 + index * 12
    if (word(entry) !== ORIENTATION) continue
    const value = word(entry + 8)
    return value >= 2 && value <= 8 ? value : undefined
  }
  return undefined
}

/** APP1 with one directory of one entry: orientation, SHORT, one value. */
function exifWith(orientation: number): Uint8Array {
  const tiff = Buffer.alloc(26)
  tiff.write('MM', 0, 'latin1')
  tiff.writeUInt16BE(42, 2)
  tiff.writeUInt32BE(8, 4)
  tiff.writeUInt16BE(1, 8)
  tiff.writeUInt16BE(ORIENTATION, 10)
  tiff.writeUInt16BE(3, 12)
  tiff.writeUInt32BE(1, 14)
  tiff.writeUInt16BE(orientation, 18)
  const payload = Buffer.concat([Buffer.from(EXIF, 'latin1'), tiff])
  const head = Buffer.from([0xff, APP1, 0, payload.length + 2])
  return Buffer.concat([head, payload])
}

const wordAt = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
