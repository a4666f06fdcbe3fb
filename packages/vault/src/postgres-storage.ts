/** The vault's rows in PostgreSQL, schema `vault`. Writes are grouped: one statement, one commit for all that wait. */
import { byteaArray, textArray, uuidArray } from '@wederhoor/event-store/binary-array'
import type { Pool, QueryResultRow } from 'pg'
import { type GroupLimits, groupCommit } from './group-commit.ts'
import { VaultError } from './port.ts'
import { postgresFiles } from './postgres-files.ts'
import { type Ask, questions } from './questions.ts'
import { digestBytes, sealedColumns } from './sealed-columns.ts'
import type {
  DataKeyRow,
  FoundSealed,
  Owner,
  PseudonymRow,
  SealedRow,
  VaultStorage,
} from './storage.ts'

export interface PostgresStorage extends VaultStorage {
  /** Ids of KEKs that wrapped the keys here; empty when there are no keys. */
  keks(): Promise<readonly string[]>
  /** Resolves when no write is on its way. */
  drained(): Promise<void>
}

export function postgresStorage(pool: Pool): PostgresStorage {
  const ask = questions(pool)
  const sealing = groupCommit(
    (groups: readonly SealGroup[]) => keepSealed(ask, groups),
    limits(sealBytes),
  )
  const keys = groupCommit((rows: readonly DataKeyRow[]) => keepKeys(ask, rows), limits(smallBytes))
  const names = groupCommit(
    (rows: readonly PseudonymRow[]) => keepPseudonyms(ask, rows),
    limits(smallBytes),
  )

  return {
    ...postgresFiles(ask),
    keepSealed: sealing.add,
    keepKey: keys.add,
    keepPseudonym: names.add,
    async findSealed(dossier, digests) {
      const rows = await ask<FoundRow>('find-sealed', FIND_SEALED, [
        dossier,
        byteaArray(digests.map(digestBytes)),
      ])
      return rows.map(sealedRow)
    },
    async findOwners(dossier, digests) {
      const rows = await ask<FoundOwner>('find-owners', FIND_OWNERS, [
        dossier,
        byteaArray(digests.map(digestBytes)),
      ])
      return rows.map(({ digest, party }) => ({ digest: digestOf(digest), party }))
    },
    async findKey(owner) {
      const [row] = await ask<FoundKey>('find-key', FIND_KEY, [owner.dossier, owner.party])
      if (row?.fenced) return 'erased'
      return row?.id === null || row === undefined
        ? undefined
        : { ...owner, id: row.id, kek: row.kek, wrapped: row.wrapped }
    },
    async keks() {
      const rows = await ask<{ kek: string }>('keks', 'select distinct kek from vault.data_key', [])
      return rows.map((row) => row.kek)
    },
    async drained() {
      await Promise.all([sealing.drained(), keys.drained(), names.drained()])
    },
  }
}

type SealGroup = readonly SealedRow[]

/** All rows of a group have one owner: either all are kept or its fence is up. */
const KEEP_SEALED = `
  insert into vault.sealed (digest, dossier, party, key_id, path, nonce, ciphertext)
  select row.*
  from unnest($1::bytea[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bytea[], $7::bytea[])
    as row (digest, dossier, party, key_id, path, nonce, ciphertext)
  where not exists (
    select from vault.fence where fence.dossier = row.dossier and fence.party = row.party
  )
  returning digest`

async function keepSealed(
  ask: Ask,
  groups: readonly SealGroup[],
): Promise<readonly ('kept' | 'erased')[]> {
  const columns = sealedColumns(groups.flat())
  const kept = await ask<{ digest: Buffer }>('keep-sealed', KEEP_SEALED, [...columns])
  const digests = new Set(kept.map((row) => digestOf(row.digest)))
  return groups.map((group) => (group.every((row) => digests.has(row.digest)) ? 'kept' : 'erased'))
}

const FIND_SEALED = `
  select digest, dossier, party, key_id, path, nonce, ciphertext,
    erased_at is not null or fence.dossier is not null as erased
  from vault.sealed left join vault.fence using (dossier, party)
  where dossier = $1 and digest = any ($2::bytea[])`

type FoundRow = {
  digest: Buffer
  dossier: string
  party: string
  key_id: string
  path: string
  nonce: Buffer | null
  ciphertext: Buffer | null
  erased: boolean
}

function sealedRow({ digest, key_id, nonce, ciphertext, ...row }: FoundRow): FoundSealed {
  const none = new Uint8Array()
  const bytes = { nonce: nonce ?? none, ciphertext: ciphertext ?? none }
  return { ...row, ...bytes, digest: digestOf(digest), keyId: key_id }
}

