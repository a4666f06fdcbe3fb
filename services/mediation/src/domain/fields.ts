/** Fields that the events of a hearing and of the sealed track share, each with the reason why it is open. */
import { code, digest, instant, open, pattern, uuid } from '@wederhoor/vault/fields'
import { z } from 'zod'

export const at = open('time of the act', instant)
export const by = open('pseudonym within this dossier', uuid('Pseudonym'))
export const proposedBy = open(
  'pseudonym within this dossier of the first person',
  uuid('Pseudonym'),
)
export const hearing = open('random id of the hearing', uuid('HearingId'))
export const document = open('random id of the document', uuid('DocumentId'))
export const request = open('random id of the request', uuid('PermitRequestId'))
export const permit = open('random id', uuid('PermitId'))
export const permission = open('random id', uuid('PermissionId'))
export const melder = open('random id of the party within this dossier', uuid('PartyId'))
export const respondent = open('random id of the party within this dossier', uuid('PartyId'))
export const office = open(
  'random id under which the texts of the office are sealed',
  uuid('PartyId'),
)
export const commitment = open('commitment to the exact text', digest)
export const channel = open('coded', code('kanaal'))
export const anonymity = open(
  'state of knowledge, not an identity (ANO-02)',
  z.enum(['unknown-to-us', 'known-to-us', 'known-to-respondent']),
)
export const actForm = z.enum([
  'serve-complaint',
  'serve-answer',
  'general-letter',
  'closing-notice',
])
export const act = open('closed list', actForm)
export const receiver = open('random id of the party within this dossier', uuid('PartyId'))
export const sideForm = z.enum(['melder', 'respondent'])
export const party = open('which of the two sides', sideForm)
export const to = open('which of the two sides', sideForm)
export const from = open('which of the two sides', sideForm)
export const purpose = open('closed list', z.enum(['serve', 'remind']))
export const withholdingGround = open('coded', code('inhoudingsgrond'))
export const handlerTies = z.enum(['employer', 'declared', 'role'])

/** A letter with its annexes is one sealed content: one commitment, so that a changed annex is another text. */
export const letter = z.object({
  text: z.string().min(1).max(50_000),
  annexes: z
    .array(z.object({ title: z.string().min(1).max(200), text: z.string().min(1).max(50_000) }))
    .max(20),
})
/** An assessment or advice, never a judgement, and never without its reasons. */
export const findingsText = z.object({
  assessment: z.string().min(1).max(50_000),
  reasons: z.string().min(1).max(50_000),
})

export const dues = z.object({
  answerDueAt: instant,
  reminderDueAt: instant,
  silenceDueAt: instant,
})
/** Days from proven delivery; the same for both parties of one hearing. */
export const days = z.object({
  answer: z.int().min(1),
  reminder: z.int().min(1),
  silence: z.int().min(1),
})

/** What may stay open about a respondent: an organisation, never a person. */
export const organisation = open(
  'an organisation of the reference register, never a person',
  pattern('OrganisationId', /^\d{8}(-\d{12})?$/),
)
