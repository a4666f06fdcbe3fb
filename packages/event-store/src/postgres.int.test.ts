import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { storeConformance } from './conformance.ts'
import {
  anEntry,
  expectRefusal,
  expectWholeLog,
  nextId,
  readEverything,
  someEntries,
} from './conformance-world.ts'
import { fenceConformance } from './fence-conformance.ts'
import { type LedgerWorld, ledgerWorld } from './ledger-world.ts'
import { migrateStore } from './migrate-store.ts'
import { type Expected, START, StoreError } from './port.ts'
import { postgresStore } from './postgres.ts'
import { batchStatement } from './postgres-batch.ts'

let database: TestDatabase
let world: LedgerWorld
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

storeConformance('PostgreSQL', () => ledgerWorld(database))
fenceConformance('PostgreSQL', () => ledgerWorld(database))

beforeEach(async () => {
  world = await ledgerWorld(database)
})
afterEach(() => world.dispose())

const member = (stream: string, expected: Expected, entries = [anEntry()]) => ({
  stream,
  expected,
  entries,
  resolve: () => undefined,
  reject: () => undefined,
})

const plain = { at: null, careful: false }

/** One append of one entry, for a connection that holds its own transaction. */
const oneAppend = (stream: string) => batchStatement(world, [member(stream, 'no-stream')], plain)

async function connections(count: number): Promise<pg.Client[]> {
  const clients = Array.from({ length: count }, () => new pg.Client(database.url))
  await Promise.all(clients.map((client) => client.connect()))
  return clients
}

describe('a ledger', () => {
  test('lives beside another in one database', async () => {
    const other = await ledgerWorld(database)
    await other.open().append('case-1', 'no-stream', [anEntry()])
    expect(await world.open().append('case-1', 'no-stream', [anEntry()])).toMatchObject({
      kind: 'appended',
      position: '1',
    })
    await other.dispose()
  })

  test('is brought up to date by several processes at once, and once', async () => {
    const applied = await Promise.all(
      [1, 2, 3].map(() => migrateStore(database.pool, 'migrated_at_once')),
    )
    expect(applied.flat()).toEqual([
      '001-ledger.sql',
      '002-fence-and-halt.sql',
      '003-bounded-lookup.sql',
    ])
  })

  test('has no index but those that its promises and the dossier need', async () => {
    const { rows } = await database.pool.query<{ columns: string }>(
      `select pg_get_indexdef(indexrelid) as columns from pg_index where indrelid = $1::regclass`,
      [`${world.schema}.entry`],
    )
    const columns = rows.map((row) => row.columns.replace(/.*\((.*)\)$/, '$1')).sort()
    expect(columns).toEqual(['"position"', 'dossier, "position"', 'id', 'stream, revision'])
  })
})

