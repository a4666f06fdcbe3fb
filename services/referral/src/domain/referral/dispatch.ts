/**
 * How data goes out, and how it is called back. Nothing is offered without a permit of case that is live at that moment
 * and cited, and without a basis: a covenant for police and prosecution, the minimum of fields for others.
 */
import { accept, reject } from '@wederhoor/decider/decider'
import { cited, objectionTo } from '../covenant.ts'
import type { EventNamed } from '../events.ts'
import type {
  CancelPermit,
  OfferReferral,
  ReceivePermit,
  ReceivePermitRefusal,
  ReferralDecision,
  RequestPermit,
  WithdrawReferral,
} from './commands.ts'
import { draftOf, type ExistingReferral, isOut, type OutReferral } from './state.ts'

type AwaitingPermit = Extract<ExistingReferral, { status: 'permit-requested' | 'permitted' }>

/** A new request replaces an older one, whose answer then no longer matches: one that got lost holds up nobody. */
export function requestPermit(command: RequestPermit, state: ExistingReferral): ReferralDecision {
  const { desk, request, context } = command
  if (desk !== state.desk) return reject({ reason: 'not-the-holding-desk' })
  if ('request' in state && state.request === request) return accept()
  if (state.settledRequests.includes(request)) return accept()
  if (state.status !== 'drafted' && !isAwaiting(state))
    return reject({ reason: 'not-a-draft', status: state.status })
  const { referral, partner, draft } = state
  const who = { by: context.actor.pseudonym, at: context.at }
  return accept({
    type: 'PermitRequested',
    referral,
    request,
    partner,
    digest: draft.digest,
    ...who,
  })
}

export function receivePermit(command: ReceivePermit, state: ExistingReferral): ReferralDecision {
  const { request, permit, validUntil, context } = command
  if (state.status === 'permitted' && state.permit === permit) return accept()
  if (state.usedPermits.includes(permit)) return accept()
  const matches =
    state.status === 'permit-requested' &&
    state.request === request &&
    command.act === 'refer-with-data' &&
    command.receiver === state.partner &&
    command.digest === state.draft.digest
  if (!matches) return reject({ reason: 'permit-does-not-match' })
  return accept({ type: 'PermitReceived', request, permit, validUntil, at: context.at })
}

export function receivePermitRefusal(
  command: ReceivePermitRefusal,
  state: ExistingReferral,
): ReferralDecision {
  const { request, reason, context } = command
  if (state.settledRequests.includes(request)) return accept()
  if (state.status !== 'permit-requested' || state.request !== request)
    return reject({ reason: 'permit-does-not-match' })
  return accept({ type: 'PermitRefused', request, reason, at: context.at })
}

/** Before it went out the permit is dead; after that, and before acceptance, what went out is called back. */
export function cancelPermit(command: CancelPermit, state: ExistingReferral): ReferralDecision {
  const { request, context } = command
  const ours = 'request' in state && state.request === request
  if (!ours) return accept()
  if (isAwaiting(state))
    return accept({ type: 'PermitCancelled', request, why: 'permit-cancelled', at: context.at })
  if (state.status === 'offered' || state.status === 'seen')
    return accept(recalled(state, 'permit-cancelled', command))
  return accept()
}

export function offerReferral(command: OfferReferral, state: ExistingReferral): ReferralDecision {
  const { permit, basis, seenDueAt, acceptDueAt, context } = command
  if (state.usedPermits.includes(permit)) return accept()
  if (state.status !== 'permitted' || state.permit !== permit)
    return reject({ reason: 'no-live-permit' })
  const { referral, partner, desk, draft } = state
  const { fields, purpose } = draft
  const { at } = context
  if (at > state.validUntil)
    return accept({ type: 'OfferWithheld', permit, why: 'permit-expired', at })
  const why = objectionTo(basis, { partner, desk, purpose, fields })
  if (why !== undefined) return accept({ type: 'OfferWithheld', permit, why, at })
  const terms = { at, seenDueAt, acceptDueAt }
  return accept({
    type: 'ReferralOffered',
    referral,
    partner,
    permit,
    fields,
    ...cited(basis),
    ...terms,
  })
}

/**
 * The melder withdrew, the case closed, or the desk takes it back. What was not accepted is called back. After
 * acceptance the partner has it: only the melder's withdrawal still reaches it, and a closing leaves it at work without
 * our clocks.
 */
export function withdrawReferral(
  command: WithdrawReferral,
  state: ExistingReferral,
): ReferralDecision {
  if (command.why === 'by-sender' && command.desk !== state.desk)
    return reject({ reason: 'not-the-holding-desk' })
  const { why, context } = command
  if (isForAnotherText(command, state)) return accept()
  if (state.status === 'drafted' || isAwaiting(state)) {
    if (why === 'permission-withdrawn') return withdrawPermit(state, command)
    return accept({ type: 'ReferralDropped', why, at: context.at })
  }
  if (!isOut(state)) return withdrawSettled(command, state)
  if (why === 'permission-withdrawn' && state.draft === undefined) return accept()
  const taken = state.status === 'accepted' || state.status === 'contacted'
  if (!taken || why === 'permission-withdrawn') return accept(recalled(state, why, command))
  if (why === 'by-sender') return reject({ reason: 'already-accepted' })
  if (state.detached) return accept()
  return accept({ type: 'ReferralDetached', at: context.at })
}

/** A permission is for one exact text: withdrawing it leaves what rests on another permission alone. */
const isForAnotherText = (command: WithdrawReferral, state: ExistingReferral): boolean =>
  command.why === 'permission-withdrawn' &&
  command.digest !== undefined &&
  command.digest !== draftOf(state)?.digest

/** A permit in hand dies with the permission. A request still under way is answered by case, which knows of it. */
function withdrawPermit(
  state: Extract<ExistingReferral, { status: 'drafted' }> | AwaitingPermit,
  command: WithdrawReferral,
): ReferralDecision {
  if (state.status !== 'permitted') return accept()
  const { request } = state
  const { at } = command.context
  return accept({ type: 'PermitCancelled', request, why: 'permission-withdrawn', at })
}

function withdrawSettled(command: WithdrawReferral, state: ExistingReferral): ReferralDecision {
  const gone = state.status === 'recalled' || state.status === 'dropped'
  if (command.why !== 'by-sender' || gone) return accept()
  return reject({ reason: 'not-out', status: state.status })
}

function recalled(
  state: OutReferral,
  why: EventNamed<'ReferralRecalled'>['why'],
  command: WithdrawReferral | CancelPermit,
): EventNamed<'ReferralRecalled'> {
  const { referral, partner } = state
  const opened = state.status !== 'offered'
  return { type: 'ReferralRecalled', referral, partner, opened, why, at: command.context.at }
}

const isAwaiting = (state: ExistingReferral): state is AwaitingPermit =>
  state.status === 'permit-requested' || state.status === 'permitted'
