/** Files of a vault in memory; the maps belong to whoever keeps the rest. */
import type { Box } from './cipher.ts'
import type { FileRow, FileStorage } from './file-storage.ts'
import type { Owner } from './storage.ts'

export interface MemoryFile extends FileRow {
  readonly chunks: readonly Box[]
  readonly digest?: string
}

/** Contracts: `FileStorage`. Reads `files` anew each time: a restored backup puts another map in its place. */
export function memoryFiles(
  files: () => Map<string, MemoryFile>,
  isFenced: (owner: Owner) => boolean,
): FileStorage {
  const writing = (id: string): MemoryFile | undefined => {
    const file = files().get(id)
    return file === undefined || file.digest !== undefined || isFenced(file) ? undefined : file
  }
  return {
    async beginFile(file) {
      if (isFenced(file)) return 'erased'
      files().set(file.id, { ...file, chunks: [] })
      return 'kept'
    },
    async keepChunk(id, index, chunk) {
      const file = writing(id)
      if (file === undefined || file.chunks.length !== index) return 'erased'
      files().set(id, { ...file, chunks: [...file.chunks, chunk] })
      return 'kept'
    },
    async endFile(id, digest) {
      const file = writing(id)
      if (file === undefined) return 'erased'
      files().set(id, { ...file, digest })
      return 'kept'
    },
    async findFile(id, digest) {
      const file = files().get(id)
      if (file === undefined || file.digest !== digest) return undefined
      return isFenced(file) ? 'erased' : { ...file, chunks: file.chunks.length }
    },
    async findChunk(file, index) {
      return isFenced(file) ? 'erased' : files().get(file.id)?.chunks[index]
    },
  }
}
