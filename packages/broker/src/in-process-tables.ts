/** The SQL of the embedded broker. Offsets are plain numbers here: 2^53 of them outlast the disk. */
import { crc32 } from 'node:zlib'
import type { Pool } from 'pg'
import type { Wire } from './cloudevents.ts'
import { deliveryOf } from './delivery.ts'
import { BrokerError, type Delivery } from './port.ts'

/** The same for all topics, for ever: another number would move subjects between partitions and break their order. */
export const PARTITIONS = 8

export interface PartitionEnd {
  readonly topic: string
  readonly partition: number
  readonly nextOffset: number
}

// Losing an offset in a crash of the server costs a repeat, which the guard ignores: no fsync for it.
const WITHOUT_FSYNC = `local as (select set_config('synchronous_commit', 'off', true))`

export async function createTopics(pool: Pool, topics: readonly string[]): Promise<void> {
  await pool.query(
    `insert into broker.topic_partition (topic, partition)
     select topic, partition from unnest($1::text[]) topic, generate_series(0, $2 - 1) partition
     on conflict do nothing`,
    [topics, PARTITIONS],
  )
}

/** Appends in the order given, all or none; durable on return. */
export async function insertMessages(
  pool: Pool,
  topic: string,
  wires: readonly Wire[],
): Promise<readonly PartitionEnd[]> {
  const { rows } = await pool.query<{ partition: number; end: string; inserted: string }>({
    name: 'broker-publish',
    text: `with incoming as (
             select * from unnest($2::integer[], $3::text[], $4::json[], $5::bytea[])
               with ordinality as row(partition, key, headers, value, place)
           ), counts as (
             select partition, count(*) as messages from incoming group by partition
           ), moved as (
             update broker.topic_partition p set next_offset = p.next_offset + c.messages from counts c
              where p.topic = $1 and p.partition = c.partition
             returning p.partition, p.next_offset - c.messages as first
           ), inserted as (
             insert into broker.message (topic, partition, "offset", key, headers, value)
             select $1, partition, first - 1 + row_number() over (partition by partition order by place),
                    key, headers, value
               from incoming join moved using (partition)
             returning partition, "offset"
           )
           select partition, max("offset") + 1 as end, count(*) as inserted from inserted group by partition`,
    values: [
      topic,
      wires.map((wire) => crc32(wire.key ?? '') % PARTITIONS),
      wires.map((wire) => wire.key),
      wires.map((wire) => JSON.stringify(wire.headers)),
      wires.map((wire) => Buffer.from(wire.value)),
    ],
  })
  const inserted = rows.reduce((sum, row) => sum + Number(row.inserted), 0)
  if (inserted !== wires.length) throw new BrokerError('unknown-topic', `no topic ${topic}`)
  return rows.map((row) => ({ topic, partition: row.partition, nextOffset: Number(row.end) }))
}

export async function readEnds(
  pool: Pool,
  topics: readonly string[],
): Promise<readonly PartitionEnd[]> {
  const { rows } = await pool.query<{ topic: string; partition: number; next_offset: string }>({
    name: 'broker-ends',
    text: 'select topic, partition, next_offset from broker.topic_partition where topic = any($1)',
    values: [topics],
  })
  return rows.map((row) => ({
    topic: row.topic,
    partition: row.partition,
    nextOffset: Number(row.next_offset),
  }))
}

export async function readDeliveries(
  pool: Pool,
  place: { readonly topic: string; readonly partition: number; readonly from: number },
  limit: number,
): Promise<readonly Delivery[]> {
  const { topic, partition, from } = place
  const { rows } = await pool.query<Wire & { offset: string }>({
    name: 'broker-fetch',
    text: `select "offset", key, headers, value from broker.message
            where topic = $1 and partition = $2 and "offset" >= $3 order by "offset" limit $4`,
    values: [topic, partition, from, limit],
  })
  return rows.map((row) => deliveryOf({ topic, partition, offset: row.offset }, row))
}

export interface Member {
  readonly group: string
  readonly member: string
  readonly topics: readonly string[]
}

export interface OwnedPartition {
  readonly topic: string
  readonly partition: number
  /** The next offset to read. */
  readonly committed: number
}

/**
 * Says that the member lives, takes what it may have more of, and returns what it owns and how much that should be at
 * most. A partition is free when its owner has not said for `leaseMs` that it lives.
 */
