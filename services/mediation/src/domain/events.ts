/**
 * Stored events of a hearing. These names and fields are the storage format: they are never renamed; a field that turns
 * from open to sensitive or back is a new version of its event. The events of the sealed track stand beside this file.
 */
import {
  code,
  digest,
  type EventOf,
  event,
  type Instant,
  instant,
  maybe,
  open,
  sensitive,
  type Uuid,
  uuid,
} from '@wederhoor/vault/fields'
import { z } from 'zod'
import {
  act,
  type actForm,
  anonymity,
  at,
  by,
  channel,
  commitment,
  days,
  document,
  dues,
  findingsText,
  from,
  type handlerTies,
  hearing,
  letter,
  melder,
  office,
  organisation,
  party,
  permission,
  permit,
  proposedBy,
  purpose,
  receiver,
  request,
  respondent,
  type sideForm,
  to,
  withholdingGround,
} from './fields.ts'
import { actRefused } from './refusal-events.ts'
import { hearingSealed } from './seal-events.ts'

export const hearingPrepared = event('HearingPrepared', 1, {
  hearing,
  by,
  melder,
  respondent,
  office,
  organisation: maybe(organisation),
  respondentName: maybe(sensitive('respondent', z.string().min(1).max(300))),
  respondentContact: maybe(sensitive('respondent', z.string().min(1).max(1_000))),
  kind: open('closed list', z.enum(['complaint', 'general-letter'])),
  anonymity,
  document,
  content: sensitive('melder', letter),
  at,
})
export const draftRevised = event('DraftRevised', 1, {
  by,
  melder,
  document,
  content: sensitive('melder', letter),
  at,
})
export const handlerChanged = event('HandlerChanged', 1, { by, at })

export const permissionNoted = event('PermissionNoted', 1, {
  permission,
  act,
  receiver,
  digest: commitment,
  at,
})
export const permissionWithdrawalNoted = event('PermissionWithdrawalNoted', 1, { permission, at })
export const anonymityNoted = event('AnonymityNoted', 1, { anonymity, at })
export const hearingOpened = event('HearingOpened', 1, {
  hearing,
  permission,
  respondent,
  organisation: maybe(organisation),
  at,
})

export const permitRequested = event('PermitRequested', 1, {
  hearing,
  request,
  purpose,
  document,
  to,
  act,
  receiver,
  digest: commitment,
  by,
  at,
})
export const permitReceived = event('PermitReceived', 1, {
  request,
  permit,
  validUntil: open('end of validity', instant),
  at,
})
export const permitLost = event('PermitLost', 1, {
  request,
  reason: open('coded', code('permit-lost')),
  at,
})
export const documentDispatched = event('DocumentDispatched', 1, {
  request,
  permit,
  document,
  to,
  channel,
  by,
  at,
  codeDigest: maybe(
    open('HMAC of the code of this party; leads nowhere without the pepper', digest),
  ),
})
export const reminderSent = event('ReminderSent', 1, {
  request,
  permit,
  document,
  to,
  channel,
  silenceDueAt: open('never before the term that was given', instant),
  by,
  at,
})
export const deliveryProven = event('DeliveryProven', 1, {
  request,
  document,
  to,
  how: open('coded', code('bezorgbewijs')),
  deliveredAt: open('time of delivery', instant),
  by,
  at,
})
export const deliveryFailed = event('DeliveryFailed', 1, {
  request,
  document,
  to,
  reason: open('coded', code('niet-bezorgd')),
  by,
  at,
})

export const termStarted = event('TermStarted', 1, {
  hearing,
  party,
  document,
  statement: open('closed list', z.enum(['complaint', 'answer', 'reply'])),
  digest: commitment,
  fromAt: open('proven delivery', instant),
  dues: open('ends of the term', dues),
  days: open('length, the same for both', days),
  at,
})
export const termExtended = event('TermExtended', 1, {
  by,
  ground: open('coded', code('verlengingsgrond')),
  extraDays: open('added for both', z.int().min(1)),
  melder: maybe(open('new ends, when a term of the melder runs', dues)),
  respondent: maybe(open('new ends, when a term of the respondent runs', dues)),
  told: open(
    'an extension for one is told to both',
    z.tuple([z.literal('melder'), z.literal('respondent')]),
  ),
  at,
})
export const reminderDue = event('ReminderDue', 1, { party, at })
export const silenceRecorded = event('SilenceRecorded', 1, {
  hearing,
  party,
  endedAt: open('end of the term', instant),
  nextStep: open(
    'what follows from silence (WED-07)',
    z.enum(['melder-chooses', 'office-goes-on']),
  ),
  at,
})
export const statementReceived = event('StatementReceived', 1, {
  hearing,
  author: party,
  party: open('random id of the author within this dossier', uuid('PartyId')),
  document,
  content: sensitive('party', letter),
  form: open('coded', code('hoorvorm')),
  channel,
  recordedBy: open('the party by code, or the office', z.enum(['party', 'office'])),
  late: open('after recorded silence or after the end', z.boolean()),
  round: open('1 is the complaint', z.int().min(1)),
  by,
  at,
})
export const statementRetracted = event('StatementRetracted', 1, { document, at })
export const hearingDeclined = event('HearingDeclined', 1, { party, channel, by, at })
export const cooperationRecorded = event('CooperationRecorded', 1, {
  hearing,
  request,
  cooperation: open('coded (WED-03)', code('medewerking')),
  by,
  at,
})

