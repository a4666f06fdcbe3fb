/**
 * Stored events of intake. These names and fields are the storage format: they are never renamed; a field that turns
 * from open to sensitive or back is a new version of its event.
 */
import {
  code,
  digest,
  type EventOf,
  event,
  instant,
  maybe,
  month,
  open,
  pattern,
  sensitive,
  type Uuid,
  uuid,
} from '@wederhoor/vault/fields'
import { z } from 'zod'

const at = open('time of the act', instant)
const by = open('pseudonym of staff within this dossier', uuid('Pseudonym'))
const melder = open('random id of the melder within this dossier', uuid('PartyId'))
const desk = open('a desk is an office, not a person', code('desk'))
const attempt = open('counts the offers of this melding', z.int().min(1))
const question = open('random id of the question', uuid('QuestionId'))
const municipality = pattern('MunicipalityCode', /^GM\d{4}$/)
const organisation = pattern('OrganisationId', /^\d{8}(-\d{12})?$/)
const anonymity = z.enum(['unknown-to-us', 'known-to-us', 'known-to-respondent'])
const anonymityState = open('state of knowledge, not an identity (ANO-02)', anonymity)
const melderKind = open('coded; decides who may decide (WIT-02)', code('soort-melder'))
const victimConsents = open('yes or no, for whoever reports for another', z.boolean())
const acuteDanger = open('yes or no; decides what comes first', z.boolean())
const codeDigest = open(
  'HMAC of the code; leads nowhere without the pepper beside the keys',
  digest,
)
const firstContactDueAt = open('term that runs from the first knock', instant)

export const contactDetails = z.object({
  name: z.string().max(200).optional(),
  phone: z.string().max(40).optional(),
  email: z.string().max(254).optional(),
  address: z.string().max(500).optional(),
})

/** How somebody may be reached without danger; shown on top of the file and checked before every outgoing act. */
export const safeContactRule = z.object({
  channels: z.array(z.enum(['phone', 'email', 'post', 'code'])),
  hours: z.string().max(200).optional(),
  voicemail: z.boolean(),
  visibleSender: z.boolean(),
})

/** Where something is: a municipality, or nowhere (an opinion in the media has no place). */
export const place = z.union([municipality, z.literal('not-applicable')])

export const countedFacts = z.object({
  count: z.uuid(),
  month: z.string(),
  residence: z.string().optional(),
  incident: z.string().optional(),
  grounds: z.array(z.string()),
  terreinen: z.array(z.string()),
  natures: z.array(z.string()),
  melderKind: z.string(),
  desk: z.string(),
  newPerson: z.boolean(),
  newEvent: z.boolean(),
  cluster: z.string().optional(),
  organisation: z.string().optional(),
})

export const meldingRegistered = event('MeldingRegistered', 1, {
  melder,
  channel: open('coded; needed to judge outreach (INT-12)', code('kanaal')),
  melderKind,
  speaks: open('coded: self, parent, guardian, lawyer, other', code('vertegenwoordiging')),
  victimConsents,
  anonymity: anonymityState,
  acuteDanger,
  codeDigest,
  story: sensitive('melder', z.string().min(1).max(20_000)),
  contact: maybe(sensitive('melder', contactDetails)),
  safeContact: maybe(sensitive('melder', safeContactRule)),
  residence: maybe(sensitive('melder', municipality)),
  presentPlace: maybe(sensitive('melder', municipality)),
  incidentPlace: maybe(sensitive('melder', place)),
  needs: maybe(sensitive('melder', z.array(z.string().max(60)).max(20))),
  furtherNeeds: maybe(sensitive('melder', z.string().max(2_000))),
  language: maybe(sensitive('melder', z.string().max(35))),
  at,
  offerDueAt: open('until when intake may hold it without offering', instant),
  firstContactDueAt,
})

export const meldingAddedTo = event('MeldingAddedTo', 1, {
  melder,
  from: open('closed list', z.enum(['melder', 'staff'])),
  text: sensitive('melder', z.string().min(1).max(20_000)),
  at,
})

export const meldingClassified = event('MeldingClassified', 1, {
  melder,
  by,
  desk,
  organisation: maybe(
    open('an organisation of the reference register, never a person', organisation),
  ),
  grounds: sensitive('melder', z.array(z.string())),
  terreinen: sensitive('melder', z.array(z.string())),
  natures: sensitive('melder', z.array(z.string())),
  /** The only link between dossier and count; present the first time, since a report counts once. */
  counted: maybe(sensitive('melder', countedFacts)),
  at,
})

export const anonymityChosen = event('AnonymityChosen', 1, {
  melder,
  anonymity: anonymityState,
  contact: maybe(sensitive('melder', contactDetails)),
  at,
})

