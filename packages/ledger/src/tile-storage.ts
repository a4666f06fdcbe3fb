/**
 * Where the tree of a ledger is kept: its hash tiles, its checkpoints, its keys and its epochs. What is kept is a
 * consequence of the ledger and can be made again from it, except the checkpoints: those are promises. Entry bundles are
 * not kept, they are served from the ledger. Layout of tiles: C2SP tlog-tiles.
 */

import type { Tile } from './tile.ts'
import type { TileSource } from './tile-hashes.ts'

/** `integrated`: signed by the log alone, at most a second old. `witnessed`: with the cosignatures of a quorum. */
export type CheckpointKind = 'integrated' | 'witnessed'

/** A time in which one line of checkpoints holds. Each epoch has tiles and checkpoints of its own; none is ever removed. */
export interface Epoch {
  /** From 1, without gaps in normal life; a restored storage may jump over those that were lost. */
  readonly number: number
  /** The origin of its checkpoints: a schemeless URL. */
  readonly origin: string
}

export interface TileBytes {
  readonly tile: Tile
  /** `tile.width` hashes of 32 bytes. */
  readonly bytes: Uint8Array
}

/**
 * One object for each ledger; several processes may hold one on the same storage. All that is read or written is of the
 * current epoch unless an epoch is named. Whoever calls retries after `unavailable`.
 */
export interface TileStorage extends TileSource {
  /**
   * The hashes of a tile of the current epoch: exactly `tile.width` of them, cut from a wider one where that is kept;
   * undefined where it is absent or narrower, and for an entry bundle. @throws TileStorageError unavailable.
   */
  readTile(tile: Tile): Promise<Uint8Array | undefined>
  /** As `readTile`, in another epoch. */
  readTileOf(epoch: number, tile: Tile): Promise<Uint8Array | undefined>
  /**
   * Durable on return, all of them. A tile never changes: one that exists may only be extended, and a narrower one than
   * what exists is compared and left alone.
   * @throws TileStorageError tile-differs (nothing that existed was changed; other tiles of the call may have been
   * written), unavailable.
   */
  writeTiles(tiles: readonly TileBytes[]): Promise<void>
  /** The checkpoint published last in the current epoch, a signed note verbatim; undefined before the first. */
  readCheckpoint(kind: CheckpointKind): Promise<string | undefined>
  /** As `readCheckpoint`, in another epoch. */
  readCheckpointOf(epoch: number, kind: CheckpointKind): Promise<string | undefined>
  /**
   * Makes a checkpoint the one that is read, durably. Only forward: where the published one is of a larger size, or the
   * note is of another origin than that of the current epoch, nothing changes and the answer is `behind`. One of equal
   * size replaces it, for it may carry more signatures. `size` is the size in the note. Where no epoch is kept yet, a
   * note of any origin is taken.
   * @throws TileStorageError unavailable.
   */
  publish(kind: CheckpointKind, note: string, size: number): Promise<'published' | 'behind'>
  /** The public keys of everybody who ever signed for this ledger (vkeys), newest first. */
  readVkeys(): Promise<readonly string[]>
  /** Keeps a public key for ever, durably; one that is kept already stays where it stands. */
  keepVkey(vkey: string): Promise<void>
  /** The current epoch: the one with the highest number; undefined where none is kept yet. */
  readEpoch(): Promise<Epoch | undefined>
  /** All epochs, oldest first. */
  readEpochs(): Promise<readonly Epoch[]>
  /**
   * Makes an epoch the current one, durably; the same again changes nothing.
   * @throws TileStorageError epoch-differs: this number has another origin, or a higher one is kept.
   */
  keepEpoch(epoch: Epoch): Promise<void>
}

export type TileStorageErrorCode = 'tile-differs' | 'epoch-differs' | 'unavailable'

export class TileStorageError extends Error {
  readonly code: TileStorageErrorCode
  constructor(code: TileStorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'TileStorageError'
    this.code = code
  }
}

/** Origin of an epoch of a ledger: that of the first is the ledger's own. */
export const epochOrigin = (ledgerOrigin: string, number: number): string =>
  number === 1 ? ledgerOrigin : `${ledgerOrigin}/epoch/${number}`

/** Whether a signed note is a checkpoint of this origin: its first line. */
export const isOfOrigin = (note: string, origin: string): boolean => note.startsWith(`${origin}\n`)
