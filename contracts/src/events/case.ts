import { z } from 'zod'
import * as form from '../forms.ts'
import { open, type PublishedOf, published } from '../published.ts'

const dossier = open('random id of the dossier', form.dossierId)
const at = open('time of the act', form.instant)
const permission = open('random id', form.permissionId)
const request = open('id that the asking service chose', form.permitRequestId)
const permit = open('random id', form.permitId)
const act = open('closed list', form.outgoingAct)
const receiver = open(
  'random id of a party or code of a partner, within this dossier',
  form.code('receiver'),
)
const digest = open('commitment to the exact text', form.digest)

export const caseOpened = published({
  service: 'case',
  name: 'case-opened',
  version: 1,
  subject: 'dossier',
  summary: 'A case stands, with one fixed contact person (CAS-01).',
  fields: {
    dossier,
    desk: open('a desk is an office', form.deskId),
    melder: open('random id of the party within this dossier', form.partyId),
    contactPerson: open('pseudonym of staff within this dossier', form.pseudonym),
    anonymity: open('state of knowledge, not an identity', form.anonymity),
    at,
  },
})

export const contactPersonChanged = published({
  service: 'case',
  name: 'contact-person-changed',
  version: 1,
  subject: 'dossier',
  summary: 'An explained handover gave the melder another contact person (CAS-01).',
  fields: {
    dossier,
    contactPerson: open('pseudonym of staff within this dossier', form.pseudonym),
    at,
  },
})

export const permissionGiven = published({
  service: 'case',
  name: 'permission-given',
  version: 1,
  subject: 'dossier',
  summary: 'The melder permits one act towards one receiver with exactly this text.',
  fields: { dossier, permission, act, receiver, digest, at },
})

export const permissionWithdrawn = published({
  service: 'case',
  name: 'permission-withdrawn',
  version: 1,
  subject: 'dossier',
  summary: 'The melder withdrew. Nothing that carries the matter further goes out after this.',
  fields: { dossier, permission, act, receiver, at },
})

export const permitGranted = published({
  service: 'case',
  name: 'permit-granted',
  version: 1,
  subject: 'dossier',
  summary:
    'Live permission was found for exactly this act, receiver and text. Valid for minutes; a dispatch cites it.',
  fields: {
    dossier,
    permit,
    request,
    act,
    receiver,
    digest,
    validUntil: open('end of validity', form.instant),
    at,
  },
})

export const permitRefused = published({
  service: 'case',
  name: 'permit-refused',
  version: 1,
  subject: 'dossier',
  summary: 'No live permission for exactly this act, receiver and text; or the case is closed.',
  fields: {
    dossier,
    request,
    reason: open(
      'closed list',
      z.enum(['no-permission', 'withdrawn', 'other-text', 'case-closed', 'not-safe', 'anonymous']),
    ),
    at,
  },
})

export const permitCancelled = published({
  service: 'case',
  name: 'permit-cancelled',
  version: 1,
  subject: 'dossier',
  summary: 'A withdrawal or a closing overtook a permit: what is not yet dispatched stays here.',
  fields: { dossier, permit, request, at },
})

export const caseClosed = published({
  service: 'case',
  name: 'case-closed',
  version: 1,
  subject: 'dossier',
  summary:
    'The case ended with an outcome and reasons. Holders end or detach what they still have open.',
  fields: { dossier, outcome: open('coded', form.code('uitkomst')), at },
})

export const caseReopened = published({
  service: 'case',
  name: 'case-reopened',
  version: 1,
  subject: 'dossier',
  summary: 'The case is open again under the same dossier.',
  fields: { dossier, at },
})

export const partyErased = published({
  service: 'case',
  name: 'party-erased',
  version: 1,
  subject: 'dossier',
  summary:
    'A party of this dossier is erased: nothing it wrote or was told opens any more, and nothing may be asked of it.',
  fields: {
    dossier,
    party: open('random id of the party within this dossier', form.partyId),
    at,
  },
})

export const erasureRefused = published({
  service: 'case',
  name: 'erasure-refused',
  version: 1,
  subject: 'dossier',
  summary: 'A party who was to be erased is not, for now: on which grounds. They may ask again.',
  fields: {
    dossier,
    party: open('random id of the party within this dossier', form.partyId),
    grounds: open('coded', z.array(form.code('refusal'))),
    at,
  },
})

export const caseEvents = [
  caseOpened,
  contactPersonChanged,
  permissionGiven,
  permissionWithdrawn,
  permitGranted,
  permitRefused,
  permitCancelled,
  caseClosed,
  caseReopened,
  erasureRefused,
  partyErased,
] as const

export type CasePublished = PublishedOf<(typeof caseEvents)[number]>
