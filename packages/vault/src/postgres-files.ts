/** Files of a vault in PostgreSQL, schema `vault`. Each chunk is one commit: memory stays small, and an orphan is swept. */
import type { FileStorage } from './file-storage.ts'
import type { Ask } from './questions.ts'

/** Contracts: `FileStorage`. */
export function postgresFiles(ask: Ask): FileStorage {
  const keep = async (name: string, text: string, values: unknown[]) =>
    (await ask(name, text, values)).length === 1 ? 'kept' : 'erased'

  return {
    beginFile: ({ id, dossier, party, keyId }) =>
      keep('begin-file', BEGIN_FILE, [id, dossier, party, keyId]),
    keepChunk: (file, index, { nonce, ciphertext }) =>
      keep('keep-chunk', KEEP_CHUNK, [file, index, bufferOf(nonce), bufferOf(ciphertext)]),
    endFile: (file, digest, chunks) =>
      keep('end-file', END_FILE, [file, Buffer.from(digest, 'base64url'), chunks]),
    async findFile(id, digest) {
      const [row] = await ask<FoundRow>('find-file', FIND_FILE, [
        id,
        Buffer.from(digest, 'base64url'),
      ])
      if (row === undefined) return undefined
      const { dossier, party, chunks, key_id: keyId, fenced } = row
      return fenced ? 'erased' : { id, dossier, party, keyId, chunks }
    },
    async findChunk({ id, dossier, party }, index) {
      const [row] = await ask<FoundChunk>('find-chunk', FIND_CHUNK, [id, index, dossier, party])
      if (row?.fenced) return 'erased'
      if (row === undefined || row.nonce === null || row.ciphertext === null) return undefined
      return { nonce: row.nonce, ciphertext: row.ciphertext }
    },
  }
}

type FoundRow = {
  dossier: string
  party: string
  key_id: string
  chunks: number
  fenced: boolean
}

const NOT_FENCED = `not exists (
  select from vault.fence where (fence.dossier, fence.party) = (owned.dossier, owned.party)
)`

const BEGIN_FILE = `
  insert into vault.file (id, dossier, party, key_id)
  select owned.* from (values ($1::uuid, $2::uuid, $3::uuid, $4::uuid)) as owned (id, dossier, party, key_id)
  where ${NOT_FENCED}
  returning 1`

const KEEP_CHUNK = `
  insert into vault.file_chunk (file, index, nonce, ciphertext)
  select owned.id, $2, $3, $4 from vault.file as owned
  where owned.id = $1 and owned.digest is null and ${NOT_FENCED}
  returning 1`

const END_FILE = `
  update vault.file as owned set digest = $2, chunks = $3
  where owned.id = $1 and owned.digest is null and ${NOT_FENCED}
  returning 1`

const FIND_FILE = `
  select dossier, party, key_id, chunks, fence.dossier is not null as fenced
  from vault.file left join vault.fence using (dossier, party)
  where file.id = $1 and file.digest = $2`

/** The fence is read with every chunk: an erasure ends what is being read. */
const FIND_CHUNK = `
  select chunk.nonce, chunk.ciphertext, fence.dossier is not null as fenced
  from (values ($1::uuid, $2::int, $3::uuid, $4::uuid)) as owned (file, index, dossier, party)
  left join vault.fence using (dossier, party)
  left join vault.file_chunk as chunk using (file, index)`

type FoundChunk = { nonce: Buffer | null; ciphertext: Buffer | null; fenced: boolean }

const bufferOf = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
