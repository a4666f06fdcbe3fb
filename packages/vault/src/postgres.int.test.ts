import { randomUUID } from 'node:crypto'
import { memoryStore } from '@wederhoor/event-store/memory'
import { migrateStore } from '@wederhoor/event-store/migrate-store'
import { type EventStore, START } from '@wederhoor/event-store/port'
import { postgresStore } from '@wederhoor/event-store/postgres'
import { migrate } from '@wederhoor/postgres/migrate'
import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { vaultConformance } from './conformance.ts'
import { enclosedConformance } from './enclosed-conformance.ts'
import { eventCodec } from './event-codec.ts'
import { passingKek } from './kek.ts'
import { vaultMigrations } from './migrations.ts'
import { findings, tablesOf } from './planted-search.ts'
import { postgresVault } from './postgres.ts'
import { postgresErasure } from './postgres-erasure.ts'
import { postgresKeeper } from './postgres-keeper.ts'
import { postgresStorage } from './postgres-storage.ts'
import {
  content,
  contextFor,
  newOwner,
  PLANTED_NAME,
  PLANTED_SENTENCE,
  requestFor,
  told,
} from './story.fixture.ts'
import { vaultOver } from './vault.ts'

async function openDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase()
  await migrateStore(database.pool, 'access')
  await migrate(database.pool, vaultMigrations)
  return database
}

describe('one database', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openDatabase()
  })
  afterAll(() => database.drop())

  vaultConformance('PostgreSQL', async () => {
    const { pool } = database
    await emptyVault(pool)
    const accessStore = memoryStore()
    return {
      storage: postgresStorage(pool),
      accessStore,
      async erase({ dossier, party }) {
        await pool.query('insert into vault.fence (dossier, party) values ($1, $2)', [
          dossier,
          party,
        ])
        await pool.query('delete from vault.data_key where dossier = $1 and party = $2', [
          dossier,
          party,
        ])
      },
      close: () => accessStore.close(),
    }
  })
})

describe('one database of a ledger and a vault', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openDatabase()
  })
  afterAll(() => database.drop())

  enclosedConformance(
    'PostgreSQL',
    async () => {
      const { pool } = database
      const store = (await openStore(pool))()
      return {
        storage: postgresStorage(pool),
        store,
        accessStore: memoryStore(),
        raiseFence: async (owner) => void (await postgresErasure(pool).raiseFence(owner)),
        async kept() {
          const { rows } = await pool.query<{ digest: Buffer }>('select digest from vault.sealed')
          return rows.map(({ digest }) => digest.toString('base64url')).toSorted()
        },
        close: () => store.close(),
      }
    },
    25,
  )

  test('a fence that is raised among appends finds all that was kept, and nothing is kept after it', async () => {
    const { pool } = database
    const open = await openStore(pool)
    const storage = postgresStorage(pool)
    const vault = vaultOver(storage, {
      kek: passingKek(),
      accessStore: memoryStore(),
      ledgerOrigin: 'ledger.example/access',
      policy: '2026-01',
      isKeptWithEntries: true,
    })
    const codec = eventCodec({ ledger: 'ledger.example', events: [told] })
    const stores = [open(), open()]
    const owner = newOwner()
    const context = contextFor(owner.dossier)
    let refused = 0
    async function write(store: EventStore, writer: string): Promise<void> {
      for (let revision = 0; refused < 8; revision += 1) {
        const place = { stream: `story-${writer}`, revision, id: randomUUID() }
        const sealed = await vault.seal(told, owner, content)
        const happened = { type: 'StoryTold' as const, teller: owner.party as never, ...sealed }
        // The ledger's own fence stays down: the vault's alone must hold.
        const { owners: _named, ...entry } = codec.encode(happened, place, context)
        const expected = revision === 0 ? 'no-stream' : revision - 1
        try {
          await store.append(place.stream, expected, [entry])
        } catch (error) {
          expect(error).toMatchObject({ code: 'erased' })
          refused += 1
          return
        }
      }
    }
    const writing = Promise.all(
      stores.flatMap((store, process) =>
        [1, 2, 3, 4].map((writer) => write(store, `${process}-${writer}`)),
      ),
    )
    await new Promise((resolve) => setTimeout(resolve, 150))
    const digests = await postgresErasure(pool).raiseFence(owner)
    await writing
    const kept = await pool.query('select from vault.sealed')
    const entries = await stores[0]?.readAll(START, 10_000)
    expect(refused).toBe(8)
    expect(digests).toBeGreaterThan(0)
    expect(kept.rowCount).toBe(digests)
    expect(entries).toHaveLength(digests / 2)
    for (const store of stores) await store.close()
  })
})

/** A vault without rows and a ledger of its own: a ledger is never emptied. */
async function openStore(pool: pg.Pool): Promise<() => EventStore> {
  await emptyVault(pool)
  ledgers += 1
  const ledgerName = `enclosing_${ledgers}`
  await migrateStore(pool, ledgerName)
  return () => postgresStore({ pool, ledgerName, notify: false, keeper: postgresKeeper })
}
let ledgers = 0

/** Keys of one test were wrapped by its own KEK, which ended with it. */
const emptyVault = (pool: pg.Pool) =>
  pool.query(
    'truncate vault.data_key, vault.pseudonym, vault.fence, vault.sealed, vault.file, vault.file_chunk',
  )

