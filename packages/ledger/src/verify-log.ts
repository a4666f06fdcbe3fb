/**
 * Full verification of a ledger from its tiles and entry bundles. Reads in order; holds one bundle, and one tile a level;
 * hashes each leaf and each node once and compares every hash of every tile as soon as it can be made.
 */
import assert from 'node:assert/strict'
import type { Checkpoint } from './checkpoint.ts'
import { endOfEntry, LENGTH_BYTES } from './entry-bundle.ts'
import { TILE_WIDTH, type Tile, tilePath, tileWidth } from './tile.ts'
import { type TileHasher, tileHasher } from './tile-hasher.ts'
import type { TileSource } from './tile-hashes.ts'
import { emptyRoot, HASH_BYTES, rootOf } from './tree.ts'

export interface LogToVerify {
  /** Signature checked already. */
  readonly checkpoint: Checkpoint
  readonly tiles: TileSource
  /**
   * The entry bundle with this index, `width` entries of it, or nothing where there is none. Asked for one after the other;
   * the bytes are lent until the next call, must be writable, and are given back as they were.
   */
  readonly entries: (bundleIndex: number, width: number) => Promise<Uint8Array | undefined>
  /** Called once a bundle, with the number of leaves that stand so far. */
  readonly progress?: (leaves: number) => void
  /**
   * Called once for each entry, in order, after its hash was found in its tile and before the tiles above and the root
   * are: what it saw counts only when the verdict is `ok`. A text is the reason why this entry is bad.
   */
  readonly onEntry?: (leafIndex: number, bytes: Uint8Array) => string | undefined
}

/**
 * `leafIndex`: the first bad leaf, or the first below a bad hash or a missing tile; null where every tile agrees with the
 * entries and only the checkpoint names another root.
 */
export type LogVerdict =
  | { readonly ok: true; readonly entries: number }
  | { readonly ok: false; readonly leafIndex: number | null; readonly reason: string }

interface Bad {
  readonly leafIndex: number
  readonly reason: string
}

/** Never throws about what it reads; rejects only as the sources do. */
export async function verifyLog(log: LogToVerify): Promise<LogVerdict> {
  const { size, root } = log.checkpoint
  const walk = new Walk(log, size)
  const bad = await walk.leaves()
  if (bad !== undefined) return { ok: false, ...bad }
  if (Buffer.compare(walk.root(), root) === 0) return { ok: true, entries: size }
  return { ok: false, leafIndex: null, reason: 'the entries have another root than the checkpoint' }
}

class Walk {
  readonly #log: LogToVerify
  readonly #size: number
  readonly #hasher: TileHasher = tileHasher()
  /** The tile of each level that is being compared: all of it is right up to where the walk has come. */
  readonly #rows: Uint8Array[] = []

  constructor(log: LogToVerify, size: number) {
    this.#log = log
    this.#size = size
  }

  async leaves(): Promise<Bad | undefined> {
    for (let index = 0; index * TILE_WIDTH < this.#size; index += 1) {
      const width = tileWidth({ level: 'entries', index }, this.#size)
      const [tile, bundle] = await Promise.all([
        this.#log.tiles.readTile({ level: 0, index, width }),
        this.#log.entries(index, width),
      ])
      const bad = this.#bundle(index, tile, bundle) ?? (await this.#above(index))
      if (bad !== undefined) return bad
      this.#log.progress?.(index * TILE_WIDTH + width)
    }
    return undefined
  }

  /** Root of the whole tree, once every leaf was walked: the partial tiles of all levels, from the lowest up. */
  root(): Uint8Array {
    let right: Uint8Array | undefined
    for (let level = 0, count = this.#size; count > 0; level += 1) {
      const width = count % TILE_WIDTH
      const hashes = width === 0 ? [] : hashesOf(this.#row(level), width)
      if (hashes.length > 0) right = rootOf(right === undefined ? hashes : [...hashes, right])
      count = Math.floor(count / TILE_WIDTH)
    }
    return right ?? emptyRoot()
  }

  #bundle(
    index: number,
    tile: Uint8Array | undefined,
    bundle: Uint8Array | undefined,
  ): Bad | undefined {
    const first = index * TILE_WIDTH
    const width = tileWidth({ level: 0, index }, this.#size)
    if (bundle === undefined) return { leafIndex: first, reason: 'the entry bundle is missing' }
    const reason = badLength({ level: 0, index, width }, tile)
    if (tile === undefined || reason !== undefined)
      return { leafIndex: first, reason: reason ?? '' }
    this.#rows[0] = tile
    return this.#entries(first, bufferOn(bundle), bufferOn(tile).toString('latin1'))
  }

  /** Each entry of a bundle against its hash and its length, and then before `onEntry`. */
  #entries(first: number, bundle: Buffer, hashes: string): Bad | undefined {
    const width = hashes.length / HASH_BYTES
    let start = 0
    for (let at = 0; at < width; at += 1) {
      const leafIndex = first + at
      const end = endOfEntry(bundle, start)
      if (end === undefined) return { leafIndex, reason: 'the entry bundle ends within this entry' }
      const from = start + LENGTH_BYTES
      if (!hashes.startsWith(this.#hasher.leaf(bundle, from, end), at * HASH_BYTES)) {
        return { leafIndex, reason: 'the entry has another hash than its tile' }
      }
      const reason = this.#log.onEntry?.(leafIndex, bundle.subarray(from, end))
      if (reason !== undefined) return { leafIndex, reason }
      start = end
    }
    if (start === bundle.length) return undefined
    return {
      leafIndex: first + width - 1,
      reason: 'bytes after this entry, the last of its bundle',
    }
  }

  /** Each full tile gives one hash to the level above, whose tile is read when its first hash is needed. */
  async #above(bundleIndex: number): Promise<Bad | undefined> {
    let below = bundleIndex
    let span = TILE_WIDTH
    for (let level = 1; (below + 1) * span <= this.#size; level += 1, span *= TILE_WIDTH) {
      const index = Math.floor(below / TILE_WIDTH)
      const at = below % TILE_WIDTH
      const tile = { level, index, width: tileWidth({ level, index }, this.#size) }
      if (at === 0) {
        const bytes = await this.#log.tiles.readTile(tile)
        const reason = badLength(tile, bytes)
        if (bytes === undefined || reason !== undefined) {
          return { leafIndex: below * span, reason: reason ?? '' }
        }
        this.#rows[level] = bytes
      }
      const root = this.#hasher.root(this.#row(level - 1), 0, TILE_WIDTH)
      if (Buffer.compare(root, hashIn(this.#row(level), at)) !== 0) {
        const reason = `hash ${at} of ${tilePath(tile)} is not that of the ${span} entries from here`
        return { leafIndex: below * span, reason }
      }
      if (at < TILE_WIDTH - 1) return undefined
      below = index
    }
    return undefined
  }

  #row(level: number): Uint8Array {
    const row = this.#rows[level]
    assert(row !== undefined)
    return row
  }
}

const bufferOn = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)

function badLength(tile: Tile, bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return `${tilePath(tile)} is missing`
  if (bytes.length === tile.width * HASH_BYTES) return undefined
  return `${tilePath(tile)} has ${bytes.length} bytes`
}

const hashIn = (tile: Uint8Array, at: number): Uint8Array =>
  tile.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES)

const hashesOf = (tile: Uint8Array, count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, at) => hashIn(tile, at))
