/** What a vault's storage keeps of files: two adapters, memory and PostgreSQL. Nothing here is readable. */
import type { Box } from './cipher.ts'
import type { Owner } from './storage.ts'

export interface FileRow extends Owner {
  readonly id: string
  readonly keyId: string
}

/** All methods throw VaultError unavailable where the storage cannot answer; those that keep are durable on return. */
export interface FileStorage {
  /** `erased` when the owner's fence is up. */
  beginFile(file: FileRow): Promise<'kept' | 'erased'>
  /** `erased` when the owner's fence is up, or the file is not being written any more. */
  keepChunk(file: string, index: number, chunk: Box): Promise<'kept' | 'erased'>
  /** From its return the file belongs to the commitment `digest` and goes with it; no chunk is added. */
  endFile(file: string, digest: string, chunks: number): Promise<'kept' | 'erased'>
  /**
   * The file of a commitment; `erased` when its owner's fence is up. Undefined: there is none, or another one.
   */
  findFile(file: string, digest: string): Promise<FoundFile | 'erased' | undefined>
  /** `erased` when the owner's fence went up in the meantime, whether or not its files are still there. */
  findChunk(file: FileRow, index: number): Promise<Box | 'erased' | undefined>
}

export interface FoundFile extends FileRow {
  readonly chunks: number
}
