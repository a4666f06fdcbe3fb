import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrateGuard, postgresGuard } from './postgres-guard.ts'
import { signingGuardConformance } from './signing-guard-conformance.ts'
import { emptyRoot } from './tree.ts'

let database: TestDatabase
let made = 0
beforeAll(async () => {
  database = await createTestDatabase()
  await migrateGuard(database.pool)
})
afterAll(() => database.drop())

signingGuardConformance('PostgreSQL', async () => {
  made += 1
  const name = `ledger ${made}`
  return {
    open: () => postgresGuard({ pool: database.pool, name }),
    close: async () => undefined,
  }
})

describe('the table of guards', () => {
  test.each([
    'UPDATE signing_guard.guard SET size = 6',
    `UPDATE signing_guard.guard SET root = sha256('x')`,
    `UPDATE signing_guard.guard SET ledger = 'other'`,
    'DELETE FROM signing_guard.guard',
  ])('goes back for nobody, not even for its owner: %s', async (attack) => {
    const { pool } = database
    const name = attack
    const tree = { epoch: 1, origin: 'ledger.test/guarded', size: 7, root: emptyRoot() }
    await postgresGuard({ pool, name }).compareAndSet(undefined, tree)
    const mine = `${attack} WHERE ledger = $1`
    await expect(pool.query(mine, [name])).rejects.toMatchObject({ code: 'WD012' })
  })

  test('says so when it does not answer', async () => {
    const { pool, drop } = await createTestDatabase()
    const guard = postgresGuard({ pool, name: 'one' })
    await expect(guard.read()).rejects.toMatchObject({ code: 'unavailable' })
    await drop()
  })
})
