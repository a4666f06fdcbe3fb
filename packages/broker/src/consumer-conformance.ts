/** What the consumer promises over any adapter, faults included. */
import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BrokerUnderTest, gate, messageFor, messagesFor, until } from './conformance.ts'
import type { OperatorAct } from './consumer-tables.ts'
import { faultyBroker } from './faulty.ts'
import { migrateBroker } from './migrate-broker.ts'
import { BrokerError, type Message } from './port.ts'
import { makeEffects, makeWorld, type World } from './runtime-world.ts'

const numbers = (last: number) => Array.from({ length: last }, (_, at) => at + 1)

async function sequencesOf(world: World, subject: string): Promise<readonly number[]> {
  return (await world.effects()).filter((one) => one.subject === subject).map((one) => one.sequence)
}

export function consumerConformance(
  name: string,
  makeBroker: (database: TestDatabase) => Promise<BrokerUnderTest>,
): void {
  describe(`${name}: a consumer`, () => {
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
    async function world(): Promise<World> {
      const made = makeWorld({ broker: under.broker, database })
      await under.broker.ensureTopics([made.topic])
      return made
    }
    const publish = (here: World, messages: readonly Message[]) =>
      under.broker.publish(here.topic, messages)
    /** Throws for one subject until told otherwise. */
    function failingFor(here: World, subject: string) {
      let mended = false
      const handle: World['write'] = async (received, tx) => {
        await here.write(received, tx)
        if (received.message.subject === subject && !mended)
          throw new TypeError('a bug in the handler')
      }
      return {
        handle,
        mend: () => {
          mended = true
        },
      }
    }

    test('ignores what comes a second time', async () => {
      const here = await world()
      const consumer = here.consumer()
      await consumer.start()
      const messages = messagesFor(['a', 'b'], 3)
      await publish(here, messages)
      await publish(here, messages)
      await consumer.settled()
      await consumer.stop()
      expect(await sequencesOf(here, 'a')).toEqual([1, 2, 3])
      expect(await sequencesOf(here, 'b')).toEqual([1, 2, 3])
    })

    test('waits over a gap and then goes on in order, while other subjects flow', async () => {
      const here = await world()
      const consumer = here.consumer()
      await consumer.start()
      await publish(
        here,
        [3, 2, 5].map((sequence) => messageFor('a', sequence)),
      )
      await publish(here, messagesFor(['b'], 2))
      await consumer.settled()
      expect(await sequencesOf(here, 'a')).toEqual([])
      expect(await sequencesOf(here, 'b')).toEqual([1, 2])
      await publish(here, [messageFor('a', 1)])
      await consumer.settled()
      expect(await sequencesOf(here, 'a')).toEqual([1, 2, 3])
      await publish(here, [messageFor('a', 4)])
      await consumer.settled()
      expect(await sequencesOf(here, 'a')).toEqual([1, 2, 3, 4, 5])
      await consumer.stop()
    })

    test('goes on with held messages whose turn came while it was down', async () => {
      const here = await world()
      const first = here.consumer()
      await first.start()
      await publish(here, [messageFor('a', 2)])
      await first.settled()
      await first.stop()
      // As if the process had died between the effect of 1 and that of 2.
      const { source } = messageFor('a', 1)
      await database.pool.query(
        'update broker.guard set last = 1 where group_name = $1 and source = $2',
        [here.group, source],
      )
      const second = here.consumer({ sweepMs: 20 })
      await second.start()
      await until(async () => (await here.effects()).length === 1)
      await second.stop()
      expect(await sequencesOf(here, 'a')).toEqual([2])
    })

    test('parks a subject whose gap stays, and redrives it over the gap on request', async () => {
      const here = await world()
      const parked: string[] = []
      const consumer = here.consumer({
        gapWaitMs: 50,
        sweepMs: 20,
        onParked: ({ subject, reason }) => parked.push(`${subject} ${reason}`),
      })
      await consumer.start()
      await publish(here, [messageFor('a', 2), messageFor('a', 3), messageFor('b', 1)])
      await until(() => parked.length > 0)
      expect(parked).toEqual(['a gap'])
      expect(await consumer.redrive('a', { by: 'operator' })).toMatchObject({
        kind: 'still-parked',
        handled: 0,
      })
      expect(await consumer.redrive('a', { by: 'operator', acceptGap: true })).toEqual({
        kind: 'resumed',
        handled: 2,
      })
      await publish(here, [messageFor('a', 4)])
      await consumer.settled()
      await consumer.stop()
      expect(await sequencesOf(here, 'a')).toEqual([2, 3, 4])
    })

    test('parks only the subject of a poison message, and redrives it in order', async () => {
      const here = await world()
      const failing = failingFor(here, 'b')
      const acts: OperatorAct[] = []
      const consumer = here.consumer({
        handle: failing.handle,
        onOperator: async (act) => {
          acts.push(act)
        },
      })
      await consumer.start()
      await publish(here, messagesFor(['a', 'b', 'c'], 5))
      await consumer.settled()
      expect(await sequencesOf(here, 'a')).toEqual(numbers(5))
      expect(await sequencesOf(here, 'c')).toEqual(numbers(5))
      expect(await sequencesOf(here, 'b')).toEqual([])
      expect(await consumer.parked()).toMatchObject([
        { subject: 'b', reason: 'failed', messages: 5 },
      ])
      expect(await consumer.redrive('b', { by: 'operator' })).toMatchObject({
        kind: 'still-parked',
        handled: 0,
      })
      failing.mend()
      expect(await consumer.redrive('b', { by: 'operator' })).toEqual({
        kind: 'resumed',
        handled: 5,
      })
      await publish(here, [messageFor('b', 6)])
      await consumer.settled()
      await consumer.stop()
      expect(await sequencesOf(here, 'b')).toEqual(numbers(6))
      expect(await consumer.parked()).toEqual([])
      expect(acts.map((act) => [act.kind, act.subject, act.messages])).toEqual([
        ['redrive', 'b', 5],
        ['redrive', 'b', 5],
      ])
      expect(await consumer.redrive('a', { by: 'operator' })).toEqual({ kind: 'not-parked' })
    })

    test('parks a subject on all topics of its group', async () => {
      const [here, there] = [await world(), await world()]
      const failing = failingFor(here, 'b')
      const consumer = here.consumer({ topics: [here.topic, there.topic], handle: failing.handle })
      await consumer.start()
      await publish(here, [messageFor('b', 1)])
      await consumer.settled()
      const elsewhere = {
        ...messageFor('b', 1),
        source: 'urn:nld:oin:00000099000000000002:systeem:other',
      }
      await publish(there, [elsewhere])
      await consumer.settled()
      expect(await consumer.parked()).toMatchObject([{ subject: 'b', messages: 2 }])
      failing.mend()
      await consumer.redrive('b', { by: 'operator' })
      await consumer.stop()
      expect((await here.effects()).at(-1)?.id).toBe(elsewhere.id)
      expect(await sequencesOf(here, 'b')).toEqual([1, 1])
    })

    test('drops what an operator discards with a reason, and flows again', async () => {
      const here = await world()
      const failing = failingFor(here, 'b')
      const consumer = here.consumer({ handle: failing.handle })
      await consumer.start()
      await publish(here, messagesFor(['b'], 3))
      await consumer.settled()
      const act = { by: 'operator', reason: 'made by a test' }
      expect(await consumer.discard('b', act)).toEqual({ kind: 'discarded', messages: 3 })
      failing.mend()
      await publish(here, [messageFor('b', 4)])
      await consumer.settled()
      await consumer.stop()
      expect(await sequencesOf(here, 'b')).toEqual([4])
      const { rows } = await database.pool.query(
        'select kind, by, reason, messages from broker.operator_act where group_name = $1',
        [here.group],
      )
      expect(rows).toEqual([{ kind: 'discard', ...act, messages: 3 }])
    })

    test('parks bytes that cannot be decoded at once, with what follows them', async () => {
      const here = await world()
      const consumer = here.consumer()
      await consumer.start()
      await under.publishWire(here.topic, [{ key: 'a', headers: {}, value: Buffer.from([0xff]) }])
      await publish(here, messagesFor(['a', 'b'], 2))
      await consumer.settled()
      expect(await sequencesOf(here, 'b')).toEqual([1, 2])
      expect(await sequencesOf(here, 'a')).toEqual([])
      expect(await consumer.parked()).toMatchObject([
        { subject: 'a', reason: 'undecodable', messages: 3 },
      ])
      await consumer.stop()
    })

    test('parks a known type whose data are wrong, and skips a type it does not take', async () => {
      const here = await world()
      const decode = (message: Message) => {
        if (message.subject === 'wrong') throw new TypeError('not of this schema')
        return message.sequence === 2 ? undefined : message
      }
      const consumer = here.consumer({ decode })
      await consumer.start()
      await publish(here, messagesFor(['a', 'wrong'], 3))
      await consumer.settled()
      await consumer.stop()
      expect(await sequencesOf(here, 'a')).toEqual([1, 3])
      expect(await consumer.parked()).toMatchObject([
        { subject: 'wrong', reason: 'undecodable', messages: 3 },
      ])
    })

    test('repeats a transient failure in place and parks nothing', async () => {
      const here = await world()
      let failures = 3
      const consumer = here.consumer({
        handle: async (received, tx) => {
          await here.write(received, tx)
          if (failures === 0) return
          failures -= 1
          throw new BrokerError('unavailable', 'not yet')
        },
      })
      await consumer.start()
      await publish(here, messagesFor(['a'], 2))
      await consumer.settled()
      await consumer.stop()
      expect(await sequencesOf(here, 'a')).toEqual([1, 2])
      expect(await consumer.parked()).toEqual([])
    })

    test('survives the loss of its database connections', async () => {
      const here = await world()
      const consumer = here.consumer()
      await consumer.start()
      for (const sequence of numbers(20)) {
        await publish(here, [messageFor('a', sequence)]).catch(() =>
          publish(here, [messageFor('a', sequence)]),
        )
        if (sequence % 5 === 0) await cutConnections(database)
      }
      await until(async () => (await here.effects().catch(() => [])).length >= 20)
      await consumer.stop()
      expect(await sequencesOf(here, 'a')).toEqual(numbers(20))
    })

    test('makes each effect once when a member joins and leaves while a handler is blocked', async () => {
      const here = await world()
      const blocks = new Map(
        [2, 4].map((sequence) => [sequence, { entered: gate(), blocked: gate() }]),
      )
      const handle: World['write'] = async (received, tx) => {
        const { subject, sequence } = received.message
        const block = subject === 'a' ? blocks.get(sequence) : undefined
        block?.entered.open()
        await block?.blocked.opened
        await here.write(received, tx)
      }
      /** Does something to the group while the handler of one message is blocked. */
      const whileBlocked = async (sequence: number, change: () => Promise<void>) => {
        await blocks.get(sequence)?.entered.opened
        const changing = change()
        await new Promise((resolve) => setTimeout(resolve, 1_500))
        blocks.get(sequence)?.blocked.open()
        await changing
      }
      const subjects = ['a', ...Array.from({ length: 20 }, (_, index) => `dossier-${index}`)]
      const messages = messagesFor(subjects, 5)
      const first = here.consumer({ handle })
      const second = here.consumer({ handle, broker: await under.another() })
      await first.start()
      await publish(here, messages.slice(0, subjects.length * 2))
      await whileBlocked(2, () => second.start())
      await publish(here, messages.slice(subjects.length * 2))
      await whileBlocked(4, () => second.stop())
      await first.settled()
      await first.stop()
      for (const subject of subjects) expect(await sequencesOf(here, subject)).toEqual(numbers(5))
    })

    for (const seed of [1, 2, 3, 4, 5]) {
      test(`makes each effect once and in order over duplicated, reordered, delayed delivery (seed ${seed})`, async () => {
        const here = await world()
        const faults = { duplicate: 0.3, delay: 0.4, refuse: 0, loseAnswer: 0 }
        const broker = faultyBroker({ broker: under.broker, seed, faults })
        const consumer = here.consumer({ broker })
        await consumer.start()
        const subjects = ['a', 'b', 'c', 'd']
        await publish(here, messagesFor(subjects, 12))
        await consumer.settled()
        await consumer.stop()
        for (const subject of subjects)
          expect(await sequencesOf(here, subject)).toEqual(numbers(12))
      })
    }
  })
}

/** Every connection to the test's database but the one that says so. */
async function cutConnections({ pool }: TestDatabase): Promise<void> {
  await pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`,
  )
}
