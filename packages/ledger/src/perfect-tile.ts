/** Hashing in place, without an allocation a node beyond the hash itself: what verification spends its time on. */
import { hash } from 'node:crypto'
import { TILE_WIDTH } from './tile.ts'
import { HASH_BYTES } from './tree.ts'

const PAIR_BYTES = 2 * HASH_BYTES

export interface TileHasher {
  /** Writes the hash of the leaf `bytes[from, to)` as hash number `at` of `into`. */
  leaf(
    bytes: Buffer,
    range: { readonly from: number; readonly to: number },
    into: Buffer,
    at: number,
  ): void
  /** Root over the 256 hashes of a full tile. */
  root(tile: Uint8Array): Uint8Array
}

/** One hasher for one caller: its working space is used again with each call. */
export function tileHasher(): TileHasher {
  const leafInput = Buffer.alloc(1 + 2 ** 16)
  const nodeInput = Buffer.alloc(1 + PAIR_BYTES, 0x01)
  const row = Buffer.alloc((TILE_WIDTH / 2) * HASH_BYTES)

  const halve = (from: Uint8Array, count: number): void => {
    for (let at = 0; at < count; at += 2) {
      nodeInput.set(from.subarray(at * HASH_BYTES, at * HASH_BYTES + PAIR_BYTES), 1)
      hash('sha256', nodeInput, 'buffer').copy(row, (at / 2) * HASH_BYTES)
    }
  }
  return {
    leaf: (bytes, { from, to }, into, at) => {
      bytes.copy(leafInput, 1, from, to)
      hash('sha256', leafInput.subarray(0, 1 + to - from), 'buffer').copy(into, at * HASH_BYTES)
    },
    root: (tile) => {
      halve(tile, TILE_WIDTH)
      for (let count = TILE_WIDTH / 2; count > 1; count /= 2) halve(row, count)
      return Buffer.from(row.subarray(0, HASH_BYTES))
    },
  }
}
