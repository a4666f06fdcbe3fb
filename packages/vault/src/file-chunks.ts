/**
 * Files in chunks of a mebibyte, each under AES-256-GCM with its owner's data key. A chunk is bound to its owner, key,
 * file, place and whether it is the last: one that was moved, swapped between files, left out or cut off does not open.
 * One or two chunks are in memory at a time.
 */
import { createHash, randomUUID } from 'node:crypto'
import { decrypt, encrypt } from './cipher.ts'
import type { FileContent } from './fields.ts'
import type { FileRow, FileStorage, FoundFile } from './file-storage.ts'
import type { DataKey } from './keys.ts'
import { VaultError } from './port.ts'
import type { Owner } from './storage.ts'

const CHUNK_BYTES = 1_048_576
/** 25 MiB. */
export const FILE_BYTES_MAX = 25 * CHUNK_BYTES

export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

interface KeptFile {
  readonly id: string
  readonly chunks: number
  readonly size: number
  readonly sha256: string
}

/**
 * Every chunk is durable on return; the file belongs to no commitment yet (`endFile`).
 * @throws VaultError too-large, as soon as more than `FILE_BYTES_MAX` came; erased; unavailable. What was kept is swept.
 */
export async function keepFile(
  storage: FileStorage,
  {
    owner,
    key,
    source,
  }: { readonly owner: Owner; readonly key: DataKey; readonly source: ByteSource },
): Promise<KeptFile> {
  const { dossier, party } = owner
  const file: FileRow = { id: randomUUID(), dossier, party, keyId: key.id }
  requireKept(await storage.beginFile(file), owner)
  const hash = createHash('sha256')
  let [size, chunks] = [0, 0]
  for await (const { bytes, isLast } of piecesOf(source)) {
    size += bytes.length
    hash.update(bytes)
    const chunk = encrypt(key.bytes, bytes, contextOf(file, chunks, isLast))
    requireKept(await storage.keepChunk(file.id, chunks, chunk), owner)
    chunks += 1
  }
  return { id: file.id, chunks, size, sha256: hash.digest('hex') }
}

/**
 * The bytes in order. The last chunk is given only when size and hash of the whole are what was committed to.
 * @throws VaultError, also halfway: tampered, erased, unavailable.
 */
export async function* chunksOf(
  storage: FileStorage,
  {
    file,
    key,
    content,
  }: { readonly file: FoundFile; readonly key: DataKey; readonly content: FileContent },
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let size = 0
  for (let index = 0; index < file.chunks; index += 1) {
    const found = await storage.findChunk(file, index)
    if (found === 'erased') throw erasedFile(file)
    if (found === undefined) throw new VaultError('tampered', `chunk ${index} of a file is missing`)
    const isLast = index === file.chunks - 1
    const bytes = decrypt(key.bytes, found, contextOf(file, index, isLast))
    size += bytes.length
    hash.update(bytes)
    if (isLast && (size !== content.size || hash.digest('hex') !== content.sha256))
      throw new VaultError('tampered', 'a file is not what was committed to')
    yield bytes
  }
}

const contextOf = ({ dossier, party, keyId, id }: FileRow, index: number, isLast: boolean) =>
  ['file', dossier, party, keyId, id, index, isLast ? 'last' : 'more'].join('|')

/** Pieces of `CHUNK_BYTES`, the last one shorter or as long; an empty source is one empty piece. */
async function* piecesOf(source: ByteSource) {
  let piece = Buffer.allocUnsafe(CHUNK_BYTES)
  let [filled, total] = [0, 0]
  for await (const bytes of source) {
    total += bytes.length
    if (total > FILE_BYTES_MAX)
      throw new VaultError('too-large', `a file holds at most ${FILE_BYTES_MAX} bytes`)
    for (let from = 0; from < bytes.length; ) {
      if (filled === CHUNK_BYTES) {
        yield { bytes: piece, isLast: false }
        piece = Buffer.allocUnsafe(CHUNK_BYTES)
        filled = 0
      }
      const part = bytes.subarray(from, from + CHUNK_BYTES - filled)
      piece.set(part, filled)
      filled += part.length
      from += part.length
    }
  }
  yield { bytes: piece.subarray(0, filled), isLast: true }
}

/** @throws VaultError erased. */
export function requireKept(answer: 'kept' | 'erased', owner: Owner): void {
  if (answer === 'erased') throw erasedFile(owner)
}

const erasedFile = ({ dossier }: Owner): VaultError =>
  new VaultError('erased', `a party of dossier ${dossier} was erased`)
