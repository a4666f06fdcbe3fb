import { z } from 'zod'
import * as form from '../forms.ts'
import { open, type PublishedOf, published } from '../published.ts'

const dossier = open('random id of the dossier', form.dossierId)
const hearing = open('random id of the hearing', form.hearingId)
const mediation = open('random id of the mediation', form.mediationId)
const at = open('time of the act', form.instant)

export const hearingPermitRequested = published({
  service: 'mediation',
  name: 'permit-requested',
  version: 1,
  subject: 'dossier',
  summary: 'Mediation wants to send something for a hearing and asks case for a permit.',
  fields: {
    dossier,
    request: open('random id', form.permitRequestId),
    hearing,
    act: open('closed list', form.outgoingAct),
    receiver: open('random id of the party', form.code('receiver')),
    digest: open('commitment to the exact text', form.digest),
    at,
  },
})

export const hearingOpened = published({
  service: 'mediation',
  name: 'hearing-opened',
  version: 1,
  subject: 'dossier',
  summary:
    'A hearing of both sides was opened under the permission of the melder (WED-01, WED-02).',
  fields: {
    dossier,
    hearing,
    respondent: open('random id of the party within this dossier', form.partyId),
    organisation: open(
      'an organisation of the reference register, never a person',
      form.organisationId.optional(),
    ),
    at,
  },
})

export const complaintServed = published({
  service: 'mediation',
  name: 'complaint-served',
  version: 1,
  subject: 'dossier',
  summary:
    'Delivery of the complaint to the respondent is proven; the term for an answer runs from here.',
  fields: {
    dossier,
    hearing,
    digest: open('commitment to the exact text', form.digest),
    answerDueAt: open('end of the term for an answer', form.instant),
    at,
  },
})

export const respondentAnswered = published({
  service: 'mediation',
  name: 'respondent-answered',
  version: 1,
  subject: 'dossier',
  summary: 'The respondent answered, in time or late.',
  fields: { dossier, hearing, late: open('after recorded silence', z.boolean()), at },
})

export const respondentSilent = published({
  service: 'mediation',
  name: 'respondent-silent',
  version: 1,
  subject: 'dossier',
  summary:
    'Term and reminder passed after proven delivery without an answer: silence is a recorded outcome (WED-07).',
  fields: { dossier, hearing, at },
})

export const cooperationRecorded = published({
  service: 'mediation',
  name: 'cooperation-recorded',
  version: 1,
  subject: 'dossier',
  summary: 'How the respondent dealt with a delivered request (WED-03).',
  fields: { dossier, hearing, cooperation: open('coded', form.code('medewerking')), at },
})

export const hearingEnded = published({
  service: 'mediation',
  name: 'hearing-ended',
  version: 1,
  subject: 'dossier',
  summary: 'The hearing ended in one of five ways.',
  fields: {
    dossier,
    hearing,
    end: open(
      'closed list',
      z.enum(['exchanged', 'findings', 'agreement', 'withdrawn', 'passed-on']),
    ),
    at,
  },
})

export const mediationStarted = published({
  service: 'mediation',
  name: 'mediation-started',
  version: 1,
  subject: 'dossier',
  summary: 'Both parties agreed in writing to mediation. Nothing of its content is told.',
  fields: { dossier, mediation, at },
})

export const mediationEnded = published({
  service: 'mediation',
  name: 'mediation-ended',
  version: 1,
  subject: 'dossier',
  summary: 'The mediation ended; only whether there is an agreement is told.',
  fields: { dossier, mediation, agreement: open('yes or no', z.boolean()), at },
})

export const mediationEvents = [
  hearingPermitRequested,
  hearingOpened,
  complaintServed,
  respondentAnswered,
  respondentSilent,
  cooperationRecorded,
  hearingEnded,
  mediationStarted,
  mediationEnded,
] as const

export type MediationPublished = PublishedOf<(typeof mediationEvents)[number]>
