/** The only way out of the house: ask a permit, send under it, prove delivery. */
import { accept, reject } from '@wederhoor/decider/decider'
import type { At, HearingEvent, RequestId, Side } from '../events.ts'
import type {
  Dispatch,
  HearingDecision,
  LosePermit,
  ProveDelivery,
  ReceivePermit,
  ReportUndelivered,
  RequestReminder,
  RequestServing,
} from './commands.ts'
import { actFor, obstacle, officeTextWith, refused } from './gate.ts'
import { overOr } from './opening.ts'
import {
  draftOf,
  type ExistingHearing,
  type HearingDocument,
  isOver,
  type PermitRequest,
} from './state.ts'
import { reopened, startsTerm, termStarted, unreminded } from './terms.ts'

export function requestServing(command: RequestServing, state: ExistingHearing): HearingDecision {
  if (state.requests[command.request] !== undefined) return accept()
  const document = state.documents[command.document]
  if (document === undefined) return reject({ reason: 'no-such-document' })
  const { request, to } = command
  const { is } = document.for[to]
  if (is === 'own' || is === 'not-for') return reject({ reason: 'not-for-this-party' })
  const refusal = obstacle(state, document, to)
  if (refusal !== undefined) return refused(command, refusal)
  const notNow = notServable(state, document, to)
  if (notNow !== undefined) return notNow
  return accept(requested(command, state, document, { request, to, purpose: 'serve' }))
}

function notServable(
  state: ExistingHearing,
  document: HearingDocument,
  to: Side,
): HearingDecision | undefined {
  const completes = to === 'melder' && officeTextWith(document, 'respondent')
  if (document.kind === 'closing-notice' ? !isOver(state) : isOver(state) && !completes) {
    return document.kind === 'closing-notice'
      ? reject({ reason: 'nobody-to-tell' })
      : overOr(state, 'not-served-yet')
  }
  switch (document.for[to].is) {
    case 'own':
    case 'not-for':
      return reject({ reason: 'not-for-this-party' })
    case 'asked':
      return reject({ reason: 'already-asked' })
    case 'sent':
    case 'served':
      return reject({ reason: 'already-sent' })
    case 'withheld':
      return reject({ reason: 'withheld' })
    case 'due':
      if (needsComplaintFirst(state, document)) return reject({ reason: 'complaint-first' })
      return needsRespondentFirst(document, to) ? reject({ reason: 'respondent-first' }) : undefined
  }
}

/** Whatever is shared between the sides is about a complaint that the respondent has. */
function needsComplaintFirst(state: ExistingHearing, document: HearingDocument): boolean {
  if (document.id === state.draft || document.kind === 'closing-notice') return false
  return draftOf(state)?.for.respondent.is !== 'served'
}

/**
 * A text of the office goes to the respondent first, who gets nothing without the melder's permission: otherwise the
 * melder could have it and then refuse it to the respondent, or withdraw.
 */
function needsRespondentFirst(document: HearingDocument, to: Side): boolean {
  if (to === 'respondent' || document.author !== 'office') return false
  const { is } = document.for.respondent
  return is !== 'served' && is !== 'withheld'
}

/** The one reminder is the same text again, under a permit of its own. */
export function requestReminder(command: RequestReminder, state: ExistingHearing): HearingDecision {
  if (state.requests[command.request] !== undefined) return accept()
  const { request, to } = command
  const voice = state.voices[to]
  if (voice.is !== 'reminder-due') return reject({ reason: 'no-reminder-due' })
  const document = state.documents[voice.document]
  if (document === undefined) return reject({ reason: 'no-such-document' })
  const refusal = obstacle(state, document, to)
  if (refusal !== undefined) return refused(command, refusal)
  if (isOver(state)) return overOr(state, 'not-served-yet')
  return accept(requested(command, state, document, { request, to, purpose: 'remind' }))
}

function requested(
  command: RequestServing | RequestReminder,
  state: ExistingHearing,
  document: HearingDocument,
  ask: { readonly request: RequestId; readonly to: Side; readonly purpose: 'serve' | 'remind' },
): HearingEvent {
  const { actor, at } = command.context
  return {
    type: 'PermitRequested',
    hearing: state.hearing,
    ...ask,
    document: document.id,
    act: actFor(document),
    receiver: state.parties[ask.to],
    digest: document.digest,
    by: actor.pseudonym,
    at,
  }
}

/** A permit counts for exactly what was asked. One that a withdrawal has overtaken changes nothing. */
export function receivePermit(command: ReceivePermit, state: ExistingHearing): HearingDecision {
  const asked = state.requests[command.request]
  if (asked === undefined) return reject({ reason: 'no-such-request' })
  if (asked.stage.is !== 'asked') return accept()
  const { request, permit, validUntil, act, receiver, digest, context } = command
  const exact = act === asked.act && digest === asked.digest && receiver === state.parties[asked.to]
  if (!exact) return reject({ reason: 'other-permit' })
  return accept({ type: 'PermitReceived', request, permit, validUntil, at: context.at })
}

export function losePermit(command: LosePermit, state: ExistingHearing): HearingDecision {
  const asked = state.requests[command.request]
  if (asked === undefined) return reject({ reason: 'no-such-request' })
  if (asked.stage.is !== 'asked' && asked.stage.is !== 'granted') return accept()
  const { request, reason, context } = command
  return accept({ type: 'PermitLost', request, reason, at: context.at })
}

