/** What each role of the database may do; `ledger_<name>_owner` cannot log in. */

import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '@wederhoor/postgres/migrate'
import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { anEntry, expectRefusal, nextId, readEverything } from './conformance-world.ts'
import { type LedgerWorld, ledgerWorld, loginRole } from './ledger-world.ts'
import { type CategoryGrant, grantCategories, ledgerRoles, migrateStore } from './migrate-store.ts'

let database: TestDatabase
let world: LedgerWorld
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  world = await ledgerWorld(database)
  await world.open().append('case-0', 'no-stream', [anEntry()])
})
afterEach(() => world.dispose())

async function refused(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    for (const statement of statements) {
      const failure: unknown = await client.query(statement).catch((error: unknown) => error)
      expect(failure, statement).toMatchObject({ code: '42501' })
      await client.query('rollback')
    }
  } finally {
    await client.end()
  }
}

const changes = (schema: string, before = '') => [
  `${before} update ${schema}.entry set type = 'Other'`,
  `${before} update ${schema}.entry set type = 'Other' where false`,
  `${before} delete from ${schema}.entry`,
  `${before} truncate ${schema}.entry`,
  `${before} update ${schema}.fence set position = 0`,
  `${before} delete from ${schema}.fence where false`,
  `${before} truncate ${schema}.fence`,
]

const writes = (schema: string) => [
  ...changes(schema),
  `insert into ${schema}.entry values (9, 0, gen_random_uuid(), null, 'case-9', 'Other', '')`,
  `update ${schema}.head set position = 0`,
  `delete from ${schema}.head`,
  `insert into ${schema}.append_right values (session_user::regrole, '*')`,
  `insert into ${schema}.fence values (gen_random_uuid(), gen_random_uuid(), 1)`,
  `update ${schema}.head set halted = null`,
  `alter table ${schema}.entry disable trigger all`,
  `drop table ${schema}.entry`,
]

describe('what was appended', () => {
  test('cannot be changed by the appender of the embedded form', async () => {
    const url = await loginRole(database, 'test_embedded', ledgerRoles(world.ledgerName).appender)
    await refused(url, writes(world.schema))
    const store = world.open({ url })
    expect(await store.append('hearing-1', 'no-stream', [anEntry()])).toMatchObject({
      kind: 'appended',
      position: '2',
    })
  })

  test('cannot be changed by a reader, who cannot append either', async () => {
    const url = await loginRole(database, 'test_reader', ledgerRoles(world.ledgerName).reader)
    await refused(url, writes(world.schema))
    const store = world.open({ url })
    expect(await readEverything(store)).toHaveLength(1)
    await expectRefusal(store.append('case-1', 'no-stream', [anEntry()]), 'forbidden-category')
  })

  test('cannot be changed by mistake of the owner or of a superuser', async () => {
    const { owner } = ledgerRoles(world.ledgerName)
    await refused(database.url, changes(world.schema))
    await refused(database.url, changes(world.schema, `set role ${owner};`))
    await refused(database.url, changes(world.schema, 'set session_replication_role to replica;'))
    expect(await readEverything(world.open())).toHaveLength(1)
  })

  test('is owned by a role that cannot log in', async () => {
    const { rows } = await database.pool.query(
      `select rolname, rolcanlogin from pg_roles join pg_class on relowner = pg_roles.oid
       where pg_class.oid = $1::regclass`,
      [`${world.schema}.entry`],
    )
    expect(rows).toEqual([{ rolname: ledgerRoles(world.ledgerName).owner, rolcanlogin: false }])
  })
})

describe('a ledger made by a role that is no superuser', () => {
  test('works the same, and its appender is no more than that', async () => {
    const url = await loginRole(database, 'test_migrator')
    const { rows } = await database.pool.query<{ name: string }>(
      'select current_database() as name',
    )
    await database.pool.query(`alter role test_migrator createrole`)
    await database.pool.query(`grant create on database ${rows[0]?.name} to test_migrator`)
    const migrator = new pg.Client(url)
    await migrator.connect()
    await migrateStore(migrator, 'made_by_migrator')
    await loginRole(database, 'test_service')
    const grant = { ledgerName: 'made_by_migrator', role: 'test_service', categories: ['case'] }
    await grantCategories(migrator, grant)
    await migrator.end()

    const service = await loginRole(database, 'test_service')
    const store = world.open({ url: service, ledgerName: 'made_by_migrator' })
    expect(await store.append('case-1', 'no-stream', [anEntry()])).toMatchObject({ position: '1' })
    await expectRefusal(store.append('hearing-1', 'no-stream', [anEntry()]), 'forbidden-category')
    await refused(service, writes('ledger_made_by_migrator'))
    await refused(url, changes('ledger_made_by_migrator'))
  })
})

