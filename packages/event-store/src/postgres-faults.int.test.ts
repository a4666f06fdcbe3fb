/** Connections lost around a commit: nothing acknowledged is lost, nothing is there twice, no position is missing. */

import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  anEntry,
  expectRefusal,
  expectWholeLog,
  nextId,
  readEverything,
} from './conformance-world.ts'
import { type CuttingProxy, cuttingProxy } from './cutting-proxy.ts'
import { type LedgerWorld, ledgerWorld } from './ledger-world.ts'
import { StoreError } from './port.ts'

let database: TestDatabase
let proxy: CuttingProxy
let world: LedgerWorld
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  proxy = await cuttingProxy(database.url)
  world = await ledgerWorld(database)
})
afterEach(async () => {
  await world.dispose()
  await proxy.close()
})

describe('a connection lost', () => {
  const cuts = [
    { cut: 'answer', kind: 'already-done', when: 'after the commit was done, before its answer' },
    { cut: 'silence', kind: 'already-done', when: 'without a word, the answer never coming' },
    { cut: 'question', kind: 'appended', when: 'before the server heard of the commit' },
  ] as const

  test.each(cuts)('$when: is settled by the ids', async ({ cut, kind }) => {
    const store = world.open({ url: proxy.url, answerMs: 500, notify: false })
    await store.append('case-0', 'no-stream', [anEntry()])
    proxy.cutNext(cut, `${world.schema}.append`)
    const results = await Promise.all(
      [1, 2, 3].map((stream) => store.append(`case-${stream}`, 'no-stream', [anEntry()])),
    )
    expect(proxy.cuts()).toBe(1)
    expect(results.map((result) => result.kind)).toEqual([kind, kind, kind])
    const all = await readEverything(store)
    expect(all.map((one) => one.position)).toEqual(['1', '2', '3', '4'])
    expectWholeLog(all, store)
  })

  test('with nobody to ask afterwards: the outcome is unknown, and a repeat settles it', async () => {
    const store = world.open({ url: proxy.url, notify: false })
    const entries = [anEntry()]
    await store.append('case-0', 'no-stream', [anEntry()])
    proxy.cutNext('answer', `${world.schema}.append`)
    const append = store.append('case-1', 'no-stream', entries)
    while (proxy.cuts() === 0) await new Promise((resolve) => setImmediate(resolve))
    await proxy.close()
    await expectRefusal(append, 'outcome-unknown')
    await expectRefusal(store.append('case-2', 'no-stream', [anEntry()]), 'unavailable')
    const repeat = await world.open().append('case-1', 'no-stream', entries)
    expect(repeat).toMatchObject({ kind: 'already-done', position: '2' })
  })
})

describe('a connection lost while a fence is raised', () => {
  test('leaves it raised or not, and a repeat settles it', async () => {
    const owner = { dossier: nextId(), owner: nextId() }
    const store = world.open({ url: proxy.url, notify: false })
    await store.append('case-0', 'no-stream', [anEntry()])
    proxy.cutNext('answer', `${world.schema}.raise_fence`)
    await expectRefusal(store.raiseFence(owner), 'unavailable')
    expect(proxy.cuts()).toBe(1)
    expect(await store.raiseFence(owner)).toBe('1')
    proxy.cutNext('question', `${world.schema}.halt`)
    await expectRefusal(store.halt('why'), 'unavailable')
    expect(await store.halted()).toBeUndefined()
  })
})

describe('a server that ends connections again and again', () => {
  test('loses nothing acknowledged, doubles nothing, leaves no hole', async () => {
    const store = world.open({ notify: false })
    const acknowledged = new Set<string>()
    let writing = true
    const reaper = (async () => {
      while (writing) {
        await database.pool.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and query like $1 and pid <> pg_backend_pid()`,
          [`select * from ${world.schema}.append%`],
        )
        await new Promise((resolve) => setTimeout(resolve, 40))
      }
    })()
    await Promise.all(
      Array.from({ length: 16 }, async (_, writer) => {
        for (let revision = 0; revision < 15; revision += 1) {
          const entries = [anEntry()]
          const expected = revision === 0 ? 'no-stream' : revision - 1
          const result = await untilKnown(() => store.append(`case-${writer}`, expected, entries))
          expect(result).toMatchObject({ revision })
          for (const entry of entries) acknowledged.add(entry.id)
        }
      }),
    )
    writing = false
    await reaper
    const all = await readEverything(world.open())
    expect(new Set(all.map((one) => one.id))).toEqual(acknowledged)
    expect(all.map((one) => one.position)).toEqual(all.map((_, index) => `${index + 1}`))
    expectWholeLog(all, store)
  })

  async function untilKnown<Result>(append: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await append()
      } catch (error) {
        const again = ['outcome-unknown', 'unavailable']
        if (!(error instanceof StoreError) || !again.includes(error.code)) throw error
      }
    }
  }
})

describe('a database that cannot be reached', () => {
  test('makes appends and reads unavailable, at once', async () => {
    const nowhere = new URL(database.url)
    nowhere.port = '1'
    const store = world.open({ url: nowhere.href, notify: false })
    await expectRefusal(store.append('case-1', 'no-stream', [anEntry()]), 'unavailable')
    await expectRefusal(store.head(), 'unavailable')
    await expectRefusal(store.readStream('case-1'), 'unavailable')
  })

  test('has its errors kept as the cause', async () => {
    const nowhere = new URL(database.url)
    nowhere.pathname = '/no_such_database'
    const failure: unknown = await world
      .open({ url: nowhere.href, notify: false })
      .head()
      .catch((e) => e)
    expect(failure instanceof StoreError && failure.cause).toBeInstanceOf(pg.DatabaseError)
  })
})
