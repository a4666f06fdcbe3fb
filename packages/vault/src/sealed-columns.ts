/** Sealed rows as the parameters of a statement: one array for each column, in this order wherever rows are written. */
import { byteaArray, textArray, uuidArray } from '@wederhoor/event-store/binary-array'
import type { SealedRow } from './storage.ts'

/** digest, dossier, party, key_id, path, nonce, ciphertext. */
export const sealedColumns = (rows: readonly SealedRow[]): readonly Buffer[] => [
  byteaArray(rows.map((row) => digestBytes(row.digest))),
  uuidArray(rows.map((row) => row.dossier)),
  uuidArray(rows.map((row) => row.party)),
  uuidArray(rows.map((row) => row.keyId)),
  textArray(rows.map((row) => row.path)),
  byteaArray(rows.map((row) => row.nonce)),
  byteaArray(rows.map((row) => row.ciphertext)),
]

/** A digest as the database keeps it: 32 bytes. */
export const digestBytes = (digest: string): Uint8Array => Buffer.from(digest, 'base64url')
