/** Reads the hashes of a tree out of its tiles: at most two tiles a level, never all leaves. */
import assert from 'node:assert/strict'
import { LedgerFormatError } from './ledger-format-error.ts'
import type { HashReader, TreeNode } from './proof.ts'
import { TILE_WIDTH, type Tile, tilePath, tileWidth } from './tile.ts'
import { tileHasher } from './tile-hasher.ts'
import { HASH_BYTES } from './tree.ts'

export interface TileSource {
  /**
   * The bytes of a tile of hashes, exactly `width` · 32 of them, or nothing where the log has no such tile. A source that
   * holds a wider version of it gives the first bytes of that one. Never asked for entry bundles by this package.
   */
  readTile(tile: Tile): Promise<Uint8Array | undefined>
}

/** Levels of the tree in one tile: 2^8 = 256. */
const TILE_HEIGHT = 8
const TILES_KEPT = 32

/**
 * Believes the tiles: compare `treeRoot` with a checkpoint where they come from somebody else. Good for one size of the
 * tree; keeps the tiles used last. A tile that is missing or has another length: `LedgerFormatError`.
 */
export function tileHashReader(source: TileSource, size: number): HashReader {
  const kept = new Map<string, Promise<Uint8Array>>()
  const hasher = tileHasher()
  const tileOf = (tile: Tile): Promise<Uint8Array> => {
    const path = tilePath(tile)
    const bytes = kept.get(path) ?? readWhole(source, tile, path)
    kept.delete(path)
    kept.set(path, bytes)
    // What failed may be there the next time.
    bytes.catch(() => kept.delete(path))
    const oldest = kept.keys().next().value
    if (kept.size > TILES_KEPT && oldest !== undefined) kept.delete(oldest)
    return bytes
  }
  return {
    read: (nodes) =>
      Promise.all(
        nodes.map(async (node) => {
          const { tile, first, count } = placeOf(node, size)
          return hasher.root(await tileOf(tile), first, count)
        }),
      ),
  }
}

/** The tile a subtree's root is made from, and which of its hashes. */
function placeOf({ level, index }: TreeNode, size: number) {
  const count = 2 ** (level % TILE_HEIGHT)
  const inRow = index * count
  const place = {
    level: Math.floor(level / TILE_HEIGHT),
    index: Math.floor(inRow / TILE_WIDTH),
  }
  const tile: Tile = { ...place, width: tileWidth(place, size) }
  const first = inRow % TILE_WIDTH
  assert(first + count <= tile.width, 'the subtree is not whole in a tree of this size')
  return { tile, first, count }
}

async function readWhole(source: TileSource, tile: Tile, path: string): Promise<Uint8Array> {
  const bytes = await source.readTile(tile)
  if (bytes === undefined) throw new LedgerFormatError('tile-missing', `there is no ${path}`)
  if (bytes.length === tile.width * HASH_BYTES) return bytes
  throw new LedgerFormatError('tile-length', `${path} has ${bytes.length} bytes`)
}
