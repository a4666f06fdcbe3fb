import {
  KAFKA_START_TIMEOUT_MS,
  kafkaSuite,
  sharedTestBroker,
  type TestBroker,
} from '@wederhoor/kafka/kafka-suite'
import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { messageFor, until } from './conformance.ts'
import { type KafkaBroker, kafkaBroker } from './kafka.ts'
import { migrateBroker } from './migrate-broker.ts'
import { makeEffects, makeWorld } from './runtime-world.ts'

kafkaSuite('a Kafka broker that is killed and started again', () => {
  let kafka: TestBroker
  let database: TestDatabase
  const made: KafkaBroker[] = []
  const connect = () => {
    const broker = kafkaBroker({ brokers: kafka.brokers, clientId: 'outage' })
    made.push(broker)
    return broker
  }

  beforeAll(async () => {
    kafka = await sharedTestBroker()
    database = await createTestDatabase()
    await migrateBroker(database.pool)
    await makeEffects(database)
  }, KAFKA_START_TIMEOUT_MS)
  afterAll(async () => {
    await Promise.all(made.map((one) => one.close()))
    await database?.drop()
  })

  test('loses no acknowledged publication and reorders none', {
    timeout: 120_000,
  }, async (context) => {
    const { local } = kafka
    if (local === undefined)
      return context.skip('KAFKA_BROKERS names a cluster that is not ours to kill')
    const broker = connect()
    const topic = `outage-${process.pid}.events.v1`
    await broker.ensureTopics([topic])
    let acknowledged = 0
    let publishing = true
    const publisher = (async () => {
      while (publishing) {
        const round = Array.from({ length: 20 }, (_, at) => messageFor('a', acknowledged + at + 1))
        await broker.publish(topic, round)
        acknowledged += round.length
      }
    })()
    await until(() => acknowledged > 200)
    for (let time = 0; time < 2; time += 1) {
      await local.kill()
      const before = acknowledged
      await local.restart()
      await until(() => acknowledged > before + 200, 60_000)
    }
    publishing = false
    await publisher
    const got: number[] = []
    const subscription = await broker.subscribe({
      group: `reader-of-${topic}`,
      topics: [topic],
      handle: async ({ message }) => {
        if (message !== undefined) got.push(message.sequence)
      },
    })
    await until(() => got.includes(acknowledged), 60_000)
    await subscription.close()
    expect(got).toEqual(Array.from({ length: acknowledged }, (_, at) => at + 1))
  })

  test('interrupts relay and consumer without a loss or a second effect', {
    timeout: 120_000,
  }, async (context) => {
    const { local } = kafka
    if (local === undefined)
      return context.skip('KAFKA_BROKERS names a cluster that is not ours to kill')
    const here = makeWorld({ broker: connect(), database })
    const [relay, consumer] = [here.relay({ batch: 10 }), here.consumer()]
    await consumer.start()
    relay.start()
    const append = async (count: number) => {
      for (let at = 0; at < count; at += 1)
        for (const subject of ['a', 'b', 'c']) await here.append(subject)
    }
    await append(50)
    await until(async () => (await here.effects()).length > 20)
    await local.kill()
    await append(50)
    await local.restart()
    await append(50)
    await relay.settled()
    await until(async () => (await here.effects()).length >= 450, 60_000)
    await consumer.settled()
    await Promise.all([relay.stop(), consumer.stop()])
    for (const subject of ['a', 'b', 'c']) {
      const mine = (await here.effects()).filter((effect) => effect.subject === subject)
      expect(mine.map((effect) => effect.sequence)).toEqual(
        Array.from({ length: 150 }, (_, at) => at + 1),
      )
    }
  })

  test('does not keep a broker from closing while it is away', {
    timeout: 60_000,
  }, async (context) => {
    const { local } = kafka
    if (local === undefined)
      return context.skip('KAFKA_BROKERS names a cluster that is not ours to kill')
    const broker = connect()
    const topic = `closing-${process.pid}.events.v1`
    await broker.ensureTopics([topic])
    await broker.publish(topic, [messageFor('a', 1)])
    const subscription = await broker.subscribe({
      group: topic,
      topics: [topic],
      handle: async () => undefined,
    })
    await until(async () => (await subscription.lag()) === 0)
    await local.kill()
    const lost = broker.publish(topic, [messageFor('a', 2)]).then(
      () => 'published',
      (error: { code?: string }) => error.code,
    )
    await new Promise((resolve) => setTimeout(resolve, 500))
    const began = Date.now()
    await broker.close()
    expect(Date.now() - began).toBeLessThan(10_000)
    expect(await lost).toBe('unavailable')
    await local.restart()
  })
})
