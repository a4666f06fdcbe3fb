import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe } from 'vitest'
import { readKafkaEnvironment } from './config.ts'
import { findKafkaMeans, type RunningKafka, startKafka } from './local-broker.ts'

/** Where every test and the embedded form of this clone keep the jars. */
export const TEST_JARS = join(import.meta.dirname, '..', '..', '..', '.wederhoor', 'kafka', 'libs')

/** For the `beforeAll` that first asks for the broker: on a new clone that one fetches the jars. */
export const KAFKA_START_TIMEOUT_MS = 240_000

/** Stands in the title of every suite that did not run, so that a reporter can gather them. */
export const KAFKA_NOT_RUN = 'NOT RUN, no Kafka'

export type TestBroker = {
  readonly brokers: string[]
  /** Absent when `KAFKA_BROKERS` names a cluster: that one is not ours to kill. */
  readonly local: RunningKafka | undefined
}

let sharedBroker: Promise<TestBroker> | undefined
let testDirectory: string | undefined

/**
 * A `describe` that needs Kafka. Where there is neither `KAFKA_BROKERS` nor Java with Maven, the suite
 * is skipped with the reason in its title and on standard error; with `CI=true` that throws instead,
 * which fails the file. Call it at the top level of a test file: what `sharedTestBroker` started is
 * stopped and removed after the last suite of that file.
 */
export function kafkaSuite(name: string, fn: () => void): void {
  const environment = readKafkaEnvironment()
  const means = findKafkaMeans(environment.kafkaBrokers, environment.searchPath)
  if (means.kind !== 'none') {
    afterAll(stopSharedBroker, 30_000)
    describe(name, fn)
    return
  }
  if (environment.absenceFails) {
    throw new Error(`"${name}" must run where CI=true, but there is no Kafka: ${means.why}`)
  }
  process.stderr.write(`${KAFKA_NOT_RUN}: ${name} (${means.why})\n`)
  describe.skip(`${name} (${KAFKA_NOT_RUN}: ${means.why})`, fn)
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
