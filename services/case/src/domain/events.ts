/**
 * Stored events of case. These names and fields are the storage format: they are never renamed; a field that turns from
 * open to sensitive or back is a new version of its event.
 */
import {
  code,
  digest,
  type EventOf,
  event,
  fileContent,
  instant,
  maybe,
  open,
  sensitive,
  type Uuid,
  uuid,
} from '@wederhoor/vault/fields'
import { z } from 'zod'

const at = open('time of the act', instant)
const by = open('pseudonym of staff within this dossier', uuid('Pseudonym'))
const giver = open(
  'pseudonym of the staff who were told, or the melder’s own id, within this dossier',
  uuid('Pseudonym'),
)
const person = open('pseudonym of staff within this dossier', uuid('Pseudonym'))
const melder = open('random id of the melder within this dossier', uuid('PartyId'))
const dueAt = open('end of a term', instant)
const anonymityState = open(
  'state of knowledge, not an identity (ANO-02)',
  z.enum(['unknown-to-us', 'known-to-us', 'known-to-respondent']),
)
const permission = open('random id', uuid('PermissionId'))
const permit = open('random id', uuid('PermitId'))
const request = open('id that the asking service chose', uuid('PermitRequestId'))
const receiver = open(
  'random id of a party or code of a partner, within this dossier',
  code('receiver'),
)
const textDigest = open('commitment to the exact text, never a hash of it', digest)
const danger = open('random id', uuid('DangerId'))
const note = open('random id', uuid('NoteId'))

const permittedActs = [
  'serve-complaint',
  'serve-answer',
  'refer-with-data',
  'general-letter',
] as const
const permittedAct = open('closed list', z.enum(permittedActs))
const outgoingAct = open('closed list', z.enum([...permittedActs, 'closing-notice']))

export const caseOpened = event('CaseOpened', 1, {
  desk: open('a desk is an office, not a person', code('desk')),
  melder,
  melderKind: open('coded; decides who may decide (WIT-02)', code('soort-melder')),
  melderDecides: open('yes or no: a witness does not decide about another (WIT-02)', z.boolean()),
  contactPerson: person,
  anonymity: anonymityState,
  acuteDanger: open('yes or no; decides what comes first', z.boolean()),
  firstContactDueAt: open('term that runs from the first knock', instant),
  /** Absent: not told, so taken as set. */
  safeContact: maybe(
    open(
      'whether the melder set a rule at intake; the rule itself is sealed',
      z.enum(['none-set', 'rule-set']),
    ),
  ),
  codeDigest: maybe(
    open('HMAC of the code; leads nowhere without the pepper beside the keys', digest),
  ),
  at,
})

export const deputyNamed = event('DeputyNamed', 1, { deputy: person, by, at })
export const deputyEnded = event('DeputyEnded', 1, { deputy: person, by, at })

export const contactPersonOffered = event('ContactPersonOffered', 1, {
  melder,
  to: person,
  reason: open(
    'closed list',
    z.enum(['absence', 'leaving', 'expertise', 'wish-of-melder', 'tie-with-party', 'workload']),
  ),
  /** What the melder is told about it (CAS-01). */
  explanation: sensitive('melder', z.string().min(1).max(4_000)),
  dueAt,
  by,
  at,
})
export const contactPersonChanged = event('ContactPersonChanged', 1, {
  contactPerson: person,
  previous: person,
  at,
})
export const contactPersonRefused = event('ContactPersonRefused', 1, {
  by,
  reason: open('coded', code('weigergrond')),
  at,
})
export const contactPersonOfferLapsed = event('ContactPersonOfferLapsed', 1, { to: person, at })
/** Somebody is gone and somebody stands in, in one fact: the melder is never without a holder (CAS-03). */
export const contactPersonLeft = event('ContactPersonLeft', 1, {
  contactPerson: person,
  interim: person,
  successorDueAt: dueAt,
  by,
  at,
})
export const successorOverdue = event('SuccessorOverdue', 1, { dueAt, at })

