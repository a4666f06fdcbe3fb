import type { NewEntry } from '@wederhoor/event-store/port'
import { describe, expect, test } from 'vitest'
import { signCheckpoint } from './checkpoint.ts'
import type { EpochBegun, EpochRequest } from './epoch.ts'
import {
  anEntry,
  appendTo,
  everyEntry,
  expectWhole,
  hex,
  type LedgerTree,
  ledgerTree,
  origin,
  restored,
  seedOf,
  sharedLeases,
} from './integrator.fixture.ts'
import { memoryGuard } from './memory-guard.ts'
import { consistencyProof, verifyConsistency } from './proof.ts'
import { ed25519Signer } from './signed-note.ts'
import { GuardError } from './signing-guard.ts'
import { tileHashReader } from './tile-hashes.ts'
import { emptyRoot } from './tree.ts'

const second = `${origin}/epoch/2`
const begun: NewEntry = {
  ...anEntry(),
  type: 'EpochBegun',
  bytes: Buffer.from('{"type":"EpochBegun"}'),
}
const appendBegun = (tree: LedgerTree, heard: EpochBegun[] = []) => {
  return async (fact: EpochBegun) => {
    heard.push(fact)
    await tree.store.append('evidence-epoch-2', 'no-stream', [begun])
  }
}
const request = (part: Partial<EpochRequest> = {}): EpochRequest => ({
  number: 2,
  decidedBy: ['pseudonym of one', 'pseudonym of another'],
  lastWitnessed: null,
  ...part,
})

/** Ten entries were signed for; a restore brought back seven, and the tree of those. */
async function rolledBack(): Promise<LedgerTree> {
  const tree = ledgerTree()
  await appendTo(tree.store, 7)
  await tree.open().integrate()
  const tiles = tree.tiles.copy()
  await appendTo(tree.store, 3)
  await tree.open().integrate()
  tree.store = await restored(tree.store, 7)
  tree.tiles = tiles
  return tree
}

describe('after a restore', () => {
  test('a new epoch goes on over all positions under an origin of its own, and appends go on', async () => {
    const tree = await rolledBack()
    const old = await tree.published()
    const one = tree.open()
    await expect(one.integrate()).rejects.toMatchObject({ code: 'ledger-behind' })
    const lastWitnessed = await signCheckpoint(
      { origin, size: 10, root: (await tree.guard.read())?.root ?? emptyRoot() },
      [ed25519Signer(origin, seedOf(1))],
    )
    const heard: EpochBegun[] = []
    await one.openEpoch(request({ lastWitnessed }), appendBegun(tree, heard))

    expect(heard).toMatchObject([
      { number: 2, origin: second, lastWitnessed, guarded: { epoch: 1, size: 10 } },
    ])
    expect(await tree.published()).toMatchObject({ origin: second, size: 8 })
    expect((await everyEntry(tree.store)).at(-1)?.type).toBe('EpochBegun')
    expect(await tree.store.halted()).toBeUndefined()
    expect(one.health().state).not.toBe('refused')
    await appendTo(tree.store, 300)
    await one.integrate()
    await expectWhole(tree, 308)
    expect(await tree.guard.read()).toMatchObject({ epoch: 2, origin: second })
    const proof = await consistencyProof(tileHashReader(tree.tiles, 308), { from: 7, to: 308 })
    expect(
      verifyConsistency({
        from: 7,
        to: 308,
        fromRoot: old?.root ?? emptyRoot(),
        toRoot: (await tree.published())?.root ?? emptyRoot(),
        proof,
      }),
    ).toBe(true)
  })

  test('a new epoch makes the tiles again where they stand beyond the ledger, and keeps the old ones', async () => {
    const tree = ledgerTree()
    await appendTo(tree.store, 600)
    await tree.open().integrate()
    const note = await tree.tiles.readCheckpoint('integrated')
    tree.store = await restored(tree.store, 290)
    await appendTo(tree.store, 20)
    const one = tree.open()
    await expect(one.integrate()).rejects.toMatchObject({ code: 'ledger-behind' })
    await one.openEpoch(request(), appendBegun(tree))
    await expectWhole(tree, 311)
    expect(await tree.tiles.readCheckpointOf(1, 'integrated')).toBe(note)
    const tile = { level: 0, index: 1, width: 256 }
    expect(await tree.tiles.readTileOf(1, tile)).toHaveLength(8_192)
    expect(await tree.tiles.readTile(tile)).toBeUndefined()
  })

  test('a lost guard is begun anew with the epoch', async () => {
    const tree = ledgerTree()
    await appendTo(tree.store, 5)
    await tree.open().integrate()
    tree.guard = memoryGuard()
    const one = tree.open()
    await expect(one.integrate()).rejects.toMatchObject({ code: 'guard-lost' })
    const heard: EpochBegun[] = []
    await one.openEpoch(request(), appendBegun(tree, heard))
    expect(heard).toMatchObject([{ guarded: undefined }])
    await expectWhole(tree, 6)
  })

  test('a third epoch follows a second, also where the restore took the second away', async () => {
    const tree = await rolledBack()
    const before = tree.tiles.copy()
    await tree.open().openEpoch(request(), appendBegun(tree))
    await appendTo(tree.store, 10)
    await tree.open().integrate()
    tree.store = await restored(tree.store, 7)
    tree.tiles = before
    const one = tree.open()
    await expect(one.integrate()).rejects.toMatchObject({ code: 'other-epoch' })
    await expect(one.openEpoch(request(), appendBegun(tree))).rejects.toMatchObject({
      code: 'wrong-number',
    })
    await one.openEpoch(request({ number: 3 }), appendBegun(tree))
    expect(await tree.published()).toMatchObject({ origin: `${origin}/epoch/3`, size: 8 })
    expect((await tree.tiles.readEpochs()).map(({ number }) => number)).toEqual([1, 3])
    await expectWhole(tree, 8)
  })

  test('the old request does not lift the refusal of a later restore', async () => {
    const tree = await rolledBack()
    await tree.open().openEpoch(request(), appendBegun(tree))
    const [store, tiles] = [await restored(tree.store, 8), tree.tiles.copy()]
    await appendTo(tree.store, 10)
    await tree.open().integrate()
    tree.store = store
    tree.tiles = tiles
    const one = tree.open()
    await expect(one.integrate()).rejects.toMatchObject({ code: 'ledger-behind' })
    await expect(one.openEpoch(request(), appendBegun(tree))).rejects.toMatchObject({
      code: 'ledger-behind',
    })
    expect(await tree.store.halted()).toBeDefined()
  })
})

