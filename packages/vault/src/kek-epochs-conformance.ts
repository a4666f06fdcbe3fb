/** What every storage must make of a change of KEK epochs; run by each adapter's own test file. */
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ErasureTestWorld } from './erasure-conformance.ts'
import {
  type ErasureWorld,
  erase,
  meet,
  processIn,
  read,
  worldOver,
} from './erasure-world.fixture.ts'
import type { KekRing } from './kek.ts'
import { kekEpochs } from './kek-epochs.ts'
import { VaultError } from './port.ts'
import type { DataKeyRow, Owner } from './storage.ts'
import { newOwner, told } from './story.fixture.ts'

export function kekEpochsConformance(name: string, open: () => Promise<ErasureTestWorld>): void {
  describe(`a vault on ${name} whose KEK changes`, () => {
    let opened: ErasureTestWorld
    let world: ErasureWorld
    beforeEach(async () => {
      opened = await open()
      world = worldOver(opened.storage)
    })
    afterEach(() => opened.close())

    const epochs = (kek = world.kek, batch = 3) => kekEpochs({ storage: world.storage, kek, batch })
    const sealMany = (count: number, { vault } = processIn(world)) =>
      Promise.all(
        Array.from({ length: count }, async (_, index) => {
          const owner = newOwner()
          const text = `text ${index}`
          return { owner, text, ...(await vault.seal(told, owner, { story: text })) }
        }),
      )
    const expectReadable = async (sealed: Awaited<ReturnType<typeof sealMany>>) => {
      const { vault } = processIn(world)
      for (const { owner, story, text } of sealed)
        expect(await read(vault, owner, story)).toEqual([text])
    }

    test('wraps every live key anew, and opens all of them when the old epoch is gone', async () => {
      const sealed = await sealMany(10)
      const [old] = await epochs().list()
      await epochs().begin()
      expect(await epochs().rewrap()).toEqual({ rewrapped: 10, failed: [] })
      expect(await epochs().rewrap()).toEqual({ rewrapped: 0, failed: [] })
      expect(await epochs().end(old ?? '')).toEqual({ kind: 'destroyed' })
      expect(await epochs().end(old ?? '')).toEqual({ kind: 'destroyed' })
      await expectReadable(sealed)
    })

    test('loses nothing of what is sealed while an epoch ends', async () => {
      const before = await sealMany(5)
      const process = processIn(world)
      const [old] = await epochs().list()
      await epochs().begin()
      const during = Array.from({ length: 10 }, () => sealMany(3, process))
      expect(await epochs().end(old ?? '')).toEqual({ kind: 'destroyed' })
      await expectReadable([...before, ...(await Promise.all(during)).flat()])
    })

    test('is taken up again where it was cut off', async () => {
      const sealed = await sealMany(10)
      const [old] = await epochs().list()
      await epochs().begin()
      let left = 7
      const failing: KekRing = {
        ...world.kek,
        rewrap: async (key, purpose) => {
          left -= 1
          if (left < 0) throw new VaultError('unavailable', 'the key store went away')
          return world.kek.rewrap(key, purpose)
        },
      }
      await expect(epochs(failing).rewrap()).rejects.toMatchObject({ code: 'unavailable' })
      expect(await epochs().rewrap()).toEqual({ rewrapped: 4, failed: [] })
      expect(await epochs().end(old ?? '')).toEqual({ kind: 'destroyed' })
      await expectReadable(sealed)
    })

    test('never ends the current epoch, nor one that a live key needs', async () => {
      const [first] = await sealMany(4)
      const [old] = await epochs().list()
      expect(await epochs().end(old ?? '')).toEqual({ kind: 'current' })
      await epochs().begin()
      const broken: KekRing = {
        ...world.kek,
        rewrap: async (key, purpose) => {
          if (!purpose.includes(first?.owner.party ?? '')) return world.kek.rewrap(key, purpose)
          throw new VaultError('tampered', 'these bytes do not unwrap')
        },
      }
      expect(await epochs(broken).rewrap()).toEqual({ rewrapped: 3, failed: [first?.owner] })
      const told: unknown[] = []
      const onFailed = (failed: readonly Owner[]) => void told.push(...failed)
      const telling = kekEpochs({ storage: world.storage, kek: broken, onFailed })
      expect(await telling.end(old ?? '')).toEqual({ kind: 'in-use', keys: 1 })
      expect(told).toEqual([first?.owner])
      expect(await epochs(broken).end(old ?? '')).toEqual({ kind: 'in-use', keys: 1 })
      expect(await epochs().list()).toContain(old)
      await expectReadable(first === undefined ? [] : [first])
      // Whoever is being erased holds nothing back, whatever became of their key.
      await world.storage.raiseFence(first?.owner as Owner)
      expect(await epochs(broken).end(old ?? '')).toEqual({ kind: 'destroyed' })
    })

    test('keeps no key under an epoch that is about to end, also from a process that does not know yet', async () => {
      const [sealed] = await sealMany(1)
      const stale = await world.kek.wrap(Buffer.alloc(32), 'x')
      await epochs().begin()
      expect(await epochs().end(stale.kek)).toEqual({ kind: 'destroyed' })
      let asked = 0
      const late = (until: number): KekRing => ({
        ...world.kek,
        wrap: async (key, purpose) => {
          asked += 1
          return asked > until ? world.kek.wrap(key, purpose) : stale
        },
      })
      const more = await sealMany(1, processIn({ ...world, kek: late(2) }))
      expect(asked).toBe(3)
      await expectReadable([...(sealed ? [sealed] : []), ...more])
      asked = 0
      const never = processIn({ ...world, kek: late(100) })
      await expect(never.vault.seal(told, newOwner(), { story: 'x' })).rejects.toMatchObject({
        code: 'unavailable',
      })
    })

    test('keeps no key under an ending epoch from the moment on when it begins to wrap anew', async () => {
      const sealed = await sealMany(2)
      const owner = newOwner()
      const late = {
        ...owner,
        id: randomUUID(),
        ...(await world.kek.wrap(Buffer.alloc(32), 'late')),
      }
      const [old] = await epochs().list()
      await epochs().begin()
      const kept: unknown[] = []
      const storage = {
        ...world.storage,
        keysNotUnder: async (...asked: Parameters<typeof world.storage.keysNotUnder>) => {
          kept.push(await world.storage.keepKey(late))
          return world.storage.keysNotUnder(...asked)
        },
      }
      const ending = kekEpochs({ storage, kek: world.kek })
      expect(await ending.end(old ?? '')).toEqual({ kind: 'destroyed' })
      expect(kept).toEqual(['retired', 'retired'])
      await expectReadable(sealed)
    })

    test('puts no older wrapping in place of a newer one, when two wrap anew at once', async () => {
      const sealed = await sealMany(1)
      const second = await epochs().begin()
      const [from] = await world.storage.keysNotUnder(second, 10)
      const to = { ...(from as DataKeyRow), kek: second }
      await epochs().begin()
      expect(await epochs().rewrap()).toEqual({ rewrapped: 1, failed: [] })
      expect(await world.storage.replaceKeys([{ from: from as DataKeyRow, to }])).toBe(0)
      await expectReadable(sealed)
    })

    test('never brings back a key that is destroyed while it is wrapped anew', async () => {
      const [sealed] = await sealMany(1)
      const owner = sealed?.owner as Owner
      await epochs().begin()
      const current = (await world.kek.epochs()).at(-1) ?? ''
      const [from] = await world.storage.keysNotUnder(current, 10)
      await erase(world, processIn(world), owner)
      const to = { ...(from as DataKeyRow), kek: current }
      expect(await world.storage.replaceKeys([{ from: from as DataKeyRow, to }])).toBe(0)
      expect((await processIn(world).steps.scan(owner)).places).toEqual([])
    })

    test('an erasure is final when the epochs are gone that could unwrap its keys, and not before', async () => {
      const one = newOwner()
      const other = { dossier: one.dossier, party: randomUUID() }
      const { ofOne, ofOther } = await meet(world, processIn(world).vault, { one, other }, 'x')
      const [first] = await epochs().list()
      const second = await epochs().begin()
      await epochs().rewrap()
      const { restore } = await opened.backup()
      const { steps } = processIn(world)
      await erase(world, { steps }, one)
      expect(await steps.finality(one)).toEqual({ final: false, waitsFor: [first, second] })
      await epochs().begin()
      await epochs().end(first ?? '')
      expect(await steps.finality(one)).toEqual({ final: false, waitsFor: [second] })
      await epochs().end(second)
      expect(await steps.finality(one)).toEqual({ final: true, waitsFor: [] })
      expect(await read(processIn(world).vault, one, ofOne, ofOther)).toEqual([
        'erased',
        'x of other',
      ])

      // The backup knows of no erasure, and nothing that is left unwraps its keys.
      await restore()
      const { vault } = processIn(world)
      await expect(read(vault, one, ofOne)).rejects.toMatchObject({ code: 'key-missing' })
    })
  })
}
