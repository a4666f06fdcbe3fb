/**
 * Removes from a file what tells who made it, where and with what, and is not its content. What a file is, its bytes say.
 * Nothing here is streamed: the caller bounds the size.
 */
import { stripJpeg } from './jpeg.ts'
import { MediaError } from './media-error.ts'
import { DOCX, ODT, officeTypeOf, stripOffice } from './office.ts'
import { stripPdf } from './pdf.ts'
import { PNG_SIGNATURE, stripPng } from './png.ts'

export const mediaTypes = [
  'image/jpeg',
  'image/png',
  'application/pdf',
  DOCX,
  ODT,
  'text/plain',
] as const
export type MediaType = (typeof mediaTypes)[number]

/** Said by whoever does not know. */
const ANY = 'application/octet-stream'

export interface StrippedFile {
  readonly mediaType: MediaType
  readonly bytes: Uint8Array
  /** `kept-sealed`: it cannot be removed without harm, and these are the bytes as they came. */
  readonly metadata: 'stripped' | 'kept-sealed'
}

/**
 * The file without its metadata. `said`: the media type that came with it; `application/octet-stream` says nothing.
 * @throws MediaError, closed codes; its message quotes nothing of the file.
 */
export function strip(bytes: Uint8Array, said: string): StrippedFile {
  const mediaType = typeOf(bytes)
  if (mediaType === undefined) throw new MediaError('unknown-type', 'no type that is read here')
  if (said !== ANY && said !== mediaType)
    throw new MediaError('type-mismatch', `said to be another type, but is ${mediaType}`)
  const stripped = strippedAs(mediaType, bytes)
  return stripped === undefined
    ? { mediaType, bytes, metadata: 'kept-sealed' }
    : { mediaType, bytes: stripped, metadata: 'stripped' }
}

function strippedAs(mediaType: MediaType, bytes: Uint8Array): Uint8Array | undefined {
  try {
    return strippers[mediaType](bytes)
  } catch (cause) {
    // A pattern that ran out of its stack: on nothing that a program for documents writes.
    if (cause instanceof RangeError) return undefined
    throw cause
  }
}

const strippers: Readonly<Record<MediaType, (bytes: Uint8Array) => Uint8Array | undefined>> = {
  'image/jpeg': stripJpeg,
  'image/png': stripPng,
  'application/pdf': stripPdf,
  [DOCX]: stripOffice,
  [ODT]: stripOffice,
  'text/plain': (bytes) => bytes,
}

function typeOf(bytes: Uint8Array): MediaType | undefined {
  const head = Buffer.from(bytes.subarray(0, 8))
  if (head.length === 0) return undefined
  if (head[0] === 0xff && head[1] === 0xd8) return 'image/jpeg'
  if (head.equals(PNG_SIGNATURE)) return 'image/png'
  const text = head.toString('latin1')
  if (text.startsWith('%PDF-')) return 'application/pdf'
  if (text.startsWith('PK\x03\x04')) return officeTypeOf(bytes)
  return isText(bytes) ? 'text/plain' : undefined
}

/** UTF-8 without control characters, except those that lay out lines and pages. */
function isText(bytes: Uint8Array): boolean {
  const isControl = (byte: number) =>
    (byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d)) || byte === 0x7f
  if (bytes.some(isControl)) return false
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}
