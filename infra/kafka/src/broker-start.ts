import { setTimeout as pause } from 'node:timers/promises'
import {
  type BrokerPlace,
  type BrokerProcess,
  clusterAt,
  formatStorage,
  lastOutput,
  spawnBroker,
  untilReady,
} from './broker-process.ts'
import {
  type BrokerIdentity,
  chooseIdentity,
  isFree,
  portTaken,
  readIdentity,
  writeSettings,
} from './broker-settings.ts'
import { KafkaFailure } from './kafka-failure.ts'

const READY_MAX_MS = 60_000
/** How long another broker may take to let go of the data directory or of a port. */
const OTHERS_GONE_MAX_MS = 8_000

type Start = {
  readonly place: BrokerPlace
  /** The port that must be had; without it any. */
  readonly port: number | undefined
  readonly log: (line: string) => void
}

export type Started = { readonly broker: BrokerProcess; readonly identity: BrokerIdentity }

/**
 * Starts a broker on a data directory, new or used, and returns when it is ready. A broker whose parent
 * has just been killed needs a moment to close, and a port that was free may be gone by the time Java
 * takes it: those two are tried again for 8 s, everything else fails at once.
 */
export async function startBroker(start: Start): Promise<Started> {
  const until = Date.now() + OTHERS_GONE_MAX_MS
  for (;;) {
    try {
      return await tryStart(start)
    } catch (error) {
      if (!mayPass(error, start) || Date.now() > until) throw error
      await pause(250)
    }
  }
}

function mayPass(error: unknown, { port }: Start): boolean {
  if (!(error instanceof KafkaFailure)) return false
  return error.code === 'data-directory-in-use' || (error.code === 'port-taken' && !port)
}

async function tryStart({ place, port, log }: Start): Promise<Started> {
  const known = await readIdentity(place.dataDirectory)
  // Asked before anything is written: the settings there may be those of a broker that runs.
  if (known && (await clusterAt(`127.0.0.1:${known.port}`)) === known.clusterId) {
    throw dataDirectoryInUse(place.dataDirectory)
  }
  const identity = await chooseIdentity(known, port)
  await writeSettings(place.dataDirectory, identity)
  const address = `127.0.0.1:${identity.port}`
  log(`Kafka: starting on ${address}`)
  if (!(await formatStorage(place, identity.clusterId))) throw await startFailure(place, identity)
  const broker = spawnBroker(place)
  const cluster = { address, clusterId: identity.clusterId }
  if (await untilReady(broker, cluster, READY_MAX_MS)) return { broker, identity }
  await broker.end('SIGKILL', 0)
  throw await startFailure(place, identity)
}

function dataDirectoryInUse(dataDirectory: string): KafkaFailure {
  return new KafkaFailure('data-directory-in-use', {
    message: `Another Kafka broker runs on ${dataDirectory}.`,
    remedy: 'Stop it first, or use another data directory.',
  })
}

async function startFailure(
  { dataDirectory }: BrokerPlace,
  { port, controllerPort }: BrokerIdentity,
): Promise<KafkaFailure> {
  const output = await lastOutput(dataDirectory)
  if (/Failed to acquire lock on file/.test(output)) return dataDirectoryInUse(dataDirectory)
  for (const own of [port, controllerPort]) {
    const refused = output.includes(`failed to bind to 127.0.0.1:${own}:`)
    if (refused || !(await isFree(own))) return portTaken(own)
  }
  return new KafkaFailure('broker-did-not-start', {
    message: `Kafka did not become ready. Its last lines:\n${output}\n`,
    remedy: `If ${dataDirectory} holds nothing you need, remove it and start again.`,
  })
}
