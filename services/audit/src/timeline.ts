/** The whole history of a dossier, across services, in the ledger's one order. */
import type { Entry } from '@wederhoor/ledger/entry'
import type { AuditedLedger } from './replay.ts'
import { entryOf } from './stored-entries.ts'

export interface TimelineLine {
  /** Where it stands in the ledger. */
  readonly position: string
  readonly stream: string
  readonly revision: number
  readonly id: string
  readonly type: string
  readonly schemaVersion: number
  readonly recordedAt: string
  readonly occurredAt: string
  readonly actor: Entry['actor']
  readonly power: Entry['power']
  readonly policy: string
  readonly causation: string | null
  /** Open facts. */
  readonly facts: Readonly<Record<string, unknown>>
  /** JSON pointer of each sealed field → its commitment. Nothing is opened here. */
  readonly commitments: Readonly<Record<string, string>>
}

/** Undefined for a dossier that has no entry. @throws StoreError unavailable, CorruptEntry. */
export async function timelineOf(
  { index }: Pick<AuditedLedger, 'index'>,
  dossier: string,
): Promise<readonly TimelineLine[] | undefined> {
  const stored = await index.read(dossier)
  if (stored.length === 0) return undefined
  return stored.map((one) => lineOf(one.position, entryOf(one)))
}

function lineOf(position: string, entry: Entry): TimelineLine {
  const { stream, revision, id, type, schemaVersion, recordedAt, occurredAt } = entry
  const { actor, power, policy, causation, data, c } = entry
  return {
    position,
    stream,
    revision,
    id,
    type,
    schemaVersion,
    recordedAt,
    occurredAt,
    actor,
    power,
    policy,
    causation,
    facts: data,
    commitments: c,
  }
}
