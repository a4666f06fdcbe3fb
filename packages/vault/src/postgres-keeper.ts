/** Keeps sealed rows in the transaction of the append that commits to them. */
import { byteaArray, int4Array, uuidArray } from '@wederhoor/event-store/binary-array'
import type { PostgresKeeper } from '@wederhoor/event-store/keeper'
import { digestBytes, sealedColumns } from './sealed-columns.ts'
import type { SealedRow } from './storage.ts'

/** For the store of the ledger whose entries commit to the vault's content: both are in one database, under one role. */
export const postgresKeeper: PostgresKeeper = {
  keep: 'vault.keep_with_entries',
  values(commitments) {
    const named = commitments.filter(({ enclosed }) => enclosed === undefined)
    const kept = commitments.filter(({ enclosed }) => enclosed !== undefined)
    return [
      int4Array(named.map(({ member }) => member)),
      uuidArray(named.map(({ dossier }) => dossier)),
      byteaArray(named.map(({ digest }) => digestBytes(digest))),
      int4Array(kept.map(({ member }) => member)),
      ...sealedColumns(kept.map(({ enclosed }) => enclosed as SealedRow)),
    ]
  },
  bytesOf: (enclosed) => (enclosed as SealedRow).ciphertext.length,
}
