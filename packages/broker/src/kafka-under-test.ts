import { sharedTestBroker } from '@wederhoor/kafka/kafka-suite'
import type { BrokerUnderTest } from './conformance.ts'
import { type KafkaBroker, kafkaBroker } from './kafka.ts'

/** For the conformance suites: clients of the one real broker of a test file. */
export async function makeKafkaBroker(): Promise<BrokerUnderTest> {
  const { brokers } = await sharedTestBroker()
  const made: KafkaBroker[] = []
  const another = async () => {
    const broker = kafkaBroker({ brokers, clientId: `test-${made.length}` })
    made.push(broker)
    return broker
  }
  const broker = await another()
  return {
    broker,
    another,
    publishWire: broker.publishWire,
    async dispose() {
      await Promise.all(made.map((one) => one.close()))
    },
  }
}
