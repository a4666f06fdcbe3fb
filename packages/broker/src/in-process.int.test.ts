import { setTimeout as pause } from 'node:timers/promises'
import { createTestDatabase } from '@wederhoor/postgres/test-database'
import { describe, expect, test } from 'vitest'
import { brokerConformance, gate, messageFor, messagesFor, until } from './conformance.ts'
import { type InProcessBroker, inProcessBroker } from './in-process.ts'
import { migrateBroker } from './migrate-broker.ts'

brokerConformance('in-process', async () => {
  const database = await createTestDatabase()
  await migrateBroker(database.pool)
  const brokers: InProcessBroker[] = []
  const another = async () => {
    const broker = inProcessBroker({ pool: database.pool })
    brokers.push(broker)
    return broker
  }
  const broker = await another()
  return {
    broker,
    another,
    publishWire: broker.publishWire,
    async dispose() {
      await Promise.all(brokers.map((one) => one.close()))
      await database.drop()
    },
  }
})

describe('the embedded broker', () => {
  test('hands a message over within milliseconds of its publication', async () => {
    const database = await createTestDatabase()
    await migrateBroker(database.pool)
    const broker = inProcessBroker({ pool: database.pool, pollMs: 60_000 })
    let got = 0
    const handle = async () => {
      got += 1
    }
    await broker.ensureTopics(['test.events.v1'])
    await broker.subscribe({ group: 'quick', topics: ['test.events.v1'], handle })
    // The poll is a minute away: what arrives was woken.
    for (let sequence = 1; sequence <= 20; sequence += 1) {
      await broker.publish('test.events.v1', [messageFor('dossier-a', sequence)])
      await until(() => got === sequence, 2_000)
    }
    expect(got).toBe(20)
    await broker.close()
    await database.drop()
  })

  test('finds what another process published by polling', async () => {
    const database = await createTestDatabase()
    await migrateBroker(database.pool)
    const [here, there] = [
      inProcessBroker({ pool: database.pool }),
      inProcessBroker({ pool: database.pool }),
    ]
    let got = 0
    const handle = async () => {
      got += 1
    }
    await here.ensureTopics(['test.events.v1'])
    await here.subscribe({ group: 'polling', topics: ['test.events.v1'], handle })
    await there.publish('test.events.v1', [messageFor('dossier-a', 1)])
    await until(() => got === 1)
    await Promise.all([here.close(), there.close()])
    await database.drop()
  })

  test('does not begin a partition anew while its handler is blocked and another member waits for it', async () => {
    const database = await createTestDatabase()
    await migrateBroker(database.pool)
    const broker = inProcessBroker({ pool: database.pool, leaseMs: 300, concurrency: 8 })
    const request = { group: 'blocked', topics: ['test.events.v1'] }
    await broker.ensureTopics(request.topics)
    const blocked = gate()
    const entered: number[] = []
    const first = await broker.subscribe({
      ...request,
      handle: ({ partition }) => {
        entered.push(partition)
        return blocked.opened
      },
    })
    const subjects = Array.from({ length: 60 }, (_, index) => `dossier-${index}`)
    await broker.publish('test.events.v1', messagesFor(subjects, 1))
    await until(() => entered.length === 8)
    let others = 0
    const second = await broker.subscribe({
      ...request,
      handle: async () => {
        others += 1
      },
    })
    await pause(1_000)
    expect(entered).toHaveLength(8)
    expect(others).toBe(0)
    blocked.open()
    await until(async () => (await first.lag()) === 0)
    expect(entered.length + others).toBe(60)
    expect(others).toBeGreaterThan(0)
    await Promise.all([first.close(), second.close()])
    await broker.close()
    await database.drop()
  })
})
