/** The store of record: PostgreSQL, one schema per ledger (`migrateStore` makes it). */
import type { Pool } from 'pg'
import { batchQueue } from './batch-queue.ts'
import { tolerateIdleLoss } from './checked-out.ts'
import type { PostgresKeeper } from './keeper.ts'
import { ledgerSchema } from './migrate-store.ts'
import {
  type AppendResult,
  type EventStore,
  type NewEntry,
  type StoredEntry,
  StoreError,
} from './port.ts'
import { ledgerActs } from './postgres-acts.ts'
import { commitBatch } from './postgres-append.ts'
import { unavailable } from './postgres-error.ts'
import { type Listener, listener, notifier } from './postgres-wake.ts'
import {
  comparePositions,
  type Int8,
  positionNumber,
  positionOf,
  refuseEnclosed,
  validateAppend,
  validateOwner,
  validateReason,
} from './validate.ts'
import { wakeList } from './wakes.ts'

export interface PostgresStoreOptions {
  /** Connections of the role that appends or reads. The store uses one for appending; it never ends the pool. */
  readonly pool: Pool
  /** Names the schema `ledger_<name>`. Several ledgers may live in one database. */
  readonly ledgerName: string
  /** Time for the head row, ISO 8601 in UTC; absent: the database's own. Asked once per batch. */
  readonly clock?: { now(): Promise<string> }
  /** Appends that may wait before further ones are refused with `queue-full`; 4,096 by default. */
  readonly waitingMax?: number
  /** A batch without an answer for so long is taken as lost and looked for; 10,000 by default. */
  readonly answerMs?: number
  /** Whether other processes are woken and heard (NOTIFY, LISTEN on a connection of its own); true by default. */
  readonly notify?: boolean
  /** Holds what entries commit to, in the same database and by the same role. */
  readonly keeper?: PostgresKeeper
}

type EntryRow = [
  position: Int8,
  stream: string,
  revision: number,
  id: string,
  type: string,
  dossier: string | null,
  bytes: Buffer,
]

const columns = 'position, stream, revision, id, type, dossier, bytes'

/**
 * Positions are decimal numbers from 1 without gaps, in commit order. Appends of this object queue up and go out as
 * batches, one in flight; make one store per process and role. Entries are durable (synchronous_commit) before they are
 * acknowledged. `close` waits for appends that were accepted; close the store before ending the pool.
 */
export function postgresStore(options: PostgresStoreOptions): EventStore {
  const { pool } = options
  const schema = ledgerSchema(options.ledgerName)
  const shared = options.notify ?? true
  const wakes = wakeList()
  tolerateIdleLoss(pool)
  const others = shared ? notifier(pool, schema) : undefined
  let listening: Listener | undefined
  let closed = false

  const source = {
    pool,
    schema,
    clock: options.clock,
    keeper: options.keeper,
    answerMs: options.answerMs ?? 10_000,
    committed: () => {
      wakes.wake()
      others?.notify()
    },
  }
  const acts = ledgerActs(source)
  const refuseWhenClosed = () => {
    if (closed) throw new StoreError('closed', 'the store is closed')
  }
  const queue = batchQueue((batch) => commitBatch(source, batch), {
    waitingMax: options.waitingMax ?? 4_096,
    bytesOf: (entry) => entry.bytes.length + enclosedBytes(entry, options.keeper),
  })

  async function read(name: string, condition: string, values: (string | number)[]) {
    refuseWhenClosed()
    try {
      const { rows } = await pool.query<EntryRow>({
        name: `${schema}.${name}`,
        text: `select ${columns} from ${schema}.entry where ${condition}`,
        values,
        rowMode: 'array',
      })
      return rows.map(storedEntry)
    } catch (cause) {
      throw unavailable(cause)
    }
  }

  return {
    append(stream, expected, entries) {
      return new Promise<AppendResult>((resolve, reject) => {
        refuseWhenClosed()
        validateAppend(stream, expected, entries)
        if (options.keeper === undefined) refuseEnclosed(entries)
        queue.add({ stream, expected, entries, resolve, reject })
      })
    },
    readStream: (stream, fromRevision = 0) =>
      read('stream', 'stream = $1 and revision >= $2 order by revision', [stream, fromRevision]),
    readAll: async (from, limit) =>
      read('all', 'position > $1 order by position limit $2', [positionNumber(from), limit]),
    async head() {
      refuseWhenClosed()
      try {
        const { rows } = await pool.query<{ position: Int8 }>({
          name: `${schema}.head`,
          text: `select position from ${schema}.head`,
        })
        return positionOf(rows[0]?.position ?? '0')
      } catch (cause) {
        throw unavailable(cause)
      }
    },
    compare: comparePositions,
    onAppended(wake) {
      if (shared && !closed) listening ??= listener(pool, schema, wakes.wake)
      return wakes.add(wake)
    },
    async raiseFence(owner) {
      refuseWhenClosed()
      validateOwner(owner)
      return acts.raiseFence(owner)
    },
    async halt(reason) {
      refuseWhenClosed()
      validateReason(reason)
      await acts.halt(reason)
    },
    async resume() {
      refuseWhenClosed()
      await acts.resume()
    },
    async halted() {
      refuseWhenClosed()
      return acts.halted()
    },
    async close() {
      closed = true
      await queue.drained()
      wakes.clear()
      others?.close()
      await listening?.close()
    },
  }
}

function enclosedBytes(entry: NewEntry, keeper: PostgresKeeper | undefined): number {
  let bytes = 0
  for (const { enclosed } of entry.commitments ?? [])
    if (enclosed !== undefined) bytes += keeper?.bytesOf(enclosed) ?? 0
  return bytes
}

function storedEntry(row: EntryRow): StoredEntry {
  const [position, stream, revision, id, type, dossier, bytes] = row
  return { position: positionOf(position), stream, revision, id, type, dossier, bytes }
}
