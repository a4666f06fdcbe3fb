import { z } from 'zod'
import * as form from '../forms.ts'
import { open, type PublishedOf, published } from '../published.ts'

const dossier = open('random id of the dossier', form.dossierId)
const desk = open('a desk is an office, not a person', form.deskId)

export const handoverOffered = published({
  service: 'intake',
  name: 'handover-offered',
  version: 1,
  subject: 'dossier',
  summary:
    'Intake asks a desk to take the matter over. Intake stays holder until the desk accepts.',
  fields: {
    dossier,
    desk,
    attempt: open('counts offers', z.int().min(1)),
    offeredAt: open('time of an office act', form.instant),
    dueAt: open('end of the term for accepting', form.instant),
  },
})

export const handoverAccepted = published({
  service: 'intake',
  name: 'handover-accepted',
  version: 1,
  subject: 'dossier',
  summary:
    'A desk accepted the matter and holds it from here on. A case opens, exactly once. Says that the melder set a rule ' +
    'for safe contact, never the rule: channels and hours tell too much about a person.',
  fields: {
    dossier,
    desk,
    melder: open('random id of the party within this dossier', form.partyId),
    acceptedBy: open('pseudonym of staff within this dossier', form.pseudonym),
    acceptedAt: open('time of an office act', form.instant),
    melderKind: open('coded; needed for who may decide (WIT-02)', form.code('soort-melder')),
    victimConsents: open('yes or no, for whoever reports for another (WIT-02)', z.boolean()),
    anonymity: open('state of knowledge, not an identity (ANO-01)', form.anonymity),
    firstContactDueAt: open('term that runs from the first knock', form.instant),
    acuteDanger: open('yes or no; decides what comes first', z.boolean()),
    safeContact: open(
      'whether the melder set a rule; the rule is sealed. Absent when it was not told: take it as set',
      form.safeContact.optional(),
    ),
    codeDigest: open(
      'HMAC of the melder’s code; leads nowhere without the pepper beside the keys',
      form.codeDigest.optional(),
    ),
  },
})

export const handoverRefused = published({
  service: 'intake',
  name: 'handover-refused',
  version: 1,
  subject: 'dossier',
  summary: 'A desk refused, with a coded reason. Intake is still the holder.',
  fields: {
    dossier,
    desk,
    reason: open('coded reason', form.code('weigergrond')),
    refusedAt: open('time of an office act', form.instant),
  },
})

export const handoverEscalated = published({
  service: 'intake',
  name: 'handover-escalated',
  version: 1,
  subject: 'dossier',
  summary: 'Silence, two refusals or no connected desk: the national layer has to assign.',
  fields: {
    dossier,
    why: open('closed list', z.enum(['silence', 'refusals', 'no-connected-desk'])),
    escalatedAt: open('time of an office act', form.instant),
  },
})

export const meldingEnded = published({
  service: 'intake',
  name: 'melding-ended',
  version: 1,
  subject: 'dossier',
  summary: 'The contact ended without a case (INT-08).',
  fields: {
    dossier,
    reason: open('coded reason', form.code('einde-zonder-zaak')),
    endedAt: open('time of an office act', form.instant),
  },
})

export const anonymityChanged = published({
  service: 'intake',
  name: 'anonymity-changed',
  version: 1,
  subject: 'dossier',
  summary: 'The melder, and nobody else, changed who may know who they are (ANO-02).',
  fields: {
    dossier,
    anonymity: open('state of knowledge, not an identity', form.anonymity),
    changedAt: open('time of the choice', form.instant),
  },
})

export const erasureAsked = published({
  service: 'intake',
  name: 'erasure-asked',
  version: 1,
  subject: 'dossier',
  summary:
    'The melder, by code, asked to be erased. Whether that is done is decided by two persons.',
  fields: {
    dossier,
    melder: open('random id of the party within this dossier', form.partyId),
    ground: open('coded', form.code('wisgrond')),
    askedAt: open('time of the request', form.instant),
  },
})

export const reportCounted = published({
  service: 'intake',
  name: 'report-counted',
  version: 1,
  subject: 'count',
  summary:
    'One report for the figures, under a random subject of its own, without causation to a dossier. Counts reports; ' +
    'persons, events and clusters are told apart by its marks (INT-16, SIG-07).',
  fields: {
    count: open('random id that leads to no dossier', form.countId),
    month: open('month of registration', form.month),
    residence: open('area of residence; absent when unknown', form.municipality.optional()),
    incident: open(
      'area of the incident; absent when it has no place',
      form.municipality.optional(),
    ),
    grounds: open('coded', z.array(form.code('grond'))),
    terreinen: open('coded', z.array(form.code('terrein'))),
    natures: open('coded', z.array(form.code('aard'))),
    melderKind: open('coded', form.code('soort-melder')),
    desk: open('the desk that classified it', form.deskId),
    newPerson: open('false when this person was counted before for the same event', z.boolean()),
    newEvent: open(
      'false when the event was counted before, by a witness or another report',
      z.boolean(),
    ),
    cluster: open('mark of a mass event, a random id', z.uuid().brand<'ClusterId'>().optional()),
    organisation: open(
      'an organisation of the reference register, never a person',
      form.organisationId.optional(),
    ),
  },
})

export const intakeEvents = [
  handoverOffered,
  handoverAccepted,
  handoverRefused,
  handoverEscalated,
  meldingEnded,
  anonymityChanged,
  erasureAsked,
  reportCounted,
] as const

export type IntakePublished = PublishedOf<(typeof intakeEvents)[number]>
