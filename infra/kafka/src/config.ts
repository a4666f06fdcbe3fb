/** What this package reads from the environment; nothing else here touches `process.env`. */
export type KafkaEnvironment = {
  /** `KAFKA_BROKERS`: comma-separated `host:port` of an existing cluster. */
  readonly kafkaBrokers: string | undefined
  /** `PATH`: where `java` and `mvn` are looked for. */
  readonly searchPath: string
}

export function readKafkaEnvironment(): KafkaEnvironment {
  return {
    kafkaBrokers: process.env['KAFKA_BROKERS'],
    searchPath: process.env['PATH'] ?? '',
  }
}
