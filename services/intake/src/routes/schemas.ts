/** The HTTP contract of intake. Few things are mandatory: the story, and whether there is acute danger. */
import { fileLine } from '@wederhoor/vault/opened-file'
import { z } from 'zod'
import { contactDetails, place, safeContactRule } from '../domain/events.ts'

export const code = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(60)
export const municipality = z
  .string()
  .regex(/^GM\d{4}$/)
  .brand<'MunicipalityCode'>()
const anonymity = z.enum(['unknown-to-us', 'known-to-us', 'known-to-respondent'])
const instant = z.iso.datetime()
const story = z.string().trim().min(1).max(20_000)

export const dossierParams = z.object({ dossier: z.uuid() })

export const registration = z.strictObject({
  story: story.describe(
    'In the words of the person who reports, in any language. Nothing is asked of it.',
  ),
  acuteDanger: z.boolean().describe('Is somebody in danger now?'),
  channel: code.default('formulier'),
  melderKind: code
    .default('slachtoffer')
    .describe('Victim, witness, intermediary, or a third party with consent.'),
  speaks: code.default('zelf'),
  victimConsents: z
    .boolean()
    .optional()
    .describe('Who reports for another: does that person agree?'),
  anonymity: anonymity
    .optional()
    .describe('Left out: unknown to us without contact, known to us with it.'),
  contact: contactDetails.optional(),
  safeContact: safeContactRule.optional(),
  residence: municipality.optional(),
  presentPlace: municipality.optional(),
  incidentPlace: place
    .optional()
    .describe('A municipality, or not-applicable: an opinion has no place.'),
  needs: z.array(code).max(20).optional(),
  furtherNeeds: z.string().max(2_000).optional(),
  language: z.string().max(35).optional(),
  hold: z
    .boolean()
    .default(false)
    .describe('Staff only: keep it at intake for now, within a term.'),
})

export const registered = z.object({
  dossier: z.uuid(),
  code: z.string().describe('Shown once. With it the person asks what was done, anonymous or not.'),
  holder: z.string(),
  offeredTo: z.string().nullable(),
  status: z.enum(['held', 'offered', 'escalated', 'accepted', 'ended']),
  firstContactDueAt: instant,
})

export const text = z.strictObject({ text: story })
export const offer = z.strictObject({
  desk: code.optional().describe('Left out: the desk that serves the place.'),
})
export const refusalReason = z.strictObject({ reason: code })
export const assignment = z.strictObject({ desk: code })
export const anonymityChoice = z.strictObject({ anonymity, contact: contactDetails.optional() })
export const erasure = z.strictObject({
  ground: code.default('toestemming-ingetrokken'),
})
export const answer = z.strictObject({ question: z.uuid(), text: story })

export const classification = z.strictObject({
  grounds: z.array(code).min(1).max(12),
  terreinen: z.array(code).min(1).max(12),
  natures: z.array(code).min(1).max(12),
  residence: municipality.optional(),
  incident: place.optional(),
  organisation: z
    .string()
    .regex(/^\d{8}(-\d{12})?$/)
    .optional()
    .describe('An organisation of the reference register.'),
  newPerson: z.boolean().default(true),
  newEvent: z.boolean().default(true),
  cluster: z.uuid().optional(),
})

export const meldingRow = z.object({
  dossier: z.uuid(),
  status: z.enum(['held', 'offered', 'escalated', 'accepted', 'ended']),
  holder: z.string(),
  offeredTo: z.string().nullable(),
  dueAt: instant.nullable(),
  attempts: z.int(),
  channel: z.string(),
  melderKind: z.string(),
  anonymity: z.string(),
  acuteDanger: z.boolean(),
  classified: z.boolean(),
  registeredAt: instant,
  firstContactDueAt: instant,
  firstContactOverdue: z.boolean().describe('The person should have been spoken to by now.'),
  assignmentOverdue: z
    .int()
    .describe('How many terms passed without the national layer assigning a desk.'),
})

export const meldingList = z.object({ meldingen: z.array(meldingRow) })

export const file = z.object({ melding: meldingRow, lines: z.array(fileLine) })

export const mine = z.object({
  holder: z.string(),
  status: z.string(),
  anonymity: z.string(),
  registeredAt: instant,
  steps: z.array(z.object({ step: z.string(), holder: z.string(), at: instant })),
  questions: z.array(z.object({ question: z.uuid(), text: z.unknown(), answered: z.boolean() })),
})

export const done = z.object({
  dossier: z.uuid(),
  status: z.string(),
  holder: z.string(),
  offeredTo: z.string().nullable(),
})
