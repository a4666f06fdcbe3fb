/** What is measured beside each other: ours through its port, emmett through its own, and a bare statement as the limit. */
import { randomUUID } from 'node:crypto'
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql'
import { migrateStore } from '@wederhoor/event-store/migrate-store'
import type { NewEntry } from '@wederhoor/event-store/port'
import { postgresStore } from '@wederhoor/event-store/postgres'
import { type Entry, encodeEntry, newNonce } from '@wederhoor/ledger/entry'
import { migrate } from '@wederhoor/postgres/migrate'
import { event, open, sensitive, uuid } from '@wederhoor/vault/fields'
import { passingKek } from '@wederhoor/vault/kek'
import { vaultMigrations } from '@wederhoor/vault/migrations'
import { postgresVault } from '@wederhoor/vault/postgres'
import type pg from 'pg'
import { z } from 'zod'

export interface Peer {
  readonly name: 'ours' | 'emmett' | 'raw'
  /** One event to the writer's own stream, durable on return. */
  append(writer: number, turn: number): Promise<void>
  /** Rows that stand in the table. */
  rows(): Promise<number>
  close(): Promise<void>
}

const noted = event('Noted', 1, {
  party: open('random id', uuid('PartyId')),
  text: sensitive('party', z.string()),
})
const STORY = 'Ik werd geweigerd bij de deur, mijn vriendin niet. '.repeat(6)
const SEALED_EVERY = 10

/** The bytes of one entry of ours: what the other two store as well. */
function entryBytes(
  place: { stream: string; revision: number; id: string },
  sealed: string,
): Uint8Array {
  const entry: Entry = {
    v: 1,
    ledger: 'bench.localhost/ledger',
    dossier: '9c1d2e3f-4a5b-4c6d-8e7f-901234567890',
    ...place,
    type: 'Noted',
    schemaVersion: 1,
    n: newNonce(),
    recordedAt: '2024-03-01T09:00:00.000Z' as Entry['recordedAt'],
    occurredAt: '2024-03-01T09:00:00.000Z' as Entry['occurredAt'],
    actor: {
      role: 'caseworker',
      desk: 'loket-utrecht',
      pseudonym: randomUUID() as Entry['actor']['pseudonym'],
    },
    power: { code: 'bijstand', version: '1' },
    policy: '2024-01',
    causation: null,
    correlation: randomUUID(),
    trace: null,
    data: {
      party: randomUUID(),
      channel: 'telefoon',
      direction: 'in',
      at: '2024-03-01T09:00:00.000Z',
    },
    c: { '/text': sealed },
  }
  return encodeEntry(entry)
}

const DIGEST = 'k8Zs0d1cT0h0V1yP2m6Q5b4c3d2e1f0g9h8i7j6k5l4'

export async function ours(pool: pg.Pool): Promise<Peer> {
  await migrateStore(pool, 'bench')
  await migrateStore(pool, 'bench_access')
  await migrate(pool, vaultMigrations)
  const store = postgresStore({ pool, ledgerName: 'bench' })
  const accessStore = postgresStore({ pool, ledgerName: 'bench_access', notify: false })
  const vault = await postgresVault({
    pool,
    kek: passingKek(),
    accessStore,
    ledgerOrigin: 'bench.localhost/access',
    policy: '2024-01',
  })
  const streams = new Map<
    number,
    { stream: string; revision: number; dossier: string; party: string }
  >()
  return {
    name: 'ours',
    async append(writer, turn) {
      const own = streams.get(writer) ?? {
        stream: `bench-${randomUUID()}`,
        revision: -1,
        dossier: randomUUID(),
        party: randomUUID(),
      }
      streams.set(writer, own)
      const { dossier, party, stream } = own
      const sealed =
        turn % SEALED_EVERY === 0
          ? (await vault.seal(noted, { dossier, party }, { text: STORY })).text.sealed
          : DIGEST
      const id = randomUUID()
      const revision = own.revision + 1
      const entry: NewEntry = {
        id,
        type: 'Noted',
        dossier,
        bytes: entryBytes({ stream, revision, id }, sealed),
      }
      const result = await store.append(stream, own.revision < 0 ? 'no-stream' : own.revision, [
        entry,
      ])
      if (result.kind !== 'appended') throw new Error(`ours: ${result.kind}`)
      own.revision = result.revision
    },
    rows: () => countRows(pool, 'ledger_bench.entry'),
    async close() {
      await vault.close()
      await store.close()
      await accessStore.close()
    },
  }
}

