/**
 * A file is kept before the entry that names it is appended, and content as well where a vault is not kept with its entries;
 * when that append is refused or its process dies, the row is an orphan. The sweep takes rows that are old enough and that
 * no entry names.
 */
import {
  type EventStore,
  type Position,
  START,
  type StoredEntry,
} from '@wederhoor/event-store/port'
import { decodeEntry } from '@wederhoor/ledger/entry'
import type { Pool, PoolClient } from 'pg'
import { VaultError } from './port.ts'

export interface OrphanSweep {
  readonly pool: Pool
  /** The case history: whatever seals into this vault names it in this ledger. */
  readonly store: Pick<EventStore, 'head' | 'readAll'>
  /** Younger rows may still be named; an hour by default, far more than an append can wait. */
  readonly olderThanMs?: number
}

interface Mark {
  readonly at: string
  readonly position: Position
}

/**
 * Deletes the orphans among the rows that became old enough since the last sweep, and says how many. Two sweeps at once
 * queue. A sweep marks where the ledger stands now, and later ones look only at what lies between two marks: run it
 * about hourly; an orphan then lives for two to three hours.
 * @throws VaultError unavailable; nothing was deleted then, and the next sweep begins where this one did.
 */
export async function sweepOrphans(sweep: OrphanSweep): Promise<{ readonly swept: number }> {
  // The head is read before the time: what is sealed after the time is then named after the head.
  const head = await sweep.store.head()
  const client = await sweep.pool.connect().catch(unavailable)
  try {
    await client.query('begin')
    await client.query('lock table vault.sweep_mark in exclusive mode')
    const span = await nextSpan(client, head, sweep.olderThanMs ?? 3_600_000)
    const swept = span === undefined ? 0 : await sweepSpan(client, span, sweep.store)
    await client.query('commit')
    return { swept }
  } catch (cause) {
    await client.query('rollback').catch(() => undefined)
    throw cause instanceof VaultError ? cause : unavailable(cause)
  } finally {
    client.release()
  }
}

/** From the oldest mark, up to which all is swept, to the newest mark that is old enough. */
async function nextSpan(client: PoolClient, head: Position, olderThanMs: number) {
  await client.query(
    'insert into vault.sweep_mark (at, position) values (clock_timestamp(), $1) on conflict do nothing',
    [head],
  )
  const { rows } = await client.query<Mark & { old: boolean }>(
    `select at::text, position, at <= clock_timestamp() - $1 * interval '1 millisecond' as old
     from vault.sweep_mark order by sweep_mark.at`,
    [olderThanMs],
  )
  const [from, to] = [rows[0], rows.findLast((mark) => mark.old)]
  return from === undefined || to === undefined || from === to ? undefined : { from, to }
}

async function sweepSpan(
  client: PoolClient,
  { from, to }: { from: Mark; to: Mark },
  store: OrphanSweep['store'],
): Promise<number> {
  const { rows } = await client.query<{ dossier: string; digest: Buffer }>(
    'select dossier, digest from vault.sealed where sealed_at > $1::timestamptz and sealed_at <= $2::timestamptz',
    [from.at, to.at],
  )
  const unnamed = new Map(rows.map((row) => [row.digest.toString('base64url'), row]))
  if (unnamed.size > 0) await forEachEntry(store, from.position, (entry) => strike(entry, unnamed))
  const orphans = [...unnamed.values()]
  const { rowCount } = await client.query(
    `delete from vault.sealed using unnest($1::uuid[], $2::bytea[]) as orphan (dossier, digest)
     where sealed.dossier = orphan.dossier and sealed.digest = orphan.digest`,
    [orphans.map(({ dossier }) => dossier), orphans.map(({ digest }) => digest)],
  )
  // The file of a commitment went with it; what was never finished belongs to none.
  const unfinished = await client.query(
    'delete from vault.file where digest is null and sealed_at <= $1::timestamptz',
    [to.at],
  )
  await client.query('delete from vault.sweep_mark where at < $1::timestamptz', [to.at])
  return (rowCount ?? 0) + (unfinished.rowCount ?? 0)
}

/** Strikes off whatever the entry names: as a commitment, or anywhere among its open facts (served by digest). */
function strike(stored: StoredEntry, unnamed: Map<string, unknown>): void {
  const entry = decodeEntry(stored.bytes)
  const walk = (value: unknown): void => {
    if (typeof value === 'string') unnamed.delete(value)
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(walk)
  }
  walk(entry.c)
  walk(entry.data)
}

async function forEachEntry(
  store: OrphanSweep['store'],
  after: Position,
  visit: (entry: StoredEntry) => void,
): Promise<void> {
  let position = after === '' ? START : after
  for (;;) {
    const entries = await store.readAll(position, 1_000)
    const last = entries.at(-1)
    if (last === undefined) return
    entries.forEach(visit)
    position = last.position
  }
}

function unavailable(cause: unknown): never {
  throw new VaultError('unavailable', 'the sweep of orphans did not end', { cause })
}
