import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cachedTail } from './cached-tail.ts'
import { storeConformance } from './conformance.ts'
import { anEntry, readEverything } from './conformance-world.ts'
import { memoryStore } from './memory.ts'
import { type EventStore, START, type StoredEntry } from './port.ts'

storeConformance('a cached tail', async () => {
  const store = memoryStore()
  const tail = cachedTail(store, { entries: 20 })
  return {
    open: (options) => (options === undefined ? tail : memoryStore(options)),
    dispose: () => store.close(),
  }
})

function counted(store: EventStore): { store: EventStore; reads: () => number } {
  let reads = 0
  const readAll: EventStore['readAll'] = (from, limit) => {
    reads += 1
    return store.readAll(from, limit)
  }
  return { store: { ...store, readAll }, reads: () => reads }
}

async function append(store: EventStore, count: number, bytes = Buffer.from('{}')): Promise<void> {
  for (let index = 0; index < count; index += 1)
    await store.append(`case-${anEntry().id}`, 'no-stream', [anEntry({ bytes })])
}

describe('fifteen followers that are level with the log', () => {
  test('share one read of what is new', async () => {
    const { store, reads } = counted(memoryStore())
    const tail = cachedTail(store, { entries: 100 })
    await append(store, 3)
    const head = await tail.head()
    await tail.readAll(head, 10)
    await append(store, 2)
    const before = reads()
    const pages = await Promise.all(Array.from({ length: 15 }, () => tail.readAll(head, 10)))
    expect(reads() - before).toBe(1)
    expect(pages.map((page) => page.length)).toEqual(pages.map(() => 2))
  })

  test('see what was durable when they asked, also while an older read is under way', async () => {
    const memory = memoryStore()
    const gates: PromiseWithResolvers<void>[] = []
    const slow: EventStore = {
      ...memory,
      async readAll(from, limit) {
        const page = await memory.readAll(from, limit)
        const gate = Promise.withResolvers<void>()
        gates.push(gate)
        await gate.promise
        return page
      },
    }
    const tail = cachedTail(slow, { entries: 100 })
    const early = tail.readAll(START, 10)
    while (gates.length === 0) await new Promise((resolve) => setImmediate(resolve))
    await append(memory, 1)
    const late = tail.readAll(START, 10)
    gates[0]?.resolve()
    expect(await early).toHaveLength(0)
    while (gates.length === 1) await new Promise((resolve) => setImmediate(resolve))
    gates[1]?.resolve()
    expect(await late).toHaveLength(1)
  })
})

describe('a follower that is behind the cache', () => {
  test('reads on without a hole while the cache moves ahead of it', async () => {
    const store = memoryStore()
    const tail = cachedTail(store, { entries: 10 })
    await append(store, 20)
    let hot = await tail.head()
    const seen: StoredEntry[] = []
    for (let round = 0; round < 60; round += 1) {
      await append(store, 40)
      hot = (await tail.readAll(hot, 1_000)).at(-1)?.position ?? hot
      seen.push(...(await tail.readAll(seen.at(-1)?.position ?? START, 37)))
    }
    const all = await readEverything(store)
    expect(seen).toEqual(all.slice(0, seen.length))
    expect(await readEverything(tail)).toEqual(all)
  })

  test('beyond the head finds nothing', async () => {
    const store = memoryStore()
    await append(store, 3)
    const ahead = await store.head()
    const tail = cachedTail(memoryStore(), { entries: 10 })
    expect(await tail.readAll(ahead, 10)).toEqual([])
  })
})

describe('what is appended through a cached tail', () => {
  test('is not read again, and is what the store would have given', async () => {
    const { store, reads } = counted(memoryStore())
    const tail = cachedTail(store, { entries: 100 })
    const from = await tail.head()
    await tail.readAll(from, 10)
    const before = reads()
    await append(tail, 5)
    const page = await tail.readAll(from, 10)
    expect(reads()).toBe(before)
    expect(page).toEqual(await store.readAll(from, 10))
    expect(page).toHaveLength(5)
  })

  test('leaves no hole where somebody else, or an append of several, came in between', async () => {
    const store = memoryStore()
    const tail = cachedTail(store, { entries: 100 })
    await tail.readAll(START, 10)
    await append(tail, 1)
    await append(store, 1)
    await append(tail, 1)
    await tail.append('case-several', 'no-stream', [anEntry(), anEntry()])
    await append(tail, 1)
    const all = await readEverything(tail)
    expect(all).toHaveLength(6)
    expect(all).toEqual(await readEverything(store))
  })

  test('is there once when a read of it was under way', async () => {
    const memory = memoryStore()
    const gate = Promise.withResolvers<void>()
    const slow: EventStore = {
      ...memory,
      async readAll(from, limit) {
        await gate.promise
        return memory.readAll(from, limit)
      },
    }
    const tail = cachedTail(slow, { entries: 100 })
    const reading = tail.readAll(START, 10)
    await new Promise((resolve) => setImmediate(resolve))
    await append(tail, 3)
    gate.resolve()
    await reading
    expect(await readEverything(tail)).toEqual(await readEverything(memory))
  })

  test('is one whole log for every interleaving of writers and followers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('here', 'elsewhere', 'several', 'read', 'head'), {
          maxLength: 40,
        }),
        async (steps) => {
          const store = memoryStore()
          const tail = cachedTail(store, { entries: 3 })
          let seen: readonly StoredEntry[] = []
          for (const step of steps) {
            if (step === 'here') await append(tail, 1)
            if (step === 'elsewhere') await append(store, 1)
            if (step === 'several')
              await tail.append(`case-${anEntry().id}`, 'no-stream', [anEntry(), anEntry()])
            if (step === 'head') await tail.head()
            if (step === 'read')
              seen = [...seen, ...(await tail.readAll(seen.at(-1)?.position ?? START, 2))]
          }
          seen = [...seen, ...(await readEverything(tail, seen.at(-1)?.position ?? START))]
          expect(seen).toEqual(await readEverything(store))
        },
      ),
    )
  })
})
