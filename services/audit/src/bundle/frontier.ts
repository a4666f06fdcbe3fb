/** The tree of RFC 6962 while it grows: no more is kept than its perfect subtrees, of which there are few. */
import { emptyRoot, HASH_BYTES, nodeHash } from '@wederhoor/ledger/tree'

export interface Frontier {
  readonly count: number
  /** Roots of the perfect subtrees, the largest first; a character for each byte, which takes the least memory. */
  readonly roots: string
}

export const emptyFrontier: Frontier = { count: 0, roots: '' }

export function grown({ count, roots }: Frontier, leaf: Uint8Array): Frontier {
  const left = Buffer.from(roots, 'latin1')
  let kept = left.length
  let node = leaf
  for (let rest = count; rest % 2 === 1; rest = Math.floor(rest / 2)) {
    kept -= HASH_BYTES
    node = nodeHash(left.subarray(kept, kept + HASH_BYTES), node)
  }
  const all = Buffer.concat([left.subarray(0, kept), node])
  return { count: count + 1, roots: all.toString('latin1') }
}

export function rootNow({ roots }: Frontier): Uint8Array {
  const hashes = Buffer.from(roots, 'latin1')
  let at = hashes.length - HASH_BYTES
  if (at < 0) return emptyRoot()
  let root: Uint8Array = hashes.subarray(at)
  for (at -= HASH_BYTES; at >= 0; at -= HASH_BYTES)
    root = nodeHash(hashes.subarray(at, at + HASH_BYTES), root)
  return root
}