export const firstContactMade = event('FirstContactMade', 1, {
  by,
  late: open('after the term from the first knock', z.boolean()),
  at,
})
export const firstContactOverdue = event('FirstContactOverdue', 1, { dueAt, at })

export const contactNoted = event('ContactNoted', 1, {
  note,
  party: open('random id of the party within this dossier', uuid('PartyId')),
  direction: open('closed list', z.enum(['in', 'out'])),
  channel: open('coded', code('kanaal')),
  result: open('closed list', z.enum(['reached', 'message', 'no-answer'])),
  text: sensitive('party', z.string().min(1).max(20_000)),
  answers: maybe(open('random id of the note that this one answers', uuid('NoteId'))),
  replyDueAt: maybe(open('end of the term for a reply to an inbound message', instant)),
  by,
  at,
})
export const replyOverdue = event('ReplyOverdue', 1, { note, dueAt, at })

/** A letter, a photograph. Its bytes stand in the vault; what it is called, how long it is and its hash are sealed. */
export const fileAdded = event('FileAdded', 1, {
  file: open('random id', uuid('FileId')),
  party: open('random id of the party within this dossier', uuid('PartyId')),
  kind: open('coded; says nothing about what is in it', code('soort-bestand')),
  metadata: open(
    'whether what tells who made it was removed, or could not be and is sealed with it',
    z.enum(['stripped', 'kept-sealed']),
  ),
  content: sensitive('party', fileContent),
  by: open('pseudonym of staff, or the melder’s own id, within this dossier', uuid('Pseudonym')),
  at,
})

/** What the melder wants, and what the melder can and wants to do without us (CAS-08, CAS-10). */
export const wishRecorded = event('WishRecorded', 1, {
  melder,
  wish: sensitive('melder', z.string().min(1).max(8_000)),
  ownPart: maybe(sensitive('melder', z.string().min(1).max(4_000))),
  by,
  at,
})
/** Stands beside the wish and never instead of it (CAS-08). */
export const legalViewRecorded = event('LegalViewRecorded', 1, {
  melder,
  view: sensitive('melder', z.string().min(1).max(8_000)),
  by,
  at,
})
export const roleTaken = event('RoleTaken', 1, {
  role: open('closed list (CAS-09)', z.enum(['impartial-listener', 'beside-the-melder'])),
  by,
  at,
})

export const safeContactSet = event('SafeContactSet', 1, {
  party: open('random id of the party within this dossier', uuid('PartyId')),
  outgoing: open('whether anything may go out to this party at all', z.enum(['allowed', 'none'])),
  /** Channel, hours, voicemail, post, visible sender. */
  rule: sensitive('party', z.string().min(1).max(2_000)),
  by,
  at,
})
export const anonymityChanged = event('AnonymityChanged', 1, { anonymity: anonymityState, at })

export const permissionGiven = event('PermissionGiven', 1, {
  permission,
  act: permittedAct,
  receiver,
  digest: textDigest,
  fields: maybe(open('coded: which data may go', z.array(code('gegeven')))),
  validUntil: maybe(open('end of the permission', instant)),
  how: open('closed list', z.enum(['spoken', 'written', 'by-code'])),
  by: giver,
  at,
})
export const permissionDeclined = event('PermissionDeclined', 1, {
  act: permittedAct,
  receiver,
  digest: textDigest,
  by: giver,
  at,
})
export const permissionWithdrawn = event('PermissionWithdrawn', 1, {
  permission,
  act: permittedAct,
  receiver,
  by: giver,
  at,
})

export const permitGranted = event('PermitGranted', 1, {
  permit,
  request,
  act: outgoingAct,
  receiver,
  digest: textDigest,
  /** Absent where none is needed: what goes to the melder, and a closing notice. */
  permission: maybe(permission),
  validUntil: open('end of validity, minutes away', instant),
  at,
})
export const permitRefused = event('PermitRefused', 1, {
  request,
  act: outgoingAct,
  receiver,
  digest: textDigest,
  reason: open(
    'closed list',
    z.enum(['no-permission', 'withdrawn', 'other-text', 'case-closed', 'not-safe', 'anonymous']),
  ),
  at,
})
export const permitCancelled = event('PermitCancelled', 1, {
  permit,
  request,
  why: open('closed list', z.enum(['withdrawn', 'case-closed', 'not-safe', 'anonymous'])),
  at,
})

