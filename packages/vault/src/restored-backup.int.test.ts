/** A restored backup, and attacks on what the next start makes good. */
import { randomUUID } from 'node:crypto'
import { memoryStore } from '@wederhoor/event-store/memory'
import type { Position } from '@wederhoor/event-store/port'
import type { TestDatabase } from '@wederhoor/postgres/test-database'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { memoryRegister } from './erasure-register.ts'
import {
  Crash,
  type ErasureWorld,
  erase,
  meet,
  processIn,
  read,
  startIn,
} from './erasure-world.fixture.ts'
import { kekEpochs } from './kek-epochs.ts'
import { postgresVault } from './postgres.ts'
import { registerErasureTargets } from './postgres-erasure.ts'
import { copyOf, migratedDatabase, worldIn } from './postgres-world.fixture.ts'
import { reapplyErasures } from './reapply-erasures.ts'
import { newOwner } from './story.fixture.ts'

describe('a database that was restored', () => {
  let database: TestDatabase
  let world: ErasureWorld
  beforeEach(async () => {
    database = await migratedDatabase()
    world = worldIn(database.pool)
  })
  afterEach(() => database.drop())

  async function takeBackup(): Promise<TestDatabase> {
    const backup = await copyOf(database)
    onTestFinished(() => backup.drop())
    return backup
  }

  test('restored backup: a copy from before the erasure erases again before anything opens', async () => {
    const owner = newOwner()
    const other = { ...owner, party: randomUUID() }
    const { vault } = processIn(world)
    const { ofOne, ofOther } = await meet(world, vault, { one: owner, other }, 'x')
    const backup = await takeBackup()
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
  })

  test('a row that a restored projection writes late goes at the next time, and one of the dossier stays', async () => {
    const owner = newOwner()
    const { pool } = database
    await pool.query(`create schema view;
      create table view.of_party (dossier uuid, party uuid);
      create table view.of_dossier (dossier uuid)`)
    await registerErasureTargets(pool, [
      { schema: 'view', table: 'of_party', dossierColumn: 'dossier', ownerColumn: 'party' },
      { schema: 'view', table: 'of_dossier', dossierColumn: 'dossier' },
    ])
    await erase(world, processIn(world), owner)
    await startIn(world)
    await pool.query('insert into view.of_party values ($1, $2)', [owner.dossier, owner.party])
    await pool.query('insert into view.of_dossier values ($1)', [owner.dossier])
    await reapplyErasures(world)
    expect((await pool.query('select from view.of_party')).rowCount).toBe(0)
    expect((await pool.query('select from view.of_dossier')).rowCount).toBe(1)
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

  test('restored backup, epoch destroyed: nothing opens what was erased, whoever serves from it; the live one goes on', async () => {
    const owner = newOwner()
    const other = { ...owner, party: randomUUID() }
    const { vault } = processIn(world)
    const { ofOne, ofOther } = await meet(world, vault, { one: owner, other }, 'x')
    const backup = await takeBackup()
    const { steps } = processIn(world)
    await erase(world, { steps }, owner)
    const epochs = kekEpochs({ storage: world.storage, kek: world.kek })
    const [old] = await epochs.list()
    await epochs.begin()
    expect(await epochs.end(old ?? '')).toEqual({ kind: 'destroyed' })
    expect((await steps.finality(owner)).final).toBe(true)
    expect(await read(processIn(world).vault, owner, ofOne, ofOther)).toEqual([
      'erased',
      'x of other',
    ])

    const stolen = worldIn(backup.pool, { kek: world.kek })
    const opened = read(processIn(stolen).vault, owner, ofOne)
    await expect(opened).rejects.toMatchObject({ code: 'key-missing' })
    const served = postgresVault({
      ...stolen,
      pool: backup.pool,
      ledgerOrigin: 'ledger.example/access',
      policy: '2026-01',
    })
    await expect(served).rejects.toMatchObject({ code: 'key-missing' })
  })

  test('start cut off while it erases again: the next one still removes who the pseudonym leads to', async () => {
    const owner = newOwner()
    const other = { ...owner, party: randomUUID() }
    const { vault } = processIn(world)
    await meet(world, vault, { one: owner, other }, 'x')
    const pseudonym = await vault.pseudonym(owner.dossier, owner.party)
    const backup = await takeBackup()
    await erase(world, processIn(world), owner, [pseudonym])
    const restored = worldIn(backup.pool, { register: world.register, kek: world.kek })
    const deletePeople = () => Promise.reject(new Crash())
    const cut = { ...restored, storage: { ...restored.storage, deletePeople } }
    await expect(startIn(cut)).rejects.toThrow(Crash)
    const { steps } = await startIn(restored)
    expect((await steps.scan(owner, { pseudonyms: [pseudonym] })).places).toEqual([])
  })

  test('register lost while the database stood: the next start writes it again, so an older backup comes back erased', async () => {
    const owner = newOwner()
    const other = { ...owner, party: randomUUID() }
    const { ofOne } = await meet(world, processIn(world).vault, { one: owner, other }, 'x')
    const backup = await takeBackup()
    await erase(world, processIn(world), owner)
    await startIn(world)
    const register = memoryRegister()
    await startIn({ ...world, register })
    expect(await register.read()).toEqual([{ ...owner, pseudonyms: [] }])
    const restored = worldIn(backup.pool, { register, kek: world.kek })
    expect(await read((await startIn(restored)).vault, owner, ofOne)).toEqual(['erased'])
  })
})
