/** What may be asked of an erasure, and every reason for which a rule refuses. */
import type { Command, Decision } from '@wederhoor/decider/decider'
import type { Instant } from '@wederhoor/vault/fields'
import type {
  DefenceGround,
  ErasureEvent,
  ErasureEventOf,
  ErasureGround,
  HoldGround,
  HoldId,
  Leftover,
  RefusalGround,
} from '../erasure-events.ts'
import type { PartyId, Pseudonym } from '../events.ts'

export type RequestErasure = Command<
  'RequestErasure',
  {
    readonly party: PartyId
    readonly ground: ErasureGround
    readonly how: ErasureEventOf<'ErasureRequested'>['how']
    readonly answerDueAt: Instant
    /** Who asks, where no account does: the party itself. */
    readonly by?: PartyId | undefined
    /** Until when it is kept at least; absent where that term has not begun. */
    readonly retainedUntil?: Instant | undefined
  }
>
export type PlaceLegalHold = Command<
  'PlaceLegalHold',
  {
    readonly party: PartyId
    readonly hold: HoldId
    readonly ground: HoldGround
    readonly reviewDueAt: Instant
  }
>
export type LiftLegalHold = Command<'LiftLegalHold', { readonly hold: HoldId }>

/** What was looked up for a decision: it may only be as right as these are. */
export interface Weighed {
  /** Whoever had a hand in the dossier: they are its handlers, now or before. */
  readonly hands: readonly Pseudonym[]
  /** Grounds that hold by themselves, for something is running. */
  readonly running: readonly HoldGround[]
  /** Another party was served what this one said. */
  readonly heardByAnother: boolean
}

export type DecideErasure = Command<
  'DecideErasure',
  Weighed &
    (
      | { readonly verdict: 'erase'; readonly defence?: DefenceGround | undefined }
      | { readonly verdict: 'refuse'; readonly ground: RefusalGround }
    )
>

/** What the process that carries it out reports. */
export type NoteErased = Command<'NoteErased', { readonly digests: number }>
export type NoteIncomplete = Command<
  'NoteIncomplete',
  { readonly left: readonly Leftover[]; readonly againDueAt: Instant }
>
export type NoteCompleted = Command<
  'NoteCompleted',
  Omit<ErasureEventOf<'ErasureCompleted'>, 'type' | 'party' | 'at'>
>
export type NoteFinal = Command<'NoteFinal'>
export type NoteOverdue = Command<'NoteOverdue', { readonly dueAt: Instant }>
export type ReviewHold = Command<'ReviewHold', { readonly hold: HoldId; readonly dueAt: Instant }>

export type ErasureCommand =
  | RequestErasure
  | PlaceLegalHold
  | LiftLegalHold
  | DecideErasure
  | NoteOverdue
  | NoteErased
  | NoteIncomplete
  | NoteCompleted
  | NoteFinal
  | ReviewHold

export type ErasureRejection =
  | { readonly reason: 'nothing-requested' }
  | { readonly reason: 'already-decided' }
  /** Asked because a term has passed that has not. */
  | { readonly reason: 'retention-runs' }
  | { readonly reason: 'no-such-hold' }
  /** Who asked, or lifted a hold, decides nothing: two persons are two persons. */
  | { readonly reason: 'same-person' }
  /** Whoever handled the dossier decides nothing about its erasure. */
  | { readonly reason: 'handled-it' }
  /** It says first why the other's defence does not need it. */
  | { readonly reason: 'defence-not-weighed' }
  | { readonly reason: 'not-granted' }
  | { readonly reason: 'not-erased' }

export type ErasureDecision = Decision<ErasureEvent, ErasureRejection>

export type ErasureDeadline = 'answer' | 'erase' | 'final' | `hold-${HoldId}`
export const holdDeadline = (hold: HoldId): ErasureDeadline => `hold-${hold}`
