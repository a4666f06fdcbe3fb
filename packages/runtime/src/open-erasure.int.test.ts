import { randomBytes, randomUUID } from 'node:crypto'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inProcessBroker } from '@wederhoor/broker/in-process'
import { fixedClock } from '@wederhoor/calendar/clock'
import { memoryGuard } from '@wederhoor/ledger/memory-guard'
import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import { type ErasureRegister, memoryRegister } from '@wederhoor/vault/erasure-register'
import { eventCodec } from '@wederhoor/vault/event-codec'
import { event, open, sensitive, type Uuid, uuid } from '@wederhoor/vault/fields'
import { type KekRing, passingKek } from '@wederhoor/vault/kek'
import { kekFolder } from '@wederhoor/vault/kek-folder'
import { type OpenRequest, VaultError } from '@wederhoor/vault/port'
import { contextFor } from '@wederhoor/vault/story.fixture'
import fastify from 'fastify'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { migrateAll } from './migrate-all.ts'
import { openParts } from './open-parts.ts'
import type { ServiceParts } from './service-parts.ts'
import { passingSigningKeys } from './signing-keys.ts'

const said = event('Said', 1, {
  party: open('random id', uuid('PartyId')),
  text: sensitive('party', z.string()),
})
const codec = eventCodec({ ledger: 'wederhoor.test/ledger', events: [said] })

/** Seals it and records it, which keeps it. */
async function say(
  { vault, store }: Pick<ServiceParts, 'vault' | 'store'>,
  owner: { readonly dossier: string; readonly party: string },
  content: string,
) {
  const sealed = await vault.seal(said, owner, { text: content })
  const context = contextFor(owner.dossier)
  const place = { stream: `case-${context.id}`, revision: 0, id: context.id }
  const happened = { type: 'Said' as const, party: owner.party as Uuid<'PartyId'>, ...sealed }
  await store.append(place.stream, 'no-stream', [codec.encode(happened, place, context)])
  return sealed
}