describe('a new epoch is refused, and nothing changes,', () => {
  const foreign = (of: string, seed: number) =>
    signCheckpoint({ origin: of, size: 3, root: emptyRoot() }, [ed25519Signer(of, seedOf(seed))])

  test.each<[string, string, () => Promise<Partial<EpochRequest>>]>([
    ['by one person twice', 'same-person', async () => ({ decidedBy: ['one', 'one'] })],
    ['by one person and nobody', 'same-person', async () => ({ decidedBy: ['one', ''] })],
    ['with the number of the current one', 'wrong-number', async () => ({ number: 1 })],
    ['with a number that leaves one out', 'wrong-number', async () => ({ number: 3 })],
    [
      'on a checkpoint of another log',
      'not-our-checkpoint',
      async () => ({ lastWitnessed: await foreign('other.test/log', 1) }),
    ],
    [
      'on a checkpoint that another key signed',
      'not-our-checkpoint',
      async () => ({ lastWitnessed: await foreign(origin, 9) }),
    ],
    [
      'on a checkpoint of an epoch that has not begun',
      'not-our-checkpoint',
      async () => ({ lastWitnessed: await foreign(second, 1) }),
    ],
    ['on no checkpoint at all', 'not-our-checkpoint', async () => ({ lastWitnessed: 'x' })],
  ])('%s', async (_name, code, part) => {
    const tree = await rolledBack()
    const heard: EpochBegun[] = []
    const guarded = await tree.guard.read()
    await expect(
      tree.open().openEpoch(request(await part()), appendBegun(tree, heard)),
    ).rejects.toMatchObject({ name: 'EpochError', code })
    expect(heard).toEqual([])
    expect(await tree.guard.read()).toEqual(guarded)
    expect(await tree.tiles.readEpoch()).toEqual({ number: 1, origin })
  })

  test('while another process signs', async () => {
    const tree = await rolledBack()
    const leases = sharedLeases()
    await leases.lease().hold()
    const one = tree.open({ lease: leases.lease() })
    await expect(one.openEpoch(request(), appendBegun(tree))).rejects.toMatchObject({
      code: 'somebody-else-signs',
    })
  })

  test('over a guard that cannot be read', async () => {
    const tree = await rolledBack()
    tree.guard = { ...tree.guard, read: () => Promise.reject(new GuardError('corrupt', 'broken')) }
    await expect(tree.open().openEpoch(request(), appendBegun(tree))).rejects.toMatchObject({
      code: 'corrupt',
    })
  })
})

describe('a crash while an epoch begins', () => {
  const steps = ['halt', 'guard', 'epoch', 'entry', 'tiles', 'checkpoint', 'resume'] as const

  test.each(steps.flatMap((step) => (['before', 'after'] as const).map((when) => [when, step])))(
    '%s %s is gone on from by the same request, and until then the ledger stays halted',
    async (when, step) => {
      const tree = await rolledBack()
      await expect(tree.open().integrate()).rejects.toThrow()
      let crashed = false
      const at =
        <Given extends readonly unknown[], Result>(
          name: string,
          call: (...given: Given) => Promise<Result>,
        ) =>
        async (...given: Given): Promise<Result> => {
          if (crashed) throw new Error('the process is gone')
          crashed = name === step
          if (!crashed) return call(...given)
          if (when === 'after') await call(...given)
          throw new Error('crashed')
        }
      const { store, tiles, guard } = tree
      const one = tree.open({
        store: { ...store, halt: at('halt', store.halt), resume: at('resume', store.resume) },
        guard: { read: guard.read, compareAndSet: at('guard', guard.compareAndSet) },
        tiles: {
          ...tiles,
          keepEpoch: at('epoch', tiles.keepEpoch),
          writeTiles: at('tiles', tiles.writeTiles),
          publish: at('checkpoint', tiles.publish),
        },
      })
      const entry = at('entry', appendBegun(tree))
      await expect(one.openEpoch(request(), entry)).rejects.toThrow('crashed')
      if (!(step === 'resume' && when === 'after')) expect(await store.halted()).toBeDefined()

      const next = tree.open()
      await next.integrate().catch(() => undefined)
      await next.openEpoch(request(), appendBegun(tree))
      expect(await store.halted()).toBeUndefined()
      await expectWhole(tree, 8)
      expect(await tree.published()).toMatchObject({ origin: second })
      const types = (await everyEntry(store)).map(({ type }) => type)
      expect(types.filter((type) => type === 'EpochBegun')).toHaveLength(1)
      await appendTo(store, 1)
      await next.integrate()
      await expectWhole(tree, 9)
      expect(hex((await tree.guard.read())?.root)).toBe(hex((await tree.published())?.root))
    },
  )
})
