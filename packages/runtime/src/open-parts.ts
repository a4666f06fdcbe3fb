/**
 * Opens what services stand on, over one database: the two ledgers, the vault, and what was given. Sweeps what was sealed
 * and never named, hourly. Refuses to open where erasures that a restore undid cannot be applied again.
 */
import type { Broker } from '@wederhoor/broker/port'
import type { Clock } from '@wederhoor/calendar/clock'
import { cachedTail } from '@wederhoor/event-store/cached-tail'
import { postgresStore } from '@wederhoor/event-store/postgres'
import type { TokenVerifier } from '@wederhoor/identity/token'
import { postgresDossierIndex } from '@wederhoor/ledger/dossier-index'
import { postgresTiles } from '@wederhoor/ledger/postgres-tiles'
import type { SigningGuard } from '@wederhoor/ledger/signing-guard'
import { noWitnesses, type WitnessList } from '@wederhoor/ledger/witness/witness-list'
import { type ErasureRegister, memoryRegister } from '@wederhoor/vault/erasure-register'
import type { KekRing } from '@wederhoor/vault/kek'
import { openings } from '@wederhoor/vault/openings'
import { sweepOrphans } from '@wederhoor/vault/orphans'
import { postgresVault } from '@wederhoor/vault/postgres'
import { postgresKeeper } from '@wederhoor/vault/postgres-keeper'
import type { FastifyBaseLogger } from 'fastify'
import type { Pool } from 'pg'
import { ACCESS, CASE_HISTORY } from './migrate-all.ts'
import { openErasure } from './open-erasure.ts'
import { repeated } from './repeated.ts'
import type { ServiceParts } from './service-parts.ts'
import type { SigningKeys } from './signing-keys.ts'

export interface OpenPartsOptions {
  readonly pool: Pool
  readonly broker: Broker
  readonly clock: Clock
  readonly verifier: TokenVerifier
  readonly logger: FastifyBaseLogger
  readonly kek: KekRing
  /** Of those who were erased, outside the database. Left out, it ends with the process: for tests. */
  readonly register?: ErasureRegister
  readonly pepper: Uint8Array
  /** Origin of the case history, a schemeless URL; the access log's is `<ledger>/access`. */
  readonly ledger: string
  /** Version of the policy whose purposes the access log names. */
  readonly policy: string
  readonly random: () => number
  readonly signingKeys: SigningKeys
  /** The guard of a ledger by its name: somewhere that is not restored together with the database. */
  readonly guardOf: (ledgerName: string) => SigningGuard
  /** None when left out. */
  readonly witnesses?: WitnessList
  /** See `ServiceParts`. */
  readonly trustProxy?: readonly string[] | undefined
  /** When what was sealed and never named is swept, in real time: after a minute and then hourly when left out. */
  readonly sweep?: { readonly firstMs: number; readonly everyMs: number }
}

/** Entries that all followers of the ledger share in memory. */
const TAIL_ENTRIES = 4_000

/** The pool and the broker stay the caller's. `close` waits for appends that were accepted. */
export async function openParts(
  options: OpenPartsOptions,
): Promise<{ readonly parts: ServiceParts; readonly close: () => Promise<void> }> {
  const { pool, broker, clock, verifier, logger, kek, pepper, ledger, policy, random } = options
  const caseHistory = postgresStore({
    pool,
    ledgerName: CASE_HISTORY,
    clock,
    keeper: postgresKeeper,
  })
  const store = cachedTail(caseHistory, { entries: TAIL_ENTRIES })
  const access = postgresStore({ pool, ledgerName: ACCESS, clock, notify: false })
  const { register = memoryRegister() } = options
  const erasure = openErasure({ pool, store: caseHistory, kek, register, clock, logger })
  await erasure.reapply()
  const vault = await postgresVault({
    pool,
    kek,
    accessStore: access,
    ledgerOrigin: `${ledger}/access`,
    policy,
    isKeptWithEntries: true,
  })
  const evidenceOf = (ledgerName: string, origin: string) => ({
    ledgerName,
    origin,
    tiles: postgresTiles({ pool, ledgerName }),
    guard: options.guardOf(ledgerName),
  })
  const evidence: ServiceParts['evidence'] = {
    witnesses: options.witnesses ?? noWitnesses,
    caseHistory: { ...evidenceOf(CASE_HISTORY, ledger), store: caseHistory, followed: store },
    access: { ...evidenceOf(ACCESS, `${ledger}/access`), store: access, followed: access },
  }
  const { signingKeys } = options
  const given = { broker, db: pool, clock, verifier, logger, ledger, pepper, random, signingKeys }
  const { trustProxy } = options
  const proxies = trustProxy === undefined ? {} : { trustProxy }
  const erasing = { steps: erasure.stepsOf(vault), epochs: erasure.epochs }
  const seen = openings({ index: postgresDossierIndex({ pool, ledgerName: ACCESS }), vault })
  const parts = { store, vault, openings: seen, evidence, erasing, ...given, ...proxies }
  const sweeping = repeated({
    ...(options.sweep ?? { firstMs: 60_000, everyMs: 3_600_000 }),
    work: async () => {
      await erasure.reapply()
      const { swept } = await sweepOrphans({ pool, store })
      if (swept > 0) logger.info({ part: 'vault', count: swept }, 'sealed and never named: swept')
    },
    onFailure: (error) =>
      logger.warn(
        { part: 'vault', failure: error instanceof Error ? error.name : 'unknown' },
        'tried again',
      ),
  })
  return {
    parts,
    async close() {
      await sweeping.stop()
      await vault.close()
      await store.close()
      await access.close()
    },
  }
}
