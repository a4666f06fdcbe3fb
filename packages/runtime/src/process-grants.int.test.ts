/** The distributed form: each service under a login role of its own, on one real database. */
import { randomUUID } from 'node:crypto'
import { refusalsOf } from '@wederhoor/decider/reaction'
import type { EventStore } from '@wederhoor/event-store/port'
import { parseCheckpoint } from '@wederhoor/ledger/checkpoint'
import { memoryGuard } from '@wederhoor/ledger/memory-guard'
import { memoryRegister } from '@wederhoor/vault/erasure-register'
import { passingKek } from '@wederhoor/vault/kek'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ledgerIntegrators } from './integrators.ts'
import { migrateAll } from './migrate-all.ts'
import { openParts } from './open-parts.ts'
import { grantProcess, type ProcessGrant } from './process-grants.ts'
import type { ServiceParts } from './service-parts.ts'
import { type TestParts, testParts } from './test-parts.ts'

const erased = { dossier: randomUUID(), party: randomUUID() }
/** What is shared outside the database: the key store, and the register with somebody erased. */
const outside = { kek: passingKek(), register: memoryRegister() }

let world: TestParts
const ends: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  world = await testParts({ startAt: '2024-03-01T09:00:00.000Z', accounts: [], migrations: [] })
  const { pool } = world
  await pool.query(`CREATE SCHEMA one; CREATE TABLE one.of_party (dossier uuid, party uuid)`)
  await pool.query(
    `INSERT INTO vault.erasure_target VALUES ('one', 'of_party', 'dossier', 'party')`,
  )
  await outside.register.add({ ...erased, pseudonyms: [] })
})
afterAll(async () => {
  for (const end of ends.reverse()) await end()
  await world.close()
})

/** A process under that role, which has begun as every one does: with what a restore may have undone. */
async function processOf(grant: ProcessGrant): Promise<ServiceParts> {
  const { role } = grant
  await world.pool.query(`DO $$ BEGIN CREATE ROLE ${role} LOGIN PASSWORD 'test-only';
    EXCEPTION WHEN duplicate_object THEN NULL; END $$`)
  await grantProcess(world.pool, grant)
  const address = new URL(world.pool.options.connectionString ?? '')
  address.username = role
  address.password = 'test-only'
  const pool = new pg.Pool({ connectionString: address.href, max: 4 })
  const { broker, clock, verifier, logger, pepper, ledger, random, signingKeys } = world.parts
  const { parts, close } = await openParts({
    ...{ broker, clock, verifier, logger, pepper, ledger, random, signingKeys, ...outside },
    pool,
    policy: '2024-01',
    guardOf: () => memoryGuard(),
  })
  ends.push(async () => {
    await close()
    await pool.end()
  })
  return parts
}

const append = (store: EventStore, category: string, owners?: readonly string[]) =>
  store.append(`${category}-${randomUUID()}`, 'no-stream', [
    {
      id: randomUUID(),
      type: 'Happened',
      dossier: erased.dossier,
      bytes: Buffer.from('{}'),
      ...(owners !== undefined && { owners }),
    },
  ])

const forbidden = { code: 'forbidden-category' }
const writeTile = (parts: ServiceParts) =>
  parts.evidence.caseHistory.tiles.publish('integrated', 'x', 0)

describe('a service that decides about its own streams', () => {
  let one: ServiceParts
  let other: ServiceParts
  beforeAll(async () => {
    one = await processOf({ role: 'test_one', categories: ['one', 'erasure'], schema: 'one' })
    other = await processOf({ role: 'test_other', categories: ['other', 'more'] })
  })

  test('appends to its own categories and to nobody else’s, nor to the evidence', async () => {
    for (const category of ['one', 'erasure'])
      expect(await append(one.store, category)).toMatchObject({ kind: 'appended' })
    for (const category of ['other', 'more', 'evidence'])
      await expect(append(one.store, category)).rejects.toMatchObject(forbidden)
    expect(await append(other.store, 'more')).toMatchObject({ kind: 'appended' })
    await expect(append(other.store, 'erasure')).rejects.toMatchObject(forbidden)
  })

  test('records a refused reaction where no stream was begun yet, of its own categories only', async () => {
    for (const category of ['one', 'erasure'])
      expect(await append(one.store, refusalsOf(category))).toMatchObject({ kind: 'appended' })
    await expect(append(one.store, refusalsOf('other'))).rejects.toMatchObject(forbidden)
  })

  test('logs who opens what, and writes nothing else into that ledger', async () => {
    const { store } = one.evidence.access
    expect(await append(store, 'access')).toMatchObject({ kind: 'appended' })
    for (const category of ['one', 'evidence'])
      await expect(append(store, category)).rejects.toMatchObject(forbidden)
  })

  test('cannot halt a ledger, end a halt or write the tree', async () => {
    for (const { store } of [one.evidence.caseHistory, other.evidence.access]) {
      await expect(store.halt('because')).rejects.toMatchObject(forbidden)
      await expect(store.resume()).rejects.toMatchObject(forbidden)
    }
    await expect(writeTile(one)).rejects.toThrow()
    expect(await one.evidence.caseHistory.tiles.readCheckpoint('integrated')).toBeUndefined()
  })

  test('erases, and applies erasures again in tables that are another service’s', async () => {
    const late = append(other.store, 'other', [erased.party])
    await expect(late).rejects.toMatchObject({ code: 'erased' })
    const owner = { dossier: erased.dossier, party: randomUUID() }
    await world.pool.query('INSERT INTO one.of_party VALUES ($1, $2)', [owner.dossier, owner.party])
    const { steps } = other.erasing
    await steps.raiseFence(owner)
    await steps.destroyKeys(owner)
    await steps.deleteSealed(owner)
    await steps.deletePeople(owner, [])
    expect(await steps.deleteRows(owner)).toEqual({ rows: 1 })
    expect(await steps.scan(owner)).toEqual({ clean: true, places: [] })
  })

  test('does not bring the schemas up to date itself', async () => {
    await expect(migrateAll(one.db, [])).rejects.toMatchObject({ code: '42501' })
  })
})

describe('the service that signs', () => {
  test('publishes checkpoints of both ledgers, halts and resumes them, and decides nothing', async () => {
    const signing = await processOf({ role: 'test_signs', categories: ['evidence'], signs: true })
    const { caseHistory, access } = signing.evidence
    const running = ledgerIntegrators(signing)
    await running.start()
    for (const { store, tiles } of [caseHistory, access]) {
      await append(store, 'evidence')
      await running.settled()
      const note = (await tiles.readCheckpoint('integrated')) ?? ''
      const { size } = parseCheckpoint(note.slice(0, note.indexOf('\n\n') + 1))
      expect(size).toBe(Number(await store.head()))
      await store.halt('because')
      await append(store, 'evidence')
      await store.resume()
      for (const category of ['one', 'erasure', 'other'])
        await expect(append(store, category)).rejects.toMatchObject(forbidden)
    }
    await running.stop()
  })
})
