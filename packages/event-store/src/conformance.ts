/** One suite for every adapter of the port. What only one adapter can show stands in its own test. */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  anEntry,
  type ConformanceWorld,
  expectRefusal,
  expectWholeLog,
  readEverything,
  someEntries,
} from './conformance-world.ts'
import {
  type AppendResult,
  type EventStore,
  type Expected,
  START,
  type StoredEntry,
} from './port.ts'

const DOSSIER = '6c0a1f34-9d0e-4f5e-8f0a-2b8f1b6f7c11'

/** Runs the suite; `makeWorld` gives an empty ledger each time. */
export function storeConformance(name: string, makeWorld: () => Promise<ConformanceWorld>): void {
  describe(`${name} as an event store`, () => {
    let world: ConformanceWorld
    let store: EventStore
    beforeEach(async () => {
      world = await makeWorld()
      store = world.open()
    })
    afterEach(() => world.dispose())

    describe('an empty store', () => {
      test('has no head, no entries and no streams', async () => {
        expect(await store.head()).toBe(START)
        expect(await store.readAll(START, 10)).toEqual([])
        expect(await store.readStream('case-1')).toEqual([])
      })

      test('gives back exactly what was appended', async () => {
        const bytes = Buffer.from([0, 255, 0xed, 0xa0, 0x80, 10])
        const entry = anEntry({ type: 'Gebeurd één', dossier: DOSSIER, bytes })
        const result = await store.append('case-1', 'no-stream', [entry])
        const position = await store.head()
        expect(result).toEqual({ kind: 'appended', position, revision: 0, previous: START })
        const [stored, ...others] = await store.readAll(START, 10)
        expect(others).toEqual([])
        expect(stored).toMatchObject({
          ...entry,
          stream: 'case-1',
          revision: 0,
          bytes: expect.anything(),
        })
        expect(Buffer.compare(stored?.bytes ?? Buffer.of(), bytes)).toBe(0)
        expect(await store.readStream('case-1')).toEqual([stored])
      })

      test('takes an entry of the greatest size', async () => {
        const bytes = Buffer.alloc(65_535, 7)
        await store.append('case-1', 'no-stream', [anEntry({ bytes })])
        expect((await store.readStream('case-1'))[0]?.bytes.length).toBe(65_535)
      })

      test('refuses what comes enclosed and would be lost, for it has no keeper', async () => {
        const commitments = [
          { digest: 'k8Zs0d1cT0h0V1yP2m6Q5b4c3d2e1f0g9h8i7j6k5l4', enclosed: {} },
        ]
        const enclosing = anEntry({ commitments })
        await expectRefusal(store.append('case-1', 'no-stream', [enclosing]), 'invalid-entry')
        const bare = commitments.map(({ digest }) => ({ digest }))
        await store.append('case-1', 'no-stream', [anEntry({ commitments: bare })])
        expect((await store.readStream('case-1'))[0]).not.toHaveProperty('commitments')
      })

      test('refuses to append where a stream was expected', async () => {
        const result = await store.append('case-1', 3, [anEntry()])
        expect(result).toEqual({ kind: 'conflict', actual: 'no-stream' })
      })
    })

    describe('a stream of two entries', () => {
      const first = someEntries(2)
      beforeEach(async () => {
        await store.append('case-1', 'no-stream', first)
      })

      test('goes on at its exact revision only', async () => {
        const late: readonly Expected[] = ['no-stream', 0, 2, 7]
        for (const expected of late) {
          const result = await store.append('case-1', expected, [anEntry()])
          expect(result).toEqual({ kind: 'conflict', actual: 1 })
        }
        const before = await store.head()
        const result = await store.append('case-1', 1, someEntries(3))
        expect(result).toMatchObject({ kind: 'appended', revision: 4, previous: before })
        expect((await store.readStream('case-1', 3)).map((one) => one.revision)).toEqual([3, 4])
      })

      test('answers a repeat of the same ids with already-done, also when it has moved on', async () => {
        const head = await store.head()
        const done = { kind: 'already-done', position: head, revision: 1 }
        expect(await store.append('case-1', 'no-stream', first)).toEqual(done)
        await store.append('case-1', 1, [anEntry()])
        expect(await store.append('case-1', 'no-stream', first)).toEqual(done)
        expect(await readEverything(store)).toHaveLength(3)
      })

      test('refuses an id again for another stream, another type or as part of other entries', async () => {
        const [known] = first
        if (known === undefined) throw new Error('no entry')
        const reuses: readonly Promise<AppendResult>[] = [
          store.append('case-2', 'no-stream', [known]),
          store.append('case-1', 1, [{ ...known, type: 'Other' }]),
          store.append('case-1', 'no-stream', [{ ...known, type: 'Other' }]),
          store.append('case-1', 1, [known, anEntry()]),
        ]
        await Promise.all(reuses.map((reuse) => expectRefusal(reuse, 'id-reused')))
        expect(await readEverything(store)).toHaveLength(2)
      })
    })

    describe('appends at the same time', () => {
      test('of 64 writers get positions without gaps, each stream in order', async () => {
        await Promise.all(
          Array.from({ length: 64 }, async (_, writer) => {
            for (let revision = 0; revision < 10; revision += 1) {
              const expected = revision === 0 ? 'no-stream' : revision - 1
              const result = await store.append(`case-${writer}`, expected, [anEntry()])
              expect(result).toMatchObject({ kind: 'appended', revision })
            }
          }),
        )
        const all = await readEverything(store)
        expect(all).toHaveLength(640)
        expectWholeLog(all, store)
        expect(all.at(-1)?.position).toBe(await store.head())
      })

      test('to one stream let exactly one writer win each revision', async () => {
        const wins = await Promise.all(
          Array.from({ length: 16 }, async () => {
            let won = 0
            for (let expected: Expected = 'no-stream'; expected === 'no-stream' || expected < 9; ) {
              const result = await store.append('case-1', expected, [anEntry()])
              if (result.kind === 'conflict') expected = result.actual
              else {
                expected = result.revision
                won += 1
              }
            }
            return won
          }),
        )
        const stream = await store.readStream('case-1')
        expect(stream).toHaveLength(wins.reduce((sum, won) => sum + won, 0))
        expectWholeLog(stream, store)
      })

      test('to one stream by one writer that does not wait stand in its order', async () => {
        const entries = someEntries(20)
        const results = await Promise.all(
          entries.map((entry, index) =>
            store.append('case-1', index === 0 ? 'no-stream' : index - 1, [entry]),
          ),
        )
        expect(results.map((result) => result.kind)).toEqual(entries.map(() => 'appended'))
        const ids = (await store.readStream('case-1')).map((one) => one.id)
        expect(ids).toEqual(entries.map((entry) => entry.id))
      })

      test('with the same ids are done once', async () => {
        const entries = someEntries(2)
        const results = await Promise.all(
          Array.from({ length: 8 }, () => store.append('case-1', 'no-stream', entries)),
        )
        const kinds = results.map((result) => result.kind).sort()
        expect(kinds).toEqual([...Array.from({ length: 7 }, () => 'already-done'), 'appended'])
        expect(await readEverything(store)).toHaveLength(2)
      })

      test('do not fail when a neighbour loses or is poisonous', async () => {
        const taken = anEntry()
        await store.append('case-taken', 'no-stream', [taken])
        const twice = anEntry()
        const good = Array.from({ length: 20 }, (_, index) =>
          store.append(`case-good${index}`, 'no-stream', someEntries(2)),
        )
        const poison: Promise<AppendResult>[] = [
          store.append('case-nul', 'no-stream', [anEntry({ type: 'a\0b' })]),
          store.append('case-surrogate', 'no-stream', [anEntry({ type: 'a\ud800' })]),
          store.append('case-big', 'no-stream', [anEntry({ bytes: Buffer.alloc(65_536) })]),
          store.append('case-empty', 'no-stream', []),
          store.append('case-bare', 'no-stream', [anEntry({ bytes: Buffer.of() })]),
          store.append('case-twice', 'no-stream', [twice, twice]),
          store.append('case-id', 'no-stream', [anEntry({ id: 'not-a-uuid' })]),
          store.append('case-dossier', 'no-stream', [anEntry({ dossier: 'none' })]),
          store.append('case-nul\0', 'no-stream', [anEntry()]),
          store.append('nameless', 'no-stream', [anEntry()]),
          store.append('case-expected', -1, [anEntry()]),
          store.append('case-fraction', 0.5, [anEntry()]),
        ]
        const reused = store.append('case-thief', 'no-stream', [taken])
        const loser = store.append('case-taken', 'no-stream', [anEntry()])
        await Promise.all(poison.map((one) => expectRefusal(one, 'invalid-entry')))
        await expectRefusal(reused, 'id-reused')
        expect(await loser).toEqual({ kind: 'conflict', actual: 0 })
        const results = await Promise.all(good)
        expect(results.map((result) => result.kind)).toEqual(good.map(() => 'appended'))
        const all = await readEverything(store)
        expect(all).toHaveLength(41)
        expectWholeLog(all, store)
      })
    })

    describe('a reader', () => {
      test('gets pages that follow on each other, and never more than it asked for', async () => {
        for (let index = 0; index < 7; index += 1)
          await store.append(`case-${index}`, 'no-stream', [anEntry()])
        const all = await readEverything(store, START, 100)
        expect(await readEverything(store, START, 3)).toEqual(all)
        expect(await store.readAll(START, 3)).toEqual(all.slice(0, 3))
        expect(await store.readAll(await store.head(), 3)).toEqual([])
      })

      test('never sees a hole while others append', async () => {
        let writing = true
        const read = (async () => {
          const seen: StoredEntry[] = []
          for (;;) {
            const last = !writing
            const page = await store.readAll(seen.at(-1)?.position ?? START, 7)
            seen.push(...page)
            if (last && page.length === 0) return seen
            await new Promise((resolve) => setImmediate(resolve))
          }
        })()
        const stores = [store, world.open(), world.open()]
        await Promise.all(
          stores.flatMap((writer, index) =>
            Array.from({ length: 8 }, async (_, stream) => {
              for (let revision = 0; revision < 10; revision += 1) {
                const expected = revision === 0 ? 'no-stream' : revision - 1
                await writer.append(`case-${index}x${stream}`, expected, [anEntry()])
              }
            }),
          ),
        )
        writing = false
        const seen = await read
        expect(seen).toEqual(await readEverything(store))
        expectWholeLog(seen, store)
      })

      test('is woken after an append, and not after it has unsubscribed', async () => {
        let wakes = 0
        const woken = Promise.withResolvers<void>()
        const unsubscribe = store.onAppended(() => {
          wakes += 1
          woken.resolve()
        })
        await store.append('case-1', 'no-stream', [anEntry()])
        await woken.promise
        unsubscribe()
        const before = wakes
        const other = Promise.withResolvers<void>()
        store.onAppended(other.resolve)
        await store.append('case-1', 0, [anEntry()])
        await other.promise
        expect(wakes).toBe(before)
      })
    })

    describe('a clock that was set back', () => {
      test('is refused beyond two seconds and tolerated within them', async () => {
        let now = '2026-03-02T09:00:10.000Z'
        const clocked = world.open({ clock: { now: async () => now } })
        await clocked.append('case-1', 'no-stream', [anEntry()])
        now = '2026-03-02T09:00:08.000Z'
        expect(await clocked.append('case-1', 0, [anEntry()])).toMatchObject({ kind: 'appended' })
        now = '2026-03-02T09:00:07.999Z'
        await expectRefusal(clocked.append('case-1', 1, [anEntry()]), 'clock-behind')
        expect(await readEverything(clocked)).toHaveLength(2)
      })
    })

    describe('a closed store', () => {
      test('has finished what it accepted and refuses the rest', async () => {
        const accepted = store.append('case-1', 'no-stream', [anEntry()])
        await store.close()
        expect(await accepted).toMatchObject({ kind: 'appended' })
        await expectRefusal(store.append('case-1', 0, [anEntry()]), 'closed')
        await expectRefusal(store.readAll(START, 1), 'closed')
        await expectRefusal(store.head(), 'closed')
      })
    })

    test('any history of appends and repeats agrees with a list per stream', async () => {
      const streams = new Map<string, string[]>()
      let run = 0
      const step = fc.record({
        stream: fc.nat({ max: 2 }),
        offset: fc.integer({ min: -1, max: 1 }),
        size: fc.integer({ min: 1, max: 3 }),
        repeat: fc.boolean(),
      })
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          run += 1
          let latest:
            | { stream: string; expected: Expected; entries: ReturnType<typeof someEntries> }
            | undefined
          for (const { stream: number, offset, size, repeat } of steps) {
            if (repeat && latest !== undefined) {
              const again = await store.append(latest.stream, latest.expected, latest.entries)
              expect(again.kind).toBe('already-done')
              continue
            }
            const stream = `case-${run}x${number}`
            const ids = streams.get(stream) ?? []
            const guess = ids.length - 1 + offset
            const expected: Expected = guess < 0 ? 'no-stream' : guess
            const entries = someEntries(size)
            const result = await store.append(stream, expected, entries)
            const actual: Expected = ids.length === 0 ? 'no-stream' : ids.length - 1
            if (expected !== actual) {
              expect(result).toEqual({ kind: 'conflict', actual })
              continue
            }
            ids.push(...entries.map((entry) => entry.id))
            streams.set(stream, ids)
            latest = { stream, expected, entries }
            expect(result).toMatchObject({ kind: 'appended', revision: ids.length - 1 })
          }
        }),
        { numRuns: 25 },
      )
      for (const [stream, ids] of streams)
        expect((await store.readStream(stream)).map((one) => one.id)).toEqual(ids)
      expectWholeLog(await readEverything(store), store)
    })
  })
}
