/** How each event changes what is known. Never validates, never throws: the past is as it is. */
import type { HearingEvent, HearingEventOf, Side } from '../events.ts'
import { evolveDocuments, standing } from './evolve-documents.ts'
import { fits } from './gate.ts'
import {
  draftOf,
  type ExistingHearing,
  type Hearing,
  type HearingFile,
  isOver,
  type PermitRequest,
  type Voice,
} from './state.ts'
import { isRunning, unreminded } from './terms.ts'

export function evolve(state: Hearing, event: HearingEvent): Hearing {
  if (event.type === 'HearingPrepared') return prepared(event)
  if (state.status === 'unknown') {
    return event.type === 'ActRefused' ? { ...state, refused: event.attempt } : state
  }
  return withStatus(evolveDocuments(evolveFile(state, event), event), event)
}

function prepared(event: HearingEventOf<'HearingPrepared'>): Hearing {
  const { hearing, by, melder, respondent, office, organisation, kind, anonymity } = event
  const { document, content } = event
  const draft = {
    id: document,
    kind,
    author: 'melder',
    digest: content.sealed,
    round: 1,
    for: { melder: { is: 'own' }, respondent: { is: 'due' } },
    openedBy: [],
  } as const
  return {
    status: 'prepared',
    hearing,
    handler: by,
    kind,
    parties: { melder, respondent, office },
    organisation,
    anonymity,
    draft: document,
    documents: { [document]: draft },
    requests: {},
    permissions: {},
    voices: { melder: { is: 'heard' }, respondent: { is: 'not-asked' } },
    extraDays: 0,
    extensions: 0,
    withdrawn: false,
    caseClosed: false,
    tied: [],
  }
}

function evolveFile(state: ExistingHearing, event: HearingEvent): ExistingHearing {
  switch (event.type) {
    case 'HandlerChanged':
      return { ...state, handler: event.by }
    case 'PermissionNoted': {
      const { permission: id, act, receiver, digest } = event
      const noted = { id, act, receiver, digest, live: true, withdrawn: false }
      return { ...state, permissions: { ...state.permissions, [id]: noted } }
    }
    case 'PermissionWithdrawalNoted':
      return permissionWithdrawn(state, event.permission)
    case 'AnonymityNoted':
      return { ...state, anonymity: event.anonymity }
    case 'PermitRequested': {
      const { request: id, purpose, document, to, act, digest } = event
      return withRequest(state, { id, purpose, document, to, act, digest, stage: { is: 'asked' } })
    }
    case 'PermitReceived': {
      const { request, permit, validUntil } = event
      return atStage(state, request, { is: 'granted', permit, validUntil })
    }
    case 'PermitLost':
      return atStage(state, event.request, { is: 'lost' })
    case 'DocumentDispatched':
      return atStage(state, event.request, { is: 'sent', at: event.at })
    case 'ReminderSent':
      return reminderSent(state, event)
    case 'DeliveryProven':
      return atStage(state, event.request, { is: 'delivered' })
    case 'DeliveryFailed':
      return deliveryFailed(state, event)
    case 'TermStarted':
      return termStarted(state, event)
    case 'TermExtended':
      return termExtended(state, event)
    case 'ReminderDue': {
      const voice = state.voices[event.party]
      if (!isRunning(voice)) return state
      return withVoice(state, event.party, { ...voice, is: 'reminder-due' })
    }
    case 'SilenceRecorded': {
      const voice = state.voices[event.party]
      if (!isRunning(voice)) return state
      return withVoice(state, event.party, { ...voice, is: 'silent' })
    }
    case 'StatementReceived':
      return withVoice(waitsForCase(state, 'late-answer'), event.author, { is: 'heard' })
    case 'HearingDeclined':
      return withVoice(state, event.party, { is: 'declined' })
    case 'CooperationRecorded': {
      const asked = state.requests[event.request]
      if (asked === undefined) return state
      return withRequest(state, { ...asked, cooperation: event.cooperation })
    }
    case 'FindingsMade':
      return { ...state, findings: event.document }
    case 'FindingsReopened':
      return { ...state, findings: undefined }
    case 'SkipProposed':
      return { ...state, skip: { by: event.by, confirmed: false } }
    case 'RespondentSkipped':
      return dropRequests({ ...state, skip: { by: event.proposedBy, confirmed: true } })
    case 'HearingEnded':
      return dropRequests({ ...state, withdrawn: state.withdrawn || event.end === 'withdrawn' })
    case 'HearingDetached':
    case 'CaseClosedNoted':
      return dropRequests({ ...state, caseClosed: true, permissions: ended(state.permissions) })
    case 'CaseReopenedNoted':
      return { ...state, caseClosed: false }
    case 'HearingReopened':
      return { ...state, caseClosed: false, reopens: undefined }
    case 'StatementRetracted':
      return dropRequests(state, event.document)
    case 'DraftRevised':
      return dropRequests(state, event.document)
    case 'ActRefused':
      return refusedAct(state, event)
    case 'HearingPrepared':
    case 'HearingOpened':
    case 'DocumentAdded':
    case 'DocumentOpened':
    case 'WithholdingProposed':
    case 'DocumentWithheld':
    case 'WithholdingLifted':
    case 'HearingSealed':
      return state
  }
}

/** One sentence per way: opened by permission, served by proof, over by its end, and back again by a reopening. */
function withStatus(state: ExistingHearing, event: HearingEvent): ExistingHearing {
  switch (event.type) {
    case 'HearingEnded':
      return { ...state, status: 'ended', end: event.end }
    case 'HearingDetached':
      return { ...state, status: 'detached' }
    case 'HearingReopened':
      return { ...state, status: runningStatus(state) }
    default:
      return isOver(state) ? state : { ...state, status: runningStatus(state) }
  }
}

