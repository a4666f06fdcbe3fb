import { randomUUID } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'
import { beforeAll, expect, test } from 'vitest'
import {
  KAFKA_START_TIMEOUT_MS,
  kafkaSuite,
  sharedTestBroker,
  type TestBroker,
} from './kafka-suite.ts'

kafkaSuite('a broker with one message', () => {
  const topic = `local-broker-${randomUUID()}`
  let broker: TestBroker

  beforeAll(async () => {
    broker = await sharedTestBroker()
    const admin = client(broker).admin()
    await admin.connect()
    await admin.createTopics({ topics: [{ topic, numPartitions: 2 }], waitForLeaders: true })
    await admin.disconnect()
    const producer = client(broker).producer({ allowAutoTopicCreation: false })
    await producer.connect()
    await producer.send({ topic, acks: -1, messages: [{ key: 'one', value: 'kept' }] })
    await producer.disconnect()
  }, KAFKA_START_TIMEOUT_MS)

  test('hands the message to a consumer', { timeout: 30_000 }, async () => {
    expect(await firstMessage(broker, topic)).toBe('kept')
  })

  test('is the same for every suite of the file', async () => {
    expect(await sharedTestBroker()).toBe(broker)
  })

  test('makes no topic by itself', async () => {
    const admin = client(broker).admin()
    await admin.connect()
    const asked = admin.fetchTopicMetadata({ topics: [`never-made-${randomUUID()}`] })
    await expect(asked).rejects.toMatchObject({ type: 'UNKNOWN_TOPIC_OR_PARTITION' })
    await admin.disconnect()
  })

  test('keeps it when killed and started again, on the same port', {
    timeout: 60_000,
  }, async (context) => {
    const { local } = broker
    if (!local) return context.skip('KAFKA_BROKERS names a cluster that is not ours to kill')
    const before = { pid: local.pid, brokers: [...local.brokers] }
    await local.kill()
    expect(isAlive(before.pid)).toBe(false)
    await local.restart()
    expect(local.pid).not.toBe(before.pid)
    expect(local.brokers).toEqual(before.brokers)
    expect(await firstMessage(broker, topic)).toBe('kept')
  })

  test('closes cleanly, and stopping it twice is nothing', { timeout: 60_000 }, async (context) => {
    const { local } = broker
    if (!local) return context.skip('KAFKA_BROKERS names a cluster that is not ours to stop')
    await local.stop()
    await local.stop()
    expect(isAlive(local.pid)).toBe(false)
    await local.restart()
    expect(await firstMessage(broker, topic)).toBe('kept')
  })
})

function client({ brokers }: TestBroker): Kafka {
  return new Kafka({ brokers, logLevel: logLevel.NOTHING })
}

async function firstMessage(broker: TestBroker, topic: string): Promise<string | undefined> {
  const consumer = client(broker).consumer({ groupId: `local-broker-${randomUUID()}` })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const value = await new Promise<string | undefined>((resolve, reject) => {
    const eachMessage = async ({ message }: { message: { value: Buffer | null } }) => {
      resolve(message.value?.toString())
    }
    consumer.run({ eachMessage }).catch(reject)
  })
  await consumer.disconnect()
  return value
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
