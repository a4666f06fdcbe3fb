/**
 * Stored events of referral. These names and fields are the storage format: they are never renamed; a field that turns
 * from open to sensitive or back is a new version of its event. What concerns the person is sealed under the melder's
 * key: who erases the melder erases what was written about them to a partner, and what the partner wrote back.
 */
import {
  code,
  date,
  digest,
  type EventOf,
  event,
  instant,
  maybe,
  open,
  sensitive,
  type Uuid,
  uuid,
} from '@wederhoor/vault/fields'
import { z } from 'zod'

const at = open('time of the act', instant)
const by = open('pseudonym within this dossier', uuid('Pseudonym'))
const referral = open('random id of the referral', uuid('ReferralId'))
const partner = open('a partner is an organisation', code('partner'))
const desk = open('a desk is an office, not a person', code('desk'))
const melder = open('random id of the melder within this dossier', uuid('PartyId'))
const request = open('random id of the request', uuid('PermitRequestId'))
const permit = open('random id that case gave', uuid('PermitId'))
const fields = open('names of fields, never their content', z.array(code('referral-field')))
const purpose = open('coded', code('purpose'))
const covenant = open('random id of the covenant', uuid('CovenantId'))
const covenantVersion = open('counts versions', z.int().min(1))
const layer = open('the layer above, an office', code('desk'))

export const partnerSteps = ['seen', 'acceptance', 'contact', 'feedback'] as const
const step = open('closed list', z.enum(partnerSteps))

/** Who says so: the partner with its own account, or the desk that heard it by phone. */
const via = open('closed list', z.enum(['partner', 'phone']))
/** The person at the partner whom the caseworker had on the phone. */
const toldBy = sensitive('melder', z.string().min(1).max(200))
const answer = { referral, partner, melder, via, by, toldBy: maybe(toldBy), at }

/** What goes over: a text per field. The names of the fields stand open beside it, in `fields`. */
export const referralContent = z.record(z.string().max(60), z.string().min(1).max(10_000))

export const withheldReason = z.enum([
  'no-covenant',
  'covenant-revoked',
  'covenant-not-in-period',
  'covenant-of-others',
  'covenant-for-another-purpose',
  'fields-outside-covenant',
  'fields-beyond-minimum',
])

export const personPointed = event('PersonPointed', 1, { referral, partner, desk, melder, by, at })

export const personCalledTogether = event('PersonCalledTogether', 1, {
  referral,
  partner,
  desk,
  melder,
  toldBy,
  by,
  at,
  acceptDueAt: open('end of the term for accepting', instant),
})

export const referralDrafted = event('ReferralDrafted', 1, {
  referral,
  partner,
  desk,
  melder,
  purpose,
  fields,
  content: sensitive('melder', referralContent),
  covenant: maybe(covenant),
  covenantVersion: maybe(covenantVersion),
  by,
  at,
})

/** Asked for and not allowed: a refusal is itself a recorded fact. Nothing was written, nothing goes out. */
export const referralWithheld = event('ReferralWithheld', 1, {
  referral,
  partner,
  desk,
  melder,
  purpose,
  fields,
  why: open('closed list', withheldReason),
  by,
  at,
})

export const permitRequested = event('PermitRequested', 1, {
  referral,
  request,
  partner,
  digest: open('commitment to the exact content', digest),
  by,
  at,
})

export const permitReceived = event('PermitReceived', 1, {
  request,
  permit,
  validUntil: open('end of validity', instant),
  at,
})

export const permitRefused = event('PermitRefused', 1, {
  request,
  reason: open('coded', code('permit-refusal')),
  at,
})

/** The permit of this request is dead, whether or not it had arrived. */
export const permitCancelled = event('PermitCancelled', 1, {
  request,
  why: open('closed list', z.enum(['permit-cancelled', 'permission-withdrawn'])),
  at,
})

/** It was about to go out and was held back at the door. */
export const offerWithheld = event('OfferWithheld', 1, {
  permit,
  why: open('closed list', z.enum(['permit-expired', ...withheldReason.options])),
  at,
})

/** The dispatch: cites the permit, and the covenant where one is needed. */
export const referralOffered = event('ReferralOffered', 1, {
  referral,
  partner,
  permit,
  fields,
  covenant: maybe(covenant),
  covenantVersion: maybe(covenantVersion),
  at,
  seenDueAt: open('end of the term for opening', instant),
  acceptDueAt: open('end of the term for accepting', instant),
})

