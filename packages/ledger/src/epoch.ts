/**
 * A new epoch: the only way on after a refusal. Two persons decide it. The guard moves to an origin of its own, under
 * which the tree begins again over all positions, so that every checkpoint whose entries survived is still consistent
 * with it; what was signed for entries that did not survive stays a broken promise that anybody can show.
 */
import type { EventStore } from '@wederhoor/event-store/port'
import { type Checkpoint, openCheckpoint } from './checkpoint.ts'
import { LedgerFormatError } from './ledger-format-error.ts'
import { NoteError, verifierOf, vkeyOf } from './signed-note.ts'
import type { GuardedTree, SigningGuard } from './signing-guard.ts'
import { epochOrigin, type TileStorage } from './tile-storage.ts'
import { emptyRoot } from './tree.ts'

export interface EpochRequest {
  /** One more than the highest that the guard or the tree knows; the same again goes on with what was not finished. */
  readonly number: number
  /** Pseudonyms of two different persons. */
  readonly decidedBy: readonly [string, string]
  /** The last checkpoint of this ledger that anybody else is known to hold, a signed note; null where there is none. */
  readonly lastWitnessed: string | null
}

/** What the first entry of an epoch says. */
export interface EpochBegun extends EpochRequest {
  readonly origin: string
  /** What was signed last before it, as the guard knew it; undefined where the guard was lost. */
  readonly guarded: GuardedTree | undefined
}

export interface EpochParts {
  readonly store: Pick<EventStore, 'halt' | 'resume'>
  readonly tiles: TileStorage
  readonly guard: SigningGuard
  /** The ledger's own origin. */
  readonly origin: string
  /** Every public key of the ledger's, dropped ones too (32 bytes each): who signed `lastWitnessed`. */
  readonly publicKeys: () => Promise<readonly Uint8Array[]>
  /**
   * Appends the entry, durably, while the ledger is halted. Called again with the same request after a crash, and then
   * perhaps with `guarded` already at the new epoch: the entry's id comes from the epoch's origin alone.
   */
  readonly appendBegun: (begun: EpochBegun) => Promise<void>
}

export type EpochErrorCode =
  | 'same-person'
  | 'wrong-number'
  | 'not-our-checkpoint'
  | 'somebody-else-signs'

/** The epoch was not begun; nothing was changed, except that the ledger may be halted. */
export class EpochError extends Error {
  readonly code: EpochErrorCode
  constructor(code: EpochErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'EpochError'
    this.code = code
  }
}

/**
 * Everything up to the first checkpoint of the epoch, each step durable and repeatable: check, halt, guard, tree, entry.
 * Whoever calls then integrates and resumes the ledger.
 * @throws EpochError; GuardError corrupt: move the broken guard away first, which makes it a lost one.
 */
export async function beginEpoch(parts: EpochParts, request: EpochRequest): Promise<void> {
  const { tiles, guard } = parts
  const { number } = request
  const [one, other] = request.decidedBy
  if (one === '' || other === '' || one === other)
    throw new EpochError('same-person', 'Two different persons decide a new epoch.')
  if (request.lastWitnessed !== null) await checkWitnessed(parts, request.lastWitnessed, number)

  const kept = (await tiles.readEpoch())?.number ?? 1
  const guarded = await guard.read()
  const last = Math.max(kept, guarded?.epoch ?? 1)
  // This very request was interrupted, or is repeated: before the tree followed the guard, or after it did.
  const isMoved = number > 1 && guarded?.epoch === number && (kept === number || guarded.size === 0)
  if (!isMoved && number !== last + 1)
    throw new EpochError('wrong-number', `The epoch after the last one is ${last + 1}.`)

  const isSigned = isMoved && guarded.size > 0
  if (!isSigned) await parts.store.halt(`epoch ${number} begins`)
  const origin = epochOrigin(parts.origin, number)
  if (!isMoved) {
    const moved = await guard.compareAndSet(guarded, {
      epoch: number,
      origin,
      size: 0,
      root: emptyRoot(),
    })
    if (moved === 'other')
      throw new EpochError('somebody-else-signs', 'Another process signs for this ledger.')
  }
  await tiles.keepEpoch({ number, origin })
  await parts.appendBegun({ ...request, origin, guarded })
}

async function checkWitnessed(parts: EpochParts, note: string, number: number): Promise<void> {
  const wrong = (options?: ErrorOptions) =>
    new EpochError('not-our-checkpoint', 'This is no checkpoint that this ledger signed.', options)
  const origins = Array.from({ length: number - 1 }, (_, at) => epochOrigin(parts.origin, at + 1))
  const keys = await parts.publicKeys()
  const verifiers = origins.flatMap((origin) => keys.map((key) => verifierOf(vkeyOf(origin, key))))
  let checkpoint: Checkpoint
  try {
    checkpoint = openCheckpoint(note, verifiers).checkpoint
  } catch (cause) {
    if (cause instanceof NoteError || cause instanceof LedgerFormatError) throw wrong({ cause })
    throw cause
  }
  if (!origins.includes(checkpoint.origin)) throw wrong()
}
