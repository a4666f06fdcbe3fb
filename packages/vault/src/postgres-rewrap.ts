/** What a change of KEK epochs asks of the vault's storage, in PostgreSQL. Its role is a member of `vault_eraser`. */
import { byteaArray, textArray, uuidArray } from '@wederhoor/event-store/binary-array'
import type { Pool, QueryResultRow } from 'pg'
import { inTransaction, questions } from './questions.ts'
import type { DataKeyRow, RewrapStorage } from './storage.ts'

const LIVE = `not exists (
  select from vault.fence where fence.dossier = key.dossier and fence.party = key.party
)`
const NOT_UNDER = `
  select key.dossier, key.party, key.id, key.kek, key.wrapped from vault.data_key as key
  where key.kek <> $1 and ${LIVE} and ($3::uuid is null or (key.dossier, key.party) > ($3::uuid, $4::uuid))
  order by key.dossier, key.party limit $2`
const REPLACE = `
  with change as (
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bytea[])
      as change (dossier, party, id, old_kek, kek, wrapped)
  )
  update vault.data_key as key set kek = change.kek, wrapped = change.wrapped from change
  where key.dossier = change.dossier and key.party = change.party and key.id = change.id
    and key.kek = change.old_kek and ${LIVE}
    and not exists (select from vault.retired_kek where retired_kek.kek = change.kek)
  returning 1`

/** Contracts: `RewrapStorage`. Never ends the pool. */
export function postgresRewrap(pool: Pool): RewrapStorage {
  const ask = questions(pool)
  return {
    keysNotUnder: (current, limit, after) =>
      ask<DataKeyRow & QueryResultRow>('keys-not-under', NOT_UNDER, [
        current,
        limit,
        after?.dossier ?? null,
        after?.party ?? null,
      ]),
    async replaceKeys(changes) {
      const rows = await ask('replace-keys', REPLACE, [
        uuidArray(changes.map(({ to }) => to.dossier)),
        uuidArray(changes.map(({ to }) => to.party)),
        uuidArray(changes.map(({ to }) => to.id)),
        textArray(changes.map(({ from }) => from.kek)),
        textArray(changes.map(({ to }) => to.kek)),
        byteaArray(changes.map(({ to }) => to.wrapped)),
      ])
      return rows.length
    },
    async retire(keks) {
      return inTransaction(pool, async (client) => {
        // As for a fence: whoever is writing a key has written it, whoever comes next reads what is retired.
        await client.query('lock table vault.data_key in share mode')
        await client.query(
          'insert into vault.retired_kek (kek) select unnest($1::text[]) on conflict do nothing',
          [keks],
        )
        const { rows } = await client.query<{ count: number }>(
          `select count(*)::int from vault.data_key as key where key.kek = any ($1) and ${LIVE}`,
          [keks],
        )
        return rows[0]?.count ?? 0
      })
    },
    async retired() {
      const rows = await ask<{ kek: string }>('retired', 'select kek from vault.retired_kek', [])
      return rows.map(({ kek }) => kek)
    },
  }
}