export async function claimPartitions(
  pool: Pool,
  { group, member, topics }: Member,
  leaseMs: number,
): Promise<{ readonly owned: readonly OwnedPartition[]; readonly share: number }> {
  await pool.query(
    `with ${WITHOUT_FSYNC}, gone as (
       delete from broker.group_member
        where group_name = $1 and member <> $2 and expires_at < clock_timestamp()
     ), rows as (
       insert into broker.group_partition (group_name, topic, partition)
       select $1, topic, partition from broker.topic_partition where topic = any($4)
       on conflict do nothing
     )
     insert into broker.group_member (group_name, member, expires_at)
     select $1, $2, clock_timestamp() + $3 * interval '1 millisecond' from local
     on conflict (group_name, member) do update set expires_at = excluded.expires_at`,
    [group, member, leaseMs, topics],
  )
  const { rows } = await pool.query<{
    topic: string
    partition: number
    committed: string
    share: number
  }>(
    `with ${WITHOUT_FSYNC}, mine as (
       select topic, partition from broker.group_partition
        where group_name = $1 and topic = any($3) and owner = $2
     ), share as (
       select ceil(count(*)::numeric / (select greatest(count(*), 1) from broker.group_member
                                         where group_name = $1 and expires_at > clock_timestamp()))::integer as most
         from broker.group_partition where group_name = $1 and topic = any($3)
     ), free as (
       select topic, partition from broker.group_partition p
        where group_name = $1 and topic = any($3) and owner is distinct from $2
          and not exists (select from broker.group_member m
                           where m.group_name = $1 and m.member = p.owner and m.expires_at > clock_timestamp())
        order by topic, partition
        limit greatest((select most from share) - (select count(*) from mine), 0)
        for update skip locked
     ), taken as (
       update broker.group_partition p set owner = $2 from free, local
        where p.group_name = $1 and p.topic = free.topic and p.partition = free.partition
       returning p.topic, p.partition, p.committed
     )
     select topic, partition, committed, (select most from share) as share from taken
     union all
     select topic, partition, committed, (select most from share) as share from broker.group_partition
      where group_name = $1 and topic = any($3) and owner = $2`,
    [group, member, topics],
  )
  return {
    owned: rows.map((row) => ({
      topic: row.topic,
      partition: row.partition,
      committed: Number(row.committed),
    })),
    share: rows[0]?.share ?? 0,
  }
}

/** False when the partition has another owner now: nothing was moved. */
export async function commitOffset(
  pool: Pool,
  { group, member }: Member,
  next: { readonly topic: string; readonly partition: number; readonly offset: number },
): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'broker-commit',
    text: `with ${WITHOUT_FSYNC}
           update broker.group_partition set committed = $5 from local
            where group_name = $1 and topic = $3 and partition = $4 and owner = $2 and committed <= $5`,
    values: [group, member, next.topic, next.partition, next.offset],
  })
  return rowCount === 1
}

export async function releasePartitions(
  pool: Pool,
  { group, member }: Member,
  partitions: readonly { readonly topic: string; readonly partition: number }[],
): Promise<void> {
  await pool.query(
    `update broker.group_partition p set owner = null
       from unnest($3::text[], $4::integer[]) as given(topic, partition)
      where p.group_name = $1 and p.owner = $2 and p.topic = given.topic and p.partition = given.partition`,
    [group, member, partitions.map((one) => one.topic), partitions.map((one) => one.partition)],
  )
}

export async function removeMember(pool: Pool, { group, member }: Member): Promise<void> {
  await pool.query(
    `with freed as (
       update broker.group_partition set owner = null where group_name = $1 and owner = $2
     )
     delete from broker.group_member where group_name = $1 and member = $2`,
    [group, member],
  )
}

export async function readLag(pool: Pool, { group, topics }: Member): Promise<number> {
  const { rows } = await pool.query<{ lag: string }>({
    name: 'broker-lag',
    text: `select coalesce(sum(p.next_offset - coalesce(g.committed, 0)), 0) as lag
             from broker.topic_partition p
             left join broker.group_partition g
               on g.group_name = $1 and g.topic = p.topic and g.partition = p.partition
            where p.topic = any($2)`,
    values: [group, topics],
  })
  return Number(rows[0]?.lag ?? 0)
}
