/** What ours is measured beside: emmett through its own port, and a bare statement as the limit. */
import { randomUUID } from 'node:crypto'
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql'
import type pg from 'pg'
import { DIGEST, entryBytes } from './entry-bytes.ts'

export interface Peer {
  readonly name: string
  /** One event to the writer's own stream, durable on return. */
  append(writer: number, turn: number): Promise<void>
  /** Rows that stand in the table. */
  rows(): Promise<number>
  /** What works beside the appends while they are measured. */
  readonly beside?: { start(): void; stop(): Promise<void> }
  close(): Promise<void>
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

export async function countRows(pool: pg.Pool, table: string): Promise<number> {
  const { rows } = await pool.query<{ rows: number }>(`SELECT count(*)::int AS rows FROM ${table}`)
  return rows[0]?.rows ?? 0
}
