/** The right edge of a tree that only grows: all that is needed to take in further leaves, in memory. */
import assert from 'node:assert/strict'
import { TILE_WIDTH, tileWidth } from './tile.ts'
import type { TileSource } from './tile-hashes.ts'
import type { TileBytes } from './tile-storage.ts'
import { emptyRoot, HASH_BYTES, rootOf } from './tree.ts'

export interface GrowingTree {
  size(): number
  /** Hash of the last leaf; undefined while there is none. */
  lastLeaf(): Uint8Array | undefined
  add(leafHash: Uint8Array): void
  root(): Uint8Array
  /** The tiles that are new or wider than at the call before, lowest level first. */
  takeTiles(): readonly TileBytes[]
}

/** The partial tile at the edge of one level. */
interface Edge {
  index: number
  width: number
  readonly hashes: Buffer
  isTaken: boolean
}

const TILE_BYTES = TILE_WIDTH * HASH_BYTES

export const emptyTree = (): GrowingTree => grownFrom(0, [], undefined)

/**
 * The tree of the first `size` leaves, from its tiles at the edge; undefined where one of them is absent. Its root is
 * for the caller to compare with what was signed.
 */
export async function treeAt(source: TileSource, size: number): Promise<GrowingTree | undefined> {
  const edges: Edge[] = []
  for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / TILE_WIDTH)) {
    const index = Math.floor(count / TILE_WIDTH)
    const width = tileWidth({ level, index }, size)
    const hashes = Buffer.alloc(TILE_BYTES)
    if (width > 0) {
      const bytes = await source.readTile({ level, index, width })
      if (bytes?.length !== width * HASH_BYTES) return undefined
      hashes.set(bytes)
    }
    edges.push({ index, width, hashes, isTaken: true })
  }
  if (size === 0) return emptyTree()
  const tile = { level: 0, index: Math.floor((size - 1) / TILE_WIDTH) }
  const last = await source.readTile({ ...tile, width: tileWidth(tile, size) })
  return last === undefined ? undefined : grownFrom(size, edges, last.subarray(-HASH_BYTES))
}

function grownFrom(begin: number, edges: Edge[], lastOfAll: Uint8Array | undefined): GrowingTree {
  let size = begin
  let last = lastOfAll
  let full: TileBytes[] = []

  function addAt(level: number, hash: Uint8Array): void {
    const edge = edges[level] ?? {
      index: 0,
      width: 0,
      hashes: Buffer.alloc(TILE_BYTES),
      isTaken: true,
    }
    edges[level] = edge
    edge.hashes.set(hash, edge.width * HASH_BYTES)
    edge.width += 1
    edge.isTaken = false
    if (edge.width < TILE_WIDTH) return
    full.push({
      tile: { level, index: edge.index, width: TILE_WIDTH },
      bytes: Buffer.from(edge.hashes),
    })
    const above = rootOf(hashesOf(edge))
    edge.index += 1
    edge.width = 0
    edge.isTaken = true
    addAt(level + 1, above)
  }

  return {
    size: () => size,
    lastLeaf: () => last,
    add(leafHash) {
      assert.equal(leafHash.length, HASH_BYTES)
      addAt(0, leafHash)
      size += 1
      last = leafHash
    },
    root() {
      if (size === 0) return emptyRoot()
      // What a level has not yet filled stands, as one ragged last subtree, to the right of the level above it.
      let ragged: readonly Uint8Array[] = []
      for (const edge of edges) {
        const row = [...hashesOf(edge), ...ragged]
        if (row.length > 0) ragged = [rootOf(row)]
      }
      return ragged[0] ?? emptyRoot()
    },
    takeTiles() {
      const tiles = full
      full = []
      for (const [level, edge] of edges.entries()) {
        if (edge.isTaken) continue
        edge.isTaken = true
        const bytes = Buffer.from(edge.hashes.subarray(0, edge.width * HASH_BYTES))
        tiles.push({ tile: { level, index: edge.index, width: edge.width }, bytes })
      }
      return tiles
    },
  }
}

const hashesOf = ({ hashes, width }: Edge): readonly Uint8Array[] =>
  Array.from({ length: width }, (_, at) => hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES))
