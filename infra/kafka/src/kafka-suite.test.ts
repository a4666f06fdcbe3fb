import { afterEach, describe, expect, test, vi } from 'vitest'
import { kafkaSuite } from './kafka-suite.ts'

afterEach(() => vi.unstubAllEnvs())

describe('a machine without any Kafka', () => {
  test('fails the suite where CI=true instead of leaving it out', () => {
    vi.stubEnv('CI', 'true')
    vi.stubEnv('PATH', '')
    vi.stubEnv('KAFKA_BROKERS', '')
    expect(() => kafkaSuite('a suite', () => {})).toThrow(
      /"a suite" must run where CI=true.*no java/,
    )
  })
})
