import { describe, expect, test, vi } from 'vitest'
import { formatCheckpoint } from './checkpoint.ts'
import {
  appendTo,
  expectWhole,
  ledgerTree,
  origin,
  rootOfEntries,
  seedOf,
  sharedLeases,
} from './integrator.fixture.ts'
import { soleLease } from './lease.ts'
import { ed25519Signer } from './signed-note.ts'
import type { CheckpointKind } from './tile-storage.ts'

describe('two integrators at once', () => {
  test('one works and the other waits, until the first stops', async () => {
    const tree = ledgerTree()
    const leases = sharedLeases()
    const one = tree.open({ lease: leases.lease() })
    let looks = 0
    const { readCheckpoint } = tree.tiles
    const counted = (kind: CheckpointKind) => {
      looks += 1
      return readCheckpoint(kind)
    }
    const other = tree.open({
      lease: leases.lease(),
      tiles: { ...tree.tiles, readCheckpoint: counted },
    })
    await appendTo(tree.store, 3)
    expect(await one.integrate()).toMatchObject({ kind: 'level' })
    expect(await other.integrate()).toEqual({ kind: 'elsewhere' })
    await other.settled()
    await appendTo(tree.store, 1)
    let isSettled = false
    const settling = other.settled().then(() => {
      isSettled = true
    })
    const before = looks
    await vi.waitFor(() => expect(looks).toBeGreaterThan(before + 1))
    expect(isSettled).toBe(false)
    await one.integrate()
    await settling
    await one.stop()
    await appendTo(tree.store, 1)
    expect(await other.integrate()).toMatchObject({ kind: 'level', size: 5 })
  })

  /** Holds the stale one at a step while the other goes on, as a process that was paused. */
  async function overtaken(step: 'guard' | 'sign' | 'publish') {
    const tree = ledgerTree()
    await appendTo(tree.store, 3)
    await tree.open().integrate()
    await appendTo(tree.store, 4)
    const reached = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const held = async () => {
      reached.resolve()
      await goOn.promise
    }
    const staleSigned: string[] = []
    const leases = sharedLeases()
    const stale = tree.open({
      lease: leases.lease(),
      guard: {
        read: tree.guard.read,
        async compareAndSet(from, to) {
          if (step === 'guard') await held()
          return tree.guard.compareAndSet(from, to)
        },
      },
      signers: async (of) => {
        const signer = ed25519Signer(of, seedOf(1))
        return [
          {
            ...signer,
            async sign(text) {
              staleSigned.push(text)
              if (step === 'sign') await held()
              return signer.sign(text)
            },
          },
        ]
      },
      tiles: {
        ...tree.tiles,
        async publish(kind, note, size) {
          if (step === 'publish') await held()
          return tree.tiles.publish(kind, note, size)
        },
      },
    })
    const late = stale.integrate()
    await reached.promise
    leases.takeAway()
    await appendTo(tree.store, 5)
    const fresh = tree.open({ lease: leases.lease() })
    await fresh.integrate()
    const newest = await tree.tiles.readCheckpoint('integrated')
    goOn.resolve()
    return { tree, late, newest, stale, fresh, staleSigned }
  }

  test.each(['guard', 'sign', 'publish'] as const)(
    'a stale one that lost its lease before %s cannot publish, and nobody is refused for it',
    async (step) => {
      const { tree, late, newest, stale, fresh, staleSigned } = await overtaken(step)
      expect(await late).toEqual({ kind: 'fenced' })
      expect(staleSigned).toHaveLength(step === 'guard' ? 0 : 1)
      expect(await tree.tiles.readCheckpoint('integrated')).toBe(newest)
      await expectWhole(tree, 12)
      expect(tree.refusals).toEqual([])
      expect(await tree.store.halted()).toBeUndefined()
      expect(await stale.integrate()).toEqual({ kind: 'elsewhere' })
      await appendTo(tree.store, 1)
      await fresh.integrate()
      await expectWhole(tree, 13)
    },
  )

  test('both without any lease never sign two trees, and end level', async () => {
    const tree = ledgerTree()
    const both = [tree.open(), tree.open()]
    for (let round = 0; round < 30; round += 1) {
      const done = await Promise.all([
        appendTo(tree.store, 3),
        ...both.map((one) => one.integrate()),
      ])
      expect(done).toHaveLength(3)
    }
    await Promise.all(both.map((one) => one.settled()))
    await expectWhole(tree, 90)
    expect(tree.refusals).toEqual([])
    const sizes = tree.signed.map((text) => text.split('\n')[1])
    expect(new Set(sizes).size).toBe(tree.signed.length)
    for (const text of tree.signed) {
      const size = Number(text.split('\n')[1])
      const root = await rootOfEntries(tree.store, size)
      expect(text).toBe(formatCheckpoint({ origin, size, root }))
    }
  })

  test('a lease that cannot be asked for is a failed attempt', async () => {
    const tree = ledgerTree()
    const hold = () => Promise.reject(new Error('away'))
    await expect(tree.open({ lease: { ...soleLease, hold } }).integrate()).rejects.toThrow('away')
    expect(await tree.published()).toBeUndefined()
  })
})
