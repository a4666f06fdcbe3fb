import { KAFKA_START_TIMEOUT_MS, kafkaSuite, sharedTestBroker } from '@wederhoor/kafka/kafka-suite'
import { beforeAll } from 'vitest'
import { consumerConformance } from './consumer-conformance.ts'
import { makeKafkaBroker } from './kafka-under-test.ts'
import { relayConformance } from './relay-conformance.ts'

kafkaSuite('over Kafka', () => {
  beforeAll(() => sharedTestBroker().then(() => undefined), KAFKA_START_TIMEOUT_MS)
  relayConformance('Kafka', makeKafkaBroker)
  consumerConformance('Kafka', makeKafkaBroker)
})
