import { resolve } from 'node:path'
import { startBroker } from './broker-start.ts'
import { readKafkaEnvironment } from './config.ts'
import { findJava, findMaven } from './java-and-maven.ts'
import { KafkaFailure } from './kafka-failure.ts'
import { ensureJars } from './kafka-jars.ts'

/** A clean close takes about a second; after this the log is recovered at the next start instead. */
const CLOSING_MAX_MS = 4_000

export type KafkaMeans =
  /** `KAFKA_BROKERS` names a cluster: use it, and start nothing. */
  | { readonly kind: 'brokers'; readonly brokers: readonly string[] }
  /** Absolute paths of a fit Java and of Maven: `startKafka` can work here. */
  | { readonly kind: 'maven'; readonly java: string; readonly mvn: string }
  /** Neither; `why` is one clause for a person. */
  | { readonly kind: 'none'; readonly why: string }

/**
 * How this machine can have Kafka. `kafkaBrokers` is the value of `KAFKA_BROKERS` and wins when it
 * names anything. Runs `java -version` and waits for it (a tenth of a second); touches no network.
 */
export function findKafkaMeans(
  kafkaBrokers: string | undefined,
  searchPath: string = readKafkaEnvironment().searchPath,
): KafkaMeans {
  const brokers = (kafkaBrokers ?? '')
    .split(',')
    .map((broker) => broker.trim())
    .filter((broker) => broker !== '')
  if (brokers.length > 0) return { kind: 'brokers', brokers }
  const java = findJava(searchPath)
  const maven = findMaven(searchPath)
  if ('file' in java && 'file' in maven) return { kind: 'maven', java: java.file, mvn: maven.file }
  const lacking = [java, maven].flatMap((program) => ('why' in program ? [program.why] : []))
  return { kind: 'none', why: `KAFKA_BROKERS is not set; ${lacking.join('; ')}` }
}

export type KafkaRequest = {
  /** Where the jars are kept, some 45 MB; shared by all brokers of a clone. */
  readonly jarsDirectory: string
  /** The broker's own: its log, settings, ports and output. One broker at a time. */
  readonly dataDirectory: string
  /** Without it: the port of the last time when that is free, or else any free one. */
  readonly port?: number
  /** Gets one line of progress at a time. */
  readonly log?: (line: string) => void
  /** Where `java` and `mvn` are looked for; the `PATH` of this process if absent. */
  readonly searchPath?: string
}

export type RunningKafka = {
  /** One `127.0.0.1:port`; the same for as long as this object lives, through restarts. */
  readonly brokers: string[]
  /** The Java process; another one after `restart()`. */
  readonly pid: number
  /** Closes cleanly, within 4 s or else by SIGKILL. A broker that is not running: nothing happens. */
  stop(): Promise<void>
  /** SIGKILL, for tests of failure; returns when the process is gone. */
  kill(): Promise<void>
  /** Stops it if it runs, starts it on the same port and data, returns when ready (5 s after `kill`). */
  restart(): Promise<void>
}

/**
 * Starts one real Kafka broker in KRaft mode on 127.0.0.1 and returns when it answers as ready.
 *
 * The first start on a clone fetches the jars with Maven; later ones need neither Maven nor a registry.
 * What a producer had acknowledged survives `kill` and every end of the process, in `dataDirectory`;
 * like any Kafka it leaves fsync to the operating system, so a power cut may take the last seconds.
 * The broker ends with this process, however that ends. No authentication, no encryption: it is for
 * one machine, for trying and for tests.
 *
 * Throws `KafkaFailure`, see its codes; nothing is retried by the caller except after its remedy.
 */
export async function startKafka(request: KafkaRequest): Promise<RunningKafka> {
  const environment = readKafkaEnvironment()
  const searchPath = request.searchPath ?? environment.searchPath
  const log = request.log ?? (() => {})
  const java = findJava(searchPath)
  if ('why' in java) {
    throw new KafkaFailure('java-missing', {
      message: `Kafka cannot start: ${java.why}.`,
      remedy: 'Install a Java runtime, or set KAFKA_BROKERS to a running broker.',
    })
  }
  const jarsDirectory = resolve(request.jarsDirectory)
  const dataDirectory = resolve(request.dataDirectory)
  await ensureJars({ jarsDirectory, searchPath, log })
  const place = { java: java.file, jarsDirectory, dataDirectory }
  const first = await startBroker({ place, port: request.port, log })
  const { port } = first.identity
  let { broker } = first
  return {
    brokers: [`127.0.0.1:${port}`],
    get pid() {
      return broker.pid
    },
    stop: () => broker.end('SIGTERM', CLOSING_MAX_MS),
    kill: () => broker.end('SIGKILL', CLOSING_MAX_MS),
    async restart() {
      await broker.end('SIGTERM', CLOSING_MAX_MS)
      broker = (await startBroker({ place, port, log })).broker
    },
  }
}