function runningStatus(state: HearingFile): 'prepared' | 'opened' | 'served' | 'skipped' {
  if (state.skip?.confirmed === true) return 'skipped'
  const draft = draftOf(state)
  if (draft === undefined) return 'prepared'
  if (draft.for.respondent.is === 'served') return 'served'
  const permitted = Object.values(state.permissions).some(
    (one) => one.live && fits(one, state, draft),
  )
  return permitted ? 'opened' : 'prepared'
}

/** A closing ends every permission in case as well: after a reopening it is asked again. */
const ended = (permissions: HearingFile['permissions']): HearingFile['permissions'] =>
  Object.fromEntries(Object.entries(permissions).map(([id, one]) => [id, { ...one, live: false }]))

function permissionWithdrawn(state: ExistingHearing, permission: string): ExistingHearing {
  const known = state.permissions[permission]
  const draft = draftOf(state)
  if (known === undefined || draft === undefined) return state
  const gone = { ...known, live: false, withdrawn: true }
  const permissions = { ...state.permissions, [permission]: gone }
  const withdrawn = state.withdrawn || fits(known, state, draft)
  return { ...state, permissions, withdrawn }
}

const withVoice = (state: ExistingHearing, side: Side, voice: Voice): ExistingHearing => ({
  ...state,
  voices: { ...state.voices, [side]: voice },
})

const withRequest = (state: ExistingHearing, request: PermitRequest): ExistingHearing => ({
  ...state,
  requests: { ...state.requests, [request.id]: request },
})

function atStage(
  state: ExistingHearing,
  request: string,
  stage: PermitRequest['stage'],
): ExistingHearing {
  const asked = state.requests[request]
  return asked === undefined ? state : withRequest(state, { ...asked, stage })
}

/** What was asked and not yet sent can no longer be sent, and its document is due again. */
function dropRequests(state: ExistingHearing, document?: string): ExistingHearing {
  const open = Object.values(state.requests).filter(
    (one) =>
      (one.stage.is === 'asked' || one.stage.is === 'granted') &&
      (document === undefined || one.document === document),
  )
  return open.reduce(
    (before, one) => standing(atStage(before, one.id, { is: 'lost' }), one, { is: 'due' }),
    state,
  )
}

function reminderSent(
  state: ExistingHearing,
  event: HearingEventOf<'ReminderSent'>,
): ExistingHearing {
  const sent = atStage(state, event.request, { is: 'sent', at: event.at })
  const voice = state.voices[event.to]
  if (!isRunning(voice)) return sent
  const dues = { ...voice.dues, silenceDueAt: event.silenceDueAt }
  return withVoice(sent, event.to, { ...voice, is: 'reminded', dues })
}

/** A reminder that came back is no reminder. */
function deliveryFailed(
  state: ExistingHearing,
  event: HearingEventOf<'DeliveryFailed'>,
): ExistingHearing {
  const failed = atStage(state, event.request, { is: 'undelivered' })
  const voice = unreminded(state, event.request)
  if (voice === undefined) return failed
  const rested = 'end' in state && (state.end === 'exchanged' || state.end === 'findings')
  const waiting = rested ? waitsForCase(failed, 'reminder-came-back') : failed
  return withVoice(waiting, event.to, voice)
}

/** What would open an ended hearing again waits while its case is closed. */
const waitsForCase = (
  state: ExistingHearing,
  reopens: 'late-answer' | 'reminder-came-back',
): ExistingHearing => (state.caseClosed && state.status === 'ended' ? { ...state, reopens } : state)

/** Whoever spoke after it was sent and before the proof came in need not speak again. */
function termStarted(
  state: ExistingHearing,
  event: HearingEventOf<'TermStarted'>,
): ExistingHearing {
  const { party, document, dues, days } = event
  const known = { ...state, days: state.days ?? days }
  const asked = Object.values(state.requests).find(
    (one) => one.document === document && one.to === party && one.stage.is === 'delivered',
  )
  const delivered = state.documents[document]?.for[party]
  if (asked === undefined || (delivered?.is === 'served' && delivered.spoke)) return known
  return withVoice(known, party, { is: 'waiting', request: asked.id, document, dues })
}

function termExtended(
  state: ExistingHearing,
  event: HearingEventOf<'TermExtended'>,
): ExistingHearing {
  const { melder, respondent, extraDays } = event
  const extended = {
    ...state,
    extraDays: state.extraDays + extraDays,
    extensions: state.extensions + 1,
  }
  const withMelder = longer(extended, 'melder', melder)
  return longer(withMelder, 'respondent', respondent)
}

/** A reminder that is due but not sent moves along; one that was sent stays the only one. */
function longer(
  state: ExistingHearing,
  side: Side,
  dues: HearingEventOf<'TermExtended'>['melder'],
): ExistingHearing {
  const voice = state.voices[side]
  if (dues === undefined || !isRunning(voice)) return state
  const is = voice.is === 'reminded' ? 'reminded' : 'waiting'
  return withVoice(state, side, { ...voice, is, dues })
}

function refusedAct(state: ExistingHearing, event: HearingEventOf<'ActRefused'>): ExistingHearing {
  const { tied } = state
  const isTied = event.reason === 'handler-has-tie' && !tied.includes(event.by)
  const known = { ...state, refused: event.attempt, tied: isTied ? [...tied, event.by] : tied }
  if (event.reason !== 'permit-expired' || event.request === undefined) return known
  const asked = state.requests[event.request]
  if (asked === undefined) return known
  return standing(atStage(known, asked.id, { is: 'lost' }), asked, { is: 'due' })
}
