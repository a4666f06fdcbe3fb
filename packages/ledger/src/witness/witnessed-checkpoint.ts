/** What the worker takes to witnesses, and what it reads back: checkpoints of one epoch of a ledger. */
import { checkpointIn } from '../integration.ts'
import { consistencyProof } from '../proof.ts'
import { NoteError, type NoteVerifier, openNote, signaturesOf } from '../signed-note.ts'
import { tileHashReader } from '../tile-hashes.ts'
import type { TileStorage } from '../tile-storage.ts'

export interface UnwitnessedCheckpoint {
  readonly epoch: number
  /** As the log signed it. */
  readonly note: string
  /** What is signed. */
  readonly text: string
  readonly origin: string
  readonly size: number
  readonly proof: (from: number) => Promise<readonly Uint8Array[]>
}

/** The newest checkpoint that the log signed; nothing before the first. @throws LedgerFormatError, TileStorageError. */
export async function newestCheckpoint(
  tiles: Pick<TileStorage, 'readEpoch' | 'readTileOf' | 'readCheckpointOf'>,
): Promise<UnwitnessedCheckpoint | undefined> {
  const epoch = (await tiles.readEpoch())?.number
  if (epoch === undefined) return undefined
  const note = await tiles.readCheckpointOf(epoch, 'integrated')
  if (note === undefined) return undefined
  const { origin, size } = checkpointIn(note)
  const reader = tileHashReader({ readTile: (tile) => tiles.readTileOf(epoch, tile) }, size)
  return {
    epoch,
    note,
    text: textOf(note),
    origin,
    size,
    proof: (from) => consistencyProof(reader, { from, to: size }),
  }
}

/** Lines of these witnesses under this text that a published note carries, by vkey; none where it is of another text. */
export function cosignaturesIn(
  note: string | undefined,
  text: string,
  witnesses: readonly NoteVerifier[],
): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  if (note === undefined || textOf(note) !== text) return found
  for (const line of signaturesOf(note)) {
    const verifier = witnesses.find((one) => isOf(one, text, line))
    if (verifier !== undefined && !found.has(verifier.vkey)) found.set(verifier.vkey, line)
  }
  return found
}

export const textOf = (note: string): string => note.slice(0, note.lastIndexOf('\n\n') + 1)

function isOf(verifier: NoteVerifier, text: string, line: string): boolean {
  try {
    return openNote(`${text}\n${line}\n`, [verifier]).signatures.length > 0
  } catch (error) {
    if (error instanceof NoteError) return false
    throw error
  }
}
