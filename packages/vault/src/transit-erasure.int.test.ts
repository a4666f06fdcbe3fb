import { randomUUID } from 'node:crypto'
import type { TestDatabase } from '@wederhoor/postgres/test-database'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ErasureWorld, erase, meet, processIn, read } from './erasure-world.fixture.ts'
import { type FakeTransitServer, fakeTransitServer } from './fake-transit-server.ts'
import { kekEpochs } from './kek-epochs.ts'
import { postgresVault } from './postgres.ts'
import { migratedDatabase, worldIn } from './postgres-world.fixture.ts'
import { newOwner, told } from './story.fixture.ts'
import { transitKek } from './transit-kek.ts'

describe('a vault whose KEK is in a key store', () => {
  let database: TestDatabase
  let server: FakeTransitServer
  let world: ErasureWorld
  beforeEach(async () => {
    database = await migratedDatabase()
    const [mount, key, token] = ['transit', 'wederhoor', 's.token-of-a-test']
    server = await fakeTransitServer({ mount, key, token, derived: true })
    const { address } = server
    const kek = transitKek({ address, mount, key, token: () => token, binds: 'context' })
    world = worldIn(database.pool, { kek })
  })
  afterEach(async () => {
    await server.close()
    await database.drop()
  })

  const people = () => {
    const one = newOwner()
    return { one, other: { dossier: one.dossier, party: randomUUID() } }
  }

  test('erase with the key store down: the keys go, it reports incomplete, and resumes', async () => {
    const { one, other } = people()
    const { ofOne, ofOther } = await meet(world, processIn(world).vault, { one, other }, 'x')
    const process = processIn(world)
    server.fail(503)
    await expect(erase(world, process, one)).rejects.toMatchObject({
      code: 'unavailable',
      cause: { code: 'sealed', status: 503 },
    })
    expect((await process.steps.scan(one)).places).toEqual([
      'vault.sealed: 1',
      'vault.destroyed_key without epochs: 1',
    ])
    await expect(process.vault.seal(told, newOwner(), { story: 'x' })).rejects.toMatchObject({
      code: 'unavailable',
    })
    server.fail(undefined)
    const { scan } = await erase(world, process, one)
    expect(scan).toEqual({ clean: true, places: [] })
    expect(await read(process.vault, one, ofOne, ofOther)).toEqual(['erased', 'x of other'])
  })

  test('changes epochs by rotating and trimming, and an erasure is final after that', async () => {
    const { one, other } = people()
    const { ofOne, ofOther } = await meet(world, processIn(world).vault, { one, other }, 'x')
    const { steps } = processIn(world)
    await erase(world, { steps }, one)
    const epochs = kekEpochs({ storage: world.storage, kek: world.kek })
    const [old] = await epochs.list()
    expect(await steps.finality(one)).toEqual({ final: false, waitsFor: ['transit/wederhoor:v1'] })
    await epochs.begin()
    server.fail(503)
    await expect(epochs.end(old ?? '')).rejects.toMatchObject({ code: 'unavailable' })
    server.fail(undefined)
    expect(await epochs.end(old ?? '')).toEqual({ kind: 'destroyed' })
    expect(await steps.finality(one)).toEqual({ final: true, waitsFor: [] })
    expect(await read(processIn(world).vault, one, ofOne, ofOther)).toEqual([
      'erased',
      'x of other',
    ])
  })

  test('does not start while the key store is away, and starts when it is back', async () => {
    const opening = () =>
      postgresVault({
        ...world,
        pool: database.pool,
        ledgerOrigin: 'ledger.example/access',
        policy: '2026-01',
      })
    server.fail(503)
    await expect(opening()).rejects.toMatchObject({ code: 'unavailable' })
    server.fail(undefined)
    await expect(opening()).resolves.toBeDefined()
  })
})
