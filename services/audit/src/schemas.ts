/** What the routes of audit take and give. */
import { z } from 'zod'

const instant = z.iso.datetime()
const digest = z.string()
const facts = z.record(z.string(), z.unknown())
const commitments = z.record(z.string(), digest)

export const dossierParams = z.object({ dossier: z.uuid().toLowerCase() })

export const moments = z.object({
  recordedUntil: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('The longest prefix of the ledger in which nothing was recorded after this moment.'),
  occurredUntil: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('Of that, what is claimed to have occurred by this moment.'),
})

export const timeline = z.object({
  dossier: z.uuid(),
  lines: z.array(
    z.object({
      position: z.string(),
      stream: z.string(),
      revision: z.int(),
      id: z.uuid(),
      type: z.string(),
      schemaVersion: z.int(),
      recordedAt: instant,
      occurredAt: instant,
      actor: z.object({ role: z.string(), desk: z.string().nullable(), pseudonym: z.string() }),
      power: z.object({ code: z.string(), version: z.string() }),
      policy: z.string(),
      causation: z.string().nullable(),
      facts,
      commitments,
    }),
  ),
})

const holder = z.object({
  office: z.string(),
  person: z.string().nullable(),
  since: instant,
  entry: z.uuid(),
})

const stream = z.object({
  entries: z.int(),
  revision: z.int(),
  lastTypes: z.array(z.string()).readonly(),
  holder: holder.nullable(),
  open: z.boolean(),
  facts,
  commitments,
  clocks: z.record(z.string(), z.object({ dueAt: instant, entry: z.uuid() })),
})

export const replay = z.object({
  dossier: z.uuid(),
  asOf: z.object({ recordedUntil: instant.nullable(), occurredUntil: instant.nullable() }),
  state: z.object({
    entries: z.int(),
    firstRecordedAt: instant.nullable(),
    lastRecordedAt: instant.nullable(),
    lastOccurredAt: instant.nullable(),
    holder: holder.nullable(),
    open: z.boolean(),
    streams: z.record(z.string(), stream),
    types: z.record(z.string(), z.int()),
  }),
  stateSha256: z.string(),
  reducer: z.object({
    sha256: z.string(),
    files: z.array(z.object({ file: z.string(), sha256: z.string() })).readonly(),
  }),
})
