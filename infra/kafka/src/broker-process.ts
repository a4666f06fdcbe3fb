import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import { LOG_FOLDER, OUTPUT_FILE, SETTINGS_FILE } from './broker-settings.ts'
import { KafkaFailure } from './kafka-failure.ts'

const HEAP = ['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:+ExitOnOutOfMemoryError']

/** Absolute paths: the Java to run, Kafka's jars, and the folder that is the broker's own. */
export type BrokerPlace = {
  readonly java: string
  readonly jarsDirectory: string
  readonly dataDirectory: string
}

/** One running Java process with its watchdog. `ended` settles when Java is gone, and never rejects. */
export type BrokerProcess = {
  readonly pid: number
  readonly ended: Promise<void>
  isRunning(): boolean
  /** Signals and waits until it is gone; after `patienceMs` by SIGKILL. */
  end(signal: 'SIGTERM' | 'SIGKILL', patienceMs: number): Promise<void>
}

/**
 * Starts the broker. It neither keeps this process alive nor outlives it: a watchdog in a process of
 * its own ends it when this one is gone. Both stand outside the terminal's process group, so that a
 * Ctrl-C reaches this process alone, which may still have work in flight over the broker.
 */
export function spawnBroker(place: BrokerPlace): BrokerProcess {
  const child = spawnJava(place, [...HEAP, 'kafka.Kafka', SETTINGS_FILE])
  const { pid } = child
  if (pid === undefined) {
    throw new KafkaFailure('broker-did-not-start', {
      message: `${place.java} could not be started.`,
      remedy: 'Check that this Java runs and that the machine has memory left.',
    })
  }
  const watchdog = spawn(process.execPath, [join(import.meta.dirname, 'watchdog.ts'), `${pid}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  watchdog.on('error', () => child.kill('SIGKILL'))
  watchdog.unref()
  child.unref()
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      // Not by closing its input: it would signal a number that may soon be somebody else's.
      watchdog.kill('SIGKILL')
      resolve()
    })
  })
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null
  return {
    pid,
    ended,
    isRunning,
    async end(signal, patienceMs) {
      if (!isRunning()) return
      child.ref()
      child.kill(signal)
      const late = setTimeout(() => child.kill('SIGKILL'), patienceMs)
      await ended
      clearTimeout(late)
    },
  }
}

/**
 * Formats the log folder for this cluster, unless it is formatted already: Kafka writes
 * `meta.properties` last, so an interrupted format is done again. False when Kafka refused.
 */
export async function formatStorage(place: BrokerPlace, clusterId: string): Promise<boolean> {
  if (existsSync(join(place.dataDirectory, LOG_FOLDER, 'meta.properties'))) return true
  const child = spawnJava(place, [
    'kafka.tools.StorageTool',
    'format',
    `--cluster-id=${clusterId}`,
    '--config',
    SETTINGS_FILE,
    '--ignore-formatted',
  ])
  return new Promise((resolve) => {
    child.once('error', () => resolve(false))
    child.once('exit', (status) => resolve(status === 0))
  })
}

/** The last lines that Java wrote in this data directory. */
export async function lastOutput(dataDirectory: string): Promise<string> {
  const text = await readFile(join(dataDirectory, OUTPUT_FILE), 'utf8').catch(() => '')
  return text.trimEnd().split('\n').slice(-40).join('\n')
}

/**
 * Asks over the protocol until the broker answers as an unfenced member of its cluster: from then on
 * topics can be made. False when Java ended first, `patienceMs` passed, or another cluster answers
 * there: then the port is a stranger's, or the log is that of another data directory.
 */
export async function untilReady(
  broker: BrokerProcess,
  cluster: { readonly address: string; readonly clusterId: string },
  patienceMs: number,
): Promise<boolean> {
  const until = Date.now() + patienceMs
  while (broker.isRunning() && Date.now() < until) {
    const answering = await clusterAt(cluster.address)
    if (answering !== undefined) return answering === cluster.clusterId
    await Promise.race([pause(100), broker.ended])
  }
  return false
}

/** The id of the cluster whose broker answers as ready at this address; absent when none does. */
export async function clusterAt(address: string): Promise<string | undefined> {
  const admin = new Kafka({
    brokers: [address],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    retry: { retries: 0 },
  }).admin()
  try {
    await admin.connect()
    const { brokers, clusterId } = await admin.describeCluster()
    return brokers.length === 1 ? clusterId : undefined
  } catch {
    return undefined
  } finally {
    await admin.disconnect().catch(() => {})
  }
}

/** Output goes to a file, not to a pipe: a pipe that nobody reads would stop Java one day. */
function spawnJava(place: BrokerPlace, args: readonly string[]): ChildProcess {
  const output = openSync(join(place.dataDirectory, OUTPUT_FILE), 'w')
  try {
    const child = spawn(place.java, ['-cp', join(place.jarsDirectory, '*'), ...args], {
      cwd: place.dataDirectory,
      stdio: ['ignore', output, output],
      detached: true,
    })
    // A process that could not be made has no pid, which the callers look at.
    child.on('error', () => {})
    return child
  } finally {
    closeSync(output)
  }
}
