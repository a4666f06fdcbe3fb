/** Entries of the store, hashed anew and held against the tiles, and the tiles against a verified checkpoint. */
import { type EventStore, type Position, START } from '@wederhoor/event-store/port'
import type { Checkpoint } from '@wederhoor/ledger/checkpoint'
import { LedgerFormatError } from '@wederhoor/ledger/ledger-format-error'
import { inclusionProof, verifyInclusion } from '@wederhoor/ledger/proof'
import { TILE_WIDTH, tileWidth } from '@wederhoor/ledger/tile'
import { type TileSource, tileHashReader } from '@wederhoor/ledger/tile-hashes'
import { HASH_BYTES, leafHash } from '@wederhoor/ledger/tree'
import type { Failure } from '../domain/evidence-events.ts'

export interface BadEntry {
  /** From 1. */
  readonly position: number
  readonly reason: Extract<Failure, 'entry-differs' | 'entry-missing' | 'tile-differs'>
}

/**
 * The first entry of bundle `index` (256 entries) that is not what was signed for; undefined where all are. Says whether
 * the entry is another one or the tile, by what the checkpoint's root bears out.
 * @throws StoreError, TileStorageError.
 */
export async function rehash(
  source: { readonly store: Pick<EventStore, 'readAll'>; readonly tiles: TileSource },
  checkpoint: Checkpoint,
  index: number,
): Promise<BadEntry | undefined> {
  const { size, root } = checkpoint
  const width = tileWidth({ level: 0, index }, size)
  const first = index * TILE_WIDTH
  const tile = await source.tiles.readTile({ level: 0, index, width })
  if (tile?.length !== width * HASH_BYTES) return { position: first + 1, reason: 'tile-differs' }
  const from = first === 0 ? START : (String(first) as Position)
  const entries = await source.store.readAll(from, width)
  const hashAt = (at: number) => tile.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES)
  const bad = Array.from({ length: width }, (_, at) => at).find((at) => {
    const entry = entries[at]
    return entry === undefined || Buffer.compare(leafHash(entry.bytes), hashAt(at)) !== 0
  })
  const leaf = bad ?? 0
  if (!(await isBorneOut(source.tiles, { index: first + leaf, size, root, leaf: hashAt(leaf) })))
    return { position: first + leaf + 1, reason: 'tile-differs' }
  if (bad === undefined) return undefined
  const reason = entries[bad] === undefined ? 'entry-missing' : 'entry-differs'
  return { position: first + bad + 1, reason }
}

async function isBorneOut(
  tiles: TileSource,
  claim: {
    readonly index: number
    readonly size: number
    readonly root: Uint8Array
    readonly leaf: Uint8Array
  },
): Promise<boolean> {
  try {
    const proof = await inclusionProof(tileHashReader(tiles, claim.size), claim)
    return verifyInclusion({ ...claim, proof })
  } catch (error) {
    if (error instanceof LedgerFormatError) return false
    throw error
  }
}
