/** What every adapter of the port keeps about fences and halts. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  anEntry,
  type ConformanceWorld,
  expectRefusal,
  expectWholeLog,
  nextId,
  readEverything,
} from './conformance-world.ts'
import { type EventStore, type NewEntry, type Position, START, StoreError } from './port.ts'

const DOSSIER = '6c0a1f34-9d0e-4f5e-8f0a-2b8f1b6f7c11'
const OTHER_DOSSIER = '6c0a1f34-9d0e-4f5e-8f0a-2b8f1b6f7c12'
const OWNER = '0b8a4c35-7a0f-4b0e-9d6c-1c0d6b1a2f11'
const OTHER_OWNER = '0b8a4c35-7a0f-4b0e-9d6c-1c0d6b1a2f12'

const naming = (...owners: readonly string[]): NewEntry => anEntry({ dossier: DOSSIER, owners })

/** Runs the suite; `makeWorld` gives an empty ledger each time. */
export function fenceConformance(name: string, makeWorld: () => Promise<ConformanceWorld>): void {
  describe(`${name} as a store with fences`, () => {
    let world: ConformanceWorld
    let store: EventStore
    beforeEach(async () => {
      world = await makeWorld()
      store = world.open()
    })
    afterEach(() => world.dispose())

    describe('an owner that is not fenced', () => {
      test('may be named, and is not part of what is kept', async () => {
        await store.append('case-1', 'no-stream', [naming(OWNER, OTHER_OWNER)])
        expect((await store.readStream('case-1'))[0]).not.toHaveProperty('owners')
      })

      test('is named by a UUID in a dossier, or the entry is invalid', async () => {
        const wrong: readonly NewEntry[] = [
          anEntry({ dossier: null, owners: [OWNER] }),
          naming('nobody'),
          naming(OWNER.toUpperCase()),
          naming(...Array.from({ length: 65 }, nextId)),
        ]
        await Promise.all(
          wrong.map((entry) =>
            expectRefusal(store.append('case-1', 'no-stream', [entry]), 'invalid-entry'),
          ),
        )
        const nobody = { dossier: DOSSIER, owner: 'nobody' }
        await expectRefusal(store.raiseFence(nobody), 'invalid-entry')
      })
    })

    describe('a fenced owner', () => {
      test('is refused whatever names it, and nothing beside that', async () => {
        await store.append('case-before', 'no-stream', [naming(OWNER)])
        await store.raiseFence({ dossier: DOSSIER, owner: OWNER })
        const good = [
          store.append('case-other', 'no-stream', [naming(OTHER_OWNER)]),
          store.append('case-nobody', 'no-stream', [anEntry({ dossier: DOSSIER })]),
          store.append('case-before', 0, [naming()]),
        ]
        const bad = [
          store.append('case-alone', 'no-stream', [naming(OWNER)]),
          store.append('case-among', 'no-stream', [anEntry(), naming(OTHER_OWNER, OWNER)]),
          store.append('case-stale', 7, [naming(OWNER)]),
        ]
        const elsewhere = anEntry({ dossier: OTHER_DOSSIER, owners: [OWNER] })
        good.push(store.append('case-elsewhere', 'no-stream', [elsewhere]))
        const after = store.append('case-alone', 0, [anEntry()])
        await Promise.all(bad.map((one) => expectRefusal(one, 'erased')))
        expect((await Promise.all(good)).map((one) => one.kind)).toEqual(good.map(() => 'appended'))
        expect(await after).toEqual({ kind: 'conflict', actual: 'no-stream' })
        const all = await readEverything(store)
        expect(all).toHaveLength(5)
        expectWholeLog(all, store)
      })

      test('still gets already-done for what was appended before', async () => {
        const entries = [naming(OWNER), naming(OWNER)]
        await store.append('case-1', 'no-stream', entries)
        const position = await store.head()
        await store.raiseFence({ dossier: DOSSIER, owner: OWNER })
        const again = await store.append('case-1', 'no-stream', entries)
        expect(again).toEqual({ kind: 'already-done', position, revision: 1 })
        await expectRefusal(store.append('case-1', 1, [...entries, naming()]), 'id-reused')
        await expectRefusal(store.append('case-1', 1, [naming(OWNER)]), 'erased')
        expect(await readEverything(store)).toHaveLength(2)
      })

      test('keeps its first fence', async () => {
        expect(await store.raiseFence({ dossier: DOSSIER, owner: OWNER })).toBe(START)
        await store.append('case-1', 'no-stream', [anEntry()])
        expect(await store.raiseFence({ dossier: DOSSIER, owner: OWNER })).toBe(START)
        const other = await store.raiseFence({ dossier: DOSSIER, owner: OTHER_OWNER })
        expect(other).toBe(await store.head())
      })
    })

    describe('a fence raised while others append', () => {
      test('leaves each append wholly before it, or refused', async () => {
        const stores = [store, world.open(), world.open()]
        const acknowledged: Position[] = []
        let refused = 0
        const enough = Promise.withResolvers<void>()
        const writers = Array.from({ length: 12 }, async (_, writer) => {
          for (let revision = -1; ; revision += 2) {
            const expected = revision < 0 ? 'no-stream' : revision
            const own = stores[writer % 3] ?? store
            try {
              const entries = [anEntry({ dossier: DOSSIER }), naming(OTHER_OWNER, OWNER)]
              const result = await own.append(`case-${writer}`, expected, entries)
              if (result.kind === 'appended') acknowledged.push(result.position)
              if (acknowledged.length > 60) enough.resolve()
            } catch (error) {
              expect(error instanceof StoreError && error.code).toBe('erased')
              refused += 1
              return
            }
          }
        })
        await enough.promise
        const fence = await world.open().raiseFence({ dossier: DOSSIER, owner: OWNER })
        await Promise.all(writers)
        expect(refused).toBe(12)
        for (const position of acknowledged)
          expect(store.compare(position, fence)).toBeLessThanOrEqual(0)
        const all = await readEverything(store)
        expect(all).toHaveLength(acknowledged.length * 2)
        expect(await store.head()).toBe(fence)
        expectWholeLog(all, store)
      })
    })

    describe('a halted ledger', () => {
      test('takes evidence and nothing else, from whichever store', async () => {
        expect(await store.halted()).toBeUndefined()
        await store.halt('another root was signed at this size')
        const other = world.open()
        expect(await other.halted()).toBe('another root was signed at this size')
        const refused = [
          other.append('case-1', 'no-stream', [anEntry()]),
          other.append('evidences-1', 'no-stream', [anEntry()]),
        ]
        const taken = other.append('evidence-1', 'no-stream', [anEntry(), anEntry()])
        await Promise.all(refused.map((one) => expectRefusal(one, 'halted')))
        expect(await taken).toMatchObject({ kind: 'appended', revision: 1 })
        expectWholeLog(await readEverything(store), store)
      })

      test('still answers what was appended before, and still erases', async () => {
        const entries = [naming(OWNER)]
        await store.append('case-1', 'no-stream', entries)
        const position = await store.head()
        await store.halt('a restore')
        const again = await store.append('case-1', 'no-stream', entries)
        expect(again).toEqual({ kind: 'already-done', position, revision: 0 })
        const fence = await store.raiseFence({ dossier: DOSSIER, owner: OWNER })
        expect(fence).toBe(await store.head())
        await expectRefusal(store.append('case-1', 0, [naming(OWNER)]), 'erased')
      })

      test('goes on after it is resumed, and not before', async () => {
        await store.halt('first')
        await store.halt('second')
        expect(await store.halted()).toBe('first')
        await expectRefusal(store.append('case-1', 'no-stream', [anEntry()]), 'halted')
        await store.resume()
        await store.resume()
        expect(await store.halted()).toBeUndefined()
        const result = await store.append('case-1', 'no-stream', [anEntry()])
        expect(result).toMatchObject({ kind: 'appended' })
      })

      test('has a reason that can be printed', async () => {
        for (const reason of ['', 'a\0b', 'x'.repeat(501)])
          await expectRefusal(store.halt(reason), 'invalid-entry')
      })
    })

    describe('a closed store', () => {
      test('raises no fence and neither halts nor resumes', async () => {
        await store.close()
        await expectRefusal(store.raiseFence({ dossier: DOSSIER, owner: OWNER }), 'closed')
        await expectRefusal(store.halt('why'), 'closed')
        await expectRefusal(store.resume(), 'closed')
        await expectRefusal(store.halted(), 'closed')
      })
    })
  })
}
