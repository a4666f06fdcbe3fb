/** What is known of a melding, and how each event changes it. */
import type { Digest, Instant, Uuid } from '@wederhoor/vault/fields'
import type { Desk, MeldingEvent } from '../events.ts'

export type PartyId = Uuid<'PartyId'>
export type QuestionId = Uuid<'QuestionId'>

export type HandedOver = Omit<
  Extract<MeldingEvent, { type: 'HandoverAccepted' }>,
  'type' | 'attempt' | 'desk' | 'by' | 'at'
>

interface Known {
  readonly melder: PartyId
  /** What is handed over with the matter. */
  readonly handed: HandedOver
  /** Desks that refused, in order; the same refusal again adds nothing. */
  readonly refusedBy: readonly Desk[]
  readonly attempts: number
  readonly counted: boolean
  /** That the term for a first contact passed is said once. */
  readonly firstContactOverdue: boolean
  /** Commitments of what was said before: the same text again adds nothing. */
  readonly said: readonly Digest[]
  readonly questions: readonly QuestionId[]
  readonly answered: readonly QuestionId[]
  /** The day on which the melder last asked to be erased: once a day is enough. */
  readonly erasureAskedOn?: string | undefined
}

export interface Offer {
  readonly desk: Desk
  readonly why: 'serves-place' | 'best-fit' | 'national-net' | 'assigned' | 'put-through'
  readonly attempt: number
  readonly dueAt: Instant
}

/** Who holds the matter is always known: intake until a desk accepts, then that desk. */
export type Melding =
  | { readonly status: 'unknown' }
  | ({ readonly status: 'held'; readonly offerDueAt: Instant } & Known)
  | ({ readonly status: 'offered'; readonly offer: Offer } & Known)
  | ({
      readonly status: 'escalated'
      readonly assignDueAt: Instant
      /** Terms for assigning that passed. */
      readonly overdue: number
    } & Known)
  | ({ readonly status: 'accepted'; readonly desk: Desk } & Known)
  | ({ readonly status: 'ended' } & Known)

export type ExistingMelding = Exclude<Melding, { status: 'unknown' }>

/** Never validates, never throws: the past is as it is. */
export function evolve(state: Melding, event: MeldingEvent): Melding {
  if (event.type === 'MeldingRegistered') {
    const {
      melder,
      melderKind,
      victimConsents,
      anonymity,
      acuteDanger,
      firstContactDueAt,
      codeDigest,
      offerDueAt,
    } = event
    const handed: HandedOver = {
      melder,
      melderKind,
      victimConsents,
      anonymity,
      acuteDanger,
      firstContactDueAt,
      safeContact: event.safeContact === undefined ? 'none-set' : 'rule-set',
      codeDigest,
    }
    const nothingYet = {
      refusedBy: [],
      attempts: 0,
      counted: false,
      firstContactOverdue: false,
      said: [event.story.sealed],
      questions: [],
      answered: [],
    }
    return { status: 'held', offerDueAt, melder, handed, ...nothingYet }
  }
  if (state.status === 'unknown') return state
  const known = knownOf(state)
  switch (event.type) {
    case 'MeldingAddedTo':
      return { ...state, said: [...known.said, event.text.sealed] }
    case 'MeldingClassified':
      return { ...state, counted: true, said: [...known.said, event.grounds.sealed] }
    case 'AnonymityChosen':
      return { ...state, handed: { ...known.handed, anonymity: event.anonymity } }
    case 'HandoverOffered': {
      const { desk, why, attempt, dueAt } = event
      return {
        ...known,
        status: 'offered',
        offer: { desk, why, attempt, dueAt },
        attempts: attempt,
      }
    }
    case 'HandoverAccepted':
      return { ...known, status: 'accepted', desk: event.desk }
    case 'HandoverRefused':
      return { ...state, refusedBy: [...known.refusedBy, event.desk] }
    case 'HandoverLapsed':
      return state
    case 'HandoverEscalated':
      return {
        ...known,
        status: 'escalated',
        assignDueAt: event.assignDueAt ?? event.at,
        overdue: 0,
      }
    case 'AssignmentOverdue':
      return state.status === 'escalated'
        ? { ...state, assignDueAt: event.againDueAt, overdue: event.times }
        : state
    case 'FirstContactOverdue':
      return { ...state, firstContactOverdue: true }
    case 'MeldingEnded':
      return { ...known, status: 'ended' }
    case 'QuestionAsked':
      return { ...state, questions: [...known.questions, event.question] }
    case 'ErasureWished':
      return { ...state, erasureAskedOn: dayOf(event.at) }
    case 'QuestionAnswered':
      return {
        ...state,
        answered: [...known.answered, event.question],
        said: [...known.said, event.text.sealed],
      }
  }
}

function knownOf(state: ExistingMelding): Known {
  const { melder, handed, refusedBy, attempts, counted, firstContactOverdue } = state
  const { said, questions, answered, erasureAskedOn } = state
  const reported = { melder, handed, refusedBy, attempts, counted, firstContactOverdue }
  return { ...reported, said, questions, answered, erasureAskedOn }
}

export const dayOf = (at: Instant): string => at.slice(0, 10)