describe('a batch', () => {
  test('is judged and appended by one statement, whoever loses in it', async () => {
    const taken = anEntry()
    await world.open().append('case-taken', 'no-stream', [taken])
    const again = [anEntry(), anEntry()]
    const batch = [
      member('case-1', 'no-stream', again),
      member('case-taken', 'no-stream'),
      member('case-1', 'no-stream', again),
      member('case-1', 1),
      member('case-taken', 'no-stream', [{ ...taken, type: 'Other' }]),
      member('case-1', 1),
      member('case-2', 'no-stream'),
      member('case-1', 2, [anEntry(), anEntry()]),
    ]
    const { rows } = await database.pool.query(batchStatement(world, batch, plain))
    expect(rows).toEqual([
      {
        base: '1',
        verdict: [0, 2, 1, 0, 3, 2, 0, 0],
        at_position: ['3', null, '3', '4', null, null, '5', '7'],
        at_revision: [1, 0, 1, 2, 0, 2, 0, 4],
      },
    ])
    const store = world.open()
    const all = await readEverything(store)
    expect(all.map((one) => one.stream)).toEqual([
      'case-taken',
      ...['case-1', 'case-1', 'case-1', 'case-2', 'case-1', 'case-1'],
    ])
    expectWholeLog(all, store)
    expect(await store.head()).toBe('7')
  })

  test('says of each member whether it is fenced or halted, and what stood before is done', async () => {
    const dossier = '6c0a1f34-9d0e-4f5e-8f0a-2b8f1b6f7c11'
    const owner = '0b8a4c35-7a0f-4b0e-9d6c-1c0d6b1a2f11'
    const before = anEntry({ dossier, owners: [owner] })
    const store = world.open()
    await store.append('case-1', 'no-stream', [before])
    await store.raiseFence({ dossier, owner })
    await store.halt('why')
    const named = () => anEntry({ dossier, owners: [owner] })
    const batch = [
      member('case-2', 'no-stream', [anEntry(), named()]),
      member('case-1', 'no-stream', [before]),
      member('evidence-1', 'no-stream', [anEntry(), anEntry({ dossier })]),
      member('case-2', 1),
      member('evidence-1', 1, [named()]),
      member('evidence-1', 1),
    ]
    const { rows } = await database.pool.query(batchStatement(world, batch, plain))
    expect(rows).toEqual([
      {
        base: '1',
        verdict: [4, 1, 0, 5, 4, 0],
        at_position: [null, '1', '3', null, null, '4'],
        at_revision: [-1, 0, 1, -1, 1, 2],
      },
    ])
    expectWholeLog(await readEverything(store), store)
    expect(await store.head()).toBe('4')
  })

  test('knows where a stream ends also beside whoever expected more of it', async () => {
    const store = world.open()
    await store.append('case-1', 'no-stream', someEntries(2))
    const batch = [
      member('case-1', 7),
      member('case-1', 1),
      member('case-1', 9),
      member('case-none', 3),
      member('case-none', 'no-stream'),
    ]
    const { rows } = await database.pool.query(batchStatement(world, batch, plain))
    expect(rows).toMatchObject([{ verdict: [2, 0, 2, 2, 0], at_revision: [1, 2, 2, -1, 0] }])
    expectWholeLog(await readEverything(store), store)
  })

  test('says nothing of its members when all were appended', async () => {
    const batch = [member('case-1', 'no-stream'), member('case-2', 'no-stream')]
    const { rows } = await database.pool.query(batchStatement(world, batch, plain))
    expect(rows).toEqual([{ base: '0', verdict: null, at_position: null, at_revision: null }])
  })
})

describe('64 writers of four processes among fences, halts and losers', () => {
  test('get positions without gaps', async () => {
    const dossier = '6c0a1f34-9d0e-4f5e-8f0a-2b8f1b6f7c11'
    const owners = Array.from({ length: 64 }, nextId)
    const stores = [1, 2, 3, 4].map(() => world.open({ notify: false }))
    const refused = new Map<string, number>()
    await Promise.all(
      owners.map(async (owner, writer) => {
        const store = stores[writer % 4] ?? world.open()
        let expected: Expected = 'no-stream'
        for (let turn = 0; turn < 8; turn += 1) {
          if (turn === 4 && writer % 8 === 0) await store.raiseFence({ dossier, owner })
          if (turn === 5 && writer === 5) await store.halt('why').then(() => store.resume())
          const entries = [anEntry(), anEntry({ dossier, owners: [owner] })]
          const stale = turn === 6 && writer % 3 === 0 ? 'no-stream' : expected
          const result = await store
            .append(`case-${writer}`, stale, entries)
            .catch((error: unknown) => (error instanceof StoreError ? error.code : error))
          if (typeof result === 'string') refused.set(result, (refused.get(result) ?? 0) + 1)
          else expect(result).toHaveProperty('kind')
          const stream = await store.readStream(`case-${writer}`)
          expected = stream.at(-1)?.revision ?? 'no-stream'
        }
      }),
    )
    expect(refused.get('erased')).toBe(32)
    const all = await readEverything(world.open())
    expect(all.map((one) => one.position)).toEqual(all.map((_, index) => `${index + 1}`))
    expectWholeLog(all, world.open())
    expect(all.length).toBeGreaterThan(700)
  })
})

