/** Keeps the trees of the two ledgers: who runs this signs for the house. */
import type { ReadinessCheck } from '@wederhoor/http/health'
import { type Integrator, integrator } from '@wederhoor/ledger/integrator'
import { postgresLease } from '@wederhoor/ledger/postgres-lease'
import type { LedgerEvidence, ServiceParts } from './service-parts.ts'
import type { SigningKey } from './signing-keys.ts'
import { type Worker, workers } from './workers.ts'

export interface LedgerIntegrators extends Worker {
  readonly caseHistory: Integrator
  readonly access: Integrator
  /** Rejects while a ledger is not signed for: refused, stuck, stopped, or halted. For `serviceServer`. */
  readonly ready: Readonly<Record<'caseHistoryCheckpoints' | 'accessCheckpoints', ReadinessCheck>>
}

/**
 * One integrator for each ledger. As many processes may run this as want to: a lease in the database lets one work at a
 * time. They work from `start` to `stop`.
 */
export function ledgerIntegrators(parts: ServiceParts): LedgerIntegrators {
  const { evidence } = parts
  const caseHistory = integratorOf(parts, evidence.caseHistory, 'log')
  const access = integratorOf(parts, evidence.access, 'access-log')
  return {
    ...workers(caseHistory, access),
    caseHistory,
    access,
    ready: {
      caseHistoryCheckpoints: signs(caseHistory, evidence.caseHistory),
      accessCheckpoints: signs(access, evidence.access),
    },
  }
}

function integratorOf(parts: ServiceParts, evidence: LedgerEvidence, key: SigningKey): Integrator {
  const { logger, signingKeys, db } = parts
  const { ledgerName, origin, store, followed, tiles, guard } = evidence
  return integrator({
    store,
    followed,
    tiles,
    guard,
    origin,
    signers: (epochOrigin) => signingKeys.signers(key, epochOrigin),
    publicKeys: () => signingKeys.publicKeys(key),
    lease: postgresLease({ pool: db, name: `integrate ${ledgerName}` }),
    onFailure: (error) =>
      logger.warn({ part: 'integrator', object: ledgerName, ...about(error) }, 'tried again'),
    onRefused: ({ code }) =>
      logger.error(
        { part: 'integrator', object: ledgerName, code },
        'nothing is signed or appended until two persons begin a new epoch',
      ),
  })
}

/** A failed attempt is ordinary; by the fifth in a row something is stuck. */
const FAILURES_MAX = 5

const signs =
  ({ health }: Integrator, { ledgerName, store }: LedgerEvidence): ReadinessCheck =>
  async () => {
    const { state, failures } = health()
    if (state !== 'running' || failures >= FAILURES_MAX)
      throw new Error(`signing for ${ledgerName} is ${state}`)
    if ((await store.halted()) !== undefined) throw new Error(`${ledgerName} is halted`)
  }

function about(error: unknown): { readonly failure: string; readonly code: string | undefined } {
  const failure = error instanceof Error ? error.name : 'unknown'
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  return { failure, code }
}
