import { z } from 'zod'
import * as form from '../forms.ts'
import { open, type PublishedOf, published } from '../published.ts'

const dossier = open('random id of the dossier', form.dossierId)
const referral = open('random id of the referral', form.referralId)
const partner = open('a partner is an organisation', form.code('partner'))
const at = open('time of the act', form.instant)

export const referralPermitRequested = published({
  service: 'referral',
  name: 'permit-requested',
  version: 1,
  subject: 'dossier',
  summary: 'Referral wants to hand data to a partner and asks case for a permit.',
  fields: {
    dossier,
    request: open('random id', form.permitRequestId),
    referral,
    act: open('closed list', form.outgoingAct),
    receiver: open('code of the partner', form.code('receiver')),
    digest: open('commitment to the exact content', form.digest),
    at,
  },
})

export const personPointed = published({
  service: 'referral',
  name: 'person-pointed',
  version: 1,
  subject: 'dossier',
  summary:
    'The person was told where to go, or was called together with the partner; no data went over.',
  fields: { dossier, partner, form: open('closed list', z.enum(['told', 'called-together'])), at },
})

export const referralOffered = published({
  service: 'referral',
  name: 'referral-offered',
  version: 1,
  subject: 'dossier',
  summary:
    'Data was offered to a partner under a permit. The sender stays holder until acceptance (ROU-02).',
  fields: {
    dossier,
    referral,
    partner,
    dueAt: open('end of the term for accepting', form.instant),
    at,
  },
})

export const referralSeen = published({
  service: 'referral',
  name: 'referral-seen',
  version: 1,
  subject: 'dossier',
  summary: 'The partner opened the offer; it has not accepted yet.',
  fields: { dossier, referral, partner, at },
})

export const referralAccepted = published({
  service: 'referral',
  name: 'referral-accepted',
  version: 1,
  subject: 'dossier',
  summary: 'The partner accepted and is responsible from here on (REF-02).',
  fields: { dossier, referral, partner, at },
})

export const referralRefused = published({
  service: 'referral',
  name: 'referral-refused',
  version: 1,
  subject: 'dossier',
  summary: 'The partner refused with a coded reason; the sender still holds.',
  fields: { dossier, referral, partner, reason: open('coded', form.code('weigergrond')), at },
})

export const referralContactMade = published({
  service: 'referral',
  name: 'referral-contact-made',
  version: 1,
  subject: 'dossier',
  summary: 'The partner has spoken with the person.',
  fields: { dossier, referral, partner, at },
})

export const referralDone = published({
  service: 'referral',
  name: 'referral-done',
  version: 1,
  subject: 'dossier',
  summary: 'The partner reported back what came of it (REF-02).',
  fields: {
    dossier,
    referral,
    partner,
    outcome: open('coded', form.code('uitkomst-verwijzing')),
    at,
  },
})

export const referralOverdue = published({
  service: 'referral',
  name: 'referral-overdue',
  version: 1,
  subject: 'dossier',
  summary: 'A term of the partner passed without word; the layer above is told.',
  fields: {
    dossier,
    referral,
    partner,
    step: open('closed list', z.enum(['seen', 'acceptance', 'contact', 'feedback'])),
    at,
  },
})

export const referralRecalled = published({
  service: 'referral',
  name: 'referral-recalled',
  version: 1,
  subject: 'dossier',
  summary:
    'Permission was withdrawn or the case closed before acceptance: what was not opened stays closed.',
  fields: {
    dossier,
    referral,
    partner,
    opened: open('whether the partner had opened it', z.boolean()),
    at,
  },
})

export const referralEvents = [
  referralPermitRequested,
  personPointed,
  referralOffered,
  referralSeen,
  referralAccepted,
  referralRefused,
  referralContactMade,
  referralDone,
  referralOverdue,
  referralRecalled,
] as const

export type ReferralPublished = PublishedOf<(typeof referralEvents)[number]>
