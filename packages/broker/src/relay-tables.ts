/** The SQL of the relay: lease with fencing token, checkpoint by compare-and-set, sequences per (source, subject). */
import type { Position } from '@wederhoor/event-store/port'
import type { Pool, PoolClient } from 'pg'
import { inTransaction } from './transaction.ts'

export interface Lease {
  readonly name: string
  readonly holder: string
  readonly fence: string
}

/** Undefined while another relay of that name lives. */
export async function acquireLease(
  db: Pool,
  {
    name,
    holder,
    leaseMs,
  }: { readonly name: string; readonly holder: string; readonly leaseMs: number },
): Promise<{ readonly lease: Lease; readonly checkpoint: Position } | undefined> {
  const { rows } = await db.query<{ fence: string; checkpoint: string }>(
    `insert into broker.relay as relay (name, holder, fence, expires_at)
     values ($1, $2, 1, clock_timestamp() + $3 * interval '1 millisecond')
     on conflict (name) do update
       set holder = excluded.holder, fence = relay.fence + 1, expires_at = excluded.expires_at
       where relay.holder is null or relay.holder = excluded.holder or relay.expires_at < clock_timestamp()
     returning fence, checkpoint`,
    [name, holder, leaseMs],
  )
  const [row] = rows
  if (row === undefined) return undefined
  return { lease: { name, holder, fence: row.fence }, checkpoint: row.checkpoint as Position }
}

/** False when somebody else has taken over. */
export async function renewLease(db: Pool, lease: Lease, leaseMs: number): Promise<boolean> {
  const { rowCount } = await db.query(
    `with local as (select set_config('synchronous_commit', 'off', true))
     update broker.relay set expires_at = clock_timestamp() + $4 * interval '1 millisecond' from local
      where name = $1 and holder = $2 and fence = $3`,
    [lease.name, lease.holder, lease.fence, leaseMs],
  )
  return rowCount === 1
}

export async function releaseLease(db: Pool, lease: Lease): Promise<void> {
  await db.query(
    'update broker.relay set holder = null where name = $1 and holder = $2 and fence = $3',
    [lease.name, lease.holder, lease.fence],
  )
}

/**
 * False when the checkpoint stands elsewhere or somebody else has taken over: nothing was moved. A checkpoint that a
 * crash of the server takes back costs a repeat with the same ids and sequences, so it waits for no fsync.
 */
export async function moveCheckpoint(
  db: Pool,
  lease: Lease,
  move: { readonly from: Position; readonly to: Position },
): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'relay-checkpoint',
    text: `with local as (select set_config('synchronous_commit', 'off', true))
           update broker.relay set checkpoint = $5 from local
            where name = $1 and holder = $2 and fence = $3 and checkpoint = $4`,
    values: [lease.name, lease.holder, lease.fence, move.from, move.to],
  })
  return rowCount === 1
}

export async function readCheckpoint(db: Pool, name: string): Promise<Position> {
  const { rows } = await db.query<{ checkpoint: string }>(
    'select checkpoint from broker.relay where name = $1',
    [name],
  )
  return (rows[0]?.checkpoint ?? '') as Position
}

export interface Numbered {
  readonly entryId: string
  readonly type: string
  readonly subject: string
}

/**
 * The sequence of each announcement, in their order: the one it has had before, or the next of its subject. Durable on
 * return. Undefined when somebody else has taken over.
 */
export async function assignSequences(
  db: Pool,
  lease: Lease,
  request: { readonly source: string; readonly announcements: readonly Numbered[] },
): Promise<readonly number[] | undefined> {
  return inTransaction(db, async (client) => {
    const held = await client.query({
      name: 'relay-fence',
      text: 'select from broker.relay where name = $1 and holder = $2 and fence = $3 for share',
      values: [lease.name, lease.holder, lease.fence],
    })
    if (held.rowCount === 0) return undefined
    const earlier = await readAssigned(client, request)
    const fresh = request.announcements.filter((one) => !earlier.has(nameOf(one)))
    const assigned =
      fresh.length === 0 ? earlier : await assignFresh(client, request.source, fresh, earlier)
    return request.announcements.map((one) => assigned.get(nameOf(one)) ?? Number.NaN)
  })
}

async function readAssigned(
  client: PoolClient,
  {
    source,
    announcements,
  }: { readonly source: string; readonly announcements: readonly Numbered[] },
): Promise<Map<string, number>> {
  const { rows } = await client.query<{ entry_id: string; type: string; sequence: string }>({
    name: 'relay-assigned',
    text: `select entry_id, type, sequence from broker.announced
            where source = $1 and entry_id = any($2::uuid[])`,
    values: [source, announcements.map((one) => one.entryId)],
  })
  return new Map(
    rows.map((row) => [nameOf({ entryId: row.entry_id, type: row.type }), Number(row.sequence)]),
  )
}

async function assignFresh(
  client: PoolClient,
  source: string,
  fresh: readonly Numbered[],
  earlier: ReadonlyMap<string, number>,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for (const { subject } of fresh) counts.set(subject, (counts.get(subject) ?? 0) + 1)
  const { rows } = await client.query<{ subject: string; last: string }>({
    name: 'relay-next',
    text: `insert into broker.subject_sequence as known (source, subject, last)
           select $1, subject, messages from unnest($2::text[], $3::bigint[]) as row(subject, messages)
           on conflict (source, subject) do update set last = known.last + excluded.last
           returning subject, last`,
    values: [source, [...counts.keys()], [...counts.values()]],
  })
  const next = new Map(
    rows.map((row) => [row.subject, Number(row.last) - (counts.get(row.subject) ?? 0) + 1]),
  )
  const sequences = fresh.map(({ subject }) => {
    const sequence = next.get(subject) ?? Number.NaN
    next.set(subject, sequence + 1)
    return sequence
  })
  await client.query({
    name: 'relay-announced',
    text: `insert into broker.announced (source, entry_id, type, subject, sequence)
           select $1, * from unnest($2::uuid[], $3::text[], $4::text[], $5::bigint[])`,
    values: [
      source,
      fresh.map((one) => one.entryId),
      fresh.map((one) => one.type),
      fresh.map((one) => one.subject),
      sequences,
    ],
  })
  const assigned = new Map(earlier)
  for (const [index, one] of fresh.entries()) {
    const sequence = sequences[index]
    if (sequence !== undefined) assigned.set(nameOf(one), sequence)
  }
  return assigned
}

const nameOf = (one: { readonly entryId: string; readonly type: string }) =>
  `${one.entryId} ${one.type}`
