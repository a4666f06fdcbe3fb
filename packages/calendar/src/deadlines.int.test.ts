import { migrate } from '@wederhoor/postgres/migrate'
import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fixedClock } from './clock.ts'
import { deadlines } from './deadlines.ts'
import { clockMigrations } from './migrations.ts'

const due = '2024-03-15T22:59:59.999Z'
const after = '2024-03-15T23:00:00.000Z'
const poison = 'hearing-poison'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
  await migrate(database.pool, clockMigrations)
})
beforeEach(() => database.pool.query('DELETE FROM clock.deadline'))
afterAll(() => database.drop())

function world(now: string) {
  const resolved: string[] = []
  const failed: unknown[] = []
  const due = deadlines({
    db: database.pool,
    clock: fixedClock(now),
    service: 'mediation',
    resolve: async ({ stream }) => {
      if (stream.startsWith(poison)) throw new Error(`${stream} cannot be read`)
      resolved.push(stream)
    },
    onFailure: (error) => failed.push(error),
  })
  return { due, resolved, failed }
}

const set = (streams: readonly string[]) =>
  database.pool.query(
    `INSERT INTO clock.deadline (service, stream, kind, due_at)
     SELECT 'mediation', stream, 'silence', $2 FROM unnest($1::text[]) stream`,
    [streams, due],
  )

async function left(): Promise<readonly string[]> {
  const { rows } = await database.pool.query('SELECT stream FROM clock.deadline ORDER BY stream')
  return rows.map((row) => row.stream)
}

describe('a due instant', () => {
  test('is reached by the first instant after it, and not at it', async () => {
    await set(['hearing-1'])
    const at = world(due)
    await at.due.settled()
    expect(at.resolved).toEqual([])
    const past = world(after)
    await past.due.settled()
    expect(past.resolved).toEqual(['hearing-1'])
    expect(await left()).toEqual([])
  })
})

describe('a deadline that cannot be resolved', () => {
  test('holds up no other deadline, and stays due', async () => {
    await set([poison, 'hearing-q', 'hearing-r'])
    const { due, resolved } = world(after)
    await expect(due.settled()).rejects.toThrow('cannot be read')
    expect(resolved).toEqual(['hearing-q', 'hearing-r'])
    expect(await left()).toEqual([poison])
  })

  test('holds up nobody either when there are more of them than one look takes', async () => {
    const many = Array.from({ length: 120 }, (_, index) => `${poison}-${index}`)
    await set([...many, 'hearing-q'])
    const { due, resolved, failed } = world(after)
    await expect(due.settled()).rejects.toThrow('cannot be read')
    expect(resolved).toEqual(['hearing-q'])
    expect(failed).toHaveLength(119)
    expect(await left()).toHaveLength(120)
  })
})
