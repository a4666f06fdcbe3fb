/** The HTTP contract of erasures. */
import { z } from 'zod'

const code = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(60)
const instant = z.iso.datetime()
const party = z
  .union([z.literal('melder'), z.uuid().toLowerCase().brand<'PartyId'>()])
  .describe('The person who reported, or the id of another party.')

export const erasureParams = z.object({ dossier: z.uuid().toLowerCase(), party })
export const holdParams = erasureParams.extend({ hold: z.uuid().toLowerCase().brand<'HoldId'>() })

const status = z.enum(['held', 'requested', 'refused', 'granted', 'erased', 'completed', 'final'])
export const listQuery = z.object({
  status: status.optional().describe('Left out: everything that is not over.'),
})

export const request = z.strictObject({ ground: code.brand<'wisgrond'>() })
export const hold = z.strictObject({
  ground: code.brand<'opschortingsgrond'>(),
  reviewOn: z.iso.date().describe('The day on which somebody looks at it again.'),
})
export const decision = z.union([
  z.strictObject({
    verdict: z.literal('erase'),
    defence: code
      .brand<'afweging-verweer'>()
      .optional()
      .describe('Why another party’s defence does not need it; asked where one was heard.'),
  }),
  z.strictObject({ verdict: z.literal('refuse'), ground: code.brand<'refusal'>() }),
])

export const erasure = z.object({
  dossier: z.uuid(),
  party: z.uuid(),
  status: z.enum(['none', 'requested', 'refused', 'granted', 'erased', 'completed', 'final']),
  ground: z.string().nullable(),
  requestedAt: instant.nullable(),
  answerDueAt: instant.nullable().describe('Everybody gets an answer within a month.'),
  holds: z
    .array(
      z.object({
        hold: z.uuid(),
        ground: z.string(),
        reviewDueAt: instant,
        standing: z.enum(['stands', 'overdue', 'lifted']),
      }),
    )
    .readonly(),
  refusedFor: z.array(z.string()).readonly().describe('Grounds of the refusal.'),
  decidedAt: instant.nullable(),
  erasedAt: instant.nullable(),
  /** Nothing is left in the stores in use. */
  completedAt: instant.nullable(),
  finalDueAt: instant.nullable(),
  /** No backup opens it either. */
  finalAt: instant.nullable(),
  incomplete: z
    .object({ left: z.array(z.string()).readonly(), againDueAt: instant })
    .nullable()
    .describe('What was left the last time, and when it is taken up again.'),
})

export const erasureList = z.object({
  erasures: z
    .array(
      z.object({
        dossier: z.uuid(),
        party: z.uuid(),
        status,
        ground: z.string().nullable(),
        requestedAt: instant.nullable(),
        answerDueAt: instant.nullable(),
        overdue: z.boolean(),
        decidedAt: instant.nullable(),
        completedAt: instant.nullable(),
        finalDueAt: instant.nullable(),
        finalAt: instant.nullable(),
        incomplete: z.boolean(),
        holdReviewDueAt: instant.nullable(),
      }),
    )
    .readonly(),
})

const sentences = z.array(z.string()).readonly()
export const certificate = z.object({
  dossier: z.uuid(),
  party: z.uuid(),
  digests: z.int().describe('How many commitments open no more.'),
  erasedAt: instant,
  completedAt: instant.nullable(),
  finalAt: instant.nullable(),
  statement: z.object({ nl: sentences, en: sentences }),
  stays: z
    .array(z.object({ type: z.string(), fields: z.array(z.string()).readonly() }))
    .readonly()
    .describe('Open fields that stand in the dossier and stay: pseudonymous.'),
  proofs: z
    .array(z.object({ type: z.string(), proof: z.string() }))
    .readonly()
    .describe('A .tlog-proof file of each fact of the erasure that a checkpoint covers.'),
})
