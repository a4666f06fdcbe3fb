/** The HTTP contract of mediation. */
import { fileLine } from '@wederhoor/vault/opened-file'
import { z } from 'zod'
import { findingsText, letter as letterForm } from '../domain/fields.ts'
import { agreementText } from '../domain/mediation-events.ts'

const code = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(60)
const organisation = z.string().regex(/^\d{8}(-\d{12})?$/)
const instant = z.iso.datetime()
export const side = z.enum(['melder', 'respondent'])
const document = z.uuid()

const letter = letterForm.extend({ annexes: letterForm.shape.annexes.default([]) }).strict()
const declaredTies = z
  .array(z.union([organisation, z.uuid()]))
  .max(50)
  .default([])
  .describe(
    'Organisations and parties you have a tie with. Whether you are tied, the rules decide.',
  )

export const dossierParams = z.object({ dossier: z.uuid() })
export const hearingParams = z.object({ dossier: z.uuid(), hearing: z.uuid() })
export const documentParams = z.object({
  dossier: z.uuid(),
  hearing: z.uuid(),
  document: z.uuid(),
})
export const mediationParams = z.object({ dossier: z.uuid(), mediation: z.uuid() })

export const preparation = z.strictObject({
  kind: z
    .enum(['complaint', 'general-letter'])
    .default('complaint')
    .describe('A general letter is about a policy: no individual facts, no findings, no count.'),
  respondent: z.union([
    z.strictObject({ organisation, contact: z.string().min(1).max(1_000).optional() }),
    z.strictObject({
      name: z.string().trim().min(1).max(300),
      contact: z.string().min(1).max(1_000).optional(),
    }),
  ]),
  letter,
  declaredTies,
})
export const revision = z.strictObject({ letter })
export const takeover = z.strictObject({ declaredTies })
export const serving = z.strictObject({ document, to: side })
export const reminder = z.strictObject({ to: side })
export const dispatching = z.strictObject({ request: z.uuid(), channel: code })
export const delivery = z.strictObject({
  request: z.uuid(),
  how: code.describe('How it is proven: a code of the list bezorgbewijs.'),
  deliveredAt: instant,
})
export const undelivered = z.strictObject({ request: z.uuid(), reason: code })
export const statement = z.strictObject({
  author: side,
  letter,
  form: code.default('schriftelijk'),
  channel: code,
})
export const ownStatement = z.strictObject({ letter })
export const declining = z.strictObject({ party: side, channel: code })
export const extension = z.strictObject({ ground: code, days: z.int().min(1).max(60) })
export const cooperation = z.strictObject({ request: z.uuid(), cooperation: code })
export const report = z.strictObject({ letter })
export const findings = findingsText.extend({ declaredTies }).strict()
export const withholding = z.strictObject({ document, from: side, ground: code })
export const withholdingSigned = z.strictObject({ document, from: side, declaredTies })
export const withholdingLifted = z.strictObject({ document, from: side })
export const skipSigned = z.strictObject({ declaredTies })
export const ending = z.strictObject({
  end: z.enum(['exchanged', 'findings', 'agreement', 'withdrawn', 'passed-on']),
})
export const opening = z.strictObject({ document })

const dues = z.object({ answerDueAt: instant, reminderDueAt: instant, silenceDueAt: instant })
const standing = z.enum(['own', 'not-for', 'due', 'asked', 'sent', 'served', 'withheld'])
const voice = z.object({
  is: z.enum(['not-asked', 'waiting', 'reminder-due', 'reminded', 'heard', 'silent', 'declined']),
  dues: dues.nullable(),
})

