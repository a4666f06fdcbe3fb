import { randomUUID } from 'node:crypto'
import { ledgerRoles } from '@wederhoor/event-store/migrate-store'
import { migrate } from '@wederhoor/postgres/migrate'
import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ErasureTestWorld, erasureConformance } from './erasure-conformance.ts'
import { erasureModel } from './erasure-model.ts'
import {
  type ErasureWorld,
  erase,
  meet,
  processIn,
  read,
  startIn,
} from './erasure-world.fixture.ts'
import { kekEpochs } from './kek-epochs.ts'
import { kekEpochsConformance } from './kek-epochs-conformance.ts'
import { vaultMigrations } from './migrations.ts'
import { registerErasureTargets } from './postgres-erasure.ts'
import { migratedDatabase, wholeStorage, worldIn } from './postgres-world.fixture.ts'
import { content, newOwner, told } from './story.fixture.ts'

const TABLES = [
  'data_key',
  'pseudonym',
  'fence',
  'sealed',
  'file',
  'file_chunk',
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
      `truncate vault.data_key, vault.pseudonym, vault.fence, vault.sealed, vault.file, vault.file_chunk,
        vault.destroyed_key, vault.retired_kek`,
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
    database = await migratedDatabase()
    world = worldIn(database.pool)
  })
  afterEach(() => database.drop())

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

  test('erases and changes epochs as a role that owns nothing', async () => {
    const { pool } = database
    const name = `process_${randomUUID().slice(0, 8)}`
    const appender = ledgerRoles('test').appender
    await pool.query(`create role ${name} login password 'test' nosuperuser;
      grant vault_keeper, vault_eraser, ${appender} to ${name};
      create schema view; create table view.of_dossier (dossier uuid);
      grant usage on schema view, projection to ${name};
      grant select, insert, update, delete on all tables in schema view, projection to ${name}`)
    const address = new URL(database.url)
    address.username = name
    address.password = 'test'
    const own = new pg.Pool({ connectionString: address.href, max: 5 })
    own.on('error', () => undefined)
    try {
      await registerErasureTargets(own, [
        { schema: 'view', table: 'of_dossier', dossierColumn: 'dossier' },
      ])
      const limited = worldIn(own)
      const owner = newOwner()
      const other = { ...owner, party: randomUUID() }
      const process = await startIn(limited)
      const { ofOne, ofOther } = await meet(limited, process.vault, { one: owner, other }, 'x')
      const pseudonym = await process.vault.pseudonym(owner.dossier, 'p-9')
      const { scan } = await erase(limited, process, owner, [pseudonym])
      expect(scan.places).toEqual([])
      const positionAtLeast = await limited.store.head()
      expect((await process.steps.scan(owner, { positionAtLeast })).places).toEqual([])
      const epochs = kekEpochs({ storage: limited.storage, kek: limited.kek })
      const [old] = await epochs.list()
      await epochs.begin()
      expect(await epochs.end(old ?? '')).toEqual({ kind: 'destroyed' })
      const { vault } = await startIn(limited)
      expect(await read(vault, owner, ofOne, ofOther)).toEqual(['erased', 'x of other'])
      await limited.store.close()
    } finally {
      await own.end()
      await pool.query(`drop owned by ${name}; drop role ${name}`)
    }
  })
})
