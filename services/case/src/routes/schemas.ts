/** The HTTP contract of case. Who, when, in which role and under which power are filled in, never typed. */
import { fileLine } from '@wederhoor/vault/opened-file'
import { z } from 'zod'

const code = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(60)
const instant = z.iso.datetime()
const words = (max: number) => z.string().trim().min(1).max(max)
const person = words(100).describe('The person behind the account of a colleague.')
const digest = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .brand<'Digest'>()
  .describe('Commitment to the exact text and its annexes.')
const receiver = code.brand<'receiver'>().describe('Id of a party, or code of a partner.')
const permittedAct = z.enum([
  'serve-complaint',
  'serve-answer',
  'refer-with-data',
  'general-letter',
])
/** An id that a caller names, spelled as it is stored. */
const namedId = z.uuid().toLowerCase()
const permission = namedId.brand<'PermissionId'>()
export const ofParty = z
  .union([z.literal('melder'), namedId.brand<'PartyId'>()])
  .describe('The person who reported, or the id of another party.')
  .default('melder')

export const dossierParams = z.object({ dossier: z.uuid() })
export const dangerParams = z.object({
  dossier: z.uuid(),
  danger: z.uuid().brand<'DangerId'>(),
})

export const workQuery = z.object({ status: z.enum(['open', 'closed']).default('open') })

export const note = z.strictObject({
  text: words(20_000),
  direction: z.enum(['in', 'out']),
  channel: code.default('telefoon'),
  result: z.enum(['reached', 'message', 'no-answer']).default('reached'),
  party: ofParty,
  answers: namedId.brand<'NoteId'>().optional().describe('The inbound message that this answers.'),
})
export const wish = z.strictObject({
  wish: words(8_000).describe('What the melder wants, in the melder’s words.'),
  ownPart: words(4_000).optional().describe('What the melder can and wants to do without us.'),
})
export const legalView = z.strictObject({ view: words(8_000) })
export const role = z.strictObject({ role: z.enum(['impartial-listener', 'beside-the-melder']) })
export const safeContact = z.strictObject({
  party: ofParty,
  outgoing: z.enum(['allowed', 'none']).describe('none: nothing goes out to this party at all.'),
  rule: words(2_000).describe('Channel, hours, voicemail, post, visible sender.'),
})

export const deputy = z.strictObject({ person })
export const contactPersonOffer = z.strictObject({
  person,
  reason: z.enum([
    'absence',
    'leaving',
    'expertise',
    'wish-of-melder',
    'tie-with-party',
    'workload',
  ]),
  explanation: words(4_000).describe('What the melder is told about it.'),
})
export const refusalReason = z.strictObject({ reason: code })

export const ownPermission = z.strictObject({
  act: permittedAct,
  receiver,
  digest,
  fields: z.array(code.brand<'gegeven'>()).min(1).max(40).optional(),
  until: z.iso.date().optional().describe('Last day of the permission.'),
})
export const permissionGiven = ownPermission.extend({
  how: z
    .enum(['spoken', 'written'])
    .default('spoken')
    .describe('How staff were told. By code the melder does it alone.'),
})
export const permissionDeclined = z.strictObject({ act: permittedAct, receiver, digest })
export const withdrawal = z.union([
  z.strictObject({ permission }),
  z.strictObject({ receiver }),
  z.strictObject({ everything: z.literal(true) }),
])
export const permissionDone = z.object({ dossier: z.uuid(), permission: z.uuid() })

export const danger = z.strictObject({
  receiver: z.enum(['politie', 'noodnummer', 'veilig-thuis']),
  ground: code,
  content: words(8_000).describe('The minimum that was given.'),
  telling: z.enum(['told', 'adds-danger']).describe('Told to the melder, unless that adds danger.'),
})
export const dangerDone = z.object({ danger: z.uuid(), reviewDueAt: instant })
export const dangerOpened = z.object({ danger: z.uuid(), content: z.unknown() })
export const review = z.strictObject({
  verdict: z.enum(['justified', 'not-justified']),
  remark: words(4_000).optional(),
})

export const closing = z.strictObject({ outcome: code, reasons: words(8_000) })
export const reopening = z.strictObject({
  why: z.enum(['melder-returned', 'new-facts', 'closed-by-mistake']),
})

export const done = z.object({
  dossier: z.uuid(),
  status: z.enum(['open', 'closed']),
  desk: z.string(),
  contactPerson: z.uuid().describe('Pseudonym within this dossier.'),
})
export const noted = done.extend({ note: z.uuid(), replyDueAt: instant.nullable() })

const exactText = { act: z.string(), receiver: z.string(), digest: z.string() }
export const mine = z.object({
  dossier: z.uuid(),
  status: z.enum(['open', 'closed']),
  contactPerson: z.object({ role: z.enum(['contact-person', 'stand-in']), desk: z.string() }),
  anonymity: z.string(),
  decides: z.boolean().describe('False for whoever reported about another without their word.'),
  outgoingToYou: z
    .enum(['allowed', 'none'])
    .describe('none: by your rule for safe contact, or until staff have confirmed it.'),
  waiting: z
    .array(z.object({ ...exactText, askedAt: instant }))
    .readonly()
    .describe('Texts that wait for your permission, by their digest. Ask to be read them.'),
  permissions: z
    .array(
      z.object({
        permission: z.uuid(),
        ...exactText,
        validUntil: instant.nullable(),
        standing: z.enum(['live', 'withdrawn', 'ended']),
      }),
    )
    .readonly(),
  declined: z.array(z.object(exactText)).readonly(),
  files: z
    .array(
      z.object({
        file: z.uuid(),
        kind: z.string(),
        metadata: z.enum(['stripped', 'kept-sealed']),
        addedAt: instant,
      }),
    )
    .readonly()
    .describe('What you showed us, and what we keep as yours. Ask for one to have it opened.'),
})

const clock = z.object({ kind: z.string(), dueAt: instant, overdue: z.boolean() })
const caseRow = z.object({
  dossier: z.uuid(),
  status: z.enum(['open', 'closed']),
  desk: z.string(),
  contactPerson: z.uuid(),
  standsIn: z.boolean(),
  deputies: z.array(z.uuid()).readonly(),
  offeredTo: z.uuid().nullable(),
  firstContact: z.enum(['due', 'overdue', 'made']),
  anonymity: z.string(),
  melderKind: z.string(),
  melderDecides: z.boolean(),
  acuteDanger: z.boolean(),
  ourRole: z.string().nullable(),
  outcome: z.string().nullable(),
  openedAt: instant,
  closedAt: instant.nullable(),
  clocks: z.array(clock).readonly(),
})
export const caseList = z.object({ cases: z.array(caseRow).readonly() })
export const file = z.object({
  case: caseRow,
  safeContact: z
    .enum(['none-set', 'to-confirm', 'confirmed'])
    .describe(
      'to-confirm: a rule was given at intake; nothing goes to the melder until you set it.',
    ),
  /** Whether this account steers the case, helps in it, or leads its desk. */
  standing: z.enum(['assigned', 'lead', 'colleague']),
  lines: z.array(fileLine).readonly(),
})
