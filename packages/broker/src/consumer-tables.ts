/** The SQL of the consumer: guard, held messages, parked subjects. All of it runs in the transaction of the effect. */
import type { Pool, PoolClient } from 'pg'
import { addressOf, unpackWire } from './cloudevents.ts'
import type { Delivery, Message } from './port.ts'

export type ParkReason = 'undecodable' | 'failed' | 'gap'

export interface ParkedSubject {
  readonly subject: string
  readonly reason: ParkReason
  /** The failure's own words: for operators, never for a user. */
  readonly error: string
  readonly parkedAt: Date
  readonly messages: number
}

type Sequenced = Pick<Message, 'source' | 'subject' | 'sequence'>

/**
 * The last sequence that the group has handled of (source, subject), 0 for none. Holds the row until the transaction
 * ends. `parked` may be just out of date: ask `lockParked` before relying on a yes.
 */
export async function lockGuard(
  client: PoolClient,
  group: string,
  { source, subject }: Sequenced,
): Promise<{ readonly last: number; readonly parked: boolean; readonly held: boolean }> {
  const { rows } = await client.query<{ last: string; parked: boolean; held: boolean }>({
    name: 'consumer-guard',
    text: `insert into broker.guard as guard (group_name, source, subject, last) values ($1, $2, $3, 0)
           on conflict (group_name, source, subject) do update set last = guard.last
           returning last,
             exists (select from broker.parked_subject where group_name = $1 and subject = $3) as parked,
             exists (select from broker.held where group_name = $1 and source = $2 and subject = $3) as held`,
    values: [group, source, subject],
  })
  return {
    last: Number(rows[0]?.last ?? 0),
    parked: rows[0]?.parked ?? false,
    held: rows[0]?.held ?? false,
  }
}

export async function moveGuard(
  client: PoolClient,
  group: string,
  { source, subject, sequence }: Sequenced,
): Promise<void> {
  await client.query({
    name: 'consumer-guard-move',
    text: `insert into broker.guard as guard (group_name, source, subject, last) values ($1, $2, $3, $4)
           on conflict (group_name, source, subject) do update set last = greatest(guard.last, excluded.last)`,
    values: [group, source, subject, sequence],
  })
}

/** True when the subject is parked; it then stays so until this transaction ends. */
export async function lockParked(
  client: PoolClient,
  group: string,
  subject: string,
): Promise<boolean> {
  const { rowCount } = await client.query(
    'select from broker.parked_subject where group_name = $1 and subject = $2 for update',
    [group, subject],
  )
  return rowCount === 1
}

type Place = Pick<Delivery, 'topic' | 'partition' | 'offset'>

export async function hold(
  client: PoolClient,
  group: string,
  { place, message }: { readonly place: Place; readonly message: Message },
): Promise<void> {
  await client.query(
    `insert into broker.held (group_name, source, subject, sequence, topic, partition, "offset", message)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    [
      group,
      message.source,
      message.subject,
      message.sequence,
      place.topic,
      place.partition,
      place.offset,
      JSON.stringify(message),
    ],
  )
}

/** Takes the held message with exactly this sequence, if there is one. Drops those before it: they were handled. */
export async function takeHeld(
  client: PoolClient,
  group: string,
  next: Sequenced,
): Promise<(Place & { readonly message: Message }) | undefined> {
  const { rows } = await client.query<Place & { message: Message; sequence: string }>(
    `delete from broker.held where group_name = $1 and source = $2 and subject = $3 and sequence <= $4
     returning topic, partition, "offset", message, sequence`,
    [group, next.source, next.subject, next.sequence],
  )
  return rows.find((row) => Number(row.sequence) === next.sequence)
}

export interface Sweep {
  /** Held messages whose turn has come: whoever should have gone on with them died. */
  readonly ready: readonly { readonly source: string; readonly subject: string }[]
  /** Subjects of which a message has waited too long for those before it. */
  readonly overdue: readonly string[]
  /** How many subjects are parked. */
  readonly parked: number
}

export async function sweepHeld(db: Pool, group: string, waitMs: number): Promise<Sweep> {
  const { rows } = await db.query<{
    source: string | null
    subject: string | null
    ready: boolean
    parked: string
  }>({
    name: 'consumer-sweep',
    text: `with waiting as (
             select h.source, h.subject, bool_or(h.sequence <= coalesce(g.last, 0) + 1) as ready,
                    bool_or(h.held_at < clock_timestamp() - $2 * interval '1 millisecond') as overdue
               from broker.held h left join broker.guard g using (group_name, source, subject)
              where h.group_name = $1 group by h.source, h.subject
           )
           select w.source, w.subject, coalesce(w.ready, false) as ready, p.parked
             from (select count(*) as parked from broker.parked_subject where group_name = $1) p
             left join waiting w on w.ready or w.overdue`,
    values: [group, waitMs],
  })
  const found = rows.flatMap(({ source, subject, ready }) =>
    source === null || subject === null ? [] : [{ source, subject, ready }],
  )
  return {
    ready: found.filter((one) => one.ready),
    overdue: [...new Set(found.filter((one) => !one.ready).map((one) => one.subject))],
    parked: Number(rows[0]?.parked ?? 0),
  }
}

/** Parks a subject and moves what it holds to its parked messages. Parked already: only the latter. */
export async function parkSubject(
  client: PoolClient,
  group: string,
  park: { readonly subject: string; readonly reason: ParkReason; readonly error: string },
): Promise<void> {
  await client.query(
    `insert into broker.parked_subject (group_name, subject, reason, error) values ($1, $2, $3, $4)
     on conflict (group_name, subject) do update set error = parked_subject.error`,
    [group, park.subject, park.reason, park.error],
  )
  await client.query(
    `with moved as (delete from broker.held where group_name = $1 and subject = $2 returning *)
     insert into broker.parked_message
            (group_name, subject, topic, partition, "offset", source, sequence, message)
     select group_name, subject, topic, partition, "offset", source, sequence, message
       from moved order by source, sequence
     on conflict do nothing`,
    [group, park.subject],
  )
}

/** Puts a delivery behind the others of its parked subject. The same one twice: once. */
export async function parkDelivery(
  client: PoolClient,
  group: string,
  { subject, delivery }: { readonly subject: string; readonly delivery: Delivery },
): Promise<void> {
  const { message } = delivery
  const address = message ?? addressOf(unpackWire(delivery.raw))
  await client.query(
    `insert into broker.parked_message
            (group_name, subject, topic, partition, "offset", source, sequence, message, raw)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
    [
      group,
      subject,
      delivery.topic,
      delivery.partition,
      delivery.offset,
      address?.source ?? null,
      address?.sequence ?? null,
      message === undefined ? null : JSON.stringify(message),
      message === undefined ? Buffer.from(delivery.raw) : null,
    ],
  )
}

