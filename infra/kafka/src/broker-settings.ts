import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { KafkaFailure } from './kafka-failure.ts'

/** What a data directory remembers: the cluster that its log belongs to, and where it listened. */
export type BrokerIdentity = {
  readonly clusterId: string
  readonly port: number
  readonly controllerPort: number
}

/** Names inside a data directory. Java runs in it, so no path ever has to be escaped for a setting. */
export const SETTINGS_FILE = 'server.properties'
export const LOG_FOLDER = 'log'
export const OUTPUT_FILE = 'broker-output.txt'
const IDENTITY_FILE = 'broker.json'

/**
 * Chooses the identity for a start on `dataDirectory` and writes nothing. The ports of the last time
 * are taken again when they are free; otherwise others are picked, except that a `port` that was asked
 * for and is taken throws `KafkaFailure` with `port-taken`.
 */
export async function chooseIdentity(
  known: BrokerIdentity | undefined,
  port: number | undefined,
): Promise<BrokerIdentity> {
  if (port !== undefined && !(await isFree(port))) throw portTaken(port)
  const [fresh, freshController] = await freePorts()
  return {
    // Kafka writes a UUID as 16 bytes in base64url; a leading hyphen would read as an option.
    clusterId: known?.clusterId ?? `w${randomBytes(16).toString('base64url').slice(1)}`,
    port: port ?? (await freeOr(known?.port, fresh)),
    controllerPort: await freeOr(known?.controllerPort, freshController),
  }
}

/** What the last start on this data directory chose; absent when there was none. */
export async function readIdentity(dataDirectory: string): Promise<BrokerIdentity | undefined> {
  const file = join(dataDirectory, IDENTITY_FILE)
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as BrokerIdentity) : undefined
}

/** Keeps the identity in the data directory, with the settings that follow from it. */
export async function writeSettings(
  dataDirectory: string,
  identity: BrokerIdentity,
): Promise<void> {
  await mkdir(dataDirectory, { recursive: true })
  await writeWhole(join(dataDirectory, IDENTITY_FILE), `${JSON.stringify(identity)}\n`)
  await writeWhole(join(dataDirectory, SETTINGS_FILE), serverProperties(identity))
}

export function portTaken(port: number): KafkaFailure {
  return new KafkaFailure('port-taken', {
    message: `Port ${port} on 127.0.0.1 is taken.`,
    remedy: 'End the program that listens there, or ask for another port or for none.',
  })
}

/** Whether nobody listens on this port of 127.0.0.1 at the moment. */
export async function isFree(port: number): Promise<boolean> {
  const [listening] = await listenOn([port])
  return listening !== undefined
}

async function freeOr(wanted: number | undefined, otherwise: number): Promise<number> {
  return wanted !== undefined && (await isFree(wanted)) ? wanted : otherwise
}

async function freePorts(): Promise<[number, number]> {
  const [first, second] = await listenOn([0, 0])
  if (first === undefined || second === undefined) throw new Error('no free port on 127.0.0.1')
  return [first, second]
}

/** Listens on all of them together, so that free ones differ, and lets go again. */
async function listenOn(ports: readonly number[]): Promise<(number | undefined)[]> {
  const servers = ports.map(() => createServer())
  const listening = await Promise.all(
    servers.map(
      (server, index) =>
        new Promise<number | undefined>((resolve) => {
          server.once('error', () => resolve(undefined))
          server.listen({ port: ports[index], host: '127.0.0.1' }, () => {
            const address = server.address()
            resolve(typeof address === 'object' && address !== null ? address.port : undefined)
          })
        }),
    ),
  )
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return listening
}

async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text)
  await rename(`${file}.new`, file)
}

function serverProperties({ port, controllerPort }: BrokerIdentity): string {
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': LOG_FOLDER,
    'auto.create.topics.enable': false,
    'default.replication.factor': 1,
    'min.insync.replicas': 1,
    'offsets.topic.num.partitions': 4,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // Without these two a killed broker takes 10 s to come back; with them 5.
    'broker.session.timeout.ms': 3000,
    'broker.heartbeat.interval.ms': 500,
  }
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}
