/** What the relay promises over any adapter, faults included. */
import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import { v5 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BrokerUnderTest, gate, until } from './conformance.ts'
import { faultyBroker, seededRandom } from './faulty.ts'
import { migrateBroker } from './migrate-broker.ts'
import type { Message } from './port.ts'
import type { RelayStep } from './relay.ts'
import { AT, makeEffects, makeWorld, TRACEPARENT, TYPE, type World } from './runtime-world.ts'

export function relayConformance(
  name: string,
  makeBroker: (database: TestDatabase) => Promise<BrokerUnderTest>,
): void {
  describe(`${name}: a relay`, () => {
    let database: TestDatabase
    let under: BrokerUnderTest
    beforeAll(async () => {
      database = await createTestDatabase()
      await migrateBroker(database.pool)
      await makeEffects(database)
      under = await makeBroker(database)
    })
    afterAll(async () => {
      await under?.dispose()
      await database?.drop()
    })
    const world = () => makeWorld({ broker: under.broker, database })

    /** Everything that lies in the topic, in order per partition. */
    async function published({ topic }: World): Promise<readonly Message[]> {
      const got: Message[] = []
      const subscription = await under.broker.subscribe({
        group: `reader-of-${topic}`,
        topics: [topic],
        handle: async ({ message }) => {
          if (message !== undefined) got.push(message)
        },
      })
      await until(async () => (await subscription.lag()) === 0)
      await subscription.close()
      return got
    }
    const ofSubject = (messages: readonly Message[], subject: string) =>
      messages.filter((message) => message.subject === subject)

    test('numbers its messages from 1 without gaps per subject, in the order of the store', async () => {
      const here = world()
      const relay = here.relay({ batch: 7 })
      relay.start()
      const entries: Record<string, string[]> = { a: [], b: [] }
      for (let count = 0; count < 20; count += 1) {
        for (const subject of ['a', 'b']) entries[subject]?.push((await here.append(subject)).id)
      }
      await relay.settled()
      expect(relay.health().state).toBe('active')
      await relay.stop()
      const all = await published(here)
      for (const subject of ['a', 'b']) {
        const mine = ofSubject(all, subject)
        expect(mine.map((message) => message.sequence)).toEqual(
          Array.from({ length: 20 }, (_, at) => at + 1),
        )
        expect(mine.map((message) => message.id)).toEqual(
          entries[subject]?.map((id) => v5(TYPE, id)),
        )
        // Nobody traces here, so the context of the entry passes through as it is.
        expect(mine.every((message) => message.traceparent === TRACEPARENT)).toBe(true)
      }
    })

    test('sends an entry under two types with two ids, and nothing for what is not announced', async () => {
      const here = world()
      const relay = here.relay({
        announce: ({ bytes }) => {
          const subject = Buffer.from(bytes).toString()
          if (subject === 'silent') return []
          const rest = { subject, data: {}, time: AT, traceparent: null }
          return [
            { ...rest, type: 'nl.example.test.counted.v1' },
            { ...rest, type: 'nl.example.test.counted.v2' },
          ]
        },
      })
      for (const subject of ['silent', 'a', 'silent']) await here.append(subject)
      relay.start()
      await relay.settled()
      await relay.stop()
      const all = await published(here)
      expect(all.map((message) => [message.type.slice(-2), message.sequence])).toEqual([
        ['v1', 1],
        ['v2', 2],
      ])
      expect(new Set(all.map((message) => message.id)).size).toBe(2)
    })

    for (const step of ['read', 'sequenced', 'published'] satisfies readonly RelayStep[]) {
      test(`that is held up after "${step}" past its lease is followed by another, and both send the same`, async () => {
        const here = world()
        for (let count = 0; count < 5; count += 1) await here.append('a')
        const [reached, held] = [gate(), gate()]
        const first = here.relay({
          leaseMs: 600_000,
          onStep: (at) => {
            if (at !== step) return undefined
            reached.open()
            return held.opened
          },
        })
        first.start()
        await reached.opened
        await expireLeases(database)
        const second = here.relay({ leaseMs: 600_000 })
        second.start()
        await here.append('a')
        await second.settled()
        held.open()
        await until(() => first.health().state === 'passive')
        await Promise.all([first.stop(), second.stop()])
        const all = await published(here)
        const known = new Map<number, string>()
        for (const { sequence, id } of all) {
          expect(known.get(sequence) ?? id).toBe(id)
          known.set(sequence, id)
        }
        expect([...known.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6])
        const consumer = here.consumer()
        await consumer.start()
        await consumer.settled()
        await consumer.stop()
        expect((await here.effects()).map((effect) => effect.sequence)).toEqual([1, 2, 3, 4, 5, 6])
      })
    }

    test('goes on after failures between any two steps, with nothing lost and the same numbers', async () => {
      const here = world()
      const random = seededRandom(5)
      let crashes = 0
      const relay = here.relay({
        batch: 3,
        onStep: () => {
          if (random() > 0.3) return
          crashes += 1
          throw new Error('crash on purpose')
        },
      })
      for (let count = 0; count < 6; count += 1)
        for (const subject of ['a', 'b']) await here.append(subject)
      relay.start()
      await relay.settled()
      await relay.stop()
      const all = await published(here)
      expect(crashes).toBeGreaterThan(0)
      for (const subject of ['a', 'b']) {
        const numbers = new Map(
          ofSubject(all, subject).map((message) => [message.sequence, message.id]),
        )
        expect([...numbers.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6])
        expect(new Set(numbers.values()).size).toBe(6)
      }
    })

    test('loses nothing when publications are refused or their answers lost', async () => {
      const here = world()
      const faults = { duplicate: 0, delay: 0, refuse: 0.3, loseAnswer: 0.3 }
      const broker = faultyBroker({ broker: under.broker, seed: 11, faults })
      const relay = here.relay({ broker, batch: 4 })
      for (let count = 0; count < 20; count += 1) await here.append('a')
      relay.start()
      await relay.settled()
      await relay.stop()
      const consumer = here.consumer()
      await consumer.start()
      await consumer.settled()
      await consumer.stop()
      const sequences = (await here.effects()).map((effect) => effect.sequence)
      expect(sequences).toEqual(Array.from({ length: 20 }, (_, at) => at + 1))
    })

    test('stays passive while another of its name is at work, and follows when that one stops', async () => {
      const here = world()
      const [first, second] = [here.relay(), here.relay()]
      first.start()
      await until(() => first.health().state === 'active')
      second.start()
      await here.append('a')
      await second.settled()
      expect(second.health().state).toBe('passive')
      await first.stop()
      await until(() => second.health().state === 'active')
      await here.append('a')
      await second.settled()
      await second.stop()
      expect((await published(here)).map((message) => message.sequence)).toEqual([1, 2])
    })

    test('stops loudly when the store ends before its checkpoint', async () => {
      const here = world()
      for (let count = 0; count < 3; count += 1) await here.append('a')
      const before = here.relay()
      before.start()
      await before.settled()
      await before.stop()
      const { store } = world()
      const codes: string[] = []
      const restored = here.relay({ store, onStopped: (error) => codes.push(error.code) })
      restored.start()
      await until(() => restored.health().state === 'stopped')
      expect(codes).toEqual(['checkpoint-past-head'])
      await expect(restored.settled()).rejects.toMatchObject({ code: 'checkpoint-past-head' })
      await restored.stop()
    })

    test('stops loudly at an entry that cannot be announced', async () => {
      const here = world()
      await here.append('a')
      const relay = here.relay({
        announce: () => {
          throw new TypeError('a bug')
        },
      })
      relay.start()
      await expect(relay.settled()).rejects.toMatchObject({ code: 'announce-failed' })
      await relay.stop()
      expect(await published(here)).toEqual([])
    })
  })
}

async function expireLeases({ pool }: TestDatabase): Promise<void> {
  await pool.query("update broker.relay set expires_at = clock_timestamp() - interval '1 second'")
}
