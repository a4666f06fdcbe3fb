/** What proof files and the bodies of a witness have in common: lines, a blank one, and a checkpoint verbatim. */
import { decodeBase64, encodeBase64 } from './canonical-base64.ts'
import { HASH_BYTES } from './tree.ts'

/** A tree of 2^63 leaves has no longer path. */
const HASHES_MAX = 63

/** Cut at the first blank line; nothing where there is none, or where nothing follows. */
export function cutAtBlankLine(
  text: string,
): { readonly lines: readonly string[]; readonly checkpoint: string } | undefined {
  const at = text.indexOf('\n\n')
  if (at === -1 || at + 2 === text.length) return undefined
  return { lines: text.slice(0, at).split('\n'), checkpoint: text.slice(at + 2) }
}

export const hashLines = (hashes: readonly Uint8Array[]): string =>
  hashes.map((hash) => `${encodeBase64(hash)}\n`).join('')

/** Nothing where one is not the canonical base64 of a hash, or where there are too many. */
export function parseHashLines(lines: readonly string[]): readonly Uint8Array[] | undefined {
  if (lines.length > HASHES_MAX) return undefined
  const hashes: Uint8Array[] = []
  for (const line of lines) {
    const hash = decodeBase64(line)
    if (hash?.length !== HASH_BYTES) return undefined
    hashes.push(hash)
  }
  return hashes
}
