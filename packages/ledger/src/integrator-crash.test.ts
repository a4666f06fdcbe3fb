import { describe, expect, test } from 'vitest'
import {
  appendTo,
  expectWhole,
  type LedgerTree,
  ledgerTree,
  origin,
  rootOfEntries,
} from './integrator.fixture.ts'
import { cutAt, type SigningStep, signingSteps } from './integrator-history.fixture.ts'
import { ed25519Signer } from './signed-note.ts'

/** The order of signing: what is durable after each step, and what is not yet. */
describe('a crash', () => {
  function crashing(tree: LedgerTree, step: SigningStep, when: 'before' | 'after') {
    const signers = async (of: string) => tree.seeds.map((seed) => ed25519Signer(of, seed))
    const crash = new Error(`crashed ${when} ${step}`)
    return tree.open(cutAt({ ...tree, signers }, step, when, crash))
  }

  const cases = signingSteps.flatMap((point) =>
    (['before', 'after'] as const).flatMap((when) =>
      [true, false].map((more) => [when, point, more] as const),
    ),
  )

  test.each(cases)(
    '%s %s is gone on from, to the same bytes (more came: %s)',
    async (when, point, more) => {
      const tree = ledgerTree()
      await appendTo(tree.store, 300)
      await tree.open().integrate()
      const before = await tree.tiles.readCheckpoint('integrated')
      await appendTo(tree.store, 300)
      await expect(crashing(tree, point, when).integrate()).rejects.toThrow(`${when} ${point}`)

      const step = signingSteps.indexOf(point) + (when === 'after' ? 1 : 0)
      const tile = await tree.tiles.readTile({ level: 0, index: 1, width: 256 })
      expect(tile !== undefined).toBe(step >= 1)
      expect((await tree.guard.read())?.size).toBe(step >= 2 ? 600 : 300)
      expect(tree.signed).toHaveLength(1)
      expect((await tree.published())?.size).toBe(step >= 4 ? 600 : 300)
      if (step < 4) expect(await tree.tiles.readCheckpoint('integrated')).toBe(before)

      if (more) await appendTo(tree.store, 1)
      await tree.open().integrate()
      await expectWhole(tree, more ? 601 : 600)
      const unbroken = ledgerTree()
      unbroken.store = tree.store
      await unbroken.open().integrate()
      expect(await tree.tiles.readCheckpoint('integrated')).toBe(
        await unbroken.tiles.readCheckpoint('integrated'),
      )
      expect(tree.refusals).toEqual([])
    },
  )

  test('before the first checkpoint ever is gone on from', async () => {
    for (const point of signingSteps) {
      for (const when of ['before', 'after'] as const) {
        const tree = ledgerTree()
        await appendTo(tree.store, 5)
        await expect(crashing(tree, point, when).integrate()).rejects.toThrow()
        await tree.open().integrate()
        await expectWhole(tree, 5)
      }
    }
  })

  test('after which the same integrator goes on, as a failed attempt', async () => {
    const tree = ledgerTree()
    await appendTo(tree.store, 5)
    let fails = true
    const one = tree.open({
      tiles: {
        ...tree.tiles,
        async writeTiles(given) {
          if (fails) throw new Error('away')
          await tree.tiles.writeTiles(given)
        },
      },
    })
    await expect(one.integrate()).rejects.toThrow('away')
    fails = false
    await one.integrate()
    await expectWhole(tree, 5)
  })

  test('never signs below what the guard knows, however long the way there', async () => {
    const tree = ledgerTree()
    await appendTo(tree.store, 9_000)
    const one = crashing(tree, 'signature', 'before')
    await expect(one.integrate()).rejects.toThrow()
    const again = crashing(tree, 'signature', 'before')
    await expect(again.integrate()).rejects.toThrow()
    expect((await tree.guard.read())?.size).toBe(8_500)
    await tree.guard.compareAndSet(await tree.guard.read(), {
      epoch: 1,
      origin,
      size: 9_000,
      root: await rootOfEntries(tree.store, 9_000),
    })
    const last = tree.open()
    expect(await last.integrate()).toEqual({ kind: 'more', size: 8_500 })
    expect(tree.signed).toEqual([])
    await last.integrate()
    await expectWhole(tree, 9_000)
  })
})
