/** A failed verification as a fact in the case history: once for each, also when two watchers see it. */
import type { Clock } from '@wederhoor/calendar/clock'
import { rulingFor } from '@wederhoor/contracts/ruling'
import type { CommandContext } from '@wederhoor/decider/decider'
import { derivedId } from '@wederhoor/decider/derived-id'
import { evidenceStream } from '../domain/evidence.ts'
import type { EvidenceEventOf, Failure, Origin } from '../domain/evidence-events.ts'
import type { EvidenceHandler } from '../routes/rooms.ts'

export interface Incident {
  /** The log's own origin. */
  readonly log: string
  readonly reason: Failure
  readonly size: number
  readonly position?: number | undefined
  readonly detectedBy: EvidenceEventOf<'VerificationFailed'>['detectedBy']
}

/** What makes it this incident and no other. */
export const incidentName = ({ log, reason, size, position }: Incident): string =>
  `${log} ${reason} ${position === undefined ? `size ${size}` : `position ${position}`}`

/** Durable on return. Works while the ledger is halted. @throws StoreError, ClockError, NoSuchPower. */
export async function recordIncident(
  { handler, clock }: { readonly handler: EvidenceHandler; readonly clock: Clock },
  incident: Incident,
): Promise<void> {
  const at = await clock.now()
  const { power, policy } = rulingFor('verify', at)
  const context: CommandContext = {
    id: derivedId(incidentNamespace, incidentName(incident)),
    at,
    occurredAt: at,
    dossier: null,
    actor: { role: 'watch', desk: null, pseudonym: NOBODY },
    power,
    policy,
    causation: null,
    correlation: null,
    trace: null,
  }
  const { log, reason, size, position, detectedBy } = incident
  const facts = { log: log as Origin, reason, size, position, detectedBy }
  await handler.handle(evidenceStream(log), { type: 'RecordFailure', context, ...facts })
}

const incidentNamespace = '7d1a5f0e-3c7b-5f52-9b0c-5e2f4c8a6d10'
const NOBODY = '00000000-0000-4000-8000-000000000000' as CommandContext['actor']['pseudonym']
