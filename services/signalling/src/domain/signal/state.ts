/** What is known of a signal, and how each event changes it. */
import type { Digest, Instant, Uuid } from '@wederhoor/vault/fields'
import type { SignalEvent, SignalNamed } from '../events.ts'
import type { Addressee, AdviceId } from './commands.ts'

type Pseudonym = Uuid<'Pseudonym'>

interface Known {
  readonly signal: Uuid<'SignalId'>
  readonly addressee: Addressee
  /** Commitment of the text as it stands. */
  readonly text: Digest
  /** Everybody who wrote at any version of it. */
  readonly authors: readonly Pseudonym[]
  /** Who opened the text as it stands. */
  readonly openedBy: readonly Pseudonym[]
  readonly refusals: readonly Pick<SignalNamed<'ApprovalRefused'>, 'by' | 'why' | 'textDigest'>[]
  /** Commitments of what was said before: the same text again adds nothing. */
  readonly said: readonly Digest[]
}

interface Outside extends Known {
  readonly received: boolean
  readonly dueAt: Instant
  readonly openAdvice: { readonly advice: AdviceId; readonly dueAt: Instant } | undefined
  /** Questions that were asked, answered or not. */
  readonly advices: readonly AdviceId[]
  /** The question whose date passed, once. */
  readonly adviceOverdue: readonly AdviceId[]
}

export type Signal =
  | { readonly status: 'unknown' }
  | ({ readonly status: 'drafted' } & Known)
  | ({ readonly status: 'approved' } & Known)
  | ({ readonly status: 'sent' } & Outside)
  | ({ readonly status: 'overdue' } & Outside)
  | ({
      readonly status: 'answered'
      /** When somebody asks what came of it; undefined when nobody has to ask. */
      readonly followUpDueAt: Instant | undefined
    } & Outside)

export type SignalStatus = Signal['status']
export type ExistingSignal = Exclude<Signal, { status: 'unknown' }>
export type SentSignal = Extract<Signal, { status: 'sent' | 'overdue' | 'answered' }>

export const isSent = (state: Signal): state is SentSignal =>
  state.status === 'sent' || state.status === 'overdue' || state.status === 'answered'

/** Never validates, never throws: the past is as it is. */
export function evolve(state: Signal, event: SignalEvent): Signal {
  if (event.type === 'SignalDrafted') return drafted(event)
  if (state.status === 'unknown') return state
  switch (event.type) {
    case 'SignalRevised':
      return {
        ...state,
        text: event.text.sealed,
        authors: [...state.authors, event.by],
        openedBy: [],
        said: [...state.said, event.text.sealed],
      }
    case 'SignalOpened':
      return { ...state, openedBy: [...state.openedBy, event.by] }
    case 'SignalApproved':
      return { ...state, status: 'approved' }
    case 'ApprovalRefused': {
      const { by, why, textDigest } = event
      return { ...state, refusals: [...state.refusals, { by, why, textDigest }] }
    }
    case 'SignalSent':
      return {
        ...state,
        status: 'sent',
        dueAt: event.dueAt,
        received: false,
        openAdvice: undefined,
        advices: [],
        adviceOverdue: [],
      }
  }
  return isSent(state) ? evolveSent(state, event) : state
}

function drafted(event: SignalNamed<'SignalDrafted'>): Signal {
  const { signal, addressee, by, text } = event
  return {
    status: 'drafted',
    signal,
    addressee,
    text: text.sealed,
    authors: [by],
    openedBy: [],
    refusals: [],
    said: [text.sealed],
  }
}

type Inside =
  | 'SignalDrafted'
  | 'SignalRevised'
  | 'SignalOpened'
  | 'SignalApproved'
  | 'ApprovalRefused'
  | 'SignalSent'

function evolveSent(state: SentSignal, event: Exclude<SignalEvent, { type: Inside }>): Signal {
  switch (event.type) {
    case 'SignalReceived':
      return { ...state, received: true }
    case 'SignalOverdue':
      return { ...state, status: 'overdue' }
    case 'SignalAnswered':
      return {
        ...state,
        status: 'answered',
        received: true,
        followUpDueAt: event.followUpDueAt,
        said: [...state.said, event.text.sealed],
      }
    case 'FollowUpDue':
      return state.status === 'answered' ? { ...state, followUpDueAt: undefined } : state
    case 'FollowUpRecorded': {
      const said = [...state.said, event.text.sealed]
      return state.status === 'answered'
        ? { ...state, said, followUpDueAt: event.nextDueAt }
        : { ...state, said }
    }
    case 'AdviceAsked': {
      const { advice, dueAt } = event
      return { ...state, openAdvice: { advice, dueAt }, advices: [...state.advices, advice] }
    }
    case 'AdviceGiven':
      return { ...state, openAdvice: undefined, said: [...state.said, event.text.sealed] }
    case 'AdviceOverdue':
      return { ...state, adviceOverdue: [...state.adviceOverdue, event.advice] }
  }
}