export const referralSeen = event('ReferralSeen', 1, answer)

export const referralAccepted = event('ReferralAccepted', 1, {
  ...answer,
  contactDueAt: open('end of the term for contact with the person', instant),
  feedbackDueAt: open('end of the term for reporting back', instant),
})

export const referralRefused = event('ReferralRefused', 1, {
  ...answer,
  reason: open('coded', code('weigergrond')),
})

export const contactMade = event('ContactMade', 1, answer)

export const referralDone = event('ReferralDone', 1, {
  ...answer,
  outcome: open('coded', code('uitkomst-verwijzing')),
  text: maybe(sensitive('melder', z.string().min(1).max(20_000))),
})

/** A term of the partner passed without word. The step stays open: late is still welcome. */
export const referralOverdue = event('ReferralOverdue', 1, {
  referral,
  partner,
  step,
  dueAt: open('the instant that passed', instant),
  to: layer,
  at,
})

/** It was out and is called back: the content opens no more, and the receiver reads why. */
export const referralRecalled = event('ReferralRecalled', 1, {
  referral,
  partner,
  opened: open('whether the partner had opened it', z.boolean()),
  why: open(
    'closed list',
    z.enum(['permission-withdrawn', 'permit-cancelled', 'case-closed', 'by-sender']),
  ),
  at,
})

/** It never went out, and never will. */
export const referralDropped = event('ReferralDropped', 1, {
  why: open('closed list', z.enum(['case-closed', 'by-sender'])),
  at,
})

/** The case closed while the partner is at work: the clocks stop, its answer stays welcome. */
export const referralDetached = event('ReferralDetached', 1, { at })

/** The partner cannot get on, with a municipality for one, and says so to the layer above (REF-10). */
export const stuckCaseRaised = event('StuckCaseRaised', 1, {
  referral,
  partner,
  melder,
  text: sensitive('melder', z.string().min(1).max(10_000)),
  to: layer,
  by,
  at,
})

export const escalationTakenUp = event('EscalationTakenUp', 1, {
  what: open('closed list', z.enum([...partnerSteps, 'stuck'])),
  by,
  at,
})

export const covenantRegistered = event('CovenantRegistered', 1, {
  covenant,
  version: covenantVersion,
  partners: open('organisations', z.array(code('partner')).min(1)),
  /** Our side: these offices, or all of them where none is named. */
  desks: open('offices', z.array(code('desk'))),
  purpose,
  fields,
  validFrom: open('first day', date),
  validUntil: open('last day', date),
  by,
  at,
})

export const covenantRevoked = event('CovenantRevoked', 1, { covenant, by, at })

export const referralEvents = [
  personPointed,
  personCalledTogether,
  referralDrafted,
  referralWithheld,
  permitRequested,
  permitReceived,
  permitRefused,
  permitCancelled,
  offerWithheld,
  referralOffered,
  referralSeen,
  referralAccepted,
  referralRefused,
  contactMade,
  referralDone,
  referralOverdue,
  referralRecalled,
  referralDropped,
  referralDetached,
  stuckCaseRaised,
  escalationTakenUp,
] as const

export const covenantEvents = [covenantRegistered, covenantRevoked] as const

export const allReferralEvents = [...referralEvents, ...covenantEvents] as const

export type ReferralEvent = EventOf<(typeof referralEvents)[number]>
export type CovenantEvent = EventOf<(typeof covenantEvents)[number]>
export type AnyReferralEvent = EventOf<(typeof allReferralEvents)[number]>
export type EventNamed<Type extends ReferralEvent['type']> = Extract<ReferralEvent, { type: Type }>

export type PartnerStep = (typeof partnerSteps)[number]
export type WithheldReason = z.output<typeof withheldReason>
export type PartnerCode = Uuid<'partner'>
export type DeskCode = Uuid<'desk'>
export type FieldCode = Uuid<'referral-field'>
export type FieldCodes = EventNamed<'ReferralDrafted'>['fields']

const referralTypes: ReadonlySet<string> = new Set(referralEvents.map((one) => one.type))
const covenantTypes: ReadonlySet<string> = new Set(covenantEvents.map((one) => one.type))
export const isReferralEvent = (event: { readonly type: string }): event is ReferralEvent =>
  referralTypes.has(event.type)
export const isCovenantEvent = (event: { readonly type: string }): event is CovenantEvent =>
  covenantTypes.has(event.type)