export const documentAdded = event('DocumentAdded', 1, {
  kind: open('closed list', z.enum(['report', 'closing-notice'])),
  document,
  office,
  content: sensitive('office', letter),
  by,
  at,
})
export const findingsMade = event('FindingsMade', 1, {
  document,
  office,
  content: sensitive('office', findingsText),
  by,
  at,
})
export const findingsReopened = event('FindingsReopened', 1, { document, at })

export const documentOpened = event('DocumentOpened', 1, { document, by, at })
export const withholdingProposed = event('WithholdingProposed', 1, {
  document,
  from,
  ground: withholdingGround,
  by,
  at,
})
export const documentWithheld = event('DocumentWithheld', 1, {
  document,
  from,
  ground: withholdingGround,
  proposedBy,
  by,
  at,
})
export const withholdingLifted = event('WithholdingLifted', 1, { document, from, by, at })
export const skipProposed = event('SkipProposed', 1, { by, at })
export const respondentSkipped = event('RespondentSkipped', 1, { proposedBy, by, at })

export const hearingEnded = event('HearingEnded', 1, {
  hearing,
  end: open(
    'closed list',
    z.enum(['exchanged', 'findings', 'agreement', 'withdrawn', 'passed-on']),
  ),
  by,
  at,
})
export const hearingDetached = event('HearingDetached', 1, { hearing, at })
export const caseClosedNoted = event('CaseClosedNoted', 1, { at })
export const caseReopenedNoted = event('CaseReopenedNoted', 1, { at })
export const hearingReopened = event('HearingReopened', 1, {
  because: open('closed list', z.enum(['late-answer', 'case-reopened', 'reminder-came-back'])),
  melder: maybe(open('ends of the term that still stands for the melder', dues)),
  respondent: maybe(open('ends of the term that still stands for the respondent', dues)),
  at,
})

export const hearingEvents = [
  hearingPrepared,
  draftRevised,
  handlerChanged,
  permissionNoted,
  permissionWithdrawalNoted,
  anonymityNoted,
  hearingOpened,
  permitRequested,
  permitReceived,
  permitLost,
  documentDispatched,
  reminderSent,
  deliveryProven,
  deliveryFailed,
  termStarted,
  termExtended,
  reminderDue,
  silenceRecorded,
  statementReceived,
  statementRetracted,
  hearingDeclined,
  cooperationRecorded,
  documentAdded,
  findingsMade,
  findingsReopened,
  documentOpened,
  withholdingProposed,
  documentWithheld,
  withholdingLifted,
  skipProposed,
  respondentSkipped,
  hearingEnded,
  hearingDetached,
  caseClosedNoted,
  caseReopenedNoted,
  hearingReopened,
  hearingSealed,
  actRefused,
] as const

const hearingTypes: ReadonlySet<string> = new Set(hearingEvents.map((one) => one.type))

export const isHearingEvent = (event: { readonly type: string }): event is HearingEvent =>
  hearingTypes.has(event.type)

export type HearingEvent = EventOf<(typeof hearingEvents)[number]>
export type HearingEventOf<Type extends HearingEvent['type']> = Extract<
  HearingEvent,
  { type: Type }
>
export type Side = z.output<typeof sideForm>
export type OutgoingAct = z.output<typeof actForm>
export type Anonymity = HearingEventOf<'HearingPrepared'>['anonymity']
export type Dues = z.output<typeof dues>
export type Days = z.output<typeof days>
export type Tie = z.output<typeof handlerTies>
export type At = Instant
export type PartyId = Uuid<'PartyId'>
export type Pseudonym = Uuid<'Pseudonym'>
export type DocumentId = Uuid<'DocumentId'>
export type RequestId = Uuid<'PermitRequestId'>
export type OrganisationId = Uuid<'OrganisationId'>
