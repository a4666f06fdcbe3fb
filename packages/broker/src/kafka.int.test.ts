import { KAFKA_START_TIMEOUT_MS, kafkaSuite, sharedTestBroker } from '@wederhoor/kafka/kafka-suite'
import { beforeAll } from 'vitest'
import { brokerConformance } from './conformance.ts'
import { makeKafkaBroker } from './kafka-under-test.ts'

kafkaSuite('Kafka', () => {
  beforeAll(() => sharedTestBroker().then(() => undefined), KAFKA_START_TIMEOUT_MS)
  brokerConformance('Kafka', makeKafkaBroker)
})
