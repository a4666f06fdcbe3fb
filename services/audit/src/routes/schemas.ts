/** What the routes about the evidence itself take and give. */
import { z } from 'zod'
import { failures, incidents, rotationSteps } from '../domain/evidence-events.ts'
import { logNames } from './rooms.ts'

const instant = z.iso.datetime()
const tree = z.object({ origin: z.string(), size: z.int(), root: z.string() })

export const logParams = z.object({ log: z.enum(logNames) })
export const epochParams = logParams.extend({
  number: z.coerce.number().int().min(2).max(1_000_000),
})

/** A signed note: a checkpoint of ours, or the outcome of a check. */
export const note = z
  .string()
  .max(8_192)
  .regex(/^[^\n]+\n(?:[^\n]+\n)*\n(?:— [^\s]+ [^\s]+\n)+$/)

export const proposal = z.object({
  incident: z.enum(incidents),
  lastWitnessed: note
    .nullable()
    .describe(
      'The last checkpoint of this log that a witness, an auditor or a party holds, verbatim; null where nobody holds one.',
    ),
})
/** Of a proposal: what it says in short, so that nobody confirms another one. */
const proposalName = z.uuid().describe('Which proposal: as the log’s standing tells it.')
export const confirmation = z.object({ proposal: proposalName })
export const rotation = z.object({ step: z.enum(rotationSteps) })
export const rotationConfirmation = rotation.extend({ proposal: proposalName })

export const logStanding = z.object({
  log: z.string(),
  halted: z.string().nullable(),
  epoch: z.int(),
  origin: z.string(),
  address: z.string().describe('Where its current epoch is read, below that of this service.'),
  checkpoint: tree.nullable(),
  proposed: z
    .object({
      proposal: proposalName,
      number: z.int(),
      incident: z.string(),
      witnessed: tree.nullable(),
      guarded: tree.extend({ epoch: z.int() }).nullable(),
      at: instant,
    })
    .nullable(),
  begun: z
    .object({
      number: z.int(),
      incident: z.string(),
      witnessed: tree.nullable(),
      guarded: tree.extend({ epoch: z.int() }).nullable(),
      survived: z.int(),
      at: instant,
    })
    .nullable(),
  keys: z.array(z.string()).describe('Vkeys that sign now, newest first.'),
  rotation: z
    .object({ proposal: proposalName, step: z.enum(rotationSteps), at: instant })
    .nullable(),
  incidents: z.array(
    z.object({
      size: z.int(),
      position: z.int().nullable(),
      reason: z.enum(failures),
      detectedBy: z.string(),
      at: instant,
    }),
  ),
})

export const check = z.object({
  note: note.describe('The outcome, signed by the officer: what `sign-check` wrote.'),
  vkey: z
    .string()
    .max(300)
    .regex(/^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*$/)
    .describe('The officer’s public key.'),
})
const checked = z.object({
  log: z.enum(logNames),
  origin: z.string(),
  size: z.int(),
  root: z.string(),
  outcome: z.enum(['verified', 'failed']),
  position: z.int().nullable(),
  checkedAt: instant,
  recordedAt: instant,
  vkey: z.string(),
  note: z.string().describe('Verbatim, so that anybody can verify it under the vkey.'),
})
export const recordedCheck = checked
export const checks = z.object({
  logs: z.array(
    z.object({
      log: z.enum(logNames),
      nextDueAt: instant.nullable().describe('Null while the log is empty.'),
      overdue: z.boolean(),
      checks: z.array(checked),
    }),
  ),
})
