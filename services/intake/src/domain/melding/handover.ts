/** Handover from intake to a desk: sent is not received; intake holds until a desk accepts (ROU-02, ROU-03). */
import { accept, reject } from '@wederhoor/decider/decider'
import type { Instant } from '@wederhoor/vault/fields'
import type { Desk, MeldingEvent } from '../events.ts'
import type {
  AcceptHandover,
  AssignDesk,
  DeadlineReached,
  MeldingDecision,
  OfferHandover,
  PreparedOffer,
  RefuseHandover,
} from './commands.ts'
import type { ExistingMelding } from './state.ts'

export function offerHandover(command: OfferHandover, state: ExistingMelding): MeldingDecision {
  const settled = alreadySettled(state)
  if (settled !== undefined) return settled
  if (state.status === 'offered') {
    return state.offer.desk === command.offer.desk
      ? accept()
      : reject({ reason: 'offer-is-out', desk: state.offer.desk })
  }
  return accept(offered(command.offer, state.attempts + 1, command.context.at))
}

/** Theirs when the desk accepts; a caller who was put through live, when it picks up (INT-20). */
export function acceptHandover(command: AcceptHandover, state: ExistingMelding): MeldingDecision {
  const { desk, context } = command
  const settled = alreadySettled(state, desk)
  if (settled !== undefined) return settled
  if (state.status !== 'offered' || state.offer.desk !== desk)
    return reject({ reason: 'not-offered-to-this-desk' })
  const { attempt } = state.offer
  return accept({
    type: 'HandoverAccepted',
    attempt,
    desk,
    by: context.actor.pseudonym,
    at: context.at,
    ...state.handed,
  })
}

export function refuseHandover(command: RefuseHandover, state: ExistingMelding): MeldingDecision {
  const { desk, reason, context } = command
  const settled = alreadySettled(state)
  if (settled !== undefined) return settled
  if (state.status !== 'offered' || state.offer.desk !== desk) {
    return state.refusedBy.includes(desk)
      ? accept()
      : reject({ reason: 'not-offered-to-this-desk' })
  }
  if (state.offer.why === 'assigned') return reject({ reason: 'assigned-by-the-national-layer' })
  const { attempt } = state.offer
  const refused: MeldingEvent = {
    type: 'HandoverRefused',
    attempt,
    desk,
    by: context.actor.pseudonym,
    reason,
    at: context.at,
  }
  const refusedBy = [...state.refusedBy, desk]
  return refusedBy.length < command.refusalsMax && !refusedBy.includes(command.next.desk)
    ? accept(refused, offered(command.next, attempt + 1, context.at))
    : accept(refused, escalated('refusals', context.at, command.assignDueAt))
}

export function assignDesk(command: AssignDesk, state: ExistingMelding): MeldingDecision {
  const settled = alreadySettled(state)
  if (settled !== undefined) return settled
  if (
    state.status === 'offered' &&
    state.offer.why === 'assigned' &&
    state.offer.desk === command.offer.desk
  ) {
    return accept()
  }
  if (state.status !== 'escalated') return reject({ reason: 'nothing-to-assign' })
  return accept(
    offered({ ...command.offer, why: 'assigned' }, state.attempts + 1, command.context.at),
  )
}

/**
 * Silence is not acceptance: it escalates (ROU-03), and silence of the national layer is said again with each further
 * term. A deadline that no longer stands changes nothing.
 */
export function deadlineReached(command: DeadlineReached, state: ExistingMelding): MeldingDecision {
  const { deadline, dueAt, assignDueAt, context } = command
  const { at } = context
  if (deadline === 'offer' && state.status === 'held' && state.offerDueAt === dueAt) {
    return accept(escalated('not-offered', at, assignDueAt))
  }
  if (deadline === 'acceptance' && state.status === 'offered' && state.offer.dueAt === dueAt) {
    const { attempt, desk } = state.offer
    return accept(
      { type: 'HandoverLapsed', attempt, desk, at },
      escalated('silence', at, assignDueAt),
    )
  }
  if (deadline === 'assignment' && state.status === 'escalated' && state.assignDueAt === dueAt) {
    const times = state.overdue + 1
    return accept({ type: 'AssignmentOverdue', times, at, dueAt, againDueAt: assignDueAt })
  }
  if (
    deadline === 'first-contact' &&
    isWaiting(state) &&
    state.handed.firstContactDueAt === dueAt
  ) {
    return accept({ type: 'FirstContactOverdue', at, dueAt })
  }
  return accept()
}

/** Nobody has them yet, and it was not said before. */
const isWaiting = (state: ExistingMelding): boolean =>
  state.status !== 'accepted' && state.status !== 'ended' && !state.firstContactOverdue

/** What no longer moves: a desk has it, or it ended. Accepting again at the same desk is the same acceptance. */
function alreadySettled(state: ExistingMelding, desk?: Desk): MeldingDecision | undefined {
  if (state.status === 'ended') return reject({ reason: 'melding-ended' })
  if (state.status !== 'accepted') return undefined
  return state.desk === desk ? accept() : reject({ reason: 'already-accepted', desk: state.desk })
}

export const offered = (offer: PreparedOffer, attempt: number, at: Instant): MeldingEvent => ({
  type: 'HandoverOffered',
  attempt,
  ...offer,
  at,
})

export const escalated = (
  why: Extract<MeldingEvent, { type: 'HandoverEscalated' }>['why'],
  at: Instant,
  assignDueAt: Instant,
): MeldingEvent => ({ type: 'HandoverEscalated', why, at, assignDueAt })