describe('a role of one service', () => {
  const grant = async (
    role: string,
    categories: readonly string[],
    more: Pick<CategoryGrant, 'acts' | 'simulated'> = {},
  ) => {
    const url = await loginRole(database, role)
    const { ledgerName } = world
    await grantCategories(database.pool, { ledgerName, role, categories, ...more })
    return url
  }

  test('appends to its own categories and to no other', async () => {
    const store = world.open({ url: await grant('test_case', ['case', 'permit']) })
    expect(await store.append('case-1', 'no-stream', [anEntry()])).toMatchObject({
      kind: 'appended',
    })
    expect(await store.append('permit-1', 'no-stream', [anEntry()])).toMatchObject({
      kind: 'appended',
    })
    await expectRefusal(store.append('hearing-1', 'no-stream', [anEntry()]), 'forbidden-category')
    await expectRefusal(store.append('cases-1', 'no-stream', [anEntry()]), 'forbidden-category')
  })

  test('keeps its own appends when a foreign one stands in the same batch', async () => {
    const store = world.open({ url: await grant('test_case', ['case']) })
    const own = store.append('case-1', 'no-stream', [anEntry()])
    const foreign = store.append('hearing-1', 'no-stream', [anEntry()])
    await expectRefusal(foreign, 'forbidden-category')
    expect(await own).toMatchObject({ kind: 'appended' })
  })

  test('reads everything and changes nothing', async () => {
    const url = await grant('test_case', ['case'])
    expect(await readEverything(world.open({ url }))).toHaveLength(1)
    await refused(url, writes(world.schema))
  })

  test('loses what it is no longer granted', async () => {
    await grant('test_case', ['case'])
    const store = world.open({ url: await grant('test_case', []) })
    await expectRefusal(store.append('case-1', 'no-stream', [anEntry()]), 'forbidden-category')
  })

  test('cannot put a temporary table in the place of a right', async () => {
    const url = await grant('test_case', ['case'])
    const client = new pg.Client(url)
    await client.connect()
    await client
      .query(`create temp table append_right as select * from ${world.schema}.entry limit 0`)
      .catch(() => undefined)
    await client.query(
      `create temp table head (only_row boolean, position bigint, recorded_at timestamptz)`,
    )
    await client.query(`insert into head values (true, 900, '-infinity')`)
    const { rows } = await client.query(
      `select base from ${world.schema}.append(null, false, '{1}', null, '{case-1}', '{0}',
        array[gen_random_uuid()], '{Happened}', array[null]::uuid[], '{"\\\\x7b7d"}', null, null)`,
    )
    expect(rows).toEqual([{ base: '1' }])
    await client.end()
  })

  const owner = { dossier: nextId(), owner: nextId() }

  test('raises no fence and halts nothing, unless that was granted', async () => {
    const store = world.open({ url: await grant('test_case', ['case']) })
    await expectRefusal(store.raiseFence(owner), 'forbidden-category')
    await expectRefusal(store.halt('why'), 'forbidden-category')
    await expectRefusal(store.resume(), 'forbidden-category')
    await grant('test_case', ['case'], { acts: ['fence'] })
    expect(await store.raiseFence(owner)).toBe('1')
    await expectRefusal(store.halt('why'), 'forbidden-category')
    await grant('test_case', ['evidence'], { acts: ['halt'] })
    await expectRefusal(store.raiseFence(owner), 'forbidden-category')
    await store.halt('why')
    expect(await store.halted()).toBe('why')
    await store.resume()
    await grant('test_case', ['case'])
    await expectRefusal(store.halt('why'), 'forbidden-category')
  })

  test('cannot stop the others by writing a time to come', async () => {
    const url = await grant('test_case', ['case'])
    const ahead = (ms: number) => ({ now: async () => new Date(Date.now() + ms).toISOString() })
    const store = world.open({ url, clock: ahead(60_000) })
    await expectRefusal(store.append('case-1', 'no-stream', [anEntry()]), 'clock-ahead')
    const exact = world.open({ url, clock: ahead(1_000) })
    expect(await exact.append('case-1', 'no-stream', [anEntry()])).toMatchObject({ revision: 0 })
    expect(await world.open().append('case-2', 'no-stream', [anEntry()])).toMatchObject({
      kind: 'appended',
    })
  })

  test('may be ahead of the server where its time is simulated, as the embedded form may', async () => {
    const clock = { now: async () => '2099-01-01T09:00:00.000Z' }
    const url = await grant('test_case', ['case'], { simulated: true })
    const { appender } = ledgerRoles(world.ledgerName)
    const embedded = await loginRole(database, 'test_embedded', appender)
    for (const [index, address] of [url, embedded].entries()) {
      const store = world.open({ url: address, clock })
      expect(await store.append(`case-${index + 1}`, 'no-stream', [anEntry()])).toMatchObject({
        kind: 'appended',
      })
    }
  })

  describe('that calls the function itself', () => {
    /** first, follows, streams, revisions: of entries that would leave a gap, or an order that is none. */
    const forged = {
      'a revision left out': ['{1}', null, '{case-1,case-1}', '{0,2}'],
      'a revision twice': ['{1}', null, '{case-1,case-1}', '{0,0}'],
      'another stream in the shadow of the first': ['{1}', null, '{case-1,case-2}', '{0,1}'],
      'a follower of another stream': ['{1,2}', '{0,1}', '{case-1,case-2}', '{0,1}'],
      'a follower of what comes after': ['{1,2}', '{2,0}', '{case-1,case-1}', '{1,0}'],
      'a follower of nobody': ['{1,2}', '{0,9}', '{case-1,case-1}', '{0,1}'],
      'members that go back': ['{2,1}', null, '{case-1,case-1}', '{1,0}'],
      'a member that begins late': ['{2}', null, '{case-1,case-1}', '{7,0}'],
      'a member beyond the end': ['{1,4}', null, '{case-1,case-1}', '{0,1}'],
      'a member nowhere': ['{1,NULL}', null, '{case-1,case-2}', '{0,5}'],
      'no member': ['{}', null, '{case-1,case-2}', '{0,5}'],
      'revisions that are none': ['{1}', null, '{case-1,case-1}', '{0,NULL}'],
    } as const

    test.each(Object.entries(forged))('does not append %s', async (_, [first, ...arrays]) => {
      const client = new pg.Client(await grant('test_case', ['case']))
      await client.connect()
      const call = client.query(
        `select * from ${world.schema}.append(null, false, $1, $2, $3, $4,
          array[gen_random_uuid(), gen_random_uuid()], '{A,B}', array[null, null]::uuid[],
          array['x', 'y']::bytea[], null, null)`,
        [first, ...arrays],
      )
      await expect(call).rejects.toMatchObject({ code: 'WD004' })
      await client.end()
      expect(await readEverything(world.open())).toHaveLength(1)
    })

    test('appends nothing that no bundle can carry', async () => {
      const client = new pg.Client(await grant('test_case', ['case']))
      await client.connect()
      const call = client.query(
        `select * from ${world.schema}.append(null, false, '{1}', null, '{case-1}', '{0}',
          array[gen_random_uuid()], '{A}', array[null]::uuid[], array[$1]::bytea[], null, null)`,
        [Buffer.alloc(65_536)],
      )
      await expect(call).rejects.toMatchObject({ code: '23514' })
      await client.end()
    })
  })
})

