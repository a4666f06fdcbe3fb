import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cachedTail } from '@wederhoor/event-store/cached-tail'
import { migrateStore } from '@wederhoor/event-store/migrate-store'
import type { EventStore } from '@wederhoor/event-store/port'
import { postgresStore } from '@wederhoor/event-store/postgres'
import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import pg from 'pg'
import { afterAll, afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest'
import { fileGuard } from './file-guard.ts'
import { checkpointIn } from './integration.ts'
import { appendTo, hex, origin, rootOfEntries, seedOf } from './integrator.fixture.ts'
import { type Integrator, type IntegratorParts, integrator } from './integrator.ts'
import { migrateTiles } from './migrate-tiles.ts'
import { postgresLease } from './postgres-lease.ts'
import { postgresTiles } from './postgres-tiles.ts'
import { ed25519Signer, publicKeyOf } from './signed-note.ts'
import type { TileStorage } from './tile-storage.ts'

const ledgerName = 'case_history'

interface Process {
  readonly store: EventStore
  readonly tiles: TileStorage
  readonly integrator: Integrator
  close(): Promise<void>
}

let directory: string
let database: TestDatabase
let running: Process[] = []
const restoredNames: string[] = []

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wederhoor-integrator-'))
  database = await createTestDatabase()
  await migrateStore(database.pool, ledgerName)
  await migrateTiles(database.pool, ledgerName)
})
afterEach(async () => {
  for (const process of running) await process.close()
  running = []
  await database.drop()
  await rm(directory, { recursive: true })
})
afterAll(async () => {
  for (const name of restoredNames) await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
})

/** As a process of its own has them: pool, store, cache and integrator. */
function openProcess(url = database.url, part: Partial<IntegratorParts> = {}): Process {
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  pool.on('error', () => undefined)
  const store = postgresStore({ pool, ledgerName, notify: false })
  const tiles = postgresTiles({ pool, ledgerName })
  const one = integrator({
    store,
    followed: cachedTail(store, { entries: 1_000 }),
    tiles,
    guard: fileGuard({ directory: join(directory, 'guard'), name: ledgerName }),
    origin,
    signers: async (of) => [ed25519Signer(of, seedOf(1))],
    publicKeys: async () => [publicKeyOf(seedOf(1))],
    lease: postgresLease({ pool, name: `integrate ${ledgerName}` }),
    onFailure: () => undefined,
    onRefused: () => undefined,
    ...part,
  })
  const process = {
    store,
    tiles,
    integrator: one,
    async close() {
      running = running.filter((other) => other !== process)
      await one.stop()
      await store.close()
      await pool.end()
    },
  }
  running.push(process)
  return process
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') })
  await client.connect()
  await client.query(statement).finally(() => client.end())
}

/** A copy of the database as it is now: what a backup gives back. Nobody may be connected meanwhile. */
async function backUp(): Promise<string> {
  for (const process of running) await process.close()
  const address = new URL(database.url)
  const name = address.pathname.slice(1)
  await onServer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`)
  const copy = `${name}_restored`
  await onServer(`CREATE DATABASE ${copy} TEMPLATE ${name}`)
  restoredNames.push(copy)
  address.pathname = `/${copy}`
  return address.href
}

const sizeOf = async ({ tiles }: Process) => {
  const note = await tiles.readCheckpoint('integrated')
  return note === undefined ? undefined : checkpointIn(note).size
}

async function expectWhole(process: Process, size: number): Promise<void> {
  const note = (await process.tiles.readCheckpoint('integrated')) ?? ''
  expect(checkpointIn(note).size).toBe(size)
  expect(hex(checkpointIn(note).root)).toBe(hex(await rootOfEntries(process.store, size)))
}

describe('an integrator on PostgreSQL', () => {
  test('publishes within a second of a commit, also of another process', async () => {
    const one = openProcess()
    const other = openProcess()
    one.integrator.start()
    await one.integrator.settled()
    for (const [size, process] of [
      [300, one],
      [301, other],
      [302, one],
    ] as const) {
      await appendTo(process.store, size - ((await sizeOf(one)) ?? 0))
      const committedMs = performance.now()
      await vi.waitFor(async () => expect(await sizeOf(other)).toBe(size), {
        interval: 5,
        timeout: 5_000,
      })
      expect(performance.now() - committedMs).toBeLessThan(1_000)
      await expectWhole(one, size)
    }
  })

  test('works in one process at a time, and in the other when that one is gone', async () => {
    const one = openProcess()
    const other = openProcess()
    for (const { integrator } of [one, other]) integrator.start()
    await appendTo(one.store, 20)
    await Promise.all([one.integrator.settled(), other.integrator.settled()])
    expect(await sizeOf(one)).toBe(20)
    const holder = (await other.integrator.integrate()).kind === 'elsewhere' ? one : other
    const waiting = holder === one ? other : one
    await holder.close()
    await appendTo(waiting.store, 5)
    await waiting.integrator.settled()
    await expectWhole(waiting, 25)
  })

  test('lets another work when its connection is cut, and takes part again', async () => {
    const one = openProcess()
    await one.integrator.integrate()
    await database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted`,
    )
    const other = openProcess()
    await appendTo(one.store, 3)
    await vi.waitFor(async () =>
      expect(await other.integrator.integrate()).toMatchObject({ kind: 'level' }),
    )
    await vi.waitFor(async () =>
      expect(await one.integrator.integrate()).toEqual({ kind: 'elsewhere' }),
    )
    await other.close()
    await appendTo(one.store, 3)
    await one.integrator.settled()
    await expectWhole(one, 6)
  })
})

describe('rollback by restore of the database, the guard being elsewhere', () => {
  test.each([
    ['looked at at once', 0, 'ledger-behind'],
    ['looked at after it grew beyond what was signed', 9, 'other-root'],
  ] as const)('halts the ledger until a new epoch: %s', async (_name, more, code) => {
    const first = openProcess()
    await appendTo(first.store, 300)
    await first.integrator.integrate()
    const restoredUrl = await backUp()
    const before = openProcess()
    await appendTo(before.store, 5)
    await before.integrator.integrate()
    const promised = (await before.tiles.readCheckpoint('integrated')) ?? ''
    await before.close()

    const after = openProcess(restoredUrl)
    await appendTo(after.store, more)
    await expect(after.integrator.integrate()).rejects.toMatchObject({ code })
    expect(await sizeOf(after)).toBe(300)
    expect(await after.store.halted()).toContain(code)
    await expect(appendTo(after.store, 1)).rejects.toMatchObject({ code: 'halted' })

    await after.integrator.openEpoch(
      { number: 2, decidedBy: ['one', 'another'], lastWitnessed: promised },
      () => appendTo(after.store, 1, 'evidence'),
    )
    expect(await after.store.halted()).toBeUndefined()
    await appendTo(after.store, 300)
    await after.integrator.settled()
    await expectWhole(after, 601 + more)
    expect(await after.tiles.readEpoch()).toEqual({ number: 2, origin: `${origin}/epoch/2` })
  })
})
