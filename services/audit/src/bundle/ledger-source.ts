/** A ledger as the store and its tiles hold it, up to one checkpoint. */
import { type EventStore, type Position, START } from '@wederhoor/event-store/port'
import { type Checkpoint, parseCheckpoint } from '@wederhoor/ledger/checkpoint'
import { encodeEntryBundle } from '@wederhoor/ledger/entry-bundle'
import { LedgerFormatError } from '@wederhoor/ledger/ledger-format-error'
import { type NoteVerifier, verifierOf } from '@wederhoor/ledger/signed-note'
import { TILE_WIDTH } from '@wederhoor/ledger/tile'
import type { TileStorage } from '@wederhoor/ledger/tile-storage'
import { BundleError } from './bundle-error.ts'

export interface LedgerSource {
  readonly store: Pick<EventStore, 'readAll' | 'head'>
  readonly tiles: Pick<TileStorage, 'readTile' | 'readCheckpoint' | 'readVkeys'>
}

/** A checkpoint of one's own ledger: what it says, not whether it is signed. */
export interface KnownCheckpoint {
  readonly note: string
  readonly checkpoint: Checkpoint
}

/** @throws LedgerFormatError */
export const knownCheckpoint = (note: string): KnownCheckpoint => ({
  note,
  checkpoint: parseCheckpoint(note.slice(0, note.lastIndexOf('\n\n') + 1)),
})

/** A checkpoint that somebody brings. @throws BundleError malformed. */
export function givenCheckpoint(note: string): KnownCheckpoint {
  try {
    return knownCheckpoint(note)
  } catch (cause) {
    if (!(cause instanceof LedgerFormatError)) throw cause
    throw new BundleError('malformed', 'The known checkpoint is no signed checkpoint', { cause })
  }
}

/** Raw entries of leaves `first` … `first + count − 1`; fewer where the ledger ends. @throws StoreError */
export async function rawEntries(
  store: LedgerSource['store'],
  first: number,
  count: number,
): Promise<readonly Uint8Array[]> {
  const entries = await store.readAll(first === 0 ? START : (String(first) as Position), count)
  return entries.map(({ bytes }) => bytes)
}

/** An entry bundle (C2SP tlog-tiles), undefined where the ledger ends before it does. @throws StoreError */
export async function entryBundle(
  store: LedgerSource['store'],
  index: number,
  width: number,
): Promise<Uint8Array | undefined> {
  const entries = await rawEntries(store, index * TILE_WIDTH, width)
  return entries.length === width ? encodeEntryBundle(entries) : undefined
}

/** The newest checkpoint, with the cosignatures that a quorum gave it, if it did already. @throws TileStorageError */
export async function newestNote({
  tiles,
}: Pick<LedgerSource, 'tiles'>): Promise<string | undefined> {
  const note = await tiles.readCheckpoint('integrated')
  const witnessed = await tiles.readCheckpoint('witnessed')
  if (note === undefined || witnessed === undefined) return note
  return witnessed.startsWith(note.slice(0, note.lastIndexOf('\n\n') + 2)) ? witnessed : note
}

/** Public keys that ever signed for this ledger, the newest first: its own, and those of witnesses. @throws TileStorageError */
export async function keptKeys({ tiles }: Pick<LedgerSource, 'tiles'>): Promise<{
  readonly log: readonly string[]
  readonly witnesses: readonly string[]
}> {
  const all = (await tiles.readVkeys()).map(verifierOf)
  const those = (kind: NoteVerifier['kind']) =>
    all.filter((one) => one.kind === kind).map(({ vkey }) => vkey)
  return { log: those('ed25519'), witnesses: those('cosignature') }
}

export class NotCovered extends Error {
  readonly code = 'not-covered'
  constructor(message: string) {
    super(message)
    this.name = 'NotCovered'
  }
}

/**
 * The newest checkpoint that covers `size` entries, a witnessed one before one that the log alone signed. Waits for the
 * integrator as long as it must.
 * @throws NotCovered after `withinMs`: nobody signs for this ledger now.
 */
export async function coveringCheckpoint(
  { tiles }: Pick<LedgerSource, 'tiles'>,
  size: number,
  withinMs: number,
): Promise<KnownCheckpoint> {
  const deadline = performance.now() + withinMs
  for (;;) {
    for (const kind of ['witnessed', 'integrated'] as const) {
      const note = await tiles.readCheckpoint(kind)
      const known = note === undefined ? undefined : knownCheckpoint(note)
      if (known !== undefined && known.checkpoint.size >= size) return known
    }
    if (performance.now() > deadline)
      throw new NotCovered(
        `No checkpoint covers the ${size} entries of this ledger: the instance must run, so that it signs for them.`,
      )
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

const POLL_MS = 100