describe('a vault on PostgreSQL', () => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await openDatabase()
  })
  afterEach(() => database.drop())

  const accessTo = (pool: pg.Pool) => postgresStore({ pool, ledgerName: 'access', notify: false })
  const parts = (pool: pg.Pool) => ({
    pool,
    kek: passingKek(),
    accessStore: accessTo(pool),
    ledgerOrigin: 'ledger.example/access',
    policy: '2026-01',
  })

  test('has no table that holds the planted name or sentence, nor the person who opened, in any spelling', async () => {
    const world = parts(database.pool)
    const vault = await postgresVault(world)
    const owner = newOwner()
    const { story, contact } = await vault.seal(told, owner, content)
    const request = requestFor(owner, story, contact)
    const actor = { ...request.actor, person: 'person-of-the-planted-kind' }
    expect(await vault.open({ ...request, actor })).toMatchObject([{ value: PLANTED_SENTENCE }, {}])

    const tables = await tablesOf(database.pool)
    expect(tables.get('vault.sealed')).toContain(owner.dossier)
    expect(tables.get('vault.sealed')).toContain(
      Buffer.from(story.sealed, 'base64url').toString('hex'),
    )
    const planted = [PLANTED_NAME, 'Überprüfung', PLANTED_SENTENCE, 'blauwe trap', actor.person]
    expect(findings(planted, tables)).toEqual([])
  })

  test('is found by the search for planted texts when it would hold one', async () => {
    await database.pool.query('create table leak (hidden bytea, plain jsonb)')
    for (const hidden of [
      PLANTED_NAME,
      `x${Buffer.from(`ab${PLANTED_NAME}`).toString('base64')}`,
      `a${Buffer.from(`abc${PLANTED_NAME}`).toString('base64url')}`,
      Buffer.from(PLANTED_NAME).toString('hex'),
      JSON.stringify(PLANTED_NAME)
        .replaceAll('ë', '\\u00eb')
        .replaceAll('Ü', '\\u00dc')
        .replaceAll('ü', '\\u00fc')
        .replaceAll('Å', '\\u00c5')
        .replaceAll('ö', '\\u00f6'),
      encodeURIComponent(PLANTED_NAME),
    ]) {
      await database.pool.query('truncate leak')
      await database.pool.query('insert into leak values ($1, null)', [Buffer.from(hidden)])
      const found = findings([PLANTED_NAME], await tablesOf(database.pool))
      expect(found).toContainEqual(expect.stringMatching(/^public\.leak: /))
    }
  })

  test('has sealed durably when it returns, and the access log’s entry stands before content leaves', async () => {
    const world = parts(database.pool)
    const vault = await postgresVault(world)
    const owner = newOwner()
    const { story } = await vault.seal(told, owner, content)
    const other = new pg.Pool({ connectionString: database.url, max: 1 })
    try {
      const { rows } = await other.query('select path from vault.sealed where dossier = $1', [
        owner.dossier,
      ])
      expect(rows).toEqual([{ path: '/story' }, { path: '/contact' }])
      await vault.open(requestFor(owner, story))
      const log = await other.query('select type, dossier from ledger_access.entry')
      expect(log.rows).toEqual([{ type: 'ContentOpened', dossier: owner.dossier }])
    } finally {
      await other.end()
    }
  })

  test('groups what many seal at once into few commits', async () => {
    const vault = await postgresVault(parts(database.pool))
    const owners = Array.from({ length: 32 }, newOwner)
    await Promise.all(owners.map((owner) => vault.seal(told, owner, content)))
    const { rows } = await database.pool.query(
      'select count(distinct xmin::text)::int as commits from vault.sealed',
    )
    expect(rows[0].commits).toBeLessThanOrEqual(16)
    expect((await database.pool.query('select from vault.sealed')).rowCount).toBe(64)
  })

  test('does not start beside keys that another KEK wrapped', async () => {
    const world = parts(database.pool)
    await (await postgresVault(world)).seal(told, newOwner(), content)
    await expect(postgresVault({ ...world, kek: passingKek() })).rejects.toMatchObject({
      code: 'key-missing',
    })
    await expect(postgresVault(world)).resolves.toBeDefined()
  })

  test('says unavailable when its database is gone, and works again when it is back', async () => {
    const pool = new pg.Pool({ connectionString: database.url, max: 2 })
    pool.on('error', () => undefined)
    const world = parts(pool)
    const vault = await postgresVault(world)
    const owner = newOwner()
    await vault.seal(told, owner, content)
    await whileClosed(database, async () => {
      await expect(vault.seal(told, newOwner(), content)).rejects.toMatchObject({
        code: 'unavailable',
      })
    })
    const { story } = await vault.seal(told, newOwner(), { story: 'again' })
    expect(story.sealed).toHaveLength(43)
    await pool.end()
  })

  test('lets its process’s role seal and sweep, and neither change nor fence anything', async () => {
    await database.pool.query('grant vault_keeper to current_user')
    const client = await database.pool.connect()
    try {
      await client.query('set role vault_keeper')
      await expect(client.query("update vault.sealed set path = '/x'")).rejects.toMatchObject({
        code: '42501',
      })
      await expect(client.query('update vault.data_key set party = party')).rejects.toMatchObject({
        code: '42501',
      })
      await expect(client.query('delete from vault.data_key')).rejects.toMatchObject({
        code: '42501',
      })
      await expect(client.query('delete from vault.fence')).rejects.toMatchObject({ code: '42501' })
      await expect(client.query('truncate vault.sealed')).rejects.toMatchObject({ code: '42501' })
    } finally {
      await client.query('reset role')
      client.release()
    }
  })
})

/** Throws everybody out of the database and lets nobody in until `work` is done. */
async function whileClosed(database: TestDatabase, work: () => Promise<void>): Promise<void> {
  const address = new URL(database.url)
  const name = address.pathname.slice(1)
  address.pathname = '/postgres'
  const admin = new pg.Client({ connectionString: address.href })
  await admin.connect()
  try {
    await admin.query(`alter database ${name} allow_connections false`)
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
      name,
    ])
    await work()
    await admin.query(`alter database ${name} allow_connections true`)
  } finally {
    await admin.end()
  }
}
