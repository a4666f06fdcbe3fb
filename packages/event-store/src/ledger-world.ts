/** Ledgers on the test run's PostgreSQL, each a conformance world with its own pools, as processes have. */

import type { TestDatabase } from '@wederhoor/postgres/test-database'
import pg from 'pg'
import type { ConformanceWorld, StoreOptions } from './conformance-world.ts'
import { migrateStore } from './migrate-store.ts'
import type { EventStore } from './port.ts'
import { type PostgresStoreOptions, postgresStore } from './postgres.ts'

export interface LedgerWorld extends ConformanceWorld {
  readonly ledgerName: string
  readonly schema: string
  open(
    options?: StoreOptions & Partial<PostgresStoreOptions> & { url?: string; poolMax?: number },
  ): EventStore
}

let made = 0

export async function ledgerWorld(database: TestDatabase): Promise<LedgerWorld> {
  made += 1
  const ledgerName = `test_${made}`
  await migrateStore(database.pool, ledgerName)
  const closing: (() => Promise<void>)[] = []
  return {
    ledgerName,
    schema: `ledger_${ledgerName}`,
    open({ url, poolMax, ...options } = {}) {
      const pool = new pg.Pool({ connectionString: url ?? database.url, max: poolMax ?? 3 })
      const store = postgresStore({ pool, ledgerName, ...options })
      closing.push(async () => {
        await store.close()
        await pool.end()
      })
      return store
    },
    async dispose() {
      for (const close of closing) await close()
    },
  }
}

/** A login role of the test server, made a member of `memberOf`, and the database's address for it. */
export async function loginRole(
  database: TestDatabase,
  role: string,
  memberOf?: string,
): Promise<string> {
  await database.pool.query(`
    do $$ begin create role ${role} login password 'test-only';
    exception when duplicate_object then null; end $$`)
  if (memberOf !== undefined) await database.pool.query(`grant ${memberOf} to ${role}`)
  const address = new URL(database.url)
  address.username = role
  address.password = 'test-only'
  return address.href
}
