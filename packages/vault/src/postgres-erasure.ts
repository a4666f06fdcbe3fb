/** What an erasure asks of the vault's storage, in PostgreSQL. Its role is a member of `vault_eraser`. */
import { type Position, START } from '@wederhoor/event-store/port'
import pg, { type Pool } from 'pg'
import type { DestroyedKey, ErasureStorage, ErasureTarget, Looking } from './erasure-storage.ts'
import { fingerprintOf } from './fingerprint.ts'
import { type Ask, inTransaction, questions } from './questions.ts'
import type { Owner } from './storage.ts'

/**
 * Tells the vault of tables that an erasure empties; durable on return, adding what is known already adds nothing. Done
 * by whoever migrates the table, so that a restored backup knows its targets.
 * @throws VaultError unavailable.
 */
export async function registerErasureTargets(
  pool: Pool,
  targets: readonly ErasureTarget[],
): Promise<void> {
  await questions(pool)(
    'register-targets',
    `insert into vault.erasure_target (table_schema, table_name, dossier_column, owner_column)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[]) on conflict do nothing`,
    [
      targets.map((target) => target.schema),
      targets.map((target) => target.table),
      targets.map((target) => target.dossierColumn),
      targets.map((target) => target.ownerColumn ?? ''),
    ],
  )
}

/** Contracts: `ErasureStorage`. Never ends the pool. */
export function postgresErasure(pool: Pool): ErasureStorage {
  const ask = questions(pool)

  return {
    async raiseFence({ dossier, party }) {
      return inTransaction(pool, async (client) => {
        // Waits for whoever is writing rows, and makes whoever comes next read the fence: a statement takes its lock before
        // its snapshot. Readers and dumps do not wait.
        await client.query(
          'lock table vault.sealed, vault.data_key, vault.file, vault.file_chunk in share mode',
        )
        await client.query(
          'insert into vault.fence (dossier, party) values ($1, $2) on conflict do nothing',
          [dossier, party],
        )
        return countOf(questions(client), 'owned-digests', OWNED_DIGESTS, [dossier, party])
      })
    },

    async destroyKeys(owner) {
      const values = [owner.dossier, owner.party]
      await inTransaction(pool, async (client) => {
        const { rows } = await client.query<{ id: string }>(
          'select id from vault.data_key where dossier = $1 and party = $2 for update',
          values,
        )
        for (const { id } of rows)
          await client.query(
            'insert into vault.destroyed_key (fingerprint, dossier, party) values ($1, $2, $3) on conflict do nothing',
            [Buffer.from(fingerprintOf(id), 'hex'), ...values],
          )
        await client.query('delete from vault.data_key where dossier = $1 and party = $2', values)
      })
      return destroyedKeys(ask, owner)
    },

    async noteEpochs(epochs, owner) {
      await ask(
        'note-epochs',
        `update vault.destroyed_key set epochs = $1
         where epochs is null and ($2::uuid is null or (dossier, party) = ($2, $3::uuid))`,
        [epochs, owner?.dossier ?? null, owner?.party ?? null],
      )
    },

    destroyedKeys: (owner) => destroyedKeys(ask, owner),

    async deleteSealed({ dossier, party }) {
      await ask(
        'delete-sealed',
        `update vault.sealed set nonce = null, ciphertext = null, erased_at = clock_timestamp()
         where dossier = $1 and party = $2 and erased_at is null`,
        [dossier, party],
      )
      await ask('delete-files', 'delete from vault.file where dossier = $1 and party = $2', [
        dossier,
        party,
      ])
      const text = `${OWNED_DIGESTS} and erased_at is not null`
      return countOf(ask, 'erased-digests', text, [dossier, party])
    },

    async deletePeople(scope, pseudonyms) {
      const rows = await ask(
        'delete-people',
        'delete from vault.pseudonym where scope = $1 and pseudonym = any ($2::uuid[]) returning 1',
        [scope, pseudonyms],
      )
      return rows.length
    },

    async deleteRows(owner, which) {
      let deleted = 0
      for (const target of await targetsIn(ask)) {
        if (which === 'owned' && target.ownerColumn === undefined) continue
        const { text, values } = rowsOf(target, owner)
        const sql = `with gone as (delete from ${text} returning 1) select count(*)::int from gone`
        deleted += await countOf(ask, nameOf('delete', target), sql, values)
      }
      return deleted
    },

    remains: (owner, looking) => remains(ask, owner, looking),

    async unerased(owners) {
      return ask<Owner & pg.QueryResultRow>(
        'unerased',
        `select owner.dossier, owner.party from unnest($1::uuid[], $2::uuid[]) as owner (dossier, party)
         where not exists (select from vault.fence where (fence.dossier, fence.party) = (owner.dossier, owner.party))
           or ${IS_LEFT}`,
        [owners.map((owner) => owner.dossier), owners.map((owner) => owner.party)],
      )
    },

    async destroyed() {
      return ask<Owner & pg.QueryResultRow>(
        'destroyed',
        'select distinct dossier, party from vault.destroyed_key',
        [],
      )
    },

    async compared() {
      const rows = await ask<{ position: Position }>(
        'compared',
        'select position from vault.erasure_compared',
        [],
      )
      return rows[0]?.position ?? START
    },

    async noteCompared(position) {
      await ask('note-compared', 'update vault.erasure_compared set position = $1', [position])
    },
  }
}

