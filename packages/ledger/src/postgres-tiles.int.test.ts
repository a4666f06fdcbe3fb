import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrateTiles, tilesKeeper } from './migrate-tiles.ts'
import { postgresTiles } from './postgres-tiles.ts'
import { hashes, noteAt, tileStorageConformance } from './tile-storage-conformance.ts'

let made = 0

tileStorageConformance('PostgreSQL', async () => {
  made += 1
  const ledgerName = `conformance_${made}`
  await migrateTiles(database.pool, ledgerName)
  return {
    open: () => postgresTiles({ pool: database.pool, ledgerName }),
    close: async () => undefined,
  }
})

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

describe('the role of a process that keeps the tree', () => {
  let process: pg.Pool

  beforeAll(async () => {
    const { pool, url } = database
    await migrateTiles(pool, 'guarded')
    await pool.query(`do $$ begin create role tiles_process login password 'test-only';
      exception when duplicate_object then null; end $$`)
    await pool.query(`grant ${tilesKeeper('guarded')} to tiles_process`)
    const address = new URL(url)
    address.username = 'tiles_process'
    address.password = 'test-only'
    process = new pg.Pool({ connectionString: address.href, max: 2 })
    const tiles = postgresTiles({ pool: process, ledgerName: 'guarded' })
    await tiles.keepEpoch({ number: 1, origin: 'ledger.test/tiles' })
    await tiles.writeTiles([{ tile: { level: 0, index: 0, width: 3 }, bytes: hashes(3) }])
    await tiles.publish('integrated', await noteAt(3), 3)
    await tiles.keepVkey('one+1')
  })
  afterAll(() => process.end())

  const attacks = [
    `UPDATE tlog_guarded.tile SET hashes = '\\x${Buffer.from(hashes(3, 'forged')).toString('hex')}'`,
    `UPDATE tlog_guarded.tile SET hashes = substring(hashes for 64)`,
    'UPDATE tlog_guarded.tile SET index = 7',
    'UPDATE tlog_guarded.tile SET epoch = 2',
    'DELETE FROM tlog_guarded.tile',
    'TRUNCATE tlog_guarded.tile',
    'UPDATE tlog_guarded.checkpoint SET size = 2',
    `UPDATE tlog_guarded.checkpoint SET kind = 'witnessed'`,
    'DELETE FROM tlog_guarded.checkpoint',
    'TRUNCATE tlog_guarded.checkpoint',
    `UPDATE tlog_guarded.vkey SET vkey = 'forged+1'`,
    'DELETE FROM tlog_guarded.vkey',
    `UPDATE tlog_guarded.epoch SET origin = 'forged'`,
    'DELETE FROM tlog_guarded.epoch',
    'ALTER TABLE tlog_guarded.tile DISABLE TRIGGER ALL',
    'DROP TABLE tlog_guarded.tile',
  ]
  const refused = { code: expect.stringMatching(/^(42501|WD010|WD011)$/) }

  test.each(attacks)('is refused %s', async (attack) => {
    await expect(process.query(attack)).rejects.toMatchObject(refused)
  })

  test('may extend a tile', async () => {
    const wider = Buffer.from(hashes(4)).toString('hex')
    await process.query(`UPDATE tlog_guarded.tile SET hashes = '\\x${wider}'`)
    const tiles = postgresTiles({ pool: process, ledgerName: 'guarded' })
    expect(await tiles.readTile({ level: 0, index: 0, width: 4 })).toEqual(hashes(4))
  })

  test.each(attacks.filter((one) => !/^(ALTER|DROP)/.test(one)))(
    'and so is the owner of the tables: %s',
    async (attack) => {
      await expect(database.pool.query(attack)).rejects.toMatchObject(refused)
    },
  )
})
