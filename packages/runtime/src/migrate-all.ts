import { migrateBroker } from '@wederhoor/broker/migrate-broker'
import { clockMigrations } from '@wederhoor/calendar/migrations'
import { migrateCheckpoints, migrateStore } from '@wederhoor/event-store/migrate-store'
import { httpMigrations } from '@wederhoor/http/migrations'
import { identityMigrations } from '@wederhoor/identity/migrations'
import { migrateTiles } from '@wederhoor/ledger/migrate-tiles'
import { type MigrateOptions, migrate } from '@wederhoor/postgres/migrate'
import { vaultMigrations } from '@wederhoor/vault/migrations'
import type { Pool } from 'pg'

/** Names of the two ledgers: the case history, and who opened what. */
export const CASE_HISTORY = 'case_history'
export const ACCESS = 'access'

/**
 * Brings every schema of the packages up to date, and those of the services that are given. Safe from several processes
 * at once. Run it as the owner of the database.
 */
export async function migrateAll(pool: Pool, services: readonly MigrateOptions[]): Promise<void> {
  for (const ledgerName of [CASE_HISTORY, ACCESS]) {
    await migrateStore(pool, ledgerName)
    await migrateTiles(pool, ledgerName)
  }
  await migrateCheckpoints(pool)
  await migrateBroker(pool)
  const packages = [vaultMigrations, clockMigrations, httpMigrations, identityMigrations]
  for (const own of [...packages, ...services]) await migrate(pool, own)
}
