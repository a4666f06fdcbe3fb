/** Tile storage for tests and for simulation: all in this process, gone with it. */

import type { Tile } from './tile.ts'
import {
  type CheckpointKind,
  type Epoch,
  isOfOrigin,
  type TileStorage,
  TileStorageError,
} from './tile-storage.ts'
import { HASH_BYTES } from './tree.ts'

export interface MemoryTiles extends TileStorage {
  /** A storage of its own with what this one holds now: what a backup would give back. */
  copy(): MemoryTiles
}

interface Kept {
  readonly tiles: Map<string, Uint8Array>
  readonly checkpoints: Map<string, { readonly note: string; readonly size: number }>
  readonly epochs: Epoch[]
  readonly vkeys: string[]
}

export const memoryTiles = (): MemoryTiles =>
  tilesOver({ tiles: new Map(), checkpoints: new Map(), epochs: [], vkeys: [] })

function tilesOver(kept: Kept): MemoryTiles {
  const current = () => kept.epochs.at(-1)
  const number = () => current()?.number ?? 1
  const checkpointKey = (epoch: number, kind: CheckpointKind) => `${epoch} ${kind}`

  async function readTileOf(epoch: number, tile: Tile): Promise<Uint8Array | undefined> {
    const found = kept.tiles.get(tileKey(epoch, tile))
    const length = tile.width * HASH_BYTES
    if (found === undefined || found.length < length) return undefined
    return Uint8Array.from(found.subarray(0, length))
  }

  return {
    readTile: (tile) => readTileOf(number(), tile),
    readTileOf,
    async writeTiles(tiles) {
      for (const { tile, bytes } of tiles) {
        const key = tileKey(number(), tile)
        const before = kept.tiles.get(key) ?? new Uint8Array()
        const common = Math.min(before.length, bytes.length)
        if (Buffer.compare(before.subarray(0, common), bytes.subarray(0, common)) !== 0)
          throw new TileStorageError('tile-differs', `tile ${key} exists with other hashes`)
        if (bytes.length > before.length) kept.tiles.set(key, Uint8Array.from(bytes))
      }
    },
    readCheckpoint: async (kind) => kept.checkpoints.get(checkpointKey(number(), kind))?.note,
    readCheckpointOf: async (epoch, kind) => kept.checkpoints.get(checkpointKey(epoch, kind))?.note,
    async publish(kind, note, size) {
      const epoch = current()
      const before = kept.checkpoints.get(checkpointKey(number(), kind))
      if (epoch !== undefined && !isOfOrigin(note, epoch.origin)) return 'behind'
      if (before !== undefined && before.size > size) return 'behind'
      kept.checkpoints.set(checkpointKey(number(), kind), { note, size })
      return 'published'
    },
    readVkeys: async () => [...kept.vkeys].reverse(),
    async keepVkey(vkey) {
      if (!kept.vkeys.includes(vkey)) kept.vkeys.push(vkey)
    },
    readEpoch: async () => current(),
    readEpochs: async () => [...kept.epochs],
    async keepEpoch(epoch) {
      const last = current()
      if (last !== undefined && epoch.number <= last.number) {
        if (epoch.number === last.number && epoch.origin === last.origin) return
        throw new TileStorageError('epoch-differs', `epoch ${last.number} has begun already`)
      }
      kept.epochs.push({ ...epoch })
    },
    copy: () =>
      tilesOver({
        tiles: new Map(kept.tiles),
        checkpoints: new Map(kept.checkpoints),
        epochs: [...kept.epochs],
        vkeys: [...kept.vkeys],
      }),
  }
}

const tileKey = (epoch: number, { level, index }: Tile) => `${epoch}/${level}/${index}`