describe('transactions held open', () => {
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ]

  test.each(orders.flatMap((order) => ['commit', 'rollback'].map((end) => ({ order, end }))))(
    'give positions in commit order when the first ends in $end: $order',
    async ({ order, end }) => {
      const store = world.open()
      const clients = await connections(3)
      const waiting = new Map<number, Promise<number>>()
      for (const [index, number] of order.entries()) {
        await clients[number]?.query('begin')
        const appended = clients[number]?.query(oneAppend(`case-${number}`))
        waiting.set(
          number,
          Promise.resolve(appended).then(() => number),
        )
        if (index === 0) await appended
        else await lockWaiters(index)
      }
      const committed: string[] = []
      while (waiting.size > 0) {
        // PostgreSQL does not say which of those who wait for the row is next.
        const number = await Promise.race(waiting.values())
        waiting.delete(number)
        expect((await readEverything(store)).map((one) => one.stream)).toEqual(committed)
        const ending = number === order[0] ? end : 'commit'
        await clients[number]?.query(ending)
        if (ending === 'commit') committed.push(`case-${number}`)
      }
      const all = await readEverything(store)
      expect(all.map((one) => one.stream)).toEqual(committed)
      expect(all.map((one) => one.position)).toEqual(committed.map((_, index) => `${index + 1}`))
      await Promise.all(clients.map((client) => client.end()))
    },
  )

  /** Resolves when so many appends wait for the head row. */
  async function lockWaiters(count: number): Promise<void> {
    for (;;) {
      const { rows } = await database.pool.query<{ waiters: number }>(
        `select count(*)::int as waiters from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'`,
      )
      if (rows[0]?.waiters === count) return
    }
  }
})

describe('a process in which bigints are read as bigints', () => {
  test('still gets positions as decimal text', async () => {
    const pool = new pg.Pool({
      connectionString: database.url,
      types: { getTypeParser: ((oid: number) => (oid === 20 ? BigInt : String)) as never },
    })
    const store = postgresStore({ pool, ledgerName: world.ledgerName, notify: false })
    expect(await store.head()).toBe(START)
    await world.open().append('case-1', 'no-stream', [anEntry()])
    expect(await store.head()).toBe('1')
    expect((await store.readAll(START, 1))[0]?.position).toBe('1')
    const owner = { dossier: nextId(), owner: nextId() }
    expect(await store.raiseFence(owner)).toBe('1')
    await store.close()
    await pool.end()
  })
})

describe('an append', () => {
  test('is refused when too many wait already, and the waiting ones succeed', async () => {
    const store = world.open({ waitingMax: 10 })
    const results = await Promise.allSettled(
      Array.from({ length: 15 }, (_, index) =>
        store.append(`case-${index}`, 'no-stream', [anEntry()]),
      ),
    )
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(10)
    for (const result of results.slice(10)) {
      const refused =
        result.status === 'rejected' ? Promise.reject(result.reason) : Promise.resolve()
      await expectRefusal(refused, 'queue-full')
    }
    expect(await readEverything(store)).toHaveLength(10)
  })

  test('of more than a batch goes out whole', async () => {
    const store = world.open()
    const bytes = Buffer.alloc(60_000, 1)
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        store.append(`case-${index}`, 'no-stream', [anEntry({ bytes }), anEntry({ bytes })]),
      ),
    )
    expect(results.every((result) => result.kind === 'appended')).toBe(true)
    const many = await store.append('case-many', 'no-stream', someEntries(256))
    expect(many).toMatchObject({ kind: 'appended', revision: 255, position: '316' })
    expectWholeLog(await readEverything(store), store)
  })

  test('is flushed to disk even where the session says otherwise', async () => {
    const [client] = await connections(1)
    await client?.query('set synchronous_commit to off')
    await client?.query('begin')
    await client?.query(oneAppend('case-1'))
    const shown = await client?.query('show synchronous_commit')
    expect(shown?.rows).toEqual([{ synchronous_commit: 'on' }])
    await client?.query('commit')
    await client?.end()
  })

  test('is durable also on a connection that somebody left inside a transaction', async () => {
    const pool = new pg.Pool({ connectionString: database.url, max: 1 })
    const careless = await pool.connect()
    await careless.query('begin')
    careless.release()
    const store = postgresStore({ pool, ledgerName: world.ledgerName, notify: false })
    expect(await store.append('case-1', 'no-stream', [anEntry()])).toMatchObject({
      kind: 'appended',
      position: '1',
    })
    expect(await readEverything(world.open())).toHaveLength(1)
    await store.close()
    await pool.end()
  })

  test('wakes the readers of another process', async () => {
    const reader = world.open()
    const listening = Promise.withResolvers<void>()
    const woken = Promise.withResolvers<void>()
    let appended = false
    reader.onAppended(() => {
      listening.resolve()
      if (appended) woken.resolve()
    })
    await listening.promise
    appended = true
    await world.open().append('case-1', 'no-stream', [anEntry()])
    await woken.promise
  })
})
