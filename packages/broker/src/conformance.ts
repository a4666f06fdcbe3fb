/** What every adapter of the broker promises. Each test uses topics and groups of its own. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Wire } from './cloudevents.ts'
import type { Broker, Delivery, Message, Subscription } from './port.ts'

export interface BrokerUnderTest {
  readonly broker: Broker
  /** Another connection to the same topics, as another process would have. */
  another(): Promise<Broker>
  /** Puts bytes into a topic as a foreign producer might. */
  publishWire(topic: string, wires: readonly Wire[]): Promise<void>
  /** Closes everything that `broker` and `another` gave. */
  dispose(): Promise<void>
}

export function messageFor(subject: string, sequence: number): Message {
  return {
    id: randomUUID(),
    source: 'urn:nld:oin:00000099000000000001:systeem:test',
    type: 'nl.example.test.counted.v1',
    subject,
    sequence,
    time: '2026-01-05T09:00:00.000Z',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    data: { place: sequence, text: 'één' },
  }
}

/** `perSubject` messages of each subject, interleaved. */
export function messagesFor(subjects: readonly string[], perSubject: number): readonly Message[] {
  return Array.from({ length: perSubject }, (_, index) => index + 1).flatMap((sequence) =>
    subjects.map((subject) => messageFor(subject, sequence)),
  )
}

export async function until(
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 20_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** A promise that somebody else resolves. */
export function gate() {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: () => resolve() }
}

const SUBJECTS = ['dossier-a', 'dossier-b', 'dossier-c', 'signal/d', 'dossier-e']
const textOf = (delivery: Delivery) => `${delivery.message?.subject} ${delivery.message?.sequence}`

