/** A referral in one of three forms: told where to go, called together, with data (procedure §5). */
import { accept, type Decider, reject } from '@wederhoor/decider/decider'
import { cited, objectionTo } from '../covenant.ts'
import type { ReferralEvent } from '../events.ts'
import {
  acceptReferral,
  raiseStuckCase,
  recordContact,
  refuseReferral,
  reportBack,
  seeReferral,
} from './answering.ts'
import type {
  CallTogether,
  DeadlineReached,
  DraftReferral,
  PointPerson,
  ReferralCommand,
  ReferralDecision,
  ReferralRejection,
  TakeUpEscalation,
} from './commands.ts'
import {
  cancelPermit,
  offerReferral,
  receivePermit,
  receivePermitRefusal,
  requestPermit,
  withdrawReferral,
} from './dispatch.ts'
import { type ExistingReferral, evolve, type Referral } from './state.ts'

export const referralDecider: Decider<ReferralCommand, ReferralEvent, Referral, ReferralRejection> =
  { initial: { status: 'unknown' }, decide, evolve }

function decide(command: ReferralCommand, state: Referral): ReferralDecision {
  switch (command.type) {
    case 'PointPerson':
      return pointPerson(command, state)
    case 'CallTogether':
      return callTogether(command, state)
    case 'DraftReferral':
      return draftReferral(command, state)
    default:
      return state.status === 'unknown'
        ? reject({ reason: 'no-such-referral' })
        : decideExisting(command, state)
  }
}

type Later = Exclude<ReferralCommand, PointPerson | CallTogether | DraftReferral>

function decideExisting(command: Later, state: ExistingReferral): ReferralDecision {
  switch (command.type) {
    case 'RequestPermit':
      return requestPermit(command, state)
    case 'ReceivePermit':
      return receivePermit(command, state)
    case 'ReceivePermitRefusal':
      return receivePermitRefusal(command, state)
    case 'CancelPermit':
      return cancelPermit(command, state)
    case 'OfferReferral':
      return offerReferral(command, state)
    case 'SeeReferral':
      return seeReferral(command, state)
    case 'AcceptReferral':
      return acceptReferral(command, state)
    case 'RefuseReferral':
      return refuseReferral(command, state)
    case 'RecordContact':
      return recordContact(command, state)
    case 'ReportBack':
      return reportBack(command, state)
    case 'WithdrawReferral':
      return withdrawReferral(command, state)
    case 'RaiseStuckCase':
      return raiseStuckCase(command, state)
    case 'TakeUpEscalation':
      return takeUpEscalation(command, state)
    case 'DeadlineReached':
      return deadlineReached(command, state)
  }
}

function pointPerson(command: PointPerson, state: Referral): ReferralDecision {
  const { referral, partner, desk, melder, caseOpen, context } = command
  if (state.status === 'pointed' && state.partner === partner) return accept()
  if (state.status !== 'unknown') return reject({ reason: 'already-begun' })
  if (!caseOpen) return reject({ reason: 'case-closed' })
  const by = context.actor.pseudonym
  return accept({ type: 'PersonPointed', referral, partner, desk, melder, by, at: context.at })
}

/** The call is the contact with the person: a partner that says yes in it has only its report left to give. */
function callTogether(command: CallTogether, state: Referral): ReferralDecision {
  const { referral, partner, desk, melder, toldBy, acceptDueAt, accepted, context } = command
  if (calledBefore(command, state)) return accept()
  if (state.status !== 'unknown') return reject({ reason: 'already-begun' })
  if (!command.caseOpen) return reject({ reason: 'case-closed' })
  const { at } = context
  const by = context.actor.pseudonym
  const called: ReferralEvent = {
    type: 'PersonCalledTogether',
    referral,
    partner,
    desk,
    melder,
    toldBy,
    by,
    at,
    acceptDueAt,
  }
  if (accepted === undefined) return accept(called)
  const answer = { referral, partner, melder, via: 'phone', by, toldBy, at } as const
  return accept<ReferralEvent>(
    called,
    { type: 'ReferralSeen', ...answer },
    { type: 'ReferralAccepted', ...answer, ...accepted },
    { type: 'ContactMade', ...answer },
  )
}

const calledBefore = (command: CallTogether, state: Referral): boolean =>
  'toldBy' in state && state.toldBy === command.toldBy.sealed && state.partner === command.partner

/** A draft that may not go over on its basis is refused before anybody is asked, and the refusal stands recorded. */
function draftReferral(command: DraftReferral, state: Referral): ReferralDecision {
  const { type: _type, context, caseOpen, basis, content, ...facts } = command
  if (state.status === 'withheld' && state.partner === facts.partner) return accept()
  if (state.status !== 'unknown') {
    const same = 'draft' in state && state.draft?.digest === content.sealed
    return same ? accept() : reject({ reason: 'already-begun' })
  }
  if (!caseOpen) return reject({ reason: 'case-closed' })
  if (facts.fields.length === 0) return reject({ reason: 'no-fields' })
  const who = { by: context.actor.pseudonym, at: context.at }
  const why = objectionTo(basis, facts)
  if (why !== undefined) return accept({ type: 'ReferralWithheld', ...facts, why, ...who })
  return accept({ type: 'ReferralDrafted', ...facts, content, ...cited(basis), ...who })
}

/** Silence escalates, once per step; the step stays open and its time goes on. */
function deadlineReached(command: DeadlineReached, state: ExistingReferral): ReferralDecision {
  const { deadline: step, dueAt, to, context } = command
  if (state.due[step] !== dueAt || state.overdue.includes(step)) return accept()
  const { referral, partner } = state
  return accept({ type: 'ReferralOverdue', referral, partner, step, dueAt, to, at: context.at })
}

function takeUpEscalation(command: TakeUpEscalation, state: ExistingReferral): ReferralDecision {
  const { what, context } = command
  if (state.takenUp.includes(what)) return accept()
  const raised = what === 'stuck' ? state.raised.length > 0 : state.overdue.includes(what)
  if (!raised) return reject({ reason: 'nothing-to-take-up' })
  return accept({ type: 'EscalationTakenUp', what, by: context.actor.pseudonym, at: context.at })
}
