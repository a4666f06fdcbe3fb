/** A split view as an incident: a witness holds another history than this ledger, so somebody is shown another one. */
import type { SplitView } from '@wederhoor/ledger/witness/witnessing'
import type { ServiceParts } from '@wederhoor/runtime/service-parts'
import type { Failure } from '../domain/evidence-events.ts'
import { evidenceHandler, type LogName } from '../routes/rooms.ts'
import { recordIncident } from './incident.ts'

const reasons: Readonly<Record<SplitView['code'], Failure>> = {
  ahead: 'smaller-than-before',
  'other-tree': 'not-an-extension',
}

/** One that cannot be recorded now stands in the log of the process alone: the witness tells it once. */
export function splitViewRecorder(
  parts: Pick<ServiceParts, 'evidence' | 'ledger' | 'clock' | 'logger'>,
): (log: LogName, incident: SplitView) => void {
  const handler = evidenceHandler(parts)
  const { caseHistory, access } = parts.evidence
  return (log, { code, size }) => {
    const { origin } = log === 'access' ? access : caseHistory
    const incident = { log: origin, reason: reasons[code], size, detectedBy: 'witness' } as const
    recordIncident({ handler, clock: parts.clock }, incident).catch((error: unknown) => {
      const failure = error instanceof Error ? error.name : 'unknown'
      parts.logger.error(
        { part: 'witnessing', object: origin, code, failure },
        'not recorded as an incident',
      )
    })
  }
}
