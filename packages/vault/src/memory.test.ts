import { memoryStore } from '@wederhoor/event-store/memory'
import { describe, expect, test } from 'vitest'
import { vaultConformance } from './conformance.ts'
import { enclosedConformance } from './enclosed-conformance.ts'
import { type ErasureTestWorld, erasureConformance } from './erasure-conformance.ts'
import { erasureModel } from './erasure-model.ts'
import { kekEpochsConformance } from './kek-epochs-conformance.ts'
import { memoryStorage, memoryVault } from './memory.ts'
import { content, newOwner, PLANTED_SENTENCE, requestFor, told } from './story.fixture.ts'

vaultConformance('memory', async () => {
  const storage = memoryStorage()
  const accessStore = memoryStore()
  return {
    storage,
    accessStore,
    async erase(owner) {
      await storage.raiseFence(owner)
      await storage.destroyKeys(owner)
    },
    close: () => accessStore.close(),
  }
})

describe('a memory vault', () => {
  test('has storage and keys of its own', async () => {
    const parts = { ledgerOrigin: 'ledger.example/access', policy: '2026-01' }
    const [one, other] = [1, 2].map(() => memoryVault({ ...parts, accessStore: memoryStore() }))
    const owner = newOwner()
    const sealed = await one?.seal(told, owner, { story: content.story })
    const request = requestFor(owner, { sealed: sealed?.story.sealed ?? ('' as never) })
    expect(await one?.open(request)).toEqual([
      { kind: 'opened', path: '/story', value: PLANTED_SENTENCE },
    ])
    await expect(other?.open(request)).rejects.toMatchObject({ code: 'unknown-commitment' })
  })
})

const openErasing = async (): Promise<ErasureTestWorld> => {
  const storage = memoryStorage()
  return {
    storage,
    async backup() {
      const kept = storage.backup()
      return { restore: async () => kept.restore() }
    },
    loseKey: async (owner) => storage.loseKey(owner),
    close: async () => undefined,
  }
}
enclosedConformance(
  'memory',
  async () => {
    const storage = memoryStorage()
    const [store, accessStore] = [memoryStore({ keeper: storage.keeper }), memoryStore()]
    return {
      storage,
      store,
      accessStore,
      raiseFence: async (owner) => void (await storage.raiseFence(owner)),
      kept: async () => storage.digests().toSorted(),
      close: () => store.close(),
    }
  },
  200,
)
erasureConformance('memory', openErasing)
kekEpochsConformance('memory', openErasing)
erasureModel('memory', openErasing, 60)
