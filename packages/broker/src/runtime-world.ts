/** What the tests of relay and consumer stand on: a store, a database with effects, one topic. */
import { randomUUID } from 'node:crypto'
import { memoryStore } from '@wederhoor/event-store/memory'
import type { EventStore, NewEntry } from '@wederhoor/event-store/port'
import type { TestDatabase } from '@wederhoor/postgres/test-database'
import type { PoolClient } from 'pg'
import { type Consumer, type ConsumerParts, consumer, type Received } from './consumer.ts'
import type { Broker, Message } from './port.ts'
import { type Relay, type RelayParts, relay } from './relay.ts'

export const SOURCE = 'urn:nld:oin:00000099000000000001:systeem:test'
export const TYPE = 'nl.example.test.counted.v1'
export const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
export const AT = '2026-01-05T09:00:00.000Z'

export interface Effect {
  readonly subject: string
  readonly sequence: number
  readonly id: string
}

export interface World {
  readonly store: EventStore
  readonly topic: string
  readonly group: string
  /** Appends one entry to the stream of a subject. */
  append(subject: string): Promise<NewEntry>
  relay(parts?: Partial<RelayParts>): Relay
  consumer(parts?: Partial<ConsumerParts<Message>>): Consumer
  /** What `consumer` wrote, in the order of its writing. */
  effects(): Promise<readonly Effect[]>
  write(received: Received<Message>, tx: PoolClient): Promise<void>
}

export async function makeEffects(database: TestDatabase): Promise<void> {
  await database.pool.query(
    `create table effect (
       place bigint generated always as identity, group_name text, subject text, sequence integer, id text
     )`,
  )
}

/** A world of its own within a broker and a database that several tests share. */
export function makeWorld(shared: {
  readonly broker: Broker
  readonly database: TestDatabase
}): World {
  const { broker, database } = shared
  const store = memoryStore()
  const name = randomUUID().slice(0, 8)
  const topic = `world-${name}.events.v1`
  const group = `group-${name}`
  // A subject's messages are numbered per source: each world has its own.
  const source = `${SOURCE}-${name}`
  const revisions = new Map<string, number>()

  async function write({ message }: Received<Message>, tx: PoolClient): Promise<void> {
    await tx.query(
      'insert into effect (group_name, subject, sequence, id) values ($1, $2, $3, $4)',
      [group, message.subject, message.sequence, message.id],
    )
  }

  return {
    store,
    topic,
    group,
    write,
    async append(subject) {
      const revision = revisions.get(subject)
      const entry = {
        id: randomUUID(),
        type: 'Counted',
        dossier: null,
        bytes: Buffer.from(subject),
      }
      await store.append(`test-${subject}`, revision ?? 'no-stream', [entry])
      revisions.set(subject, (revision ?? -1) + 1)
      return entry
    },
    relay: (parts) =>
      relay({
        store,
        db: database.pool,
        broker,
        name,
        source,
        topic,
        announce: ({ bytes }) => {
          const subject = Buffer.from(bytes).toString()
          return [{ type: TYPE, subject, data: { subject }, time: AT, traceparent: TRACEPARENT }]
        },
        ...parts,
      }),
    consumer: (parts) =>
      consumer({
        broker,
        db: database.pool,
        group,
        topics: [topic],
        decode: (message) => message,
        handle: write,
        random: () => 0.5,
        ...parts,
      }),
    async effects() {
      const { rows } = await database.pool.query<Effect>(
        'select subject, sequence, id from effect where group_name = $1 order by place',
        [group],
      )
      return rows
    },
  }
}