/** How a hearing stands: codes and digests, no content. */
export const hearing = z.object({
  hearing: z.uuid(),
  dossier: z.uuid(),
  kind: z.enum(['complaint', 'general-letter']),
  status: z.enum(['prepared', 'opened', 'served', 'skipped', 'detached', 'ended']),
  end: z.string().nullable(),
  withdrawn: z.boolean(),
  closingNoticeOwed: z
    .boolean()
    .describe('The respondent was reached and has not been told that it is over.'),
  anonymity: z.string(),
  respondent: z.uuid().describe('Party of this dossier; the receiver a permission is given for.'),
  organisation: organisation.nullable(),
  documents: z.array(
    z.object({
      document,
      kind: z.string(),
      author: z.string(),
      digest: z.string().describe('Commitment to the exact text: what a permission is given for.'),
      act: z.string(),
      melder: standing,
      respondent: standing,
    }),
  ),
  requests: z.array(
    z.object({
      request: z.uuid(),
      purpose: z.enum(['serve', 'remind']),
      document,
      to: side,
      act: z.string(),
      stage: z.enum(['asked', 'granted', 'lost', 'sent', 'delivered', 'undelivered']),
      validUntil: instant.nullable(),
      cooperation: z.string().nullable(),
    }),
  ),
  voices: z.object({ melder: voice, respondent: voice }),
})
export const prepared = hearing.extend({ document })
export const requested = hearing.extend({ request: z.uuid() })
export const added = hearing.extend({ document })
export const dispatched = hearing.extend({
  code: z
    .string()
    .nullable()
    .describe('For the letter, shown here only: with it the party reads and answers.'),
})
export const hearingList = z.object({
  hearings: z.array(
    z.object({
      hearing: z.uuid(),
      dossier: z.uuid(),
      kind: z.string(),
      organisation: organisation.nullable(),
      status: z.string(),
      ending: z.string().nullable(),
      preparedAt: instant,
      nextDueAt: instant.nullable(),
      toDo: z.enum(['remind-melder', 'remind-respondent', 'closing-notice']).nullable(),
    }),
  ),
})
export const file = hearing.extend({
  lines: z.array(fileLine),
})
export const openedDocument = z.object({ document, kind: z.string(), content: z.unknown() })

const checkpoint = z.object({
  note: z
    .string()
    .describe(
      'A signed note (c2sp.org/signed-note) over the tree of this hearing alone. Keep it as it is, byte for byte; the key is at /v1/trust?hearing=<id> of the audit service.',
    ),
  size: z.int().describe('How many entries of the hearing it covers, from the first.'),
  root: z.string().describe('Root of the tree over those entries (RFC 6962), base64.'),
  sealedAt: instant,
  proves: z.string().describe('What an equal note in the hands of the other party shows.'),
})
export const checkpoints = z.object({
  checkpoints: z
    .array(checkpoint)
    .describe('Oldest first: one after each serving and at the end, the same for both parties.'),
})
const newestCheckpoint = checkpoint
  .nullable()
  .describe(
    'The newest, within about a second after each serving and at the end; null before the first. At the same moment both parties get the same text: compare it with the other party.',
  )
export const openedByParty = openedDocument.extend({ checkpoint: newestCheckpoint })

/** What a party sees by code: exactly what it wrote and was served. */
export const mine = z.object({
  hearing: z.uuid(),
  side,
  status: z.enum(['running', 'ended']),
  heard: z.string(),
  term: dues.nullable(),
  termExtendedByDays: z.int(),
  documents: z.array(
    z.object({
      document,
      kind: z.string(),
      author: z.enum(['you', 'other-party', 'office']),
      digest: z.string(),
      servedAt: instant.nullable(),
      content: z.unknown(),
    }),
  ),
  waiting: z
    .array(z.object({ document, kind: z.string() }))
    .describe('Sent to you; open it to read it. Opening it proves that you have it.'),
  checkpoint: newestCheckpoint,
  voluntary: z.literal(true).describe('Taking part is voluntary.'),
})

export const mediationProposal = z.strictObject({
  hearing: z.uuid().optional().describe('Whose respondent is the other party.'),
})
const writing = z.string().min(1).max(50_000)
export const agreeing = z.strictObject({ side, agreement: writing })
export const session = z.strictObject({ notes: writing })
export const mediationEnding = z.strictObject({ agreed: agreementText.strict().optional() })
export const sideOnly = z.strictObject({ side })
export const mediation = z.object({
  mediation: z.uuid(),
  dossier: z.uuid(),
  status: z.enum(['proposed', 'started', 'ended']),
  agreement: z.boolean().nullable(),
})
export const released = z.object({ mediation: z.uuid(), agreed: z.unknown() })
