/** Our client and worker against a witness that others wrote and run: everything that we say of witnesses must be so there. */

import { migrateStore } from '@wederhoor/event-store/migrate-store'
import type { EventStore } from '@wederhoor/event-store/port'
import { postgresStore } from '@wederhoor/event-store/postgres'
import { GO_BUILD_TIMEOUT_MS } from '@wederhoor/means/go-suite'
import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Checkpoint, openCheckpoint, signCheckpoint } from '../checkpoint.ts'
import { appendTo, ledgerTree, origin, seedOf } from '../integrator.fixture.ts'
import { type Integrator, integrator } from '../integrator.ts'
import { soleLease } from '../lease.ts'
import { memoryGuard } from '../memory-guard.ts'
import { migrateTiles } from '../migrate-tiles.ts'
import { postgresTiles } from '../postgres-tiles.ts'
import { ed25519Signer, publicKeyOf, verifierOf, vkeyOf } from '../signed-note.ts'
import { epochOrigin, type TileStorage } from '../tile-storage.ts'
import { leafHash, nodeHash } from '../tree.ts'
import { type Litewitness, litewitness, litewitnessSuite } from './litewitness.fixture.ts'
import { addCheckpoint, type CheckpointToWitness } from './witness-client.ts'
import { WitnessError } from './witness-error.ts'
import { newestCheckpoint } from './witnessed-checkpoint.ts'
import { type SplitView, type Witnessing, witnessing } from './witnessing.ts'

const ledgerName = 'case_history'
const logVkey = (of: string, seed = 1) => vkeyOf(of, publicKeyOf(seedOf(seed)))

