import type { TestDatabase } from '@wederhoor/postgres/test-database'
import { consumerConformance } from './consumer-conformance.ts'
import { type InProcessBroker, inProcessBroker } from './in-process.ts'
import { relayConformance } from './relay-conformance.ts'

async function makeBroker({ pool }: TestDatabase) {
  const brokers: InProcessBroker[] = []
  const another = async () => {
    const broker = inProcessBroker({ pool })
    brokers.push(broker)
    return broker
  }
  const broker = await another()
  const dispose = async () => {
    await Promise.all(brokers.map((one) => one.close()))
  }
  return { broker, another, publishWire: broker.publishWire, dispose }
}

relayConformance('in-process', makeBroker)
consumerConformance('in-process', makeBroker)