describe('a ledger of an earlier version', () => {
  test('keeps its entries and the rights of its roles when it is brought up to date', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'wederhoor-migrations-'))
    const migrations = new URL('../migrations/ledger/', import.meta.url)
    await copyFile(new URL('001-ledger.sql', migrations), join(directory, '001-ledger.sql'))
    await migrate(database.pool, { schema: 'ledger_earlier', directory })
    await rm(directory, { recursive: true })
    const url = await loginRole(database, 'test_case')
    await database.pool.query(`
      grant ledger_earlier_reader to test_case;
      grant execute on function ledger_earlier.append to test_case;
      insert into ledger_earlier.append_right values ('test_case'::regrole, 'case');
      select ledger_earlier.append(null, false, '{1}', null, '{case-1}', '{0}',
        array[gen_random_uuid()], '{A}', array[null]::uuid[], array['x']::bytea[])`)
    expect(await migrateStore(database.pool, 'earlier')).toEqual([
      '002-fence-and-halt.sql',
      '003-bounded-lookup.sql',
    ])
    const store = world.open({ url, ledgerName: 'earlier' })
    expect(await store.append('case-1', 0, [anEntry()])).toMatchObject({ position: '2' })
    await expectRefusal(store.append('hearing-1', 'no-stream', [anEntry()]), 'forbidden-category')
    await expectRefusal(store.halt('why'), 'forbidden-category')
    await refused(url, writes('ledger_earlier'))
  })
})
