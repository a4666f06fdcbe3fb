import { migrate } from '@wederhoor/postgres/migrate'
import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { databaseClock } from './database-clock.ts'
import { isInstant } from './instants.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
  await migrate(database.pool, {
    schema: 'clock',
    directory: new URL('../migrations', import.meta.url),
  })
})

afterEach(() => asNobodyMay('DELETE FROM clock.offset_row'))

afterAll(() => database.drop())

async function databaseTime(): Promise<string> {
  const { rows } = await database.pool.query<{ at: Date }>('SELECT clock_timestamp() AS at')
  const at = rows[0]?.at
  if (at === undefined) throw new Error('no time')
  return at.toISOString()
}

/** What no role may do in earnest: the guard is taken away by the superuser of the test server. */
async function asNobodyMay(statement: string): Promise<void> {
  await database.pool.query('ALTER TABLE clock.offset_row DISABLE TRIGGER USER')
  await database.pool.query(statement)
  await database.pool.query('ALTER TABLE clock.offset_row ENABLE TRIGGER USER')
}

describe('a clock on real time', () => {
  test("gives the database's time in UTC with milliseconds, in order", async () => {
    const clock = databaseClock(database.pool, { simulated: false })
    const before = Date.parse(await databaseTime())
    const seen = await Promise.all(Array.from({ length: 20 }, () => clock.now()))
    const after = Date.parse(await databaseTime())
    expect(seen.every(isInstant)).toBe(true)
    expect(seen).toEqual([...seen].sort())
    for (const at of seen) {
      expect(Date.parse(at)).toBeGreaterThanOrEqual(before - 1)
      expect(Date.parse(at)).toBeLessThanOrEqual(after + 1)
    }
  })

  test('is not moved', async () => {
    const clock = databaseClock(database.pool, { simulated: false })
    await expect(clock.advance(1)).rejects.toMatchObject({ code: 'clock-not-simulated' })
    await expect(clock.setTo('2030-01-01T00:00:00.000Z')).rejects.toMatchObject({
      code: 'clock-not-simulated',
    })
  })

  test('refuses a database that has lived in simulated time', async () => {
    await databaseClock(database.pool, { simulated: true }).advance(0)
    const clock = databaseClock(database.pool, { simulated: false })
    await expect(clock.now()).rejects.toMatchObject({ code: 'clock-offset-present' })
  })

  test('says that the time is not to be had when the database is gone', async () => {
    const pool = new pg.Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' })
    const clock = databaseClock(pool, { simulated: false })
    await expect(clock.now()).rejects.toMatchObject({ code: 'clock-unavailable' })
    await pool.end()
  })
})

describe('a simulated clock', () => {
  test('is refused in production', () => {
    expect(() => databaseClock(database.pool, { simulated: true, production: true })).toThrow(
      expect.objectContaining({ code: 'clock-simulated-in-production' }),
    )
  })

  test('begins in a past year, runs on, and is never set back', async () => {
    const clock = databaseClock(database.pool, { simulated: true })
    expect((await clock.now()) > '2024-06-01').toBe(true)
    const started = await clock.setTo('2024-01-01T08:00:00.000Z')
    expect(started.startsWith('2024-01-01T08:00:0')).toBe(true)
    await expect(clock.setTo('2023-12-31T00:00:00.000Z')).rejects.toMatchObject({
      code: 'clock-backwards',
    })
    await expect(clock.advance(-1)).rejects.toMatchObject({ code: 'clock-backwards' })
    const later = await clock.advance(86_400_000)
    expect(later.startsWith('2024-01-02T08:00:0')).toBe(true)
    expect((await clock.now()) >= later).toBe(true)
  })

  test('keeps its distance over a restart, and wakes who listens', async () => {
    const clock = databaseClock(database.pool, { simulated: true })
    const heard: string[] = []
    clock.onAdvance((now) => heard.push(now))
    const set = await clock.setTo('2031-05-05T10:00:00.000Z')
    expect(heard).toEqual([set])
    const restarted = databaseClock(database.pool, { simulated: true })
    expect((await restarted.now()).startsWith('2031-05-05T10:00:')).toBe(true)
  })

  test('is seen to have moved by another process within a second or so', async () => {
    const [mover, watcher] = [1, 2].map(() => databaseClock(database.pool, { simulated: true }))
    if (mover === undefined || watcher === undefined) throw new Error('two clocks were made')
    await mover.advance(0)
    await watcher.now()
    const moved = await mover.advance(3_600_000)
    await vi.waitFor(async () => expect((await watcher.now()) >= moved).toBe(true), 3_000)
  })

  test('adds up the steps of several processes', async () => {
    const clocks = Array.from({ length: 8 }, () =>
      databaseClock(database.pool, { simulated: true }),
    )
    await Promise.all(clocks.map((clock) => clock.advance(1_000)))
    const { rows } = await database.pool.query('SELECT offset_milliseconds FROM clock.offset_row')
    expect(rows).toEqual([{ offset_milliseconds: '8000' }])
  })

  test('stops loudly when the time under it has stepped back', async () => {
    const clock = databaseClock(database.pool, { simulated: true })
    await clock.advance(60_000)
    await asNobodyMay('UPDATE clock.offset_row SET offset_milliseconds = 0')
    await expect(clock.advance(0)).rejects.toMatchObject({ code: 'clock-stepped-back' })
  })

  test('is held by the database itself against every way back', async () => {
    await databaseClock(database.pool, { simulated: true }).advance(60_000)
    for (const statement of [
      'UPDATE clock.offset_row SET offset_milliseconds = 0',
      'DELETE FROM clock.offset_row',
      'TRUNCATE clock.offset_row',
    ]) {
      await expect(database.pool.query(statement)).rejects.toThrow('never goes backwards')
    }
  })
})
