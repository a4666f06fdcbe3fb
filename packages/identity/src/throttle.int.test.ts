import { fixedClock, type MovableClock } from '@wederhoor/calendar/clock'
import type { Instant } from '@wederhoor/calendar/instants'
import { migrate } from '@wederhoor/postgres/migrate'
import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { codeDigest, codeInFours, codeOf } from './code.ts'
import { type CodeThrottle, codeThrottle, type KnownCode } from './throttle.ts'

const pepper = Buffer.alloc(32, 3)
const code = codeOf('command-1', pepper)
const expiredCode = codeOf('command-2', pepper)
const wrong = (index: number) => codeOf(`nobody-${index}`, pepper)
const minute = 60_000
const limits = {
  code: {
    freeAttempts: 2,
    firstDelayMs: minute,
    delayMsMax: 60 * minute,
    forgetAfterMs: 24 * 60 * minute,
  },
  source: {
    freeAttempts: 5,
    firstDelayMs: minute,
    delayMsMax: 8 * minute,
    forgetAfterMs: 24 * 60 * minute,
  },
}

let database: TestDatabase
let clock: MovableClock
let throttle: CodeThrottle
let asked: string[]

async function find(digest: string): Promise<KnownCode<string> | null> {
  asked.push(digest)
  if (digest === codeDigest(code, pepper)) return { digest, expired: false, holder: 'melissa' }
  if (digest === codeDigest(expiredCode, pepper)) return { digest, expired: true, holder: 'old' }
  return null
}

beforeAll(async () => {
  database = await createTestDatabase()
  const directory = new URL('../migrations/', import.meta.url)
  await migrate(database.pool, { schema: 'identity', directory })
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.pool.query('truncate identity.guess')
  clock = fixedClock('2024-03-01T09:00:00.000Z' as Instant)
  throttle = codeThrottle({ db: database.pool, pepper, clock, limits })
  asked = []
})

const known = { kind: 'known', holder: 'melissa' }
const unknown = { kind: 'unknown' }

describe('a right code', () => {
  test('is known, as often as it is asked, however it is typed', async () => {
    for (let index = 0; index < 20; index += 1)
      expect(await throttle.ask(codeInFours(code), '192.0.2.1', find)).toEqual(known)
  })
})

describe('a wrong, a malformed and an expired code', () => {
  test('get the same answer and cost the same work', async () => {
    for (const [index, text] of [wrong(1), 'no code', expiredCode].entries()) {
      expect(await throttle.ask(text, `192.0.2.${index}`, find)).toEqual(unknown)
      expect(asked).toHaveLength(index + 1)
    }
    const { rows } = await database.pool.query('select failures from identity.guess')
    expect(rows.map((row: { failures: number }) => row.failures)).toEqual([1, 1, 1, 1, 1, 1])
  })

  test('leave neither code nor source in the table', async () => {
    await throttle.ask(code, 'source-name', find)
    await throttle.ask(wrong(1), 'source-name', find)
    const { rows } = await database.pool.query('select g::text as text from identity.guess g')
    const text = JSON.stringify(rows)
    expect(text).not.toContain(Buffer.from('source-name').toString('hex'))
    expect(text).not.toContain(Buffer.from(wrong(1)).toString('hex'))
  })
})

describe('a source that keeps guessing', () => {
  test('waits twice as long each time, up to the limit, and a right code does not help it', async () => {
    for (let index = 0; index < 5; index += 1)
      expect(await throttle.ask(wrong(index), 'source', find)).toEqual(unknown)
    const waits: number[] = []
    for (let index = 5; index < 10; index += 1) {
      expect(await throttle.ask(wrong(index), 'source', find)).toEqual(unknown)
      const refused = await throttle.ask(code, 'source', find)
      if (refused.kind !== 'throttled') throw new Error(`expected throttled, not ${refused.kind}`)
      waits.push(refused.retryAfterSeconds)
      await clock.advance(refused.retryAfterSeconds * 1000)
    }
    expect(waits).toEqual([60, 120, 240, 480, 480])
    expect(await throttle.ask(code, 'other source', find)).toEqual(known)
  })

  test('is not forgiven for knowing one code', async () => {
    for (let index = 0; index < 5; index += 1) {
      expect(await throttle.ask(wrong(index), 'source', find)).toEqual(unknown)
      expect(await throttle.ask(code, 'source', find)).toEqual(known)
    }
    await throttle.ask(wrong(6), 'source', find)
    expect(await throttle.ask(code, 'source', find)).toMatchObject({ kind: 'throttled' })
  })

  test('is forgotten after the time for that', async () => {
    for (let index = 0; index < 6; index += 1) await throttle.ask(wrong(index), 'source', find)
    expect(await throttle.sweep()).toBe(0)
    await clock.advance(25 * 60 * minute)
    expect(await throttle.ask(wrong(7), 'source', find)).toEqual(unknown)
    expect(await throttle.ask(code, 'source', find)).toEqual(known)
    await clock.advance(25 * 60 * minute)
    expect(await throttle.sweep()).toBeGreaterThan(0)
    const { rowCount } = await database.pool.query('select from identity.guess')
    expect(rowCount).toBe(0)
  })

  test('stays throttled after a restart', async () => {
    for (let index = 0; index < 6; index += 1) await throttle.ask(wrong(index), 'source', find)
    const restarted = codeThrottle({ db: database.pool, pepper, clock, limits })
    expect(await restarted.ask(code, 'source', find)).toMatchObject({ kind: 'throttled' })
  })
})

describe('one code guessed from many sources', () => {
  test('is throttled as a code, whether it exists or not', async () => {
    for (const text of [wrong(1), expiredCode]) {
      for (let index = 0; index < 3; index += 1)
        expect(await throttle.ask(text, `${text}-${index}`, find)).toEqual(unknown)
      expect(await throttle.ask(text, `${text}-last`, find)).toMatchObject({
        kind: 'throttled',
        retryAfterSeconds: 60,
      })
    }
  })
})

describe('many guesses at the same moment', () => {
  test('are all counted: no more get an answer than one after the other', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => throttle.ask(wrong(index), 'source', find)),
    )
    // Five are free, the sixth is answered and begins the wait.
    expect(answers.filter((one) => one.kind === 'unknown')).toHaveLength(6)
  })
})
