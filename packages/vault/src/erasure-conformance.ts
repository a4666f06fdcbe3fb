/** What every storage must make of an erasure; run by each adapter's own test file. */
import { randomUUID } from 'node:crypto'
import { memoryStore } from '@wederhoor/event-store/memory'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { digestOf, readDisclosure } from './disclosure.ts'
import { memoryRegister } from './erasure-register.ts'
import {
  Crash,
  cutting,
  type ErasureWorld,
  erase,
  meet,
  processIn,
  read,
  recordErased,
  startIn,
  type WholeStorage,
  worldOver,
} from './erasure-world.fixture.ts'
import { fingerprintOf } from './fingerprint.ts'
import { type KekRing, passingKek } from './kek.ts'
import { VaultError } from './port.ts'
import type { Owner } from './storage.ts'
import { content, newOwner, requestFor, told } from './story.fixture.ts'

export interface ErasureTestWorld {
  readonly storage: WholeStorage
  /** A copy of what the storage keeps now; `restore` puts it in place of everything since. */
  backup(): Promise<{ restore(): Promise<void> }>
  /** Loses the owner's key, and nothing says why. */
  loseKey(owner: Owner): Promise<void>
  close(): Promise<void>
}

export function erasureConformance(name: string, open: () => Promise<ErasureTestWorld>): void {
  describe(`two people in one dossier on ${name}`, () => {
    let opened: ErasureTestWorld
    let world: ErasureWorld
    let one: Owner
    let other: Owner
    beforeEach(async () => {
      opened = await open()
      world = worldOver(opened.storage)
      one = newOwner()
      other = { dossier: one.dossier, party: randomUUID() }
    })
    afterEach(() => opened.close())

    const met = (text = 'a meeting', { vault } = processIn(world)) =>
      meet(world, vault, { one, other }, text)

    describe('of whom one is erased', () => {
      test('leave the other one’s content of the same event readable, and say erased of this one', async () => {
        const { ofOne, ofOther } = await met()
        const process = processIn(world)
        expect(await erase(world, process, one)).toMatchObject({ digests: 1, scan: { places: [] } })
        for (const { vault } of [process, processIn(world)])
          expect(await read(vault, one, ofOne, ofOther)).toEqual(['erased', 'a meeting of other'])
      })

      test('have a fence that stops sealing, opening and naming at once, in every process, before a key is destroyed', async () => {
        const late = processIn(world)
        const { ofOne } = await met('before', late)
        expect(await read(late.vault, one, ofOne)).toEqual(['before of one'])
        const { position, digests } = await processIn(world).steps.raiseFence(one)
        expect([position, digests]).toEqual([await world.store.head(), 1])
        expect(await read(late.vault, one, ofOne)).toEqual(['erased'])
        await expect(late.vault.seal(told, one, content)).rejects.toMatchObject({ code: 'erased' })
        const named = meet(world, { ...late.vault, seal: sealedBefore(ofOne) }, { one, other }, '')
        await expect(named).rejects.toMatchObject({ code: 'erased' })
      })

      test('are counted alike however often each step is repeated', async () => {
        await met('first')
        await met('second')
        const { steps } = processIn(world)
        expect((await steps.raiseFence(one)).digests).toBe(2)
        const { position } = await steps.raiseFence(one)
        expect(await steps.raiseFence(one)).toEqual({ position, digests: 2 })
        const [first, again] = [await steps.destroyKeys(one), await steps.destroyKeys(one)]
        expect(first.keys).toHaveLength(1)
        expect(again).toEqual(first)
        expect(await steps.deleteSealed(one)).toEqual({ digests: 2 })
        expect(await steps.deleteSealed(one)).toEqual({ digests: 2 })
      })

      test('keep a fingerprint of the destroyed key: the hash of its id, not of its bytes', async () => {
        await met()
        const key = await world.storage.findKey(one)
        const { keys } = await erase(world, processIn(world), one)
        expect(keys).toEqual([fingerprintOf((key as { id: string }).id)])
      })

      test('lose the directory’s row of a pseudonym in this dossier only', async () => {
        const process = processIn(world)
        const [here, there] = [one.dossier, randomUUID()]
        const pseudonym = await process.vault.pseudonym(here, 'p-9')
        const elsewhere = await process.vault.pseudonym(there, 'p-9')
        const { scan } = await erase(world, process, one, [pseudonym, elsewhere])
        expect(scan).toEqual({ clean: true, places: [] })
        const { vault } = processIn(world)
        expect(await vault.pseudonym(here, 'p-9')).not.toBe(pseudonym)
        expect(await vault.pseudonym(there, 'p-9')).toBe(elsewhere)
      })

      test('leave what the same person has in another dossier', async () => {
        const elsewhere = { dossier: randomUUID(), party: one.party }
        await met()
        const { story } = await processIn(world).vault.seal(told, elsewhere, content)
        await erase(world, processIn(world), one)
        expect(await read(processIn(world).vault, elsewhere, story)).toEqual([content.story])
      })
    })

    describe('whose erasure is cut off', () => {
      test('crash injected before and after each call to the outside: it is taken up again and ends clean', async () => {
        let cuts = 0
        for (const when of ['before', 'after'] as const)
          for (let call = 0; ; call += 1) {
            world = worldOver(opened.storage, { kek: world.kek })
            one = newOwner()
            other = { dossier: one.dossier, party: randomUUID() }
            const { ofOne, ofOther } = await met()
            const cut = cutting(world, when, call)
            const ended = await erase(cut, processIn(cut), one).catch((error: unknown) => error)
            if (!(ended instanceof Crash)) break
            cuts += 1
            const process = processIn(world)
            expect(await erase(world, process, one)).toMatchObject({
              digests: 1,
              keys: [expect.any(String)],
              scan: { places: [] },
            })
            expect(await read(process.vault, one, ofOne, ofOther)).toEqual([
              'erased',
              'a meeting of other',
            ])
          }
        // Two fences, the record, the register, keys, epochs, rows and the rest, each twice.
        expect(cuts).toBeGreaterThanOrEqual(20)
      })

      test('erase with the key store down: keys go all the same, it reports incomplete and resumes', async () => {
        const { ofOne } = await met()
        let down = true
        const kek: KekRing = {
          ...world.kek,
          epochs: async () => {
            if (down) throw new VaultError('unavailable', 'the key store is down')
            return world.kek.epochs()
          },
        }
        const process = processIn({ ...world, kek })
        await expect(erase(world, process, one)).rejects.toMatchObject({ code: 'unavailable' })
        await expect(process.steps.finality(one)).rejects.toMatchObject({ code: 'unavailable' })
        expect((await process.steps.scan(one)).places.join()).not.toMatch(/data_key:/)
        expect((await process.steps.scan(one)).places.join()).toMatch(/epochs/)
        down = false
        expect(await erase(world, process, one)).toMatchObject({ scan: { clean: true } })
        expect(await read(process.vault, one, ofOne)).toEqual(['erased'])
      })

      test('keep their keys until the register outside has named them', async () => {
        const { ofOne } = await met()
        const add = () => Promise.reject(new VaultError('unavailable', 'the disk is full'))
        const { steps } = processIn({ ...world, register: { ...world.register, add } })
        await steps.raiseFence(one)
        await expect(steps.destroyKeys(one)).rejects.toMatchObject({ code: 'unavailable' })
        expect((await steps.scan(one)).places.join()).toMatch(/data_key: 1/)
        await expect(steps.deletePeople(one, [])).rejects.toMatchObject({ code: 'unavailable' })
        await processIn(world).steps.destroyKeys(one)
        expect(await world.register.read()).toEqual([{ ...one, pseudonyms: [] }])
        expect(await read(processIn(world).vault, one, ofOne)).toEqual(['erased'])
      })

      test('are found by the scan as long as something is left', async () => {
        await met()
        const { steps } = processIn(world)
        const left = async () => (await steps.scan(one)).places.join(' ')
        expect(await left()).toMatch(/fence.* .*data_key.* .*sealed/)
        await steps.raiseFence(one)
        expect(await left()).toMatch(/^\S*data_key: 1 \S*sealed: 1$/)
        await steps.destroyKeys(one)
        expect(await left()).toMatch(/^\S*sealed: 1$/)
        await steps.deleteSealed(one)
        expect(await steps.scan(one)).toEqual({ clean: true, places: [] })
      })
    })

    describe('of whom one has no key', () => {
      test('key loss: says lost and not erased, and leaves the other party unaffected', async () => {
        const { ofOne, ofOther } = await met()
        await opened.loseKey(one)
        const { vault } = processIn(world)
        expect(await read(vault, one, ofOne, ofOther)).toEqual(['lost', 'a meeting of other'])
        const request = requestFor(one, ofOne, ofOther)
        const kinds = (await vault.disclose(request)).map((each) => each.kind)
        expect(kinds).toEqual(['lost', 'opened'])
      })

      test('not yet: makes one when it is first needed; erased: never again', async () => {
        const { vault, steps } = processIn(world)
        expect(await world.storage.findKey(one)).toBeUndefined()
        await vault.seal(told, one, content)
        await erase(world, { steps }, one)
        expect(await world.storage.findKey(one)).toBe('erased')
        const never = { dossier: one.dossier, party: randomUUID() }
        await steps.raiseFence(never)
        expect(await steps.destroyKeys(never)).toEqual({ keys: [] })
        await expect(processIn(world).vault.seal(told, never, content)).rejects.toMatchObject({
          code: 'erased',
        })
      })
    })

    describe('whose content is put into a bundle', () => {
      test('discloses verbatim what the commitment commits to, with its owner, and logs it as an opening (AVG-03)', async () => {
        const { vault } = processIn(world)
        const { story, contact } = await vault.seal(told, one, content)
        const disclosed = await vault.disclose(requestFor(one, contact, story))
        expect(disclosed).toMatchObject([
          { kind: 'opened', path: '/contact', digest: contact.sealed, owner: one.party },
          { kind: 'opened', path: '/story', digest: story.sealed, owner: one.party },
        ])
        const texts = disclosed.map((each) => (each.kind === 'opened' ? each.text : ''))
        expect(texts.map(digestOf)).toEqual([contact.sealed, story.sealed])
        expect(texts.map((text) => readDisclosure(text)?.value)).toEqual([
          content.contact,
          content.story,
        ])
        const log = await world.accessStore.readAll('' as never, 10)
        expect(log.map((entry) => entry.type)).toEqual(['ContentOpened'])
      })

      test('discloses nothing of who was erased, but still which digest stood there', async () => {
        const { ofOne, ofOther } = await met()
        await erase(world, processIn(world), one)
        const { vault } = processIn(world)
        expect(await vault.disclose(requestFor(one, ofOne, ofOther))).toMatchObject([
          { kind: 'erased', path: '/ofOne', digest: ofOne.sealed, owner: one.party },
          { kind: 'opened', path: '/ofOther', digest: ofOther.sealed, owner: other.party },
        ])
      })
    })

    describe('whose database is restored from before the erasure', () => {
      test.each(['the ledger', 'the register'])(
        'erase again before anything opens, as %s says so',
        async (source) => {
          const process = processIn(world)
          const pseudonym = await process.vault.pseudonym(one.dossier, 'p-9')
          const { ofOne, ofOther } = await met()
          const { restore } = await opened.backup()
          await erase(world, process, one, [pseudonym])
          await restore()
          const after =
            source === 'the ledger'
              ? { ...world, register: memoryRegister() }
              : { ...worldOver(opened.storage), register: world.register, kek: world.kek }
          expect(await read(processIn(after).vault, one, ofOne)).toEqual(['a meeting of one'])

          const { vault, steps } = await startIn(after)
          expect(await read(vault, one, ofOne, ofOther)).toEqual(['erased', 'a meeting of other'])
          const pseudonyms = source === 'the register' ? [pseudonym] : []
          expect((await steps.scan(one, { pseudonyms })).places).toEqual([])
          const late = vault.seal(told, one, content)
          await expect(late).rejects.toMatchObject({ code: 'erased' })
          await expect(met('again', { vault, steps })).rejects.toMatchObject({ code: 'erased' })
        },
      )

      test('finish at the start an erasure that was recorded and not carried out', async () => {
        const { ofOne } = await met()
        await processIn(world).steps.raiseFence(one)
        await recordErased(world.store, one)
        const { vault, steps } = await startIn(world)
        expect(await read(vault, one, ofOne)).toEqual(['erased'])
        expect((await steps.scan(one)).places).toEqual([])
        expect(await world.register.read()).toEqual([{ ...one, pseudonyms: [] }])
      })

      test('erase again also beside a ledger that is shorter than the one that was compared', async () => {
        const { ofOne } = await met('first')
        await met('second')
        await startIn(world)
        const shorter = { ...world, store: memoryStore() }
        await recordErased(shorter.store, one)
        const { vault } = await startIn(shorter)
        expect(await read(vault, one, ofOne)).toEqual(['erased'])
      })

      test('do not start while the register or the ledger cannot be read, and start without the key store', async () => {
        const { ofOne } = await met()
        await processIn(world).steps.raiseFence(one)
        await recordErased(world.store, one)
        const gone = () => Promise.reject(new VaultError('unavailable', 'gone'))
        const noRegister = { ...world, register: { ...world.register, read: gone } }
        await expect(startIn(noRegister)).rejects.toMatchObject({ code: 'unavailable' })
        const noLedger = { ...world, store: { ...world.store, readAll: gone } }
        await expect(startIn(noLedger)).rejects.toMatchObject({ code: 'unavailable' })
        const { vault } = await startIn({ ...world, kek: { ...world.kek, epochs: gone } })
        expect(await read(vault, one, ofOne)).toEqual(['erased'])
        const { steps } = await startIn(world)
        expect((await steps.scan(one)).places).toEqual([])
      })
    })

    test('a ring of another installation opens nothing, and says so', async () => {
      const { ofOne } = await met()
      const { vault } = processIn({ ...world, kek: passingKek() })
      await expect(read(vault, one, ofOne)).rejects.toMatchObject({ code: 'key-missing' })
    })
  })
}

/** Gives commitments that were made before. */
const sealedBefore = (sealed: { sealed: unknown }) => async () =>
  ({ ofOne: sealed, ofOther: sealed }) as never
