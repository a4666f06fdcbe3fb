import { randomUUID } from 'node:crypto'
import { memoryStore } from '@wederhoor/event-store/memory'
import { migrateCheckpoints, migrateStore } from '@wederhoor/event-store/migrate-store'
import type { Position } from '@wederhoor/event-store/port'
import { postgresStore } from '@wederhoor/event-store/postgres'
import { migrate } from '@wederhoor/postgres/migrate'
import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import pg, { type Pool } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ErasureTestWorld, erasureConformance } from './erasure-conformance.ts'
import { erasureModel } from './erasure-model.ts'
import { memoryRegister } from './erasure-register.ts'
import {
  type ErasureWorld,
  erase,
  meet,
  processIn,
  read,
  startIn,
  type WholeStorage,
  worldOver,
} from './erasure-world.fixture.ts'
import { kekEpochsConformance } from './kek-epochs-conformance.ts'
import { vaultMigrations } from './migrations.ts'
import { postgresErasure, registerErasureTargets } from './postgres-erasure.ts'
import { postgresRewrap } from './postgres-rewrap.ts'
import { postgresStorage } from './postgres-storage.ts'
import { content, newOwner, told } from './story.fixture.ts'

const wholeStorage = (pool: Pool): WholeStorage => ({
  ...postgresStorage(pool),
  ...postgresErasure(pool),
  ...postgresRewrap(pool),
})

const TABLES = [
  'data_key',
  'pseudonym',
  'fence',
  'sealed',
  'destroyed_key',
  'retired_kek',
  'erasure_compared',
]

describe('one database', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase()
    await migrate(database.pool, vaultMigrations)
  })
  afterAll(() => database.drop())

  const open = async (): Promise<ErasureTestWorld> => {
    const { pool } = database
    await pool.query(
      'truncate vault.data_key, vault.pseudonym, vault.fence, vault.sealed, vault.destroyed_key, vault.retired_kek',
    )
    await pool.query("update vault.erasure_compared set position = ''")
    return {
      storage: wholeStorage(pool),
      async backup() {
        const schema = `backup_${randomUUID().replaceAll('-', '')}`
        await pool.query(`create schema ${schema}`)
        for (const table of TABLES)
          await pool.query(`create table ${schema}.${table} as table vault.${table}`)
        return {
          async restore() {
            await pool.query(`truncate ${TABLES.map((table) => `vault.${table}`).join(', ')}`)
            for (const table of TABLES)
              await pool.query(`insert into vault.${table} select * from ${schema}.${table}`)
            await pool.query(`drop schema ${schema} cascade`)
          },
        }
      },
      async loseKey({ dossier, party }) {
        await pool.query('delete from vault.data_key where dossier = $1 and party = $2', [
          dossier,
          party,
        ])
      },
      close: async () => undefined,
    }
  }
  erasureConformance('PostgreSQL', open)
  kekEpochsConformance('PostgreSQL', open)
  erasureModel('PostgreSQL', open, 6)
})

