/** PNG (ISO/IEC 15948, third edition): only chunks that decide how the picture looks are kept. */
import { crc32 } from 'node:zlib'
import { requireForm } from './media-error.ts'

export const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

const needed: ReadonlySet<string> = new Set([
  ...['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'bKGD', 'sBIT', 'hIST', 'pHYs'],
  ...['gAMA', 'cHRM', 'sRGB', 'cICP', 'mDCV', 'cLLI'],
  ...['acTL', 'fcTL', 'fdAT'],
])

/**
 * Without texts, Exif (a turned PNG is shown as it lies), times, colour profiles and whatever follows the end.
 * @throws MediaError malformed: cut off, a wrong check sum, no picture.
 */
export function stripPng(bytes: Uint8Array): Uint8Array {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  requireForm(data.subarray(0, 8).equals(PNG_SIGNATURE), 'a PNG has no beginning')
  const kept: Uint8Array[] = [PNG_SIGNATURE]
  const types = new Set<string>()
  for (let at = 8; !types.has('IEND'); ) {
    requireForm(at + 12 <= data.length, 'a PNG is cut off')
    const end = at + 12 + data.readUInt32BE(at)
    requireForm(end <= data.length, 'a PNG has a chunk that is cut off')
    const type = data.toString('latin1', at + 4, at + 8)
    const isWhole = crc32(data.subarray(at + 4, end - 4)) === data.readUInt32BE(end - 4)
    requireForm(isWhole && (types.size > 0 || type === 'IHDR'), 'a PNG has a chunk that is broken')
    types.add(type)
    if (needed.has(type)) kept.push(data.subarray(at, end))
    at = end
  }
  requireForm(types.has('IDAT'), 'a PNG has no picture')
  return Buffer.concat(kept)
}