/** The one exception to permits: the minimum, at once, by one person (procedure: acute danger). */
export const acuteDangerReported = event('AcuteDangerReported', 1, {
  danger,
  melder,
  receiver: open('closed list of offices', z.enum(['politie', 'noodnummer', 'veilig-thuis'])),
  /** Coded, and sealed all the same: it tells what happens at somebody's home. */
  ground: sensitive('melder', z.string().min(1).max(60)),
  content: sensitive('melder', z.string().min(1).max(8_000)),
  telling: open(
    'whether the melder is told, or telling adds danger',
    z.enum(['told', 'adds-danger']),
  ),
  reviewDueAt: dueAt,
  by,
  at,
})
export const acuteDangerOpened = event('AcuteDangerOpened', 1, { danger, by, at })
export const acuteDangerReviewed = event('AcuteDangerReviewed', 1, {
  danger,
  melder,
  verdict: open('closed list', z.enum(['justified', 'not-justified'])),
  remark: maybe(sensitive('melder', z.string().min(1).max(4_000))),
  by,
  at,
})
export const dangerReviewOverdue = event('DangerReviewOverdue', 1, { danger, dueAt, at })

export const caseClosed = event('CaseClosed', 1, {
  melder,
  outcome: open('coded', code('uitkomst')),
  reasons: sensitive('melder', z.string().min(1).max(8_000)),
  by,
  at,
})
export const caseReopened = event('CaseReopened', 1, {
  why: open('closed list', z.enum(['melder-returned', 'new-facts', 'closed-by-mistake'])),
  /** Whoever comes back knocks again: a first contact is due again. */
  firstContactDueAt: dueAt,
  by,
  at,
})

/** Whoever reported is erased in this dossier: the case is over, and nothing is asked of them any more. */
export const melderErased = event('MelderErased', 1, {
  melder,
  wasOpen: open('whether this ended the case', z.boolean()),
  /** Replies to them that were due and are not any more. */
  notes: open('random ids of notes', z.array(uuid('NoteId'))),
  at,
})

export const caseEvents = [
  caseOpened,
  deputyNamed,
  deputyEnded,
  contactPersonOffered,
  contactPersonChanged,
  contactPersonRefused,
  contactPersonOfferLapsed,
  contactPersonLeft,
  successorOverdue,
  firstContactMade,
  firstContactOverdue,
  contactNoted,
  replyOverdue,
  fileAdded,
  wishRecorded,
  legalViewRecorded,
  roleTaken,
  safeContactSet,
  anonymityChanged,
  permissionGiven,
  permissionDeclined,
  permissionWithdrawn,
  permitGranted,
  permitRefused,
  permitCancelled,
  acuteDangerReported,
  acuteDangerOpened,
  acuteDangerReviewed,
  dangerReviewOverdue,
  caseClosed,
  caseReopened,
  melderErased,
] as const

export type CaseEvent = EventOf<(typeof caseEvents)[number]>
export type CaseEventOf<Type extends CaseEvent['type']> = Extract<
  CaseEvent,
  { readonly type: Type }
>

export type PartyId = Uuid<'PartyId'>
export type Pseudonym = Uuid<'Pseudonym'>
export type PermissionId = Uuid<'PermissionId'>
export type PermitId = Uuid<'PermitId'>
export type PermitRequestId = Uuid<'PermitRequestId'>
export type DangerId = Uuid<'DangerId'>
export type NoteId = Uuid<'NoteId'>
export type FileId = Uuid<'FileId'>
export type Receiver = Uuid<'receiver'>
export type Anonymity = CaseEventOf<'AnonymityChanged'>['anonymity']
export type PermittedAct = CaseEventOf<'PermissionGiven'>['act']
export type OutgoingAct = CaseEventOf<'PermitGranted'>['act']
export type PermitRefusal = CaseEventOf<'PermitRefused'>['reason']
