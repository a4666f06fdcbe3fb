import { describe, test } from 'vitest'
import { storeConformance } from './conformance.ts'
import { anEntry, type ConformanceWorld, expectRefusal } from './conformance-world.ts'
import { fenceConformance } from './fence-conformance.ts'
import { memoryStore } from './memory.ts'

const memoryWorld = async (): Promise<ConformanceWorld> => {
  // Memory has one object per ledger; a clock is an option of it, so that test has a ledger of its own.
  const store = memoryStore()
  return {
    open: (options) => (options === undefined ? store : memoryStore(options)),
    dispose: () => store.close(),
  }
}

storeConformance('memory', memoryWorld)
fenceConformance('memory', memoryWorld)

describe('a memory store for some categories', () => {
  test('refuses the others', async () => {
    const store = memoryStore({ categories: ['case'] })
    await store.append('case-1', 'no-stream', [anEntry()])
    await expectRefusal(store.append('hearing-1', 'no-stream', [anEntry()]), 'forbidden-category')
  })
})
