/** `schemas/`: what an entry and a line of disclosures look like, for whoever reads them with a program of their own. */
import { z } from 'zod'
import { type PlannedFile, textFile } from './planned-file.ts'

const instant = z.string().describe('ISO 8601, UTC, milliseconds. A claim, not a proof.')
const textOrNull = z.string().nullable()
const digest = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .describe('base64url(SHA-256(ASCII(disclosure))), RFC 9901')

const entry = z
  .object({
    v: z.literal(1),
    ledger: z.string().describe('Origin of the ledger, without an epoch.'),
    dossier: textOrNull,
    stream: z.string().regex(/^[a-z]{1,40}-[0-9a-zA-Z-]{1,80}$/),
    revision: z.int().min(0).describe('From 0, without gaps within the stream.'),
    id: z.string(),
    type: z.string(),
    schemaVersion: z.int(),
    n: z.string().describe('128 random bits, so that no leaf hash can be guessed.'),
    recordedAt: instant,
    occurredAt: instant,
    actor: z.looseObject({ role: z.string(), desk: textOrNull, pseudonym: z.string() }),
    power: z.looseObject({ code: z.string(), version: z.string() }),
    policy: z.string(),
    causation: textOrNull,
    correlation: textOrNull,
    trace: textOrNull,
    data: z.record(z.string(), z.unknown()).describe('Open facts.'),
    c: z.record(z.string(), digest).describe('JSON pointer of each sealed field → its commitment.'),
  })
  .describe(
    'One entry: canonical JSON (RFC 8785) in UTF-8, at most 65,535 bytes. It is hashed as it is.',
  )

const disclosure = z
  .object({
    disclosure: z
      .string()
      .regex(/^[A-Za-z0-9_-]+$/)
      .describe('base64url, without padding, of the JSON array [salt, path, value]'),
    leaf: z.int().min(0).describe('Leaf index of the entry that commits to it.'),
    path: z.string().describe('Key of the entry’s `c`.'),
  })
  .describe('One line of disclosures.jsonl, canonical JSON, in the order of leaf and path.')

export const schemaFiles = (): readonly PlannedFile[] => [
  schemaFile('disclosure', disclosure),
  schemaFile('entry', entry),
]

const schemaFile = (name: string, schema: z.ZodType): PlannedFile =>
  textFile(`schemas/${name}.json`, `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`)