describe('an installation in which somebody was erased', () => {
  let database: TestDatabase
  let kek: KekRing
  let register: ErasureRegister
  beforeEach(async () => {
    database = await createTestDatabase()
    await migrateAll(database.pool, [])
    kek = passingKek()
    register = memoryRegister()
  })
  afterEach(() => database.drop())

  async function opening(given: { readonly register: ErasureRegister }) {
    const pool = new pg.Pool({ connectionString: database.url, max: 5 })
    pool.on('error', () => undefined)
    const broker = inProcessBroker({ pool })
    try {
      const { parts, close } = await openParts({
        pool,
        broker,
        clock: fixedClock('2024-03-01T09:00:00.000Z'),
        verifier: { verify: () => Promise.reject(new Error('nobody asks')) } as never,
        logger: fastify({ logger: false }).log,
        kek,
        ...given,
        pepper: randomBytes(32),
        ledger: 'wederhoor.test/ledger',
        policy: '2024-01',
        random: () => 0.5,
        signingKeys: passingSigningKeys(),
        guardOf: () => memoryGuard(),
      })
      return {
        parts,
        async close() {
          await close()
          await broker.close()
          await pool.end()
        },
      }
    } catch (error) {
      await broker.close()
      await pool.end()
      throw error
    }
  }

  const requestFor = (dossier: string, sealed: OpenRequest['sealed']): OpenRequest => ({
    dossier,
    sealed,
    actor: { subject: 's', person: 'p', roles: ['worker'], desk: 'north', organisation: null },
    purpose: 'intake',
    screen: 'GET /things/:thingId',
    at: '2024-03-01T09:00:00.000Z',
    trace: null,
  })

  test('opens nothing of a backup from before until the erasure was applied again (AVG-03)', async () => {
    const owner = { dossier: randomUUID(), party: randomUUID() }
    const before = await opening({ register })
    const { text } = await say(before.parts, owner, 'told in confidence')
    await before.close()

    // What a backup does: another database goes on without this one, which comes back as it was.
    await register.add({ ...owner, pseudonyms: [] })
    const unreadable = { ...register, read: () => Promise.reject(gone()) }
    await expect(opening({ register: unreadable })).rejects.toMatchObject({ code: 'unavailable' })

    const after = await opening({ register })
    const opened = await after.parts.vault.open(requestFor(owner.dossier, [text]))
    expect(opened).toEqual([{ kind: 'erased', path: '/text' }])
    expect(await after.parts.erasing.steps.scan(owner)).toEqual({ clean: true, places: [] })
    await after.close()
  })

  test('erases in the running process, and ends the epoch that a backup would need', async () => {
    const owner = { dossier: randomUUID(), party: randomUUID() }
    const { parts, close } = await opening({ register })
    const { text } = await say(parts, owner, 'told in confidence')
    const { steps, epochs } = parts.erasing
    await steps.raiseFence(owner)
    await steps.destroyKeys(owner)
    expect(await steps.deleteSealed(owner)).toEqual({ digests: 1 })
    const [old] = await epochs.list()
    expect(await steps.finality(owner)).toEqual({ final: false, waitsFor: [old] })
    await epochs.begin()
    expect(await epochs.end(old ?? '')).toEqual({ kind: 'destroyed' })
    expect(await steps.finality(owner)).toEqual({ final: true, waitsFor: [] })
    const opened = await parts.vault.open(requestFor(owner.dossier, [text]))
    expect(opened).toEqual([{ kind: 'erased', path: '/text' }])
    await close()
  })

  test('restored to before the erasure: its epochs end on their day, which the register knows', async () => {
    const owner = { dossier: randomUUID(), party: randomUUID() }
    const before = await opening({ register })
    const { epochs } = before.parts.erasing
    const [old] = await epochs.list()
    await epochs.begin()
    const [, next] = await epochs.list()
    await epochs.begin()
    await before.close()
    const of = (dueAt: string, one: string | undefined) => ({ epochs: [one ?? ''], dueAt })
    await register.add({ ...owner, pseudonyms: [], ending: of('2024-03-01T08:00:00.000Z', old) })
    const later = { ...owner, party: randomUUID() }
    await register.add({ ...later, pseudonyms: [], ending: of('2024-03-01T10:00:00.000Z', next) })
    const after = await opening({ register })
    expect(await after.parts.erasing.epochs.list()).not.toContain(old)
    expect(await after.parts.erasing.epochs.list()).toContain(next)
    await after.close()
  })

  test('restored folder of keys: an epoch that was destroyed and came back is destroyed again at the start', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'wederhoor-keys-'))
    try {
      kek = await kekFolder({ directory })
      const [owner, other] = [1, 2].map(() => ({ dossier: randomUUID(), party: randomUUID() }))
      if (owner === undefined || other === undefined) throw new Error('two')
      const before = await opening({ register })
      await say(before.parts, owner, 'told in confidence')
      const { text } = await say(before.parts, other, 'of another')
      const { steps, epochs } = before.parts.erasing
      await copyFile(join(directory, 'kek'), join(directory, 'backup'))
      await steps.raiseFence(owner)
      await steps.destroyKeys(owner)
      const [old] = await epochs.list()
      await epochs.begin()
      await epochs.end(old ?? '')
      await before.close()

      await copyFile(join(directory, 'backup'), join(directory, 'kek'))
      kek = await kekFolder({ directory })
      const after = await opening({ register })
      expect((await after.parts.erasing.steps.finality(owner)).final).toBe(true)
      expect(await after.parts.erasing.epochs.list()).not.toContain(old)
      expect(await after.parts.vault.open(requestFor(other.dossier, [text]))).toMatchObject([
        { kind: 'opened', value: 'of another' },
      ])
      await after.close()
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  })
})

const gone = () => new VaultError('unavailable', 'the register cannot be read')
