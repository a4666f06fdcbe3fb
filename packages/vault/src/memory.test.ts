import { memoryStore } from '@wederhoor/event-store/memory'
import { vaultConformance } from './conformance.ts'
import { memoryStorage } from './memory.ts'

vaultConformance('memory', async () => {
  const storage = memoryStorage()
  const accessStore = memoryStore()
  return {
    storage,
    accessStore,
    erase: async (owner) => storage.erase(owner),
    close: () => accessStore.close(),
  }
})
