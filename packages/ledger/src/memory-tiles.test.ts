import { memoryTiles } from './memory-tiles.ts'
import { tileStorageConformance } from './tile-storage-conformance.ts'

tileStorageConformance('memory', async () => {
  const tiles = memoryTiles()
  return { open: () => tiles, close: async () => undefined }
})
