import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import type { PoolClient } from 'pg'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { anEntry } from './conformance-world.ts'
import { memoryStore } from './memory.ts'
import { migrateCheckpoints } from './migrate-store.ts'
import type { EventStore, StoredEntry } from './port.ts'
import { START } from './port.ts'
import {
  type Projection,
  ProjectionError,
  type ProjectionOptions,
  projection,
} from './projection.ts'

let database: TestDatabase
let store: EventStore
let made = 0
let running: Projection[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  await migrateCheckpoints(database.pool)
  await database.pool.query(
    'create table seen (name text, position text, primary key (name, position))',
  )
})
afterAll(() => database.drop())
beforeEach(() => {
  store = memoryStore()
  made += 1
})
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()))
  running = []
})

const name = () => `seen-${made}`

/** A primary key lets nobody apply an entry twice. */
async function keep(entries: readonly StoredEntry[], tx: PoolClient): Promise<void> {
  for (const entry of entries)
    await tx.query('insert into seen values ($1, $2)', [name(), entry.position])
}

function follow(options: Partial<ProjectionOptions> = {}): Projection {
  const one = projection({ store, db: database.pool, name: name(), apply: keep, ...options })
  running.push(one)
  return one
}

async function append(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1)
    await store.append(`case-${anEntry().id}`, 'no-stream', [anEntry()])
}

async function seen(): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    'select count(*)::int as count from seen where name = $1',
    [name()],
  )
  return rows[0]?.count ?? 0
}

async function checkpoint(): Promise<string | undefined> {
  const { rows } = await database.pool.query<{ position: string }>(
    'select position from projection.checkpoint where name = $1',
    [name()],
  )
  return rows[0]?.position
}

