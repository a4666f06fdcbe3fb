/**
 * What a partner does with a referral: it says so itself, or the desk records what it heard by phone. The desk holds
 * the matter until the partner has accepted, and again from the moment the partner is done.
 */
import { accept, reject } from '@wederhoor/decider/decider'
import { objectionTo } from '../covenant.ts'
import type { ReferralEvent } from '../events.ts'
import type {
  AcceptReferral,
  RaiseStuckCase,
  RecordContact,
  ReferralCommand,
  ReferralDecision,
  RefuseReferral,
  ReportBack,
  SeeReferral,
  Teller,
} from './commands.ts'
import { type ExistingReferral, isOut, type OutReferral } from './state.ts'

/** Whoever opens it is on record before the content leaves; a second reader adds nothing here but to the access log. */
export function seeReferral(command: SeeReferral, state: ExistingReferral): ReferralDecision {
  const { from, basis } = command
  const refused = notTheirs(from, state) ?? notOut(state)
  if (refused !== undefined) return refused
  if (!isOut(state)) return accept()
  if (from.via === 'partner' && state.draft !== undefined) {
    const { partner, desk, draft } = state
    const why =
      basis === undefined ? 'no-covenant' : objectionTo(basis, { partner, desk, ...draft })
    if (why !== undefined) return reject({ reason: 'basis-gone', why })
  }
  if (state.status !== 'offered') return accept()
  return accept({ type: 'ReferralSeen', ...answerOf(command, state) })
}

/** Sent is not received: a partner accepts what it has opened. By phone, both are said in one breath. */
export function acceptReferral(command: AcceptReferral, state: ExistingReferral): ReferralDecision {
  const { from, contactDueAt, feedbackDueAt } = command
  const refused = notTheirs(from, state) ?? notOut(state)
  if (refused !== undefined) return refused
  if (!isOut(state)) return accept()
  if (state.status === 'accepted' || state.status === 'contacted') return accept()
  const answer = answerOf(command, state)
  const accepted = { type: 'ReferralAccepted', ...answer, contactDueAt, feedbackDueAt } as const
  if (state.status === 'seen') return accept(accepted)
  if (from.via === 'partner' && state.draft !== undefined) return reject({ reason: 'not-seen-yet' })
  return accept<ReferralEvent>({ type: 'ReferralSeen', ...answer }, accepted)
}

/** Refusing needs no opening: who has no room need not read. The sender holds it still. */
export function refuseReferral(command: RefuseReferral, state: ExistingReferral): ReferralDecision {
  const { from, reason } = command
  const refused = notTheirs(from, state)
  if (refused !== undefined) return refused
  if (state.status === 'refused' && state.because === reason) return accept()
  const closed = notOut(state)
  if (closed !== undefined || !isOut(state)) return closed ?? accept()
  if (state.status === 'accepted' || state.status === 'contacted')
    return reject({ reason: 'already-accepted' })
  return accept({ type: 'ReferralRefused', ...answerOf(command, state), reason })
}

export function recordContact(command: RecordContact, state: ExistingReferral): ReferralDecision {
  const refused = notTheirs(command.from, state) ?? notOut(state)
  if (refused !== undefined) return refused
  if (state.status === 'contacted') return accept()
  if (state.status !== 'accepted') return reject({ reason: 'not-accepted-yet' })
  return accept({ type: 'ContactMade', ...answerOf(command, state) })
}

/** Also without contact: that the person was not reached is an outcome too. */
export function reportBack(command: ReportBack, state: ExistingReferral): ReferralDecision {
  const { from, outcome, text } = command
  const refused = notTheirs(from, state)
  if (refused !== undefined) return refused
  if (state.status === 'done' && state.outcome === outcome && state.text === text?.sealed)
    return accept()
  const closed = notOut(state)
  if (closed !== undefined) return closed
  if (state.status !== 'accepted' && state.status !== 'contacted')
    return reject({ reason: 'not-accepted-yet' })
  return accept({ type: 'ReferralDone', ...answerOf(command, state), outcome, text })
}

export function raiseStuckCase(command: RaiseStuckCase, state: ExistingReferral): ReferralDecision {
  const { organisation, text, to, context } = command
  const refused = notTheirs({ via: 'partner', organisation }, state)
  if (refused !== undefined) return refused
  if (state.raised.includes(text.sealed)) return accept()
  const closed = notOut(state)
  if (closed !== undefined) return closed
  const { referral, partner, melder } = state
  const who = { by: context.actor.pseudonym, at: context.at }
  return accept({ type: 'StuckCaseRaised', referral, partner, melder, text, to, ...who })
}

/** Another organisation's referral, or another desk's. */
function notTheirs(from: Teller, state: ExistingReferral): ReferralDecision | undefined {
  if (from.via === 'phone')
    return from.desk === state.desk ? undefined : reject({ reason: 'not-the-holding-desk' })
  return from.organisation === state.partner && wasOffered(state)
    ? undefined
    : reject({ reason: 'not-offered-to-this-organisation' })
}

/** What never went out, no partner hears of. */
function wasOffered(state: ExistingReferral): boolean {
  switch (state.status) {
    case 'offered':
    case 'seen':
    case 'accepted':
    case 'contacted':
    case 'refused':
    case 'done':
    case 'recalled':
      return true
    case 'pointed':
    case 'withheld':
    case 'drafted':
    case 'permit-requested':
    case 'permitted':
    case 'dropped':
      return false
  }
}

function notOut(state: ExistingReferral): ReferralDecision | undefined {
  if (isOut(state)) return undefined
  if (state.status === 'recalled') return reject({ reason: 'referral-recalled' })
  return reject({ reason: 'not-out', status: state.status })
}

const answerOf = (
  command: Extract<ReferralCommand, { readonly from: Teller }>,
  state: OutReferral,
) => ({
  referral: state.referral,
  partner: state.partner,
  melder: state.melder,
  via: command.from.via,
  by: command.context.actor.pseudonym,
  toldBy: command.from.via === 'phone' ? command.from.toldBy : undefined,
  at: command.context.at,
})