const OWNED_DIGESTS = 'select count(*)::int from vault.sealed where dossier = $1 and party = $2'

const IS_LEFT = `(
  exists (select from vault.data_key as key where (key.dossier, key.party) = (owner.dossier, owner.party))
  or exists (
    select from vault.sealed where (sealed.dossier, sealed.party) = (owner.dossier, owner.party) and erased_at is null
  )
  or exists (select from vault.file where (file.dossier, file.party) = (owner.dossier, owner.party)))`

async function destroyedKeys(ask: Ask, owner: Owner): Promise<readonly DestroyedKey[]> {
  const rows = await ask<{ fingerprint: Buffer; epochs: string[] | null }>(
    'destroyed-keys',
    `select fingerprint, epochs from vault.destroyed_key where dossier = $1 and party = $2
     order by destroyed_at, fingerprint`,
    [owner.dossier, owner.party],
  )
  return rows.map(({ fingerprint, epochs }) => ({
    fingerprint: fingerprint.toString('hex'),
    epochs: epochs ?? undefined,
  }))
}

async function remains(ask: Ask, owner: Owner, looking: Looking): Promise<readonly string[]> {
  const { dossier, party } = owner
  const places: string[] = []
  const look = async (place: string, sql: string, values: unknown[] = [dossier, party]) => {
    const count = await countOf(ask, `look ${place}`, sql, values)
    if (count > 0) places.push(`${place}: ${count}`)
  }
  await look(
    'vault.fence: not raised',
    'select 1 - count(*)::int as count from vault.fence where dossier = $1 and party = $2',
  )
  await look(
    'vault.data_key',
    'select count(*)::int from vault.data_key where dossier = $1 and party = $2',
  )
  await look('vault.sealed', `${OWNED_DIGESTS} and erased_at is null`)
  await look('vault.file', 'select count(*)::int from vault.file where dossier = $1 and party = $2')
  await look(
    'vault.destroyed_key without epochs',
    'select count(*)::int from vault.destroyed_key where dossier = $1 and party = $2 and epochs is null',
  )
  await look(
    'vault.pseudonym',
    'select count(*)::int from vault.pseudonym where scope = $1 and pseudonym = any ($2::uuid[])',
    [dossier, looking.pseudonyms ?? []],
  )
  for (const target of await targetsIn(ask)) {
    const { text, values } = rowsOf(target, owner)
    await look(nameOf('in', target), `select count(*)::int from ${text}`, values)
  }
  const { behind } = looking
  if (behind !== undefined)
    for (const { name, position } of await projections(ask))
      if (behind(position)) places.push(`projection ${name} has not read far enough`)
  return places
}

async function countOf(ask: Ask, name: string, sql: string, values: unknown[]): Promise<number> {
  const [row] = await ask<{ count: number }>(name, sql, values)
  return row?.count ?? 0
}

/** Registered tables that exist: a backup may be older than a table. */
async function targetsIn(ask: Ask): Promise<readonly ErasureTarget[]> {
  return (
    await ask<ErasureTarget & pg.QueryResultRow>(
      'targets',
      `select table_schema as schema, table_name as "table", dossier_column as "dossierColumn",
         owner_column as "ownerColumn"
       from vault.erasure_target
       where to_regclass(format('%I.%I', table_schema, table_name)) is not null
       order by 1, 2, 3, 4`,
      [],
    )
  ).map(({ ownerColumn, ...target }) =>
    ownerColumn === '' ? target : { ...target, ownerColumn: ownerColumn ?? '' },
  )
}

/** Values of no declared type: a dossier is uuid in one table and text in another. */
function rowsOf({ schema, table, dossierColumn, ownerColumn }: ErasureTarget, owner: Owner) {
  const name = pg.escapeIdentifier
  const where = [`${name(dossierColumn)} = $1`]
  const values: unknown[] = [owner.dossier]
  if (ownerColumn !== undefined) {
    where.push(`${name(ownerColumn)} = $2`)
    values.push(owner.party)
  }
  return { text: `${name(schema)}.${name(table)} where ${where.join(' and ')}`, values }
}

const nameOf = (what: string, { schema, table, dossierColumn, ownerColumn }: ErasureTarget) =>
  `${what} ${[schema, table, dossierColumn, ownerColumn ?? ''].join('.')}`

async function projections(ask: Ask): Promise<readonly { name: string; position: Position }[]> {
  const [there] = await ask<{ found: boolean }>(
    'has-projections',
    `select to_regclass('projection.checkpoint') is not null as found`,
    [],
  )
  return there?.found === true
    ? ask('projections', 'select name, position from projection.checkpoint order by name', [])
    : []
}
