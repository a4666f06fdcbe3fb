/** Checkpoints of our own logs: read, verified under every key they ever had, and held against the tree. */
import { type Checkpoint, openCheckpoint, parseCheckpoint } from '@wederhoor/ledger/checkpoint'
import { treeRoot } from '@wederhoor/ledger/proof'
import { verifierOf, vkeyOf } from '@wederhoor/ledger/signed-note'
import { tileHashReader } from '@wederhoor/ledger/tile-hashes'
import type { TileStorage } from '@wederhoor/ledger/tile-storage'

/** What a note says, unverified. @throws LedgerFormatError */
export const checkpointIn = (note: string): Checkpoint =>
  parseCheckpoint(note.slice(0, note.lastIndexOf('\n\n') + 1))

/**
 * A checkpoint that is signed by one of these public keys under one of these origins.
 * @throws NoteError, LedgerFormatError: it is none.
 */
export function openOurs(
  note: string,
  origins: readonly string[],
  keys: readonly Uint8Array[],
): Checkpoint {
  const verifiers = origins.flatMap((origin) => keys.map((key) => verifierOf(vkeyOf(origin, key))))
  return openCheckpoint(note, verifiers).checkpoint
}

/**
 * The root that an epoch's tree had at this size, as its tiles say; undefined where it never was as large.
 * @throws LedgerFormatError: tiles are missing; TileStorageError.
 */
export async function rootAt(
  tiles: TileStorage,
  epoch: number,
  size: number,
): Promise<Uint8Array | undefined> {
  const note = await tiles.readCheckpointOf(epoch, 'integrated')
  if (note === undefined || checkpointIn(note).size < size) return undefined
  const source = {
    readTile: (tile: Parameters<TileStorage['readTile']>[0]) => tiles.readTileOf(epoch, tile),
  }
  return treeRoot(tileHashReader(source, checkpointIn(note).size), size)
}
