import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import { migrateStore } from './migrate-store.ts'
import { START } from './port.ts'
import { postgresStore } from './postgres.ts'
let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await migrateStore(database.pool, 'case_history')
  await migrateStore(database.pool, 'access')
})
afterAll(() => database.drop())
test('smoke', async () => {
  const store = postgresStore({ pool: database.pool, ledgerName: 'case_history' })
  const id = randomUUID()
  const entry = { id, type: 'A', dossier: null, bytes: Buffer.from('{}') }
  const results = await Promise.all([
    store.append('case-1', 'no-stream', [entry]),
    store.append('case-1', 'no-stream', [entry]),
    store.append('case-1', 'no-stream', [{ ...entry, id: randomUUID() }]),
    store.append('case-1', 0, [{ ...entry, id: randomUUID() }, { ...entry, id: randomUUID() }]),
    store.append('case-2', 'no-stream', [{ ...entry, id: randomUUID() }]),
  ])
  console.log(results, await store.head())
  console.log(await store.readAll(START, 10))
  expect((await store.readStream('case-1')).length).toBe(3)
  await store.close()
})