describe('a projection that follows', () => {
  test('applies what was there and what comes, and is settled when it has', async () => {
    await append(3)
    const one = follow({ batchMax: 2 })
    await one.start()
    await one.settled()
    expect(await seen()).toBe(3)
    await append(2)
    await one.settled()
    expect(await seen()).toBe(5)
    expect(one.position()).toBe(await store.head())
    expect(await checkpoint()).toBe(one.position())
    expect(one.health()).toEqual({
      name: name(),
      state: 'running',
      position: one.position(),
      failures: 0,
    })
  })

  test('is settled at once on an empty store', async () => {
    const one = follow()
    await one.start()
    await one.settled()
    expect(one.position()).toBe(START)
  })

  test('finds entries without a wake-up', async () => {
    const one = follow({ store: { ...store, onAppended: () => () => undefined }, pollMs: 10 })
    await one.start()
    await append(1)
    while ((await seen()) === 0) await new Promise((resolve) => setImmediate(resolve))
  })

  test('goes on where it stood', async () => {
    await append(2)
    const first = follow()
    await first.start()
    await first.settled()
    await first.stop()
    await append(2)
    const second = follow()
    await second.start()
    await second.settled()
    expect(await seen()).toBe(4)
  })

  test('waits on stopping for the batch in flight', async () => {
    const gate = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const one = follow({
      apply: async (entries, tx) => {
        begun.resolve()
        await gate.promise
        await keep(entries, tx)
      },
    })
    await one.start()
    await append(1)
    await begun.promise
    let stopped = false
    const stopping = one.stop().then(() => {
      stopped = true
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(stopped).toBe(false)
    gate.resolve()
    await stopping
    expect(await seen()).toBe(1)
    expect(await checkpoint()).toBe(await store.head())
    expect(one.health().state).toBe('stopped')
  })

  test('rejects who still waits when it is stopped', async () => {
    const gate = Promise.withResolvers<void>()
    const one = follow({ apply: () => gate.promise })
    await one.start()
    await append(1)
    const settled = one.settled().catch((error: unknown) => error)
    await new Promise((resolve) => setImmediate(resolve))
    const stopping = one.stop()
    gate.resolve()
    await stopping
    expect(await settled).toMatchObject({ code: 'stopped' })
  })
})

describe('several runners of one name', () => {
  test('apply every entry once between them', async () => {
    const runners = [1, 2, 3].map(() => follow({ batchMax: 3 }))
    await Promise.all(runners.map((one) => one.start()))
    await append(60)
    await Promise.all(runners.map((one) => one.settled()))
    expect(await seen()).toBe(60)
    expect(runners.map((one) => one.health().failures)).toEqual([0, 0, 0])
  })

  test('do not apply after one that slept has lost its place', async () => {
    await append(1)
    const asleep = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const slow: EventStore = {
      ...store,
      async readAll(from, limit) {
        const page = await store.readAll(from, limit)
        begun.resolve()
        await asleep.promise
        return page
      },
    }
    const sleeper = follow({ store: slow })
    await sleeper.start()
    await begun.promise
    const other = follow()
    await other.start()
    await other.settled()
    asleep.resolve()
    await sleeper.settled()
    expect(await seen()).toBe(1)
    expect(sleeper.health().failures).toBe(0)
  })
})

describe('a projection whose work fails', () => {
  test('rolls back, reports, and tries again until it succeeds', async () => {
    const failures: number[] = []
    let left = 2
    const one = follow({
      apply: async (entries, tx) => {
        await keep(entries, tx)
        left -= 1
        if (left >= 0) throw new Error('not yet')
      },
      onError: (_error, health) => failures.push(health.failures),
    })
    await one.start()
    await append(1)
    await one.settled()
    expect(failures).toEqual([1, 2])
    expect(await seen()).toBe(1)
    expect(one.health()).toMatchObject({ state: 'running', failures: 0 })
  })

  test('keeps nothing when it loses its connection in the middle, and comes back', async () => {
    let cut = true
    const one = follow({
      apply: async (entries, tx) => {
        await keep(entries, tx)
        if (!cut) return
        cut = false
        await tx.query('select pg_terminate_backend(pg_backend_pid())')
      },
    })
    await one.start()
    await append(2)
    await one.settled()
    expect(await seen()).toBe(2)
  })
})

describe('a store that lies behind the checkpoint', () => {
  test('is refused at the start, loudly', async () => {
    await append(3)
    const one = follow()
    await one.start()
    await one.settled()
    await one.stop()
    store = memoryStore()
    await append(2)
    const reported: unknown[] = []
    const after = follow({ onError: (error) => reported.push(error) })
    await expect(after.start()).rejects.toMatchObject({ code: 'checkpoint-ahead' })
    expect(reported).toHaveLength(1)
    expect(after.health().state).toBe('halted')
    await expect(after.settled()).rejects.toBeInstanceOf(ProjectionError)
    expect(await checkpoint()).toBe('3')
  })

  test('halts a projection that runs', async () => {
    await append(3)
    const restored = memoryStore()
    let behind = false
    const failing: EventStore = {
      ...store,
      readAll: (from, limit) => (behind ? restored : store).readAll(from, limit),
      head: () => (behind ? restored : store).head(),
    }
    const halted = Promise.withResolvers<unknown>()
    const one = follow({ store: failing, pollMs: 10, onError: halted.resolve })
    await one.start()
    await one.settled()
    behind = true
    expect(await halted.promise).toMatchObject({ code: 'checkpoint-ahead' })
    expect(one.health().state).toBe('halted')
  })
})

describe('a rebuild', () => {
  test('empties and applies everything anew', async () => {
    await append(3)
    const one = follow({
      reset: async (tx) => {
        await tx.query('delete from seen where name = $1', [name()])
      },
    })
    await one.start()
    await one.settled()
    await database.pool.query('delete from seen where name = $1 and position = $2', [name(), '2'])
    await one.rebuild()
    await one.settled()
    expect(await seen()).toBe(3)
    await append(1)
    await one.settled()
    expect(await seen()).toBe(4)
  })
})

test('effects become visible together with their checkpoint', async () => {
  const other = new pg.Client(database.url)
  await other.connect()
  const one = follow({ batchMax: 1 })
  await one.start()
  await append(1)
  let looks = 0
  for (;;) {
    const { rows } = await other.query<{ position: string | null; count: number }>(
      `select (select position from projection.checkpoint where name = $1) as position,
        (select count(*)::int from seen where name = $1) as count`,
      [name()],
    )
    looks += 1
    expect(rows[0]?.count).toBe(Number(rows[0]?.position ?? 0))
    if (rows[0]?.count === 30) break
    if (looks <= 29) await append(1)
  }
  await other.end()
})
