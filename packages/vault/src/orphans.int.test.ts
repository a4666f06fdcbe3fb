import { memoryStore } from '@wederhoor/event-store/memory'
import { migrateStore } from '@wederhoor/event-store/migrate-store'
import type { EventStore } from '@wederhoor/event-store/port'
import { postgresStore } from '@wederhoor/event-store/postgres'
import { migrate } from '@wederhoor/postgres/migrate'
import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AnyEventOf, eventCodec } from './event-codec.ts'
import { digest, event, open } from './fields.ts'
import { passingKek } from './kek.ts'
import { vaultMigrations } from './migrations.ts'
import { sweepOrphans } from './orphans.ts'
import type { Vault } from './port.ts'
import { postgresVault } from './postgres.ts'
import { postgresKeeper } from './postgres-keeper.ts'
import { content, contextFor, newOwner, told } from './story.fixture.ts'

const served = event('StoryServed', 1, { of: open('by digest', digest) })
const events = [told, served] as const
const codec = eventCodec({ ledger: 'ledger.example', events })

describe('a vault in which not all content was named', () => {
  let database: TestDatabase
  let store: EventStore
  let vault: Vault
  beforeEach(async () => {
    database = await createTestDatabase()
    await migrate(database.pool, vaultMigrations)
    store = memoryStore()
    vault = await postgresVault({
      pool: database.pool,
      kek: passingKek(),
      accessStore: memoryStore(),
      ledgerOrigin: 'ledger.example/access',
      policy: '2026-01',
    })
  })
  afterEach(async () => {
    await vault.close()
    await database.drop()
  })

  const seal = async () => {
    const owner = newOwner()
    return { owner, sealed: await vault.seal(told, owner, content) }
  }
  async function append(happened: AnyEventOf<typeof events>, dossier: string): Promise<void> {
    const context = contextFor(dossier)
    const stream = `story-${context.id}`
    await store.append(stream, 'no-stream', [
      codec.encode(happened, { stream, revision: 0, id: context.id }, context),
    ])
  }
  const tell = async () => {
    const { owner, sealed } = await seal()
    await append({ type: 'StoryTold', teller: owner.party as never, ...sealed }, owner.dossier)
    return sealed
  }
  const sweep = (olderThanMs = 0) => sweepOrphans({ pool: database.pool, store, olderThanMs })
  const rows = async () =>
    (await database.pool.query<{ digest: Buffer }>('select digest from vault.sealed')).rows
      .map((row) => row.digest.toString('base64url'))
      .sort()

  test('sweeps what no entry names and keeps what one does, sweep after sweep', async () => {
    const first = await tell()
    await seal()
    expect(await sweep()).toEqual({ swept: 2 })
    const second = await tell()
    await seal()
    await seal()
    expect(await sweep()).toEqual({ swept: 4 })
    expect(await sweep()).toEqual({ swept: 0 })
    const kept = [first, second].flatMap(({ story, contact }) => [story.sealed, contact.sealed])
    expect(await rows()).toEqual(kept.sort())
  })

  test('leaves alone what is younger than an hour, and takes it later', async () => {
    await seal()
    expect(await sweep(3_600_000)).toEqual({ swept: 0 })
    expect(await sweep(3_600_000)).toEqual({ swept: 0 })
    expect(await rows()).toHaveLength(2)
    await database.pool.query(
      "update vault.sweep_mark set at = at - interval '2 hours' where isfinite(at)",
    )
    await database.pool.query("update vault.sealed set sealed_at = sealed_at - interval '2 hours'")
    expect(await sweep(3_600_000)).toEqual({ swept: 2 })
  })

  test('keeps content that is named only after a sweep has looked', async () => {
    const { owner, sealed } = await seal()
    await sweep(3_600_000)
    await append({ type: 'StoryTold', teller: owner.party as never, ...sealed }, owner.dossier)
    expect(await sweep()).toEqual({ swept: 0 })
    expect(await rows()).toHaveLength(2)
  })

  test('keeps content that an entry names as an open fact: served by digest', async () => {
    const { owner, sealed } = await seal()
    await append({ type: 'StoryServed', of: sealed.story.sealed }, owner.dossier)
    expect(await sweep()).toEqual({ swept: 1 })
    expect(await rows()).toEqual([sealed.story.sealed])
  })

  test('deletes nothing when the ledger cannot be read', async () => {
    await seal()
    const broken = { head: store.head, readAll: () => Promise.reject(new Error('gone')) }
    await expect(
      sweepOrphans({ pool: database.pool, store: broken, olderThanMs: 0 }),
    ).rejects.toMatchObject({
      code: 'unavailable',
    })
    expect(await rows()).toHaveLength(2)
    expect(await sweep()).toEqual({ swept: 2 })
  })

  test('never looks at what came with its entry, even where the ledger is not the one that names it', async () => {
    const { pool } = database
    await migrateStore(pool, 'test')
    const keeping = postgresStore({
      pool,
      ledgerName: 'test',
      notify: false,
      keeper: postgresKeeper,
    })
    const enclosing = await postgresVault({
      pool,
      kek: passingKek(),
      accessStore: memoryStore(),
      ledgerOrigin: 'ledger.example/access',
      policy: '2026-01',
      isKeptWithEntries: true,
    })
    const owner = newOwner()
    const sealed = await enclosing.seal(told, owner, content)
    const context = contextFor(owner.dossier)
    const place = { stream: `story-${context.id}`, revision: 0, id: context.id }
    const happened = { type: 'StoryTold' as const, teller: owner.party as never, ...sealed }
    await keeping.append(place.stream, 'no-stream', [codec.encode(happened, place, context)])
    expect(await sweep()).toEqual({ swept: 0 })
    expect(await sweep()).toEqual({ swept: 0 })
    expect(await rows()).toHaveLength(2)
    await keeping.close()
  })
})
