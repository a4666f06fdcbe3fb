/** Entry bundles of c2sp.org/tlog-tiles: for each entry its length, two bytes, big-endian, and then the entry. */
import { LedgerFormatError } from './ledger-format-error.ts'

/** The longest entry that two bytes can announce. */
export const ENTRY_BYTES_MAX = 65_535
/** What stands before each entry. */
export const LENGTH_BYTES = 2

/** @throws LedgerFormatError `entry-too-long` */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  const total = entries.reduce((sum, entry) => sum + LENGTH_BYTES + entry.length, 0)
  const bundle = Buffer.allocUnsafe(total)
  let at = 0
  for (const entry of entries) {
    if (entry.length > ENTRY_BYTES_MAX) {
      throw new LedgerFormatError('entry-too-long', `an entry of ${entry.length} bytes`)
    }
    at = bundle.writeUInt16BE(entry.length, at)
    bundle.set(entry, at)
    at += entry.length
  }
  return bundle
}

/**
 * Exactly `width` entries, as views on `bytes`.
 * @throws LedgerFormatError `entry-bundle` where there are fewer, or bytes after the last.
 */
export function decodeEntryBundle(bytes: Uint8Array, width: number): readonly Uint8Array[] {
  const entries: Uint8Array[] = []
  let at = 0
  for (let turn = 0; turn < width; turn += 1) {
    const end = endOfEntry(bytes, at)
    if (end === undefined) {
      throw new LedgerFormatError('entry-bundle', `the bundle ends within entry ${turn}`)
    }
    entries.push(bytes.subarray(at + LENGTH_BYTES, end))
    at = end
  }
  if (at === bytes.length) return entries
  throw new LedgerFormatError('entry-bundle', `${bytes.length - at} bytes after the last entry`)
}

/** Where the entry ends whose length stands at `at`; nothing where the bytes end before it. */
export function endOfEntry(bytes: Uint8Array, at: number): number | undefined {
  const high = bytes[at]
  const low = bytes[at + 1]
  if (high === undefined || low === undefined) return undefined
  const end = at + LENGTH_BYTES + high * 256 + low
  return end <= bytes.length ? end : undefined
}
