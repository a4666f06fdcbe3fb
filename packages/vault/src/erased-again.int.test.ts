/** Attacks on what a start makes good after a restore, on a real database. */
import { randomUUID } from 'node:crypto'
import type { TestDatabase } from '@wederhoor/postgres/test-database'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
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
import { copyOf, migratedDatabase, worldIn } from './postgres-world.fixture.ts'
import { newOwner } from './story.fixture.ts'

describe('a backup from before an erasure', () => {
  let database: TestDatabase
  let world: ErasureWorld
  beforeEach(async () => {
    database = await migratedDatabase()
    world = worldIn(database.pool)
  })
  afterEach(() => database.drop())

  test('start cut off while it erases again: the next one still removes who the pseudonym leads to', async () => {
    const owner = newOwner()
    const other = { ...owner, party: randomUUID() }
    const { vault } = processIn(world)
    await meet(world, vault, { one: owner, other }, 'x')
    const pseudonym = await vault.pseudonym(owner.dossier, owner.party)
    const backup = await copyOf(database)
    try {
      await erase(world, processIn(world), owner, [pseudonym])
      const restored = worldIn(backup.pool, { register: world.register, kek: world.kek })
      const deletePeople = () => Promise.reject(new Crash())
      const cut = { ...restored, storage: { ...restored.storage, deletePeople } }
      await expect(startIn(cut)).rejects.toThrow(Crash)
      const { steps } = await startIn(restored)
      expect((await steps.scan(owner, { pseudonyms: [pseudonym] })).places).toEqual([])
    } finally {
      await backup.drop()
    }
  })

  test('register lost while the database stood: the next start writes it again, so an older backup comes back erased', async () => {
    const owner = newOwner()
    const other = { ...owner, party: randomUUID() }
    const { ofOne } = await meet(world, processIn(world).vault, { one: owner, other }, 'x')
    const backup = await copyOf(database)
    try {
      await erase(world, processIn(world), owner)
      await startIn(world)
      const register = memoryRegister()
      await startIn({ ...world, register })
      expect(await register.read()).toEqual([{ ...owner, pseudonyms: [] }])
      const restored = worldIn(backup.pool, { register, kek: world.kek })
      expect(await read((await startIn(restored)).vault, owner, ofOne)).toEqual(['erased'])
    } finally {
      await backup.drop()
    }
  })
})