const FIND_OWNERS =
  'select digest, party from vault.sealed where dossier = $1 and digest = any ($2::bytea[])'

type FoundOwner = { digest: Buffer; party: string }

const FIND_KEY = `
  select key.id, key.kek, key.wrapped, fence.dossier is not null as fenced
  from (values ($1::uuid, $2::uuid)) as owner (dossier, party)
  left join vault.data_key as key using (dossier, party)
  left join vault.fence using (dossier, party)`

type FoundKey = { id: string | null; kek: string; wrapped: Buffer; fenced: boolean }

/** Rows are sorted, so that two processes that make the same keys cannot wait for each other. */
const KEEP_KEYS = `
  insert into vault.data_key (dossier, party, id, kek, wrapped)
  select row.* from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::bytea[])
    as row (dossier, party, id, kek, wrapped)
  where not exists (
    select from vault.fence where fence.dossier = row.dossier and fence.party = row.party
  ) and not exists (select from vault.retired_kek where retired_kek.kek = row.kek)
  order by row.dossier, row.party
  on conflict (dossier, party) do nothing`

/** A statement of its own: it must see what another process committed while the first one waited. */
const STANDING_KEYS = `
  select row.dossier, row.party, key.id, key.kek, key.wrapped, fence.dossier is not null as fenced
  from unnest($1::uuid[], $2::uuid[]) as row (dossier, party)
  left join vault.data_key as key using (dossier, party)
  left join vault.fence using (dossier, party)`

async function keepKeys(
  ask: Ask,
  rows: readonly DataKeyRow[],
): Promise<readonly (DataKeyRow | 'erased' | 'retired')[]> {
  const owners = [
    uuidArray(rows.map((row) => row.dossier)),
    uuidArray(rows.map((row) => row.party)),
  ]
  await ask('keep-keys', KEEP_KEYS, [
    ...owners,
    uuidArray(rows.map((row) => row.id)),
    textArray(rows.map((row) => row.kek)),
    byteaArray(rows.map((row) => row.wrapped)),
  ])
  const standing = await ask<FoundKey & Owner>('standing-keys', STANDING_KEYS, owners)
  const byOwner = new Map(standing.map((row) => [nameOf(row), row]))
  return rows.map(({ dossier, party }) => {
    const found = byOwner.get(nameOf({ dossier, party }))
    if (found === undefined || found.fenced) return 'erased'
    return found.id === null
      ? 'retired'
      : { dossier, party, id: found.id, kek: found.kek, wrapped: found.wrapped }
  })
}

const KEEP_PSEUDONYMS = `
  insert into vault.pseudonym (scope, person, pseudonym)
  select row.* from unnest($1::text[], $2::bytea[], $3::uuid[]) as row (scope, person, pseudonym)
  order by row.scope, row.person
  on conflict (scope, person) do nothing`

const STANDING_PSEUDONYMS = `
  select person.scope, person.person, person.pseudonym
  from unnest($1::text[], $2::bytea[]) as row (scope, person)
  join vault.pseudonym as person using (scope, person)`

async function keepPseudonyms(ask: Ask, rows: readonly PseudonymRow[]): Promise<readonly string[]> {
  const people = [
    textArray(rows.map((row) => row.scope)),
    byteaArray(rows.map((row) => row.person)),
  ]
  const standing = () =>
    ask<PseudonymRow & QueryResultRow>('standing-pseudonyms', STANDING_PSEUDONYMS, people)
  let found = await standing()
  if (found.length < rows.length) {
    await ask('keep-pseudonyms', KEEP_PSEUDONYMS, [
      ...people,
      uuidArray(rows.map((row) => row.pseudonym)),
    ])
    found = await standing()
  }
  const byPerson = new Map(found.map((row) => [personOf(row), row.pseudonym]))
  return rows.map((row) => byPerson.get(personOf(row)) ?? unkept())
}

function unkept(): never {
  throw new VaultError('unavailable', 'a pseudonym was erased while it was made')
}

const nameOf = (owner: Owner): string => `${owner.dossier}|${owner.party}`
const personOf = (row: Omit<PseudonymRow, 'pseudonym'>): string =>
  `${Buffer.from(row.person).toString('hex')}|${row.scope}`
const digestOf = (bytes: Buffer): string => bytes.toString('base64url')

const sealBytes = (group: SealGroup): number =>
  group.reduce((sum, row) => sum + row.ciphertext.length, 0)
const smallBytes = (): number => 0

function limits<Item>(bytesOfItem: (item: Item) => number): GroupLimits<Item> {
  return {
    itemsMax: 256,
    bytesMax: 1_048_576,
    waitingMax: 4_096,
    bytesOf: bytesOfItem,
    full: () => new VaultError('unavailable', 'too many wait for the vault'),
  }
}
