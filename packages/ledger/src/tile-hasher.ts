/**
 * Hashing without an allocation outside the young heap: what verification spends its time on. A digest comes back as a text of
 * 32 characters, one for each byte, and is compared as such or written to its place: a `Buffer` for each costs more than the
 * hashing itself.
 */
import { hash } from 'node:crypto'
import { TILE_WIDTH } from './tile.ts'
import { HASH_BYTES } from './tree.ts'

const LEAF = 0x00
const NODE = 0x01
const NODE_BYTES = 1 + 2 * HASH_BYTES

export interface TileHasher {
  /**
   * The hash of the leaf `bytes[from, to)`, a character for each byte. The byte before `from` is lent for the leaf's prefix and
   * given back, so that nothing is copied.
   */
  leaf(bytes: Buffer, from: number, to: number): string
  /** Root over `count` hashes of a tile from number `first` on; `count` is a power of two. */
  root(tile: Uint8Array, first: number, count: number): Uint8Array
}

/** Its working space is used again with each call, none of which waits. */
export function tileHasher(): TileHasher {
  /** 0x01 ‖ left ‖ right, one after the other: what a row of a tile's inner nodes is hashed from. */
  const row = Buffer.alloc((TILE_WIDTH / 2) * NODE_BYTES, NODE)
  const nodes = Array.from({ length: TILE_WIDTH / 2 }, (_, at) =>
    row.subarray(at * NODE_BYTES, (at + 1) * NODE_BYTES),
  )
  const placeOf = (at: number): number => (at >> 1) * NODE_BYTES + 1 + (at & 1) * HASH_BYTES

  return {
    leaf: (bytes, from, to) => {
      const lent = bytes[from - 1] ?? LEAF
      bytes[from - 1] = LEAF
      const digest = hash('sha256', bytes.subarray(from - 1, to), 'binary')
      bytes[from - 1] = lent
      return digest
    },
    root: (tile, first, count) => {
      const hashes = tile.subarray(first * HASH_BYTES, (first + count) * HASH_BYTES)
      if (count === 1) return Buffer.from(hashes)
      for (let at = 0; at < count; at += 2) {
        row.set(hashes.subarray(at * HASH_BYTES, (at + 2) * HASH_BYTES), placeOf(at))
      }
      for (let width = count / 2; width > 1; width /= 2) {
        for (let at = 0; at < width; at += 1) {
          const node = nodes[at] ?? row
          row.write(hash('sha256', node, 'binary'), placeOf(at), HASH_BYTES, 'latin1')
        }
      }
      return hash('sha256', nodes[0] ?? row, 'buffer')
    },
  }
}
