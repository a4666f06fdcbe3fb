/** One look at a log from outside: is its newest checkpoint signed, and does it go on from the last one that was verified. */
import type { Checkpoint } from '@wederhoor/ledger/checkpoint'
import { LedgerFormatError } from '@wederhoor/ledger/ledger-format-error'
import { consistencyProof, treeRoot, verifyConsistency } from '@wederhoor/ledger/proof'
import type { NoteVerifier } from '@wederhoor/ledger/signed-note'
import { type TileSource, tileHashReader } from '@wederhoor/ledger/tile-hashes'
import { BundleError, isDisproof } from '../bundle/bundle-error.ts'
import { openSigned } from '../bundle/signed.ts'
import { epochOf } from '../bundle/trust.ts'
import type { Failure } from '../domain/evidence-events.ts'

export interface WatchedLog extends TileSource {
  readCheckpoint(): Promise<string | undefined>
}

export type Look =
  /** Nothing was signed yet. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'same' | 'verified'; readonly checkpoint: Checkpoint; readonly note: string }
  | {
      readonly kind: 'failed'
      readonly reason: Failure
      readonly message: string
      /** As far as it was known. */
      readonly size: number
    }

const WHERE = 'the newest checkpoint'

/**
 * @param last the checkpoint that was verified last; undefined: none yet.
 * @throws what the log throws where it cannot be read.
 */
export async function look(
  log: WatchedLog,
  keysOf: (origin: string) => readonly NoteVerifier[],
  last: Checkpoint | undefined,
): Promise<Look> {
  const note = await log.readCheckpoint()
  const size = last?.size ?? 0
  if (note === undefined)
    return last === undefined
      ? { kind: 'nothing' }
      : failed('smaller-than-before', 'The log has no checkpoint any more.', size)
  const signed = openedIn(note, keysOf)
  if (typeof signed === 'string') return failed('not-a-checkpoint', signed, size)
  if (isDisproof(signed)) return failed('bad-signature', signed.reason, size)
  const { checkpoint } = signed
  const found = await goesOn(log, last, checkpoint)
  if (found !== undefined) return found
  const isSame = last?.size === checkpoint.size && last.origin === checkpoint.origin
  return { kind: isSame ? 'same' : 'verified', checkpoint, note }
}

function openedIn(note: string, keysOf: (origin: string) => readonly NoteVerifier[]) {
  try {
    return openSigned(note, WHERE, keysOf)
  } catch (error) {
    if (error instanceof BundleError) return error.message
    throw error
  }
}

async function goesOn(
  log: WatchedLog,
  last: Checkpoint | undefined,
  now: Checkpoint,
): Promise<Look | undefined> {
  if (last !== undefined && epochOf(now.origin) < epochOf(last.origin))
    return failed(
      'smaller-than-before',
      `The log shows ${now.origin} again, an epoch that had ended when ${last.origin} was verified.`,
      last.size,
    )
  if (last !== undefined && now.size < last.size)
    return failed(
      'smaller-than-before',
      `The log has ${now.size} entries, and had ${last.size} before.${epochHint(last, now)}`,
      last.size,
    )
  if (last?.size === now.size)
    return isEqual(last.root, now.root)
      ? undefined
      : failed(
          'root-differs',
          `Size ${now.size} has another root than before.${epochHint(last, now)}`,
          now.size,
        )
  try {
    const reader = tileHashReader(log, now.size)
    if (!isEqual(await treeRoot(reader, now.size), now.root))
      return failed('tile-differs', 'The tiles of the log have another root.', now.size)
    if (last === undefined) return undefined
    const { size: from, root: fromRoot } = last
    const proof = await consistencyProof(reader, { from, to: now.size })
    const proven = { from, to: now.size, fromRoot, toRoot: now.root, proof }
    if (from === 0 || verifyConsistency(proven)) return undefined
    return failed(
      'not-an-extension',
      `The log with ${now.size} entries is not one that the log with ${from} grew into.${epochHint(last, now)}`,
      from,
    )
  } catch (error) {
    if (!(error instanceof LedgerFormatError)) throw error
    return failed('tile-differs', `The tiles of the log are not whole: ${error.message}.`, now.size)
  }
}

const epochHint = (last: Checkpoint, now: Checkpoint): string =>
  last.origin === now.origin
    ? ''
    : ` ${now.origin} has begun since: read in its first entry, EpochBegun, what was lost and who decided, and begin with a new state if you accept that.`

const failed = (reason: Failure, message: string, size: number): Look => ({
  kind: 'failed',
  reason,
  message,
  size,
})

const isEqual = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0
