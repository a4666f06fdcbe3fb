/**
 * The broker of the embedded form: topics are rows of PostgreSQL (schema `broker`), so that a crash loses nothing and
 * relay and consumer run exactly as they do over Kafka. Several processes may share it. Messages are kept.
 */
import type { Pool } from 'pg'
import { encodeMessage, type Wire } from './cloudevents.ts'
import { type GroupMember, joinGroup } from './in-process-member.ts'
import { createTopics, insertMessages, type PartitionEnd, readEnds } from './in-process-tables.ts'
import { type Broker, BrokerError } from './port.ts'

export interface InProcessBroker extends Broker {
  /** Puts bytes into a topic as a foreign producer might; for tests of what cannot be decoded. */
  publishWire(topic: string, wires: readonly Wire[]): Promise<void>
}

/**
 * Needs `migrateBroker` on the same database. `publish` wakes the subscribers of this object at once; those of other
 * processes see the messages within `pollMs`. A member that died loses its partitions after `leaseMs`. At most
 * `concurrency` partitions of a subscription are handled at a time. The pool stays the caller's.
 */
export function inProcessBroker(parts: {
  readonly pool: Pool
  readonly pollMs?: number
  readonly leaseMs?: number
  readonly concurrency?: number
}): InProcessBroker {
  const { pool, pollMs = 250, leaseMs = 3_000, concurrency = 3 } = parts
  const ends = new Map<string, number>()
  const members = new Map<GroupMember, readonly string[]>()
  let closed = false
  let timer: NodeJS.Timeout | undefined

  function learn(found: readonly PartitionEnd[]): void {
    for (const { topic, partition, nextOffset } of found) {
      const name = `${topic}/${partition}`
      ends.set(name, Math.max(nextOffset, ends.get(name) ?? 0))
    }
    for (const member of members.keys()) member.wake()
  }

  async function poll(): Promise<void> {
    const topics = new Set([...members.values()].flat())
    if (topics.size > 0) learn(await orUnavailable(readEnds(pool, [...topics])))
  }

  function pollAgain(): void {
    timer = setTimeout(() => {
      const again = () => {
        if (!closed && members.size > 0) pollAgain()
        else timer = undefined
      }
      poll().then(again, again)
    }, pollMs)
  }

  async function publishWire(topic: string, wires: readonly Wire[]): Promise<void> {
    if (closed) throw new BrokerError('closed', 'the broker is closed')
    if (wires.length > 0) learn(await orUnavailable(insertMessages(pool, topic, wires)))
  }

  return {
    publishWire,
    publish: async (topic, messages) => publishWire(topic, messages.map(encodeMessage)),
    ensureTopics: (topics) => orUnavailable(createTopics(pool, topics)),
    async subscribe({ group, topics, handle }) {
      if (closed) throw new BrokerError('closed', 'the broker is closed')
      const endOf = (topic: string, partition: number) => ends.get(`${topic}/${partition}`) ?? 0
      const request = { pool, group, topics, handle, endOf, leaseMs, concurrency }
      const member = await orUnavailable(joinGroup(request))
      members.set(member, topics)
      await poll()
      if (timer === undefined) pollAgain()
      return {
        lag: () => orUnavailable(member.lag()),
        async close() {
          await orUnavailable(member.close())
          members.delete(member)
        },
      }
    },
    async close() {
      closed = true
      clearTimeout(timer)
      await Promise.all([...members.keys()].map((member) => member.close()))
      members.clear()
    },
  }
}

/** @throws BrokerError unavailable: the database could not; the caller repeats. */
async function orUnavailable<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (cause) {
    if (cause instanceof BrokerError) throw cause
    throw new BrokerError('unavailable', 'the database behind the broker failed', { cause })
  }
}
