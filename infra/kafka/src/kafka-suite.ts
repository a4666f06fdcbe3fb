import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { needingSuite } from '@wederhoor/means/needing-suite'
import { afterAll } from 'vitest'
import { readKafkaEnvironment } from './config.ts'
import { findKafkaMeans, type RunningKafka, startKafka } from './local-broker.ts'

/** Where every test and the embedded form of this clone keep the jars. */
export const TEST_JARS = join(import.meta.dirname, '..', '..', '..', '.wederhoor', 'kafka', 'libs')

/** For the `beforeAll` that first asks for the broker: on a new clone that one fetches the jars. */
export const KAFKA_START_TIMEOUT_MS = 240_000

export type TestBroker = {
  readonly brokers: string[]
  /** Absent when `KAFKA_BROKERS` names a cluster: that one is not ours to kill. */
  readonly local: RunningKafka | undefined
}

let sharedBroker: Promise<TestBroker> | undefined
let testDirectory: string | undefined

/**
 * A `describe` that needs Kafka: `KAFKA_BROKERS`, or Java with Maven; see `needingSuite` for what happens
 * where there is neither. Call it at the top level of a test file: what `sharedTestBroker` started is
 * stopped and removed after the last suite of that file.
 */
export function kafkaSuite(name: string, fn: () => void): void {
  const environment = readKafkaEnvironment()
  const means = findKafkaMeans(environment.kafkaBrokers, environment.searchPath)
  if (means.kind !== 'none') afterAll(stopSharedBroker, 30_000)
  needingSuite({ what: 'Kafka', why: means.kind === 'none' ? means.why : undefined }, name, fn)
}

/**
 * The broker of this test file: started at the first call, in about 3 s once the jars are there, on
 * free ports and in a folder of its own; the same one at each later call. Topics are never made by
 * themselves; on a cluster of `KAFKA_BROKERS` they outlive the run, so give them random names.
 */
export function sharedTestBroker(): Promise<TestBroker> {
  sharedBroker ??= startSharedBroker()
  return sharedBroker
}

async function startSharedBroker(): Promise<TestBroker> {
  const environment = readKafkaEnvironment()
  const means = findKafkaMeans(environment.kafkaBrokers, environment.searchPath)
  if (means.kind === 'brokers') return { brokers: [...means.brokers], local: undefined }
  testDirectory = await mkdtemp(join(tmpdir(), 'wederhoor-kafka-'))
  const local = await startKafka({
    jarsDirectory: TEST_JARS,
    dataDirectory: testDirectory,
    log: (line) => process.stderr.write(`${line}\n`),
  })
  return { brokers: local.brokers, local }
}

async function stopSharedBroker(): Promise<void> {
  const started = await sharedBroker?.catch(() => undefined)
  sharedBroker = undefined
  // Killed, not closed: the folder goes too, so nothing in it is worth a second of waiting.
  await started?.local?.kill()
  if (testDirectory) await rm(testDirectory, { recursive: true, force: true })
  testDirectory = undefined
}