export async function parkedSubjects(db: Pool, group: string): Promise<readonly ParkedSubject[]> {
  const { rows } = await db.query<{
    subject: string
    reason: ParkReason
    error: string
    parked_at: Date
    messages: string
  }>(
    `select subject, reason, error, parked_at,
            (select count(*) from broker.parked_message m where m.group_name = p.group_name and m.subject = p.subject)
              as messages
       from broker.parked_subject p where group_name = $1 order by parked_at, subject`,
    [group],
  )
  return rows.map(({ subject, reason, error, parked_at, messages }) => {
    return { subject, reason, error, parkedAt: parked_at, messages: Number(messages) }
  })
}

export interface ParkedMessage {
  readonly id: string
  readonly message: Message | null
  readonly raw: Uint8Array | null
}

/** The next to redrive: in order of arrival, but never before an earlier one of the same source. */
export async function nextParked(
  client: PoolClient,
  group: string,
  subject: string,
): Promise<ParkedMessage | undefined> {
  const { rows } = await client.query<ParkedMessage>(
    `select id, message, raw from broker.parked_message p
      where group_name = $1 and subject = $2
        and not exists (select from broker.parked_message q
                         where q.group_name = $1 and q.subject = $2 and q.source = p.source
                           and q.sequence < p.sequence)
      order by id limit 1`,
    [group, subject],
  )
  return rows[0]
}

/** False when somebody else has removed it. */
export async function removeParked(client: PoolClient, id: string): Promise<boolean> {
  const { rowCount } = await client.query('delete from broker.parked_message where id = $1', [id])
  return rowCount === 1
}

export async function unparkSubject(
  client: PoolClient,
  group: string,
  subject: string,
): Promise<void> {
  await client.query('delete from broker.parked_subject where group_name = $1 and subject = $2', [
    group,
    subject,
  ])
}

/** Drops all parked messages of a subject and moves its guards past them. Returns how many there were. */
export async function dropParked(
  client: PoolClient,
  group: string,
  subject: string,
): Promise<number> {
  const { rows } = await client.query<{ source: string | null; sequence: string | null }>(
    'delete from broker.parked_message where group_name = $1 and subject = $2 returning source, sequence',
    [group, subject],
  )
  for (const { source, sequence } of rows) {
    if (source === null || sequence === null) continue
    await moveGuard(client, group, { source, subject, sequence: Number(sequence) })
  }
  return rows.length
}

export interface OperatorAct {
  readonly kind: 'redrive' | 'discard'
  readonly group: string
  readonly subject: string
  /** Who: a staff pseudonym or the name of a job. */
  readonly by: string
  readonly reason: string | null
  /** How many messages were parked when the act began. */
  readonly messages: number
}

export async function recordAct(db: Pool | PoolClient, act: OperatorAct): Promise<void> {
  await db.query(
    `insert into broker.operator_act (group_name, subject, kind, by, reason, messages)
     values ($1, $2, $3, $4, $5, $6)`,
    [act.group, act.subject, act.kind, act.by, act.reason, act.messages],
  )
}
