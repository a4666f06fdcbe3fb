/** The HTTP contract of referral. */
import { fileLine } from '@wederhoor/vault/opened-file'
import { z } from 'zod'

export const code = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(60)
const instant = z.iso.datetime()
const text = z.string().trim().min(1).max(10_000)
const toldBy = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .describe('The person at the partner who was on the phone.')

export const dossierParams = z.object({ dossier: z.uuid() })
export const referralParams = z.object({ dossier: z.uuid(), referral: z.uuid() })
export const covenantParams = z.object({ covenant: z.uuid() })

export const pointing = z.strictObject({ partner: code })
export const call = z.strictObject({
  partner: code,
  toldBy,
  accepted: z.boolean().default(false).describe('The partner said yes in the call.'),
})
export const draft = z.strictObject({
  partner: code,
  purpose: code.describe('What the partner may use it for; a covenant is for one purpose.'),
  content: z
    .record(code, text)
    .describe('A text per field. Without a covenant only the minimum of fields goes over.'),
})

export const heardByPhone = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('seen'), toldBy }),
  z.strictObject({ step: z.literal('accepted'), toldBy }),
  z.strictObject({ step: z.literal('refused'), toldBy, reason: code }),
  z.strictObject({ step: z.literal('contact'), toldBy }),
  z.strictObject({ step: z.literal('done'), toldBy, outcome: code, text: text.optional() }),
])

export const reason = z.strictObject({ reason: code })
export const report = z.strictObject({ outcome: code, text: text.optional() })
export const stuck = z.strictObject({ text: text.describe('What does not move, and where.') })
export const takingUp = z.strictObject({
  what: z.enum(['seen', 'acceptance', 'contact', 'feedback', 'stuck']),
})

export const done = z.object({
  referral: z.uuid(),
  status: z.string(),
  holder: z.enum(['desk', 'partner']),
})
export const drafted = done.extend({
  digest: z.string().describe('Names exactly this content: the melder’s permission is for it.'),
})

export const referralRow = z.object({
  referral: z.uuid(),
  dossier: z.uuid(),
  desk: z.string(),
  partner: z.string(),
  form: z.string(),
  status: z.string(),
  why: z.string().nullable().describe('Why it stands still or ended.'),
  opened: z.boolean(),
  outcome: z.string().nullable(),
  seenDueAt: instant.nullable(),
  acceptDueAt: instant.nullable(),
  contactDueAt: instant.nullable(),
  feedbackDueAt: instant.nullable(),
  begunAt: instant,
  offeredAt: instant.nullable(),
  seenAt: instant.nullable(),
  acceptedAt: instant.nullable(),
  contactAt: instant.nullable(),
  doneAt: instant.nullable(),
})
export const referralList = z.object({ referrals: z.array(referralRow) })

export const file = done.extend({ lines: z.array(fileLine) })

export const opened = z.object({
  referral: z.uuid(),
  status: z.string(),
  purpose: z.string().nullable(),
  content: z
    .record(z.string(), z.string())
    .nullable()
    .describe('Null when partner and person were called together: nothing went over.'),
})

export const escalationList = z.object({
  escalations: z.array(
    z.object({
      referral: z.uuid(),
      dossier: z.uuid(),
      what: z.string(),
      partner: z.string(),
      raisedAt: instant,
    }),
  ),
})
export const stuckList = z.object({
  raised: z.array(z.object({ at: instant, text: z.unknown() })),
})

const covenantTerms = {
  version: z.int().min(1),
  partners: z.array(code).min(1).max(40),
  desks: z.array(code).max(60).describe('Our side. Left empty: every desk.'),
  purpose: code,
  fields: z.array(code).min(1).max(60),
  validFrom: z.iso.date(),
  validUntil: z.iso.date(),
}
export const covenantBody = z.strictObject({
  covenant: z.uuid().optional().describe('Left out: a new covenant. Given: its next version.'),
  ...covenantTerms,
})
export const covenantDone = z.object({
  covenant: z.uuid(),
  status: z.string(),
  version: z.int(),
})
export const covenantList = z.object({
  covenants: z.array(z.object({ covenant: z.uuid(), ...covenantTerms, revoked: z.boolean() })),
})

const hours = z.number().nullable()
export const routeTimes = z.object({
  smallestGroup: z.int().describe('Routes with fewer referrals are left out, not zero.'),
  routes: z.array(
    z.object({
      partner: z.string(),
      form: z.string(),
      offered: z.int(),
      accepted: z.int(),
      done: z.int(),
      hoursToSeen: hours,
      hoursToAccepted: hours,
      hoursToContact: hours,
      hoursToDone: hours,
    }),
  ),
})
