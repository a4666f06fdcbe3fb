/** How each event changes the hearing file: which documents there are, and how each stands towards either side. */
import type { HearingEvent, HearingEventOf, Side } from '../events.ts'
import {
  type ExistingHearing,
  type HearingDocument,
  other,
  type PermitRequest,
  type Standing,
} from './state.ts'

export function evolveDocuments(state: ExistingHearing, event: HearingEvent): ExistingHearing {
  switch (event.type) {
    case 'DraftRevised':
      return change(state, event.document, (one) => ({
        ...one,
        digest: event.content.sealed,
        openedBy: [],
      }))
    case 'PermitRequested':
      return asked(state, event)
    case 'PermitLost': {
      const request = state.requests[event.request]
      return request === undefined ? state : standing(state, request, { is: 'due' })
    }
    case 'DocumentDispatched':
      return stands(state, event, { is: 'sent', request: event.request, spoke: false })
    case 'DeliveryProven':
      return proven(state, event)
    case 'DeliveryFailed':
      return state.requests[event.request]?.purpose === 'remind'
        ? state
        : stands(state, event, { is: 'due' })
    case 'StatementReceived':
      return add(spokenMeanwhile(state, event.author), statement(event))
    case 'StatementRetracted':
      return stands(state, { ...event, to: 'respondent' }, { is: 'not-for' })
    case 'DocumentAdded':
      return add(state, ofTheOffice(event.document, event.kind, event.content.sealed))
    case 'FindingsMade':
      return add(state, ofTheOffice(event.document, 'findings', event.content.sealed))
    case 'FindingsReopened':
      return change(state, event.document, putAway)
    case 'DocumentOpened':
      return change(state, event.document, (one) => ({
        ...one,
        openedBy: [...one.openedBy, event.by],
      }))
    case 'WithholdingProposed': {
      const { document, from, ground, by } = event
      return change(state, document, (one) => ({ ...one, proposal: { from, ground, by } }))
    }
    case 'DocumentWithheld': {
      const { document, from, ground } = event
      const withheld = stands(state, { document, to: from }, { is: 'withheld', ground })
      return change(withheld, document, ({ proposal: _proposal, ...one }) => one)
    }
    case 'WithholdingLifted':
      return stands(state, { document: event.document, to: event.from }, { is: 'due' })
    default:
      return state
  }
}

/** A serving that is asked for; a reminder leaves the document where it is: served. */
function asked(state: ExistingHearing, event: HearingEventOf<'PermitRequested'>): ExistingHearing {
  if (event.purpose === 'remind') return state
  return stands(state, event, { is: 'asked', request: event.request })
}

function proven(state: ExistingHearing, event: HearingEventOf<'DeliveryProven'>): ExistingHearing {
  const { document, to, request, deliveredAt } = event
  const before = state.documents[document]?.for[to]
  const spoke = before?.is === 'sent' && before.spoke
  return stands(state, event, { is: 'served', request, at: deliveredAt, spoke })
}

/** What is on its way may have come: whoever speaks now may have spoken about it. */
function spokenMeanwhile(state: ExistingHearing, author: Side): ExistingHearing {
  return Object.values(state.documents).reduce((before, { id, for: { [author]: now } }) => {
    if (now.is !== 'sent') return before
    return stands(before, { document: id, to: author }, { ...now, spoke: true })
  }, state)
}

function statement(event: HearingEventOf<'StatementReceived'>): HearingDocument {
  const { document: id, author, content, round } = event
  const kind = author === 'respondent' ? 'answer' : 'reply'
  const own: Standing = { is: 'own' }
  const due: Standing = { is: 'due' }
  const forBoth =
    author === 'melder' ? { melder: own, respondent: due } : { melder: due, respondent: own }
  return { id, kind, author, digest: content.sealed, round, for: forBoth, openedBy: [] }
}

function ofTheOffice(
  id: HearingDocument['id'],
  kind: 'report' | 'closing-notice' | 'findings',
  digest: HearingDocument['digest'],
): HearingDocument {
  const due: Standing = { is: 'due' }
  const melder: Standing = kind === 'closing-notice' ? { is: 'not-for' } : due
  return {
    id,
    kind,
    author: 'office',
    digest,
    round: 0,
    for: { melder, respondent: due },
    openedBy: [],
  }
}

/** Findings that are open again go to nobody new, unless one side has them: then the other gets them too. */
function putAway(document: HearingDocument): HearingDocument {
  const out = (side: Side) => ['sent', 'served'].includes(document.for[side].is)
  if (out('melder') || out('respondent')) return document
  const keep = (side: Side): Standing =>
    document.for[side].is === 'withheld' ? document.for[side] : { is: 'not-for' }
  return { ...document, for: { melder: keep('melder'), respondent: keep('respondent') } }
}

const stands = (
  state: ExistingHearing,
  at: { readonly document: string; readonly to: Side },
  is: Standing,
): ExistingHearing =>
  change(state, at.document, (one) => ({
    ...one,
    for: { ...one.for, [at.to]: is, [other(at.to)]: one.for[other(at.to)] },
  }))

/** Where the document of a request for serving stands from now on. A reminder changes nothing about it. */
export function standing(
  state: ExistingHearing,
  request: PermitRequest,
  is: Standing,
): ExistingHearing {
  const now = state.documents[request.document]?.for[request.to].is
  if (request.purpose === 'remind' || now !== 'asked') return state
  return stands(state, request, is)
}

const add = (state: ExistingHearing, document: HearingDocument): ExistingHearing => ({
  ...state,
  documents: { ...state.documents, [document.id]: document },
})

function change(
  state: ExistingHearing,
  id: string,
  how: (document: HearingDocument) => HearingDocument,
): ExistingHearing {
  const document = state.documents[id]
  return document === undefined ? state : add(state, how(document))
}
