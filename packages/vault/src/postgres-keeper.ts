/** Keeps sealed rows in the transaction of the append that commits to them. */
import { byteaArray, int4Array, textArray, uuidArray } from '@wederhoor/event-store/binary-array'
import type { MemberCommitment, PostgresKeeper } from '@wederhoor/event-store/keeper'
import type { SealedRow } from './storage.ts'

/** For the store of the ledger whose entries commit to the vault's content: both are in one database, under one role. */
export const postgresKeeper: PostgresKeeper = {
  keep: 'vault.keep_with_entries',
  values(commitments) {
    const named = commitments.filter(({ enclosed }) => enclosed === undefined)
    const kept = commitments.filter(({ enclosed }) => enclosed !== undefined)
    const rows = kept.map(({ enclosed }) => enclosed as SealedRow)
    return [
      int4Array(named.map(({ member }) => member)),
      uuidArray(named.map(({ dossier }) => dossier)),
      byteaArray(named.map(bytesOf)),
      int4Array(kept.map(({ member }) => member)),
      byteaArray(kept.map(bytesOf)),
      uuidArray(rows.map((row) => row.dossier)),
      uuidArray(rows.map((row) => row.party)),
      uuidArray(rows.map((row) => row.keyId)),
      textArray(rows.map((row) => row.path)),
      byteaArray(rows.map((row) => row.nonce)),
      byteaArray(rows.map((row) => row.ciphertext)),
    ]
  },
  bytesOf: (enclosed) => (enclosed as SealedRow).ciphertext.length,
}

const bytesOf = ({ digest }: MemberCommitment): Uint8Array => Buffer.from(digest, 'base64url')
