/** What may be asked of a signal, and every reason for which a rule refuses. No command ranks, targets or sanctions. */
import type { Command, Decision } from '@wederhoor/decider/decider'
import type { Instant, Sealed, Uuid } from '@wederhoor/vault/fields'
import type { SignalEvent, SignalNamed } from '../events.ts'

type Facts<Type extends SignalEvent['type']> = Omit<SignalNamed<Type>, 'type' | 'at' | 'by'>
type Text = { readonly text: Sealed<string> }
export type AdviceId = Uuid<'AdviceId'>
export type Addressee = Uuid<'addressee'>

/** Who speaks for the addressee belongs to it; the office writes and asks. */
interface FromAddressee {
  readonly addressee: Addressee
}

export type DraftSignal = Command<'DraftSignal', Facts<'SignalDrafted'>>
export type ReviseSignal = Command<'ReviseSignal', Text>
export type OpenSignal = Command<'OpenSignal'>
export type ApproveSignal = Command<'ApproveSignal'>
export type SendSignal = Command<'SendSignal', { readonly dueAt: Instant }>
export type ReceiveSignal = Command<'ReceiveSignal', FromAddressee>
export type AnswerSignal = Command<
  'AnswerSignal',
  FromAddressee & Omit<Facts<'SignalAnswered'>, 'signal' | 'addressee' | 'late'>
>
export type RecordFollowUp = Command<
  'RecordFollowUp',
  Omit<Facts<'FollowUpRecorded'>, 'signal' | 'from'> & {
    /** Present when the addressee itself says so. */
    readonly addressee?: Addressee | undefined
  }
>
export type AskAdvice = Command<
  'AskAdvice',
  FromAddressee & Text & { readonly advice: AdviceId; readonly dueAt: Instant }
>
export type GiveAdvice = Command<'GiveAdvice', Text & { readonly advice: AdviceId }>
export type SignalDeadline = 'answer' | 'follow-up' | 'advice'
export type DeadlineReached = Command<
  'DeadlineReached',
  { readonly deadline: SignalDeadline; readonly dueAt: Instant }
>

export type SignalCommand =
  | DraftSignal
  | ReviseSignal
  | OpenSignal
  | ApproveSignal
  | SendSignal
  | ReceiveSignal
  | AnswerSignal
  | RecordFollowUp
  | AskAdvice
  | GiveAdvice
  | DeadlineReached

export type SignalRejection =
  | { readonly reason: 'no-such-signal' }
  | { readonly reason: 'already-drafted' }
  | { readonly reason: 'period-ends-before-it-begins' }
  | { readonly reason: 'pattern-missing' }
  | { readonly reason: 'already-approved' }
  | { readonly reason: 'not-approved' }
  | { readonly reason: 'not-sent' }
  | { readonly reason: 'not-the-addressee' }
  | { readonly reason: 'already-answered' }
  | { readonly reason: 'not-answered' }
  | { readonly reason: 'advice-is-open' }
  | { readonly reason: 'no-such-advice' }

export type SignalDecision = Decision<SignalEvent, SignalRejection>
