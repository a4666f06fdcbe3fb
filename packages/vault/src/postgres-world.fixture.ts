/** The world in which people are erased, on a real database. */
import { memoryStore } from '@wederhoor/event-store/memory'
import { migrateCheckpoints, migrateStore } from '@wederhoor/event-store/migrate-store'
import { postgresStore } from '@wederhoor/event-store/postgres'
import { migrate } from '@wederhoor/postgres/migrate'
import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import pg, { type Pool } from 'pg'
import { type ErasureWorld, type WholeStorage, worldOver } from './erasure-world.fixture.ts'
import { vaultMigrations } from './migrations.ts'
import { postgresErasure } from './postgres-erasure.ts'
import { postgresRewrap } from './postgres-rewrap.ts'
import { postgresStorage } from './postgres-storage.ts'

export const wholeStorage = (pool: Pool): WholeStorage => ({
  ...postgresStorage(pool),
  ...postgresErasure(pool),
  ...postgresRewrap(pool),
})

/** A fresh database with a vault, the ledger `test` and the checkpoints of projections. */
export async function migratedDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase()
  await migrateStore(database.pool, 'test')
  await migrateCheckpoints(database.pool)
  await migrate(database.pool, vaultMigrations)
  return database
}

export const worldIn = (pool: Pool, given: Partial<ErasureWorld> = {}): ErasureWorld =>
  worldOver(wholeStorage(pool), {
    store: postgresStore({ pool, ledgerName: 'test', notify: false }),
    accessStore: memoryStore(),
    ...given,
  })

/** Another database with the same content: what a restored backup is. Throws out whoever is connected to the first. */
export async function copyOf(database: TestDatabase): Promise<TestDatabase> {
  const copy = await createTestDatabase()
  const [from, to] = [database, copy].map(({ url }) => new URL(url).pathname.slice(1))
  const address = new URL(database.url)
  address.pathname = '/postgres'
  const admin = new pg.Client({ connectionString: address.href })
  await admin.connect()
  try {
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
      from,
    ])
    await admin.query(`drop database ${to}`)
    await admin.query(`create database ${to} template ${from}`)
  } finally {
    await admin.end()
  }
  return copy
}