litewitnessSuite('litewitness, a witness of others', () => {
  let lite: Litewitness
  let database: TestDatabase
  let store: EventStore
  let tiles: TileStorage
  let signing: Integrator
  let running: Witnessing[] = []
  let failures: string[] = []
  let splits: SplitView[] = []
  let overdue: number[] = []
  let now = 0

  beforeAll(async () => {
    lite = await litewitness()
    lite.tellOf(origin, logVkey(origin))
    database = await createTestDatabase()
    const { pool } = database
    await migrateStore(pool, ledgerName)
    await migrateTiles(pool, ledgerName)
    store = postgresStore({ pool, ledgerName, notify: false })
    tiles = postgresTiles({ pool, ledgerName })
    signing = integrator({
      store,
      followed: store,
      tiles,
      guard: memoryGuard(),
      origin,
      lease: soleLease,
      signers: async (of) => [ed25519Signer(of, seedOf(1))],
      publicKeys: async () => [publicKeyOf(seedOf(1))],
      onFailure: () => undefined,
      onRefused: () => undefined,
    })
  }, GO_BUILD_TIMEOUT_MS)

  afterEach(async () => {
    for (const one of running) await one.stop()
    running = []
    failures = []
    splits = []
    overdue = []
  })
  afterAll(async () => {
    await signing?.stop()
    await store?.close()
    await database?.drop()
    await lite?.close()
  })

  async function grow(by: number): Promise<void> {
    await appendTo(store, by)
    await signing.settled()
  }

  function open(of = tiles): Witnessing {
    const one = witnessing({
      tiles: of,
      witnesses: [lite.witness],
      k: 1,
      onFailure: (error, name) =>
        failures.push(`${name} ${error instanceof WitnessError ? error.code : error}`),
      onSplitView: (incident) => splits.push(incident),
      onOverdue: (waited) => overdue.push(waited),
      nowMs: () => now,
    })
    running.push(one)
    return one
  }

  /** As somebody with the keys of the log and of the witness reads it. */
  async function witnessed() {
    const note = (await tiles.readCheckpoint('witnessed')) ?? ''
    const opened = openCheckpoint(note, [logVkey(origin), lite.vkey].map(verifierOf))
    return { size: opened.checkpoint.size, cosigners: opened.cosigners.length }
  }

  async function newest() {
    const found = await newestCheckpoint(tiles)
    if (found === undefined) throw new Error('nothing was signed')
    return found
  }

  const shown = async (
    { origin: of, size, root }: Checkpoint,
    asked: Pick<CheckpointToWitness, 'proof'> & { readonly seed?: number },
  ) => {
    const note = await signCheckpoint({ origin: of, size, root }, [
      ed25519Signer(of, seedOf(asked.seed ?? 1)),
    ])
    const { proof } = asked
    return addCheckpoint(lite.witness, { note, old: 0, proof, timeoutMs: 5_000 }).then(
      () => 'cosigned',
      (error) => (error instanceof WitnessError ? error.code : error),
    )
  }
  /** Not a root of ours. */
  const another = leafHash(Buffer.from('another history'))

  test('cosigns our checkpoints as the log grows, over the edges of tiles', async () => {
    const one = open()
    for (const by of [1, 1, 5, 249, 1, 300]) {
      await grow(by)
      await one.witness()
      expect(await witnessed()).toEqual({ size: Number(await store.head()), cosigners: 1 })
    }
    expect(failures).toEqual([])
  })

  test('tells the size it knows to a process of ours that has forgotten it, and cosigns from there', async () => {
    await grow(3)
    const one = open()
    await one.witness()
    expect(await witnessed()).toEqual({ size: Number(await store.head()), cosigners: 1 })
    expect(failures).toEqual([])
  })

  test('refuses a fork at equal size, signed with the right key', async () => {
    const { size } = await newest()
    expect(await shown({ origin, size, root: another }, { proof: async () => [] })).toBe(
      'other-tree',
    )
  })

  test('refuses a larger fork, whatever proof comes with it', async () => {
    const { size } = await newest()
    const root = nodeHash(another, another)
    for (const proof of [[], [another], [another, another, another, root]])
      expect(await shown({ origin, size: size + 1, root }, { proof: async () => proof })).toBe(
        'other-tree',
      )
  })

  test('refuses our newest checkpoint signed with another key', async () => {
    const { size, proof } = await newest()
    expect(await shown({ origin, size, root: another }, { proof, seed: 2 })).toBe('unknown-key')
  })

  test('knows no log that its operator was not told of, such as a new epoch, until he is', async () => {
    const next = epochOrigin(origin, 2)
    const { size } = await newest()
    const asked = () => shown({ origin: next, size, root: another }, { proof: async () => [] })
    expect(await asked()).toBe('unknown-log')
    lite.tellOf(next, logVkey(next))
    expect(await asked()).toBe('cosigned')
  })

  test('that was killed stops neither entries nor checkpoints; an alarm follows, and it goes on when it is back', async () => {
    const one = open()
    await lite.kill()
    const before = await witnessed()
    for (now of [0, 16 * 60_000]) {
      await grow(2)
      await one.witness()
    }
    expect((await newest()).size).toBe(before.size + 4)
    expect(await witnessed()).toEqual(before)
    expect(failures).toEqual(['witness.test/litewitness unreachable'])
    expect([overdue, one.health().isOverdue]).toEqual([[16 * 60_000], true])
    await lite.start()
    now += 60_000
    await one.witness()
    expect(await witnessed()).toEqual({ size: before.size + 4, cosigners: 1 })
    expect(one.health().isOverdue).toBe(false)
  })

  test('holds the other history against a ledger that was taken back and rewritten', async () => {
    const { size } = await newest()
    const rewritten = ledgerTree()
    await appendTo(rewritten.store, size + 1)
    await rewritten.open().integrate()
    await open(rewritten.tiles).witness()
    expect(splits).toEqual([
      { witness: 'witness.test/litewitness', origin, size: size + 1, code: 'other-tree' },
    ])
    expect(await rewritten.tiles.readCheckpoint('witnessed')).toBeUndefined()
  })
})