describe('a database in which people are erased', () => {
  let database: TestDatabase
  let world: ErasureWorld
  beforeEach(async () => {
    database = await createTestDatabase()
    await migrateStore(database.pool, 'test')
    await migrateCheckpoints(database.pool)
    await migrate(database.pool, vaultMigrations)
    world = worldIn(database.pool)
  })
  afterEach(() => database.drop())

  const worldIn = (pool: Pool, given: Partial<ErasureWorld> = {}): ErasureWorld =>
    worldOver(wholeStorage(pool), {
      store: postgresStore({ pool, ledgerName: 'test', notify: false }),
      accessStore: memoryStore(),
      ...given,
    })

  test('loses the owner’s rows of every registered table, and the rows of others stay', async () => {
    const { pool } = database
    const [owner, other] = [newOwner(), newOwner()]
    await pool.query(`create schema view;
      create table view."by party" (dossier uuid, "the party" uuid, cached text);
      create table view.by_dossier (dossier text, cached text)`)
    const targets = [
      { schema: 'view', table: 'by party', dossierColumn: 'dossier', ownerColumn: 'the party' },
      { schema: 'view', table: 'by_dossier', dossierColumn: 'dossier' },
      { schema: 'view', table: 'gone_since', dossierColumn: 'dossier' },
    ]
    await registerErasureTargets(pool, targets)
    await registerErasureTargets(pool, targets)
    const counterpart = randomUUID()
    for (const [dossier, party] of [
      [owner.dossier, owner.party],
      [owner.dossier, counterpart],
      [other.dossier, owner.party],
    ])
      await pool.query(`insert into view."by party" values ($1, $2, 'x')`, [dossier, party])
    for (const { dossier } of [owner, other])
      await pool.query(`insert into view.by_dossier values ($1, 'x')`, [dossier])

    const { steps } = processIn(world)
    await steps.raiseFence(owner)
    expect((await steps.scan(owner)).places).toEqual([
      'in view.by party.dossier.the party: 1',
      'in view.by_dossier.dossier.: 1',
    ])
    expect(await steps.deleteRows(owner)).toEqual({ rows: 2 })
    expect(await steps.deleteRows(owner)).toEqual({ rows: 0 })
    expect((await steps.scan(owner)).clean).toBe(true)
    expect((await pool.query('select "the party" from view."by party"')).rowCount).toBe(2)
    expect((await pool.query('select dossier from view.by_dossier')).rows).toEqual([
      { dossier: other.dossier },
    ])
  })

  test('is not clean while a projection might still write a row from before the fence', async () => {
    const owner = newOwner()
    const other = { ...owner, party: randomUUID() }
    await meet(world, processIn(world).vault, { one: owner, other }, 'x')
    const { steps } = processIn(world)
    await erase(world, { steps }, owner)
    const positionAtLeast = await world.store.head()
    const placesAt = async (position: string) => {
      await database.pool.query(
        `insert into projection.checkpoint values ('cases', $1)
         on conflict (name) do update set position = $1`,
        [position],
      )
      return (await steps.scan(owner, { positionAtLeast })).places
    }
    expect(await placesAt('')).toEqual(['projection cases has not read far enough'])
    expect(await placesAt('1')).toEqual(['projection cases has not read far enough'])
    expect(await placesAt(positionAtLeast)).toEqual([])
  })

  test('erase during append: nothing is sealed after the fence, whoever was under way', async () => {
    const owner = newOwner()
    const { steps, vault } = processIn(world)
    await vault.seal(told, owner, content)
    const vaults = Array.from({ length: 4 }, () => processIn(world).vault)
    let sealed = 1
    const sealing = vaults.map(async (one) => {
      for (;;) {
        try {
          await one.seal(told, owner, { story: 'x' })
          sealed += 1
        } catch (error) {
          return error
        }
      }
    })
    while (sealed < 20) await new Promise((resolve) => setImmediate(resolve))
    const { digests } = await steps.raiseFence(owner)
    for (const ended of await Promise.all(sealing)) expect(ended).toMatchObject({ code: 'erased' })
    const counted = await steps.raiseFence(owner)
    expect(counted.digests).toBe(digests)
    await steps.destroyKeys(owner)
    expect(await steps.deleteSealed(owner)).toEqual({ digests })
    expect((await steps.scan(owner)).places).toEqual([])
  })

  test('a fence waits for whoever is writing rows, and counts them', async () => {
    const owner = newOwner()
    const { steps, vault } = processIn(world)
    await vault.seal(told, owner, { story: 'x' })
    const writer = await database.pool.connect()
    try {
      await writer.query('begin')
      await writer.query(
        `insert into vault.sealed (digest, dossier, party, key_id, path, nonce, ciphertext)
         select sha256(digest), dossier, party, key_id, path, nonce, ciphertext from vault.sealed`,
      )
      const raised = steps.raiseFence(owner)
      const waiting = async () =>
        (await writer.query('select from pg_locks where not granted')).rowCount
      while ((await waiting()) === 0) await new Promise((resolve) => setImmediate(resolve))
      await writer.query('commit')
      expect((await raised).digests).toBe(2)
    } finally {
      writer.release()
    }
  })

  test('a dump that is running does not hold up the fence', async () => {
    const dump = await database.pool.connect()
    try {
      await dump.query('begin isolation level repeatable read')
      await dump.query('lock table vault.sealed, vault.data_key, vault.fence in access share mode')
      await processIn(world).steps.raiseFence(newOwner())
      await processIn(world).vault.seal(told, newOwner(), content)
    } finally {
      await dump.query('rollback')
      dump.release()
    }
  })

  test('lets the eraser’s role erase and change epochs, and neither lift a fence nor forget a destroyed key', async () => {
    const { pool } = database
    const client = await pool.connect()
    const denied = async (sql: string) =>
      expect(client.query(sql), sql).rejects.toMatchObject({ code: '42501' })
    try {
      await client.query('set role vault_eraser')
      await denied('delete from vault.fence')
      await denied('update vault.fence set party = dossier')
      await denied('delete from vault.destroyed_key')
      await denied("update vault.destroyed_key set fingerprint = ''")
      await denied("update vault.sealed set path = '/x'")
      await denied('delete from vault.retired_kek')
      await denied('truncate vault.sealed')
      await client.query('set role vault_keeper')
      await denied(`insert into vault.fence values ('${randomUUID()}', '${randomUUID()}')`)
      await denied('update vault.sealed set ciphertext = null')
      await denied("insert into vault.retired_kek values ('x')")
    } finally {
      await client.query('reset role')
      client.release()
    }
  })

  test('restored backup: a copy from before the erasure erases again before anything opens', async () => {
    const owner = newOwner()
    const other = { ...owner, party: randomUUID() }
    const { vault } = processIn(world)
    const { ofOne, ofOther } = await meet(world, vault, { one: owner, other }, 'x')
    const backup = await copyOf(database)
    try {
      await erase(world, processIn(world), owner)
      const restored = worldIn(backup.pool, { register: world.register, kek: world.kek })
      expect(await read(processIn(restored).vault, owner, ofOne)).toEqual(['x of one'])
      const started = await startIn(restored)
      expect(await read(started.vault, owner, ofOne, ofOther)).toEqual(['erased', 'x of other'])
      expect((await started.steps.scan(owner)).places).toEqual([])
      const late = meet(restored, started.vault, { one: owner, other }, 'again')
      await expect(late).rejects.toMatchObject({ code: 'erased' })
      expect(await restored.store.raiseFence({ dossier: owner.dossier, owner: owner.party })).toBe(
        '1' as Position,
      )
    } finally {
      await backup.drop()
    }
  })

  test('a key that somebody put back is destroyed again at the start', async () => {
    const owner = newOwner()
    const other = { ...owner, party: randomUUID() }
    const { pool } = database
    await meet(world, processIn(world).vault, { one: owner, other }, 'x')
    await pool.query('create table stolen as select * from vault.data_key where party = $1', [
      owner.party,
    ])
    await erase(world, processIn(world), owner)
    await startIn(world)
    await pool.query('insert into vault.data_key select * from stolen')
    const { steps } = await startIn({ ...world, register: memoryRegister() })
    expect((await steps.scan(owner)).places).toEqual([])
  })

  test('a ledger that was restored alone gets its fences back, as the register says', async () => {
    const owner = newOwner()
    const other = { ...owner, party: randomUUID() }
    const { ofOne, ofOther } = await meet(world, processIn(world).vault, { one: owner, other }, 'x')
    await erase(world, processIn(world), owner)
    const alone = { ...world, store: memoryStore() }
    const { vault } = await startIn(alone)
    const sealed = { ...vault, seal: async () => ({ ofOne, ofOther }) as never }
    const named = meet(alone, sealed, { one: owner, other }, 'again')
    await expect(named).rejects.toMatchObject({ code: 'erased' })
  })
})

/** Another database with the same content: what a restored backup is. Throws out whoever is connected to the first. */
async function copyOf(database: TestDatabase): Promise<TestDatabase> {
  const copy = await createTestDatabase()
  const [from, to] = [database, copy].map(({ url }) => new URL(url).pathname.slice(1))
  const address = new URL(database.url)
  address.pathname = '/postgres'
  const admin = new pg.Client({ connectionString: address.href })
  await admin.connect()
  try {
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
      from,
    ])
    await admin.query(`drop database ${to}`)
    await admin.query(`create database ${to} template ${from}`)
  } finally {
    await admin.end()
  }
  return copy
}
