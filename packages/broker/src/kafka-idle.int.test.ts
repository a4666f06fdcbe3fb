import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { KAFKA_START_TIMEOUT_MS, kafkaSuite, sharedTestBroker } from '@wederhoor/kafka/kafka-suite'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { messageFor, until } from './conformance.ts'
import { kafkaBroker } from './kafka.ts'

kafkaSuite('an idle connection to Kafka', () => {
  beforeAll(() => sharedTestBroker().then(() => undefined), KAFKA_START_TIMEOUT_MS)
  afterEach(() => {
    vi.restoreAllMocks()
  })

  // Without our patch of the client each connection arms a timer of 1 ms again and again.
  test('sets no timers for requests that nobody has made', async () => {
    const { brokers } = await sharedTestBroker()
    const broker = kafkaBroker({ brokers, clientId: 'idle' })
    const topic = `idle-${randomUUID()}.events.v1`
    await broker.ensureTopics([topic])
    let got = 0
    const handle = async () => {
      got += 1
    }
    await broker.subscribe({ group: topic, topics: [topic], handle })
    await broker.publish(topic, [messageFor('a', 1)])
    await until(() => got === 1)
    const timers = vi.spyOn(globalThis, 'setTimeout')
    await pause(2_000)
    expect(timers.mock.calls.length).toBeLessThan(100)
    timers.mockRestore()
    await broker.close()
  })
})
