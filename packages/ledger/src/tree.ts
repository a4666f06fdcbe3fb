/**
 * The Merkle tree of RFC 6962 §2.1 over SHA-256: leaf SHA-256(0x00 ‖ entry), node SHA-256(0x01 ‖ left ‖ right), split at the
 * largest power of two smaller than the size; an odd last node is not doubled.
 */
import { hash } from 'node:crypto'

/** Length of every hash of the tree. */
export const HASH_BYTES = 32

const LEAF = 0x00
const NODE = 0x01

/** Root of the tree without leaves. */
export function emptyRoot(): Uint8Array {
  return hash('sha256', '', 'buffer')
}

/** @param entry the bytes of the leaf, of any length, 0 included. */
export function leafHash(entry: Uint8Array): Uint8Array {
  const input = Buffer.allocUnsafe(entry.length + 1)
  input[0] = LEAF
  input.set(entry, 1)
  return hash('sha256', input, 'buffer')
}

/** Both of `HASH_BYTES`; whoever takes hashes from outside has checked that. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const input = Buffer.allocUnsafe(1 + 2 * HASH_BYTES)
  input[0] = NODE
  input.set(left, 1)
  input.set(right, 1 + HASH_BYTES)
  return hash('sha256', input, 'buffer')
}

/** Root of the tree over these leaf hashes, in this order. For a tree of any size use `treeRoot` on its tiles. */
export function rootOf(leafHashes: readonly Uint8Array[]): Uint8Array {
  let row = leafHashes
  while (row.length > 1) row = rowAbove(row)
  return row[0] ?? emptyRoot()
}

/** Joining neighbours, with an odd last one moved up as it is, is the same tree as RFC 6962's split from above. */
function rowAbove(row: readonly Uint8Array[]): readonly Uint8Array[] {
  const above: Uint8Array[] = []
  for (let at = 0; at < row.length; at += 2) {
    const left = row[at]
    const right = row[at + 1]
    if (left !== undefined) above.push(right === undefined ? left : nodeHash(left, right))
  }
  return above
}
