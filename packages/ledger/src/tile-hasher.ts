/**
 * Hashing without an allocation outside the young heap: what verification spends its time on. A digest comes back as a text of
 * 32 characters, one for each byte, and is written to its place: a `Buffer` for each costs more than the hashing itself.
 */
import { hash } from 'node:crypto'
import { TILE_WIDTH } from './tile.ts'
import { HASH_BYTES } from './tree.ts'

const PAIR_BYTES = 2 * HASH_BYTES
const LEAF = 0x00
const NODE = 0x01

export interface TileHasher {
  /**
   * Writes the hash of the leaf `bytes[from, to)` as hash number `at` of `into`. The byte before `from` is lent for the
   * leaf's prefix and given back, so that nothing is copied.
   */
  leaf(
    bytes: Buffer,
    range: { readonly from: number; readonly to: number },
    into: Buffer,
    at: number,
  ): void
  /** Root over `count` hashes of a tile from number `first` on; `count` is a power of two. */
  root(tile: Uint8Array, first: number, count: number): Uint8Array
}

/** Its working space is used again with each call, none of which waits. */
export function tileHasher(): TileHasher {
  const input = Buffer.alloc(1 + PAIR_BYTES, NODE)
  const row = Buffer.alloc(TILE_WIDTH * HASH_BYTES)

  return {
    leaf: (bytes, { from, to }, into, at) => {
      const lent = bytes[from - 1] ?? LEAF
      bytes[from - 1] = LEAF
      const digest = hash('sha256', bytes.subarray(from - 1, to), 'binary')
      bytes[from - 1] = lent
      into.write(digest, at * HASH_BYTES, HASH_BYTES, 'latin1')
    },
    root: (tile, first, count) => {
      row.set(tile.subarray(first * HASH_BYTES, (first + count) * HASH_BYTES))
      for (let left = count; left > 1; left /= 2) {
        for (let at = 0; at < left; at += 2) {
          row.copy(input, 1, at * HASH_BYTES, at * HASH_BYTES + PAIR_BYTES)
          row.write(hash('sha256', input, 'binary'), (at / 2) * HASH_BYTES, HASH_BYTES, 'latin1')
        }
      }
      return Buffer.from(row.subarray(0, HASH_BYTES))
    },
  }
}
