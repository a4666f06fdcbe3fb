import { memoryStore } from '@wederhoor/event-store/memory'
import { scanningDossierIndex } from './dossier-index.ts'
import { dossierIndexConformance } from './dossier-index-conformance.ts'

dossierIndexConformance('memory', async () => {
  const store = memoryStore()
  return { store, index: scanningDossierIndex(store), close: () => store.close() }
})
