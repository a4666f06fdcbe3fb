/**
 * Stored events of signalling. These names and fields are the storage format: they are never renamed; a field that turns
 * from open to sensitive or back is a new version of its event. Nothing here is about a person: texts are sealed all the
 * same, because somebody may one day write a name into one.
 */
import {
  code,
  date,
  digest,
  type EventOf,
  event,
  instant,
  maybe,
  month,
  open,
  pattern,
  sensitive,
  uuid,
} from '@wederhoor/vault/fields'
import { z } from 'zod'

const at = open('time of the act', instant)
const by = open('pseudonym of a human within this signal', uuid('Pseudonym'))
const patternId = open('derived from the register number, which is public', uuid('PatternId'))
const organisation = open(
  'register number of a legal person, never a person or sole trader',
  pattern('RegisterNumber', /^\d{8}$/),
)
/** Also the owner of the key that seals the texts of the signal. */
const signal = open('random id of the signal', uuid('SignalId'))
const addressee = open('a ministry or municipality is an organisation', code('addressee'))
const advice = open('random id of the question', uuid('AdviceId'))
const action = open('coded', code('antwoord-signaal'))
const textDigest = open('salted commitment to the text that was read', digest)

export const text = z.string().min(1).max(20_000)

/** Where a signal comes from: a pattern of one organisation, or what the figures show. */
export const basis = z.enum(['pattern', 'figures'])
export const progress = z.enum(['done', 'under-way', 'not-done'])

export const organisationNamed = event('OrganisationNamed', 1, {
  pattern: patternId,
  organisation,
  count: open('random id of the count, which leads to no dossier', uuid('CountId')),
  desk: open('a desk is an office, not a person', code('desk')),
  month: open('month of registration', month),
  namedAt: open('when it was counted, at the latest at the end of its month', instant),
  windowEndsAt: open('until when other reports stand together with this one', instant),
  at,
})

export const patternDetected = event('PatternDetected', 1, {
  pattern: patternId,
  organisation,
  desks: open('number of desks', z.int().min(2)),
  reports: open('number of reports', z.int().min(2)),
  at,
})

export const signalDrafted = event('SignalDrafted', 1, {
  signal,
  by,
  addressee,
  basis: open('closed list', basis),
  pattern: maybe(patternId),
  terrein: maybe(open('coded', code('terrein'))),
  from: open('first month of the period', month),
  until: open('last month of the period', month),
  text: sensitive('signal', text),
  at,
})

export const signalRevised = event('SignalRevised', 1, {
  signal,
  by,
  text: sensitive('signal', text),
  at,
})

/** Whoever approves has read it: the server that showed the text wrote this, nobody ticked it. */
export const signalOpened = event('SignalOpened', 1, { signal, by, textDigest, at })

export const signalApproved = event('SignalApproved', 1, { signal, by, textDigest, at })

/** Asked for by somebody who may not: an auditor will ask who tried. */
export const approvalRefused = event('ApprovalRefused', 1, {
  signal,
  by,
  why: open('closed list', z.enum(['same-person', 'not-opened'])),
  textDigest,
  at,
})

export const signalSent = event('SignalSent', 1, {
  signal,
  by,
  addressee,
  at,
  dueAt: open('date for the answer', instant),
})

/** The addressee has opened it: from here on it is known to have arrived. */
export const signalReceived = event('SignalReceived', 1, { signal, addressee, by, at })

export const signalOverdue = event('SignalOverdue', 1, { signal, addressee, at })

export const signalAnswered = event('SignalAnswered', 1, {
  signal,
  addressee,
  by,
  action,
  late: open('after the date for the answer', z.boolean()),
  plannedOn: maybe(open('when the addressee wants to have done it', date)),
  followUpDueAt: maybe(open('when somebody asks what came of it', instant)),
  text: sensitive('signal', text),
  at,
})

export const followUpDue = event('FollowUpDue', 1, { signal, addressee, at })

export const followUpRecorded = event('FollowUpRecorded', 1, {
  signal,
  by,
  from: open('who says so', z.enum(['office', 'addressee'])),
  progress: open('closed list', progress),
  nextDueAt: maybe(open('when somebody asks again', instant)),
  text: sensitive('signal', text),
  at,
})

export const adviceAsked = event('AdviceAsked', 1, {
  signal,
  advice,
  by,
  text: sensitive('signal', text),
  at,
  dueAt: open('every inbound message has a date for its reply', instant),
})

export const adviceGiven = event('AdviceGiven', 1, {
  signal,
  advice,
  by,
  text: sensitive('signal', text),
  at,
})

export const adviceOverdue = event('AdviceOverdue', 1, { signal, advice, at })

export const patternEvents = [organisationNamed, patternDetected] as const
export const signalEvents = [
  signalDrafted,
  signalRevised,
  signalOpened,
  signalApproved,
  approvalRefused,
  signalSent,
  signalReceived,
  signalOverdue,
  signalAnswered,
  followUpDue,
  followUpRecorded,
  adviceAsked,
  adviceGiven,
  adviceOverdue,
] as const

export const signallingEvents = [...patternEvents, ...signalEvents] as const

export type PatternEvent = EventOf<(typeof patternEvents)[number]>
export type SignalEvent = EventOf<(typeof signalEvents)[number]>
export type SignallingEvent = EventOf<(typeof signallingEvents)[number]>
export type SignalNamed<Type extends SignalEvent['type']> = Extract<SignalEvent, { type: Type }>

const patternTypes: ReadonlySet<string> = new Set(patternEvents.map((one) => one.type))
const signalTypes: ReadonlySet<string> = new Set(signalEvents.map((one) => one.type))
export const isPatternEvent = (event: { readonly type: string }): event is PatternEvent =>
  patternTypes.has(event.type)
export const isSignalEvent = (event: { readonly type: string }): event is SignalEvent =>
  signalTypes.has(event.type)
