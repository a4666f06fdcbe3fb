import { keyed } from './code.ts'

/**
 * A UUID that looks random (version 4) and is the same each time for the same cause: a repeat finds what it made before,
 * and nobody without the pepper can tell which cause an id comes from.
 */
export function unlinkableId(pepper: Uint8Array, use: string, cause: string): string {
  const bytes = keyed(pepper, `id-${use}`, cause).subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}