export async function emmett(pool: pg.Pool, url: string): Promise<Peer> {
  const store = getPostgreSQLEventStore(url, { connectionOptions: { pool } })
  await store.schema.migrate()
  const streams = new Map<number, { name: string; version: bigint }>()
  return {
    name: 'emmett',
    async append(writer) {
      const own = streams.get(writer) ?? { name: `bench-${randomUUID()}`, version: 0n }
      streams.set(writer, own)
      const id = randomUUID()
      const bytes = entryBytes({ stream: own.name, revision: Number(own.version), id }, DIGEST)
      const data = { entry: Buffer.from(bytes).toString('utf8') }
      const expectedStreamVersion =
        own.version === 0n ? ('STREAM_DOES_NOT_EXIST' as const) : own.version
      const result = await store.appendToStream(own.name, [{ type: 'Noted', data }], {
        expectedStreamVersion,
      })
      own.version = result.nextExpectedStreamVersion
    },
    rows: () => countRows(pool, 'emt_messages'),
    close: () => store.close(),
  }
}

/**
 * The limit: head row and one `unnest` insert for all who wait, in one statement and one round trip, the same bytes and
 * the same indexes, and nothing else: no expectation is checked, no id looked up, nothing sealed, nobody told.
 */
export async function raw(pool: pg.Pool): Promise<Peer> {
  await pool.query(`CREATE SCHEMA raw;
    CREATE TABLE raw.head (only_row boolean PRIMARY KEY DEFAULT true, position bigint NOT NULL);
    INSERT INTO raw.head (position) VALUES (0);
    CREATE TABLE raw.entry (position bigint PRIMARY KEY, revision integer NOT NULL, id uuid NOT NULL UNIQUE,
      dossier uuid, stream text COLLATE "C" NOT NULL, type text COLLATE "C" NOT NULL, bytes bytea NOT NULL,
      UNIQUE (stream, revision));
    CREATE INDEX ON raw.entry (dossier, position);`)
  const client = await pool.connect()
  const streams = new Map<number, { stream: string; revision: number; dossier: string }>()
  type Waiting = {
    readonly row: readonly unknown[]
    readonly done: () => void
    readonly failed: (error: unknown) => void
  }
  let waiting: Waiting[] = []
  let flying = false

  async function fly(): Promise<void> {
    flying = true
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      const column = (index: number) => batch.map((one) => one.row[index])
      try {
        await client.query({
          name: 'raw-append',
          text: `WITH head AS (UPDATE raw.head SET position = position + cardinality($3::uuid[]) RETURNING position)
                 INSERT INTO raw.entry (position, stream, revision, id, type, dossier, bytes)
                 SELECT head.position - cardinality($3::uuid[]) + n, stream, revision, id, 'Noted', dossier, bytes
                 FROM head, unnest($1::text[], $2::int[], $3::uuid[], $4::uuid[], $5::bytea[])
                   WITH ORDINALITY AS t (stream, revision, id, dossier, bytes, n)`,
          values: [column(0), column(1), column(2), column(3), column(4)],
        })
        for (const one of batch) one.done()
      } catch (error) {
        for (const one of batch) one.failed(error)
      }
    }
    flying = false
  }

  return {
    name: 'raw',
    async append(writer) {
      const own = streams.get(writer) ?? {
        stream: `bench-${randomUUID()}`,
        revision: -1,
        dossier: randomUUID(),
      }
      streams.set(writer, own)
      own.revision += 1
      const id = randomUUID()
      const bytes = Buffer.from(
        entryBytes({ stream: own.stream, revision: own.revision, id }, DIGEST),
      )
      const row = [own.stream, own.revision, id, own.dossier, bytes]
      await new Promise<void>((done, failed) => {
        waiting.push({ row, done, failed })
        if (!flying) void fly()
      })
    },
    rows: () => countRows(pool, 'raw.entry'),
    async close() {
      client.release()
    },
  }
}

/** One INSERT per event in autocommit, for the single writer. */
export async function rawSingle(pool: pg.Pool): Promise<(writer: number) => Promise<void>> {
  await pool.query(`CREATE TABLE raw.single (position bigserial PRIMARY KEY, revision integer NOT NULL, id uuid NOT NULL UNIQUE,
    dossier uuid, stream text COLLATE "C" NOT NULL, type text COLLATE "C" NOT NULL, bytes bytea NOT NULL,
    UNIQUE (stream, revision));
    CREATE INDEX ON raw.single (dossier, position);`)
  const stream = `bench-${randomUUID()}`
  const dossier = randomUUID()
  let revision = -1
  return async () => {
    revision += 1
    const id = randomUUID()
    const bytes = Buffer.from(entryBytes({ stream, revision, id }, DIGEST))
    await pool.query({
      name: 'raw-single',
      text: `INSERT INTO raw.single (stream, revision, id, type, dossier, bytes) VALUES ($1, $2, $3, 'Noted', $4, $5)`,
      values: [stream, revision, id, dossier, bytes],
    })
  }
}

async function countRows(pool: pg.Pool, table: string): Promise<number> {
  const { rows } = await pool.query<{ rows: number }>(`SELECT count(*)::int AS rows FROM ${table}`)
  return rows[0]?.rows ?? 0
}
