/** Takes the checkpoints of the two ledgers to the witnesses of the installation. */
import { WitnessError } from '@wederhoor/ledger/witness/witness-error'
import { type SplitView, type Witnessing, witnessing } from '@wederhoor/ledger/witness/witnessing'
import type { LedgerEvidence, ServiceParts } from './service-parts.ts'
import { type Worker, workers } from './workers.ts'

export interface LedgerWitnessing extends Worker {
  /** Nothing where the installation has no witnesses. */
  readonly caseHistory: Witnessing | undefined
  readonly access: Witnessing | undefined
}

/**
 * One worker for each ledger, in the process that signs; none without witnesses. What they do never makes the process
 * unready: entries are appended and signed for all the same, and a third party's failure must not take the house down.
 * Silence of a quarter of an hour, and a split view, are errors in the log.
 * @param onSplitView somebody who records the incident; it is in the log already.
 */
export function ledgerWitnessing(
  parts: Pick<ServiceParts, 'evidence' | 'logger'>,
  onSplitView: (log: 'case-history' | 'access', incident: SplitView) => void = () => undefined,
): LedgerWitnessing {
  const { caseHistory, access } = parts.evidence
  const ofCases = witnessingOf(parts, caseHistory, (seen) => onSplitView('case-history', seen))
  const ofAccess = witnessingOf(parts, access, (seen) => onSplitView('access', seen))
  const all = [ofCases, ofAccess].filter((one) => one !== undefined)
  return { ...workers(...all), caseHistory: ofCases, access: ofAccess }
}

function witnessingOf(
  { evidence, logger }: Pick<ServiceParts, 'evidence' | 'logger'>,
  { ledgerName, tiles }: LedgerEvidence,
  onSplitView: (incident: SplitView) => void,
): Witnessing | undefined {
  const { witnesses, k } = evidence.witnesses
  if (witnesses.length === 0) return undefined
  const about = { part: 'witnessing', object: ledgerName }
  return witnessing({
    tiles,
    witnesses,
    k,
    onFailure: (error, witness) =>
      logger.warn({ ...about, witness, ...failureOf(error) }, 'a checkpoint was not cosigned'),
    onSplitView: (incident) => {
      logger.error(
        { ...about, witness: incident.witness, code: incident.code, size: incident.size },
        'a witness holds another history than this ledger',
      )
      onSplitView(incident)
    },
    onOverdue: (waitedMs) =>
      logger.error(
        { ...about, code: 'overdue', minutes: Math.floor(waitedMs / 60_000) },
        'no quorum of witnesses cosigned anything for too long: what was written since is vouched for by nobody else',
      ),
  })
}

function failureOf(error: unknown): { readonly failure: string; readonly code?: string } {
  const failure = error instanceof Error ? error.name : 'unknown'
  return error instanceof WitnessError ? { failure, code: error.code } : { failure }
}