export function brokerConformance(name: string, makeBroker: () => Promise<BrokerUnderTest>): void {
  describe(`${name}: a broker`, () => {
    let under: BrokerUnderTest
    let names = 0
    const fresh = async () => {
      names += 1
      const topic = `test-${names}-${randomUUID().slice(0, 8)}.events.v1`
      await under.broker.ensureTopics([topic])
      return { topic, group: `group-of-${topic}` }
    }
    beforeAll(async () => {
      under = await makeBroker()
    })
    afterAll(() => under?.dispose())

    const collect = (into: Delivery[]) => async (delivery: Delivery) => {
      into.push(delivery)
    }

    test('delivers what was published, unchanged, in order per subject', async () => {
      const { topic, group } = await fresh()
      const published = messagesFor(SUBJECTS, 30)
      const got: Delivery[] = []
      const subscription = await under.broker.subscribe({
        group,
        topics: [topic],
        handle: collect(got),
      })
      for (let at = 0; at < published.length; at += 40) {
        await under.broker.publish(topic, published.slice(at, at + 40))
      }
      await until(() => got.length >= published.length)
      await subscription.close()
      for (const subject of SUBJECTS) {
        const ofSubject = (message: Message | undefined) => message?.subject === subject
        expect(got.map((one) => one.message).filter(ofSubject)).toEqual(published.filter(ofSubject))
      }
      expect(new Set(got.map((one) => one.topic))).toEqual(new Set([topic]))
      expect(got.every((one) => one.key === one.message?.subject && one.raw.length === 0)).toBe(
        true,
      )
    })

    test('keeps all messages of a subject in one partition, whoever publishes', async () => {
      const { topic, group } = await fresh()
      const other = await under.another()
      await under.broker.publish(topic, [messageFor('dossier-a', 1)])
      await other.publish(topic, [messageFor('dossier-a', 2)])
      const got: Delivery[] = []
      const subscription = await under.broker.subscribe({
        group,
        topics: [topic],
        handle: collect(got),
      })
      await until(() => got.length === 2)
      await subscription.close()
      expect(got.map(textOf)).toEqual(['dossier-a 1', 'dossier-a 2'])
      expect(got[0]?.partition).toBe(got[1]?.partition)
    })

    test('starts a new group at the earliest message, over all its topics', async () => {
      const [one, two] = [await fresh(), await fresh()]
      await under.broker.publish(one.topic, messagesFor(SUBJECTS, 2))
      await under.broker.publish(two.topic, messagesFor(SUBJECTS, 3))
      const got: Delivery[] = []
      const request = { group: one.group, topics: [one.topic, two.topic], handle: collect(got) }
      const subscription = await under.broker.subscribe(request)
      await until(() => got.length === 25)
      await subscription.close()
      expect(got.filter((delivery) => delivery.topic === one.topic)).toHaveLength(10)
    })

    test('delivers again, and nothing of the partition before it, when a handler failed', async () => {
      const { topic, group } = await fresh()
      await under.broker.publish(topic, messagesFor(['dossier-a'], 3))
      const got: string[] = []
      let failures = 2
      const handle = async (delivery: Delivery) => {
        got.push(textOf(delivery))
        if (delivery.message?.sequence === 2 && failures > 0) {
          failures -= 1
          throw new Error('not yet')
        }
      }
      const subscription = await under.broker.subscribe({ group, topics: [topic], handle })
      await until(() => got.at(-1) === 'dossier-a 3')
      await subscription.close()
      // The one before may come again, the failed one must, and the one after never comes first.
      expect(got.filter((text) => text === 'dossier-a 2')).toHaveLength(3)
      expect(got.filter((text) => text === 'dossier-a 3')).toHaveLength(1)
    })

    test('does not call a handler for one partition twice at a time', async () => {
      const { topic, group } = await fresh()
      const busy = new Map<number, number>()
      let most = 0
      let done = 0
      const handle = async (delivery: Delivery) => {
        const now = (busy.get(delivery.partition) ?? 0) + 1
        most = Math.max(most, now)
        busy.set(delivery.partition, now)
        await new Promise((resolve) => setTimeout(resolve, 3))
        busy.set(delivery.partition, now - 1)
        done += 1
      }
      const subscription = await under.broker.subscribe({ group, topics: [topic], handle })
      await under.broker.publish(topic, messagesFor(SUBJECTS, 6))
      await until(() => done === 30)
      await subscription.close()
      expect(most).toBe(1)
    })

    test('commits an offset only after the effect: a member that failed leaves the message to the next', async () => {
      const { topic, group } = await fresh()
      await under.broker.publish(topic, messagesFor(['dossier-a'], 3))
      const first = await under.another()
      const seen: string[] = []
      const failing = await first.subscribe({
        group,
        topics: [topic],
        handle: async (delivery) => {
          seen.push(textOf(delivery))
          if (delivery.message?.sequence === 2) throw new Error('never')
        },
      })
      await until(() => seen.includes('dossier-a 2'))
      await failing.close()
      expect(await failing.lag().catch(() => 2)).toBe(2)
      const got: Delivery[] = []
      const next = await under.broker.subscribe({ group, topics: [topic], handle: collect(got) })
      await until(() => got.length >= 2)
      await next.close()
      expect(got.map(textOf)).toEqual(['dossier-a 2', 'dossier-a 3'])
    })

    test('keeps other partitions flowing while one handler is blocked', async () => {
      const { topic, group } = await fresh()
      const blocked = gate()
      const partitions = new Set<number>()
      const handle = async (delivery: Delivery) => {
        if (delivery.message?.subject === 'dossier-a') await blocked.opened
        else partitions.add(delivery.partition)
      }
      const subscription = await under.broker.subscribe({ group, topics: [topic], handle })
      const others = Array.from({ length: 20 }, (_, index) => `dossier-${index}`)
      await under.broker.publish(topic, messagesFor(['dossier-a', ...others], 1))
      await until(() => partitions.size >= 3)
      blocked.open()
      await until(async () => (await subscription.lag()) === 0)
      await subscription.close()
    })

    test('shares partitions with a member that joins, and takes them back when it leaves', async () => {
      const { topic, group } = await fresh()
      const by: Record<'first' | 'second', string[]> = { first: [], second: [] }
      const handleAs = (who: 'first' | 'second') => async (delivery: Delivery) => {
        by[who].push(textOf(delivery))
      }
      const subjects = Array.from({ length: 40 }, (_, index) => `dossier-${index}`)
      const first = await under.broker.subscribe({
        group,
        topics: [topic],
        handle: handleAs('first'),
      })
      const other = await under.another()
      const second = await other.subscribe({ group, topics: [topic], handle: handleAs('second') })
      let sequence = 0
      const publishUntil = (condition: () => boolean) =>
        until(async () => {
          sequence += 1
          const round = sequence
          await under.broker.publish(
            topic,
            subjects.map((subject) => messageFor(subject, round)),
          )
          await new Promise((resolve) => setTimeout(resolve, 100))
          return condition()
        }, 40_000)
      await publishUntil(() => by.second.length > 0)
      await second.close()
      const given = by.second.length
      const before = by.first.length
      await publishUntil(() => by.first.length > before + 40)
      await until(async () => (await first.lag()) === 0)
      await first.close()
      expect(by.second).toHaveLength(given)
      const all = new Set([...by.first, ...by.second])
      expect(all.size).toBe(sequence * subjects.length)
    })

    test('hands over bytes that are no CloudEvent, with their key, and goes on', async () => {
      const { topic, group } = await fresh()
      const value = Buffer.from([0xff, 0x00, 0xfe])
      await under.publishWire(topic, [{ key: 'dossier-a', headers: { ce_id: 'x' }, value }])
      await under.publishWire(topic, [{ key: null, headers: {}, value: Buffer.from('[]') }])
      await under.broker.publish(topic, [messageFor('dossier-a', 1)])
      const got: Delivery[] = []
      const subscription = await under.broker.subscribe({
        group,
        topics: [topic],
        handle: collect(got),
      })
      await until(() => got.length === 3)
      await subscription.close()
      const keyed = got.filter((delivery) => delivery.key === 'dossier-a')
      expect(keyed.map((delivery) => delivery.message?.sequence)).toEqual([undefined, 1])
      expect(keyed[0]?.raw.length).toBeGreaterThan(0)
      expect(got.find((delivery) => delivery.key === null)?.message).toBeUndefined()
    })

    test('tells how far a group lies behind', async () => {
      const { topic, group } = await fresh()
      const blocked = gate()
      const handle = () => blocked.opened
      const subscription = await under.broker.subscribe({ group, topics: [topic], handle })
      await under.broker.publish(topic, messagesFor(SUBJECTS, 2))
      expect(await subscription.lag()).toBe(10)
      blocked.open()
      await until(async () => (await subscription.lag()) === 0)
      await subscription.close()
    })

    test('waits for the handler in flight when it closes, and commits it', async () => {
      const { topic, group } = await fresh()
      const [entered, blocked] = [gate(), gate()]
      let finished = false
      const handle = async () => {
        entered.open()
        await blocked.opened
        finished = true
      }
      const subscription = await under.broker.subscribe({ group, topics: [topic], handle })
      await under.broker.publish(topic, [messageFor('dossier-a', 1)])
      await entered.opened
      let closed = false
      const closing = subscription.close().then(() => {
        closed = true
      })
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect(closed).toBe(false)
      blocked.open()
      await closing
      expect(finished).toBe(true)
      const got: Delivery[] = []
      const next: Subscription = await under.broker.subscribe({
        group,
        topics: [topic],
        handle: collect(got),
      })
      await under.broker.publish(topic, [messageFor('dossier-a', 2)])
      await until(() => got.length > 0)
      await next.close()
      expect(got.map(textOf)).toEqual(['dossier-a 2'])
    })

    test('refuses a topic that nobody created, and data above the limit', async () => {
      await expect(
        under.broker.publish('nobody.made.v1', [messageFor('dossier-a', 1)]),
      ).rejects.toMatchObject({
        code: 'unknown-topic',
      })
      const { topic } = await fresh()
      const large = { ...messageFor('dossier-a', 1), data: { text: 'x'.repeat(70_000) } }
      await expect(under.broker.publish(topic, [large])).rejects.toMatchObject({
        code: 'message-too-large',
      })
    })
  })
}
