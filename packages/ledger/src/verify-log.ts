/**
 * Full verification of a ledger from its tiles and entry bundles. Reads in order, a few bundles ahead; holds one tile a level;
 * hashes each leaf and each node once and compares every hash of every tile as soon as it can be made.
 */
import assert from 'node:assert/strict'
import type { Checkpoint } from './checkpoint.ts'
import { endOfEntry } from './entry-bundle.ts'
import { TILE_WIDTH, type Tile, tilePath, tileWidth } from './tile.ts'
import { type TileHasher, tileHasher } from './tile-hasher.ts'
import type { TileSource } from './tile-hashes.ts'
import { emptyRoot, HASH_BYTES, rootOf } from './tree.ts'

export interface LogToVerify {
  /** Signature checked already. */
  readonly checkpoint: Checkpoint
  readonly tiles: TileSource
  /**
   * The entry bundle with this index, `width` entries of it, or nothing where there is none. Its bytes are lent: they must
   * be writable, and are as they were when `onEntry` and the next read see them.
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

/** Bundles being read while one is hashed. */
const READ_AHEAD = 3

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
  readonly #computed = Buffer.alloc(TILE_WIDTH * HASH_BYTES)
  readonly #starts = new Array<number>(TILE_WIDTH + 1).fill(0)

  constructor(log: LogToVerify, size: number) {
    this.#log = log
    this.#size = size
  }

  async leaves(): Promise<Bad | undefined> {
    const bundles = Math.ceil(this.#size / TILE_WIDTH)
    const reading: Promise<readonly [Uint8Array | undefined, Uint8Array | undefined]>[] = []
    for (let index = 0, next = 0; index < bundles; index += 1) {
      for (; next < bundles && next <= index + READ_AHEAD; next += 1) {
        const read = this.#read(next)
        // Whoever stops early leaves reads behind; the one that is waited for still rejects.
        read.catch(() => undefined)
        reading.push(read)
      }
      const [tile, bundle] = (await reading.shift()) ?? []
      const bad = this.#bundle(index, tile, bundle) ?? (await this.#above(index))
      if (bad !== undefined) return bad
      this.#log.progress?.(Math.min(this.#size, (index + 1) * TILE_WIDTH))
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

  #read(index: number) {
    const width = tileWidth({ level: 'entries', index }, this.#size)
    return Promise.all([
      this.#log.tiles.readTile({ level: 0, index, width }),
      this.#log.entries(index, width),
    ])
  }

  #bundle(
    index: number,
    tile: Uint8Array | undefined,
    bundle: Uint8Array | undefined,
  ): Bad | undefined {
    const first = index * TILE_WIDTH
    const width = tileWidth({ level: 0, index }, this.#size)
    if (bundle === undefined) return { leafIndex: first, reason: 'the entry bundle is missing' }
    const whole = this.#hashLeaves(bundle, width)
    const badTile = badLength({ level: 0, index, width }, tile)
    if (tile === undefined || badTile !== undefined) {
      return { leafIndex: first, reason: badTile ?? '' }
    }
    const same = this.#sameHashes(tile, whole)
    for (let at = 0; at < same; at += 1) {
      const reason = this.#log.onEntry?.(first + at, this.#entry(bundle, at))
      if (reason !== undefined) return { leafIndex: first + at, reason }
    }
    if (same < whole) {
      return { leafIndex: first + same, reason: 'the entry has another hash than its tile' }
    }
    if (whole < width) {
      return { leafIndex: first + whole, reason: 'the entry bundle ends within this entry' }
    }
    if (this.#starts[width] !== bundle.length) {
      return {
        leafIndex: first + width - 1,
        reason: 'bytes after this entry, the last of its bundle',
      }
    }
    this.#rows[0] = tile
    return undefined
  }

  /** How many entries are whole; their hashes and where they start are noted. */
  #hashLeaves(bundle: Uint8Array, width: number): number {
    const bytes = Buffer.from(bundle.buffer, bundle.byteOffset, bundle.length)
    let start = 0
    this.#starts[0] = 0
    for (let at = 0; at < width; at += 1) {
      const end = endOfEntry(bytes, start)
      if (end === undefined) return at
      this.#hasher.leaf(bytes, { from: start + 2, to: end }, this.#computed, at)
      start = end
      this.#starts[at + 1] = end
    }
    return width
  }

  #entry(bundle: Uint8Array, at: number): Uint8Array {
    return bundle.subarray((this.#starts[at] ?? 0) + 2, this.#starts[at + 1])
  }

  /** How many of the first `count` computed hashes are the tile's. */
  #sameHashes(tile: Uint8Array, count: number): number {
    if (this.#computed.compare(tile, 0, count * HASH_BYTES, 0, count * HASH_BYTES) === 0) {
      return count
    }
    for (let at = 0; ; at += 1) if (!sameHash(this.#computed, at, tile, at)) return at
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
      if (
        !sameHash(this.#hasher.root(this.#row(level - 1), 0, TILE_WIDTH), 0, this.#row(level), at)
      ) {
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

function badLength(tile: Tile, bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return `${tilePath(tile)} is missing`
  if (bytes.length === tile.width * HASH_BYTES) return undefined
  return `${tilePath(tile)} has ${bytes.length} bytes`
}

function sameHash(one: Uint8Array, at: number, other: Uint8Array, otherAt: number): boolean {
  for (let byte = 0; byte < HASH_BYTES; byte += 1) {
    if (one[at * HASH_BYTES + byte] !== other[otherAt * HASH_BYTES + byte]) return false
  }
  return true
}

const hashesOf = (tile: Uint8Array, count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, at) => tile.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES))