export const handoverOffered = event('HandoverOffered', 1, {
  attempt,
  desk,
  why: open(
    'closed list',
    z.enum(['serves-place', 'best-fit', 'national-net', 'assigned', 'put-through']),
  ),
  at,
  dueAt: open('end of the term for accepting', instant),
})

/** Carries what the receiver needs to begin: the fact that changes the holder says what is handed over. */
export const handoverAccepted = event('HandoverAccepted', 1, {
  attempt,
  desk,
  by,
  at,
  melder,
  melderKind,
  victimConsents,
  anonymity: anonymityState,
  acuteDanger,
  firstContactDueAt,
  safeContact: maybe(
    open(
      'whether the melder set a rule, as the registration shows; the rule is sealed',
      z.enum(['none-set', 'rule-set']),
    ),
  ),
  codeDigest: maybe(codeDigest),
})

export const handoverRefused = event('HandoverRefused', 1, {
  attempt,
  desk,
  by,
  reason: open('coded', code('weigergrond')),
  at,
})

export const handoverLapsed = event('HandoverLapsed', 1, { attempt, desk, at })

export const handoverEscalated = event('HandoverEscalated', 1, {
  why: open('closed list', z.enum(['silence', 'refusals', 'no-connected-desk', 'not-offered'])),
  at,
  /** Absent in what was stored before this clock was there: then it is due at once. */
  assignDueAt: maybe(open('until when the national layer assigns', instant)),
})

/** Nobody assigned within the term. It comes again with each further term, until somebody does. */
export const assignmentOverdue = event('AssignmentOverdue', 1, {
  times: open('counts the terms that passed since it escalated', z.int().min(1)),
  at,
  dueAt: open('the term that passed', instant),
  againDueAt: open('when it is overdue again', instant),
})

/** No desk had accepted by the time the person should have been spoken to. */
export const firstContactOverdue = event('FirstContactOverdue', 1, {
  at,
  dueAt: firstContactDueAt,
})

export const meldingEnded = event('MeldingEnded', 1, {
  reason: open('coded', code('einde-zonder-zaak')),
  by,
  at,
})

export const questionAsked = event('QuestionAsked', 1, {
  melder,
  question,
  text: sensitive('melder', z.string().min(1).max(4_000)),
  by,
  at,
})

export const questionAnswered = event('QuestionAnswered', 1, {
  melder,
  question,
  text: sensitive('melder', z.string().min(1).max(20_000)),
  at,
})

/** The melder, by code, wants to be erased. Two persons decide about it, elsewhere. */
export const erasureWished = event('ErasureWished', 1, {
  melder,
  ground: open('coded', code('wisgrond')),
  at,
})

/** Stands in a stream of its own under a random id; nothing in it leads to a dossier. */
export const reportCounted = event('ReportCounted', 1, {
  count: open('random id that leads to no dossier', uuid('CountId')),
  month: open('month of registration', month),
  residence: maybe(open('area, counted without a person', municipality)),
  incident: maybe(open('area, counted without a person', municipality)),
  grounds: open('coded, counted without a person', z.array(code('grond'))),
  terreinen: open('coded, counted without a person', z.array(code('terrein'))),
  natures: open('coded, counted without a person', z.array(code('aard'))),
  melderKind: open('coded, counted without a person', code('soort-melder')),
  desk,
  newPerson: open('counted before for the same event, or not', z.boolean()),
  newEvent: open('the event counted before, or not', z.boolean()),
  cluster: maybe(open('random mark of a mass event', uuid('ClusterId'))),
  organisation: maybe(
    open('an organisation of the reference register, never a person', organisation),
  ),
})

export const countEvents = [reportCounted] as const
export const meldingEvents = [
  meldingRegistered,
  meldingAddedTo,
  meldingClassified,
  anonymityChosen,
  handoverOffered,
  handoverAccepted,
  handoverRefused,
  handoverLapsed,
  handoverEscalated,
  assignmentOverdue,
  firstContactOverdue,
  meldingEnded,
  questionAsked,
  questionAnswered,
  erasureWished,
] as const

export const intakeEvents = [...meldingEvents, ...countEvents] as const

export type IntakeEvent = EventOf<(typeof intakeEvents)[number]>
export type MeldingEvent = EventOf<(typeof meldingEvents)[number]>
export type MeldingRegistered = EventOf<typeof meldingRegistered>
export type ReportCounted = EventOf<typeof reportCounted>
export type MeldingClassified = EventOf<typeof meldingClassified>

export type Desk = Uuid<'desk'>

const meldingTypes: ReadonlySet<string> = new Set(meldingEvents.map((one) => one.type))
export const isMeldingEvent = (event: { readonly type: string }): event is MeldingEvent =>
  meldingTypes.has(event.type)
