import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrateStore } from '@wederhoor/event-store/migrate-store'
import { postgresStore } from '@wederhoor/event-store/postgres'
import type { TestDatabase } from '@wederhoor/postgres/test-database'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ErasureWorld, erase, meet, processIn, read } from './erasure-world.fixture.ts'
import { kekEpochs } from './kek-epochs.ts'
import { byteFindings, dumpOf, filesOf, findings, tablesOf } from './planted-search.ts'
import { migratedDatabase, worldIn } from './postgres-world.fixture.ts'
import { newOwner, PLANTED_NAME, PLANTED_SENTENCE } from './story.fixture.ts'

const PHONE = '06-98071243'
const ADDRESS = 'Wildemanslaan 973b, 3581 QX Bilthuizen'
const everything = `${PLANTED_NAME}, ${PHONE}, ${ADDRESS}: ${PLANTED_SENTENCE}`
const planted = [PLANTED_NAME, PHONE, ADDRESS, PLANTED_SENTENCE, 'Überprüfung', 'blauwe trap']

describe('the search for planted texts', () => {
  test.each([
    ['UTF-8', Buffer.from(everything)],
    ['base64', Buffer.from(Buffer.from(everything).toString('base64'))],
    ['base64url, shifted by one', Buffer.from(Buffer.from(`x${everything}`).toString('base64url'))],
    ['hexadecimal', Buffer.from(Buffer.from(everything).toString('hex'))],
    [
      'hexadecimal of base64',
      Buffer.from(Buffer.from(Buffer.from(everything).toString('base64')).toString('hex')),
    ],
  ])('finds each of them in a file of bytes, as %s', async (_spelling, bytes) => {
    const directory = await mkdtemp(join(tmpdir(), 'planted-'))
    try {
      await mkdir(join(directory, 'deep'))
      const noise = Buffer.from([0xff, 0x00, 0xc3])
      await writeFile(join(directory, 'deep', 'file'), Buffer.concat([noise, bytes, noise]))
      const places = await filesOf(directory)
      for (const one of planted) expect(byteFindings([one], places), one).not.toEqual([])
      expect(byteFindings(['Er is niets gebeurd'], places)).toEqual([])
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})

describe('a database after an erasure', () => {
  let database: TestDatabase
  let world: ErasureWorld
  let beganAt: string
  let slot: string
  beforeEach(async () => {
    database = await migratedDatabase()
    const { pool } = database
    // The slot keeps the server from recycling the log under the search, whatever others do meanwhile.
    slot = `planted_${randomBytes(6).toString('hex')}`
    const { rows } = await pool.query<{ lsn: string }>(
      'select lsn::text from pg_create_physical_replication_slot($1, true)',
      [slot],
    )
    beganAt = rows[0]?.lsn ?? ''
    await migrateStore(pool, 'access')
    world = worldIn(pool, {
      accessStore: postgresStore({ pool, ledgerName: 'access', notify: false }),
    })
  })
  afterEach(async () => {
    await world.store.close()
    await world.accessStore.close()
    await database.pool.query('select pg_drop_replication_slot($1)', [slot])
    await database.drop()
  })

  const rowsIn = async (sql: string): Promise<readonly Buffer[]> =>
    (await database.pool.query<{ bytes: Buffer }>(sql)).rows.map(({ bytes }) => bytes)
  /** What lies on the disk: the files of everything that is ours, and the write-ahead log of the server since the test began. */
  async function onDisk() {
    const { pool } = database
    await pool.query('checkpoint')
    const { rows: files } = await pool.query<{ path: string }>(
      `select pg_relation_filepath(oid) as path from pg_class
       where oid >= 16384 and relfilenode > 0`,
    )
    const { rows: segments } = await pool.query<{ path: string }>(
      `select 'pg_wal/' || name as path from pg_ls_waldir()
       where name between pg_walfile_name($1::pg_lsn) and pg_walfile_name(pg_current_wal_lsn())`,
      [beganAt],
    )
    expect(segments.length).toBeGreaterThan(0)
    return { tables: await readAll(files), log: await readAll(segments) }
  }
  async function readAll(paths: readonly { path: string }[]) {
    const found = new Map<string, Uint8Array>()
    for (const { path } of paths) {
      const [bytes] = await rowsIn(`select pg_read_binary_file('${path}', true) as bytes`)
      if (bytes) found.set(path, bytes)
    }
    return found
  }
  const holds = (files: ReadonlyMap<string, Uint8Array>, bytes: readonly Buffer[]): boolean =>
    bytes.some((one) => [...files.values()].some((file) => Buffer.from(file).includes(one)))

  test('holds no planted text in any row, dump, data file or log, before or after', async () => {
    const owner = newOwner()
    const other = { ...owner, party: newOwner().party }
    const process = processIn(world)
    const { ofOne, ofOther } = await meet(world, process.vault, { one: owner, other }, everything)
    expect(await read(process.vault, owner, ofOne)).toEqual([`${everything} of one`])
    for (const when of ['before', 'after']) {
      if (when === 'after') await erase(world, process, owner)
      const { tables, log } = await onDisk()
      expect(findings(planted, await tablesOf(database.pool)), when).toEqual([])
      expect(byteFindings(planted, await dumpOf(database.pool)), when).toEqual([])
      expect(byteFindings(planted, tables), when).toEqual([])
      if (when === 'after') expect(byteFindings(planted, log)).toEqual([])
    }
    expect(await read(process.vault, owner, ofOne, ofOther)).toEqual([
      'erased',
      `${everything} of other`,
    ])
    await database.pool.query('create table leak (plain text)')
    await database.pool.query('insert into leak values ($1)', [everything])
    const { tables, log } = await onDisk()
    for (const places of [await dumpOf(database.pool), tables, log])
      expect(byteFindings(planted, places)).not.toEqual([])
  })

  test('keeps sealed bytes in dead rows until it is vacuumed and in its log for longer: the end of the epoch covers those', async () => {
    const owner = newOwner()
    const other = { ...owner, party: newOwner().party }
    const process = processIn(world)
    const { ofOther } = await meet(world, process.vault, { one: owner, other }, everything)
    const where = `where party = '${owner.party}'`
    const keys = await rowsIn(`select wrapped as bytes from vault.data_key ${where}`)
    const sealed = await rowsIn(`select ciphertext as bytes from vault.sealed ${where}`)
    expect([keys.length, sealed.length]).toEqual([1, 1])
    const { scan } = await erase(world, process, owner)
    expect(scan.places).toEqual([])
    const erasedDump = await dumpOf(database.pool)
    for (const bytes of [...keys, ...sealed])
      expect(byteFindings([bytes.toString('hex')], erasedDump)).toEqual([])

    const dead = await onDisk()
    expect([holds(dead.tables, keys), holds(dead.tables, sealed)]).toEqual([true, true])
    await database.pool.query('vacuum full vault.data_key, vault.sealed')
    const vacuumed = await onDisk()
    expect([holds(vacuumed.tables, keys), holds(vacuumed.tables, sealed)]).toEqual([false, false])
    expect([holds(vacuumed.log, keys), holds(vacuumed.log, sealed)]).toEqual([true, true])

    const epochs = kekEpochs({ storage: world.storage, kek: world.kek })
    const [old] = await epochs.list()
    await epochs.begin()
    await epochs.end(old ?? '')
    expect(await process.steps.finality(owner)).toEqual({ final: true, waitsFor: [] })
    const found = { kek: old ?? '', wrapped: keys[0] ?? Buffer.alloc(0) }
    await expect(world.kek.unwrap(found, 'whatever it was bound to')).rejects.toMatchObject({
      code: 'key-missing',
    })
    expect(await read(processIn(world).vault, other, ofOther)).toEqual([`${everything} of other`])
  })
})