/** Cites the permit. Refused, and recorded, when it expired, was lost, or a withdrawal or anonymity came first. */
export function dispatch(command: Dispatch, state: ExistingHearing): HearingDecision {
  const asked = state.requests[command.request]
  if (asked === undefined) return reject({ reason: 'no-such-request' })
  const { stage } = asked
  if (stage.is === 'sent' || stage.is === 'delivered' || stage.is === 'undelivered') return accept()
  const document = state.documents[asked.document]
  if (document === undefined) return reject({ reason: 'no-such-document' })
  const { request, permit, context } = command
  const refusal = obstacle(state, document, asked.to)
  if (refusal !== undefined) return refused(command, refusal, { request })
  if (stage.is === 'asked') return reject({ reason: 'no-permit-yet' })
  if (stage.is === 'lost') return refused(command, 'permit-lost', { request })
  if (stage.permit !== permit) return reject({ reason: 'other-permit' })
  if (context.at > stage.validUntil) return refused(command, 'permit-expired', { request })
  return asked.purpose === 'serve' ? dispatched(command, asked) : reminded(command, state, asked)
}

function dispatched(command: Dispatch, asked: PermitRequest): HearingDecision {
  const { request, permit, channel, codeDigest, context } = command
  const { document, to } = asked
  const { at, actor } = context
  const by = actor.pseudonym
  return accept({
    type: 'DocumentDispatched',
    request,
    permit,
    document,
    to,
    channel,
    codeDigest,
    by,
    at,
  })
}

/** Whoever is reminded late has as much time after the reminder: silence never comes sooner than given. */
function reminded(
  command: Dispatch,
  state: ExistingHearing,
  asked: PermitRequest,
): HearingDecision {
  const { request, permit, channel, silenceDueAt, context } = command
  const { document, to } = asked
  const voice = state.voices[to]
  if (voice.is !== 'reminder-due') return reject({ reason: 'no-reminder-due' })
  const { at, actor } = context
  if (silenceDueAt === undefined || silenceDueAt <= at) return reject({ reason: 'impossible-time' })
  const ends = later(silenceDueAt, voice.dues.silenceDueAt)
  return accept({
    type: 'ReminderSent',
    request,
    permit,
    document,
    to,
    channel,
    silenceDueAt: ends,
    by: actor.pseudonym,
    at,
  })
}

const later = (one: At, another: At): At => (one < another ? another : one)

/** Sent is not received: only proof of delivery serves, and only then terms run. */
export function proveDelivery(command: ProveDelivery, state: ExistingHearing): HearingDecision {
  const asked = state.requests[command.request]
  if (asked === undefined) return reject({ reason: 'no-such-request' })
  if (asked.purpose !== 'serve') return reject({ reason: 'not-a-serving' })
  if (asked.stage.is === 'delivered') return accept()
  if (asked.stage.is !== 'sent') return reject({ reason: 'not-sent' })
  const { request, how, deliveredAt, context } = command
  const { at, actor } = context
  if (deliveredAt < asked.stage.at || deliveredAt > at) return reject({ reason: 'impossible-time' })
  const { document, to } = asked
  const by = actor.pseudonym
  const proven: HearingEvent = {
    type: 'DeliveryProven',
    request,
    document,
    to,
    how,
    deliveredAt,
    by,
    at,
  }
  const served = state.documents[document]
  if (served === undefined || !startsTerm(state, served)) return accept(proven)
  const started = termStarted(command, state, { served, to })
  return started.kind === 'rejected' ? started : accept(proven, ...started.events)
}

export function reportUndelivered(
  command: ReportUndelivered,
  state: ExistingHearing,
): HearingDecision {
  const asked = state.requests[command.request]
  if (asked === undefined) return reject({ reason: 'no-such-request' })
  if (asked.stage.is === 'undelivered') return accept()
  if (asked.stage.is === 'delivered') return reject({ reason: 'already-delivered' })
  if (asked.stage.is !== 'sent') return reject({ reason: 'not-sent' })
  const { request, reason, context } = command
  const { document, to } = asked
  const by = context.actor.pseudonym
  const { at } = context
  const failed: HearingEvent = { type: 'DeliveryFailed', request, document, to, reason, by, at }
  return accept(failed, ...reminderUndone(state, asked, at))
}

/** A reminder that did not come is due again, and what rested on the silence after it is open again. */
function reminderUndone(
  state: ExistingHearing,
  { id, to }: PermitRequest,
  at: At,
): readonly HearingEvent[] {
  const voice = unreminded(state, id)
  if (voice === undefined || state.withdrawn) return []
  const due: HearingEvent = { type: 'ReminderDue', party: to, at }
  if (state.voices[to].is !== 'silent') return isOver(state) ? [] : [due]
  const events: HearingEvent[] = []
  if (
    !state.caseClosed &&
    state.status === 'ended' &&
    (state.end === 'exchanged' || state.end === 'findings')
  ) {
    const waiting = { ...state, voices: { ...state.voices, [to]: voice } }
    events.push(reopened(waiting, 'reminder-came-back', at))
  }
  if (state.findings !== undefined) {
    events.push({ type: 'FindingsReopened', document: state.findings, at })
  }
  const runs = !isOver(state) || events[0]?.type === 'HearingReopened'
  return runs ? [...events, due] : events
}
