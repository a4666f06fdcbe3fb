import { describe, test } from 'vitest'
import { storeConformance } from './conformance.ts'
import { anEntry, expectRefusal } from './conformance-world.ts'
import { memoryStore } from './memory.ts'

storeConformance('memory', async () => {
  // Memory has one object per ledger; a clock is an option of it, so that test has a ledger of its own.
  const store = memoryStore()
  return {
    open: (options) => (options === undefined ? store : memoryStore(options)),
    dispose: () => store.close(),
  }
})

describe('a memory store for some categories', () => {
  test('refuses the others', async () => {
    const store = memoryStore({ categories: ['case'] })
    await store.append('case-1', 'no-stream', [anEntry()])
    await expectRefusal(store.append('hearing-1', 'no-stream', [anEntry()]), 'forbidden-category')
  })
})
