import { migrateBroker } from '@wederhoor/broker/migrate-broker'
import { clockMigrations } from '@wederhoor/calendar/migrations'
import { migrateCheckpoints, migrateStore } from '@wederhoor/event-store/migrate-store'
import { httpMigrations } from '@wederhoor/http/migrations'
import { identityMigrations } from '@wederhoor/identity/migrations'
import { migrateTiles } from '@wederhoor/ledger/migrate-tiles'
import { type MigrateOptions, migrate } from '@wederhoor/postgres/migrate'
import type { ErasureTarget } from '@wederhoor/vault/erasure-storage'
import { vaultMigrations } from '@wederhoor/vault/migrations'
import { registerErasureTargets } from '@wederhoor/vault/postgres-erasure'
import type { Pool } from 'pg'

/** Names of the two ledgers: the case history, and who opened what. */
export const CASE_HISTORY = 'case_history'
export const ACCESS = 'access'

export interface ServiceMigrations extends MigrateOptions {
  /** Tables that hold rows of one party: an erasure deletes them, also one that a restore undid. */
  readonly erasureTargets?: readonly ErasureTarget[]
}

/**
 * Brings every schema of the packages up to date, and those of the services that are given, and tells the vault which of
 * their tables an erasure empties. Safe from several processes at once. Run it as the owner of the database.
 */
export async function migrateAll(
  pool: Pool,
  services: readonly ServiceMigrations[],
): Promise<void> {
  for (const ledgerName of [CASE_HISTORY, ACCESS]) {
    await migrateStore(pool, ledgerName)
    await migrateTiles(pool, ledgerName)
  }
  await migrateCheckpoints(pool)
  await migrateBroker(pool)
  const packages = [vaultMigrations, clockMigrations, httpMigrations, identityMigrations]
  for (const own of [...packages, ...services]) await migrate(pool, own)
  const targets = services.flatMap(({ erasureTargets = [] }) => erasureTargets)
  await registerErasureTargets(pool, targets)
}
