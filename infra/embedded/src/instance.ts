/** A whole instance: its database server, its broker if asked for, and the house on top. */
import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findKafkaMeans, type RunningKafka, startKafka } from '@wederhoor/kafka/local-broker'
import { startPostgres } from '@wederhoor/postgres/embedded-server'
import { claimDirectory } from '@wederhoor/postgres/ownership'
import type { EmbeddedConfig } from './config.ts'
import { type House, type HouseOptions, openHouse } from './house.ts'

export interface InstanceOptions
  extends Pick<HouseOptions, 'accounts' | 'simulated' | 'ports' | 'logDestination'> {
  readonly config: EmbeddedConfig
  /** Data, keys and Kafka of this instance. */
  readonly directory: string
  /** Where Kafka's jars are kept, shared by all instances of a clone. */
  readonly jarsDirectory: string
  readonly kafka: boolean
  /** Hears each step as it begins. */
  readonly say: (step: string) => void
}

export interface Instance {
  readonly house: House
  readonly databaseUrl: string
  /** Ends the house, then the broker and the database server that were started here. Twice is once. */
  close(): Promise<void>
}

/** No brokers were given, and none can be started here. */
export class NoKafka extends Error {
  readonly code = 'no-kafka'
  constructor(why: string) {
    super(
      `Kafka was asked for and cannot be had: ${why}\nSet KAFKA_BROKERS, or install Java 17 or newer and Maven.`,
    )
    this.name = 'NoKafka'
  }
}

export async function openInstance(options: InstanceOptions): Promise<Instance> {
  const { config, directory, say } = options
  const ends: (() => Promise<void>)[] = []
  const close = once(async () => {
    for (const end of ends.reverse()) await end()
  })
  try {
    const databaseUrl =
      config.DATABASE_URL ?? (await ownDatabase(join(directory, 'postgres'), say, ends))
    const kafka = options.kafka ? await brokersOf(options, ends) : undefined
    say('bringing the database up to date and starting the services')
    const house = await openHouse({
      databaseUrl,
      keysDirectory: join(directory, 'keys'),
      accounts: options.accounts,
      simulated: options.simulated,
      production: config.NODE_ENV === 'production',
      kafka,
      ports: options.ports,
      logLevel: config.LOG_LEVEL,
      logDestination: options.logDestination,
    })
    ends.push(() => house.close())
    ends.push(await noteRunning(directory, databaseUrl))
    return { house, databaseUrl, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function ownDatabase(
  dataDirectory: string,
  say: (step: string) => void,
  ends: (() => Promise<void>)[],
): Promise<string> {
  say('starting PostgreSQL')
  const server = await startPostgres({ dataDirectory, settings: { max_connections: '200' } })
  ends.push(() => server.stop())
  return server.url
}

async function brokersOf(
  options: InstanceOptions,
  ends: (() => Promise<void>)[],
): Promise<readonly string[]> {
  const means = findKafkaMeans(options.config.KAFKA_BROKERS)
  if (means.kind === 'none') throw new NoKafka(means.why)
  if (means.kind === 'brokers') return means.brokers
  options.say('starting Kafka')
  const broker: RunningKafka = await startKafka({
    jarsDirectory: options.jarsDirectory,
    dataDirectory: join(options.directory, 'kafka'),
    log: options.say,
  })
  ends.push(() => broker.stop())
  return broker.brokers
}

/** Tells other commands of this clone where the running instance's database is. Holds its password: mode 0600. */
async function noteRunning(directory: string, databaseUrl: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, 'instance.json')
  await writeFile(path, `${JSON.stringify({ pid: process.pid, databaseUrl })}\n`, { mode: 0o600 })
  return () => rm(path, { force: true })
}

/**
 * Removes an instance's data and keys. What was sealed under those keys is gone with them.
 * @throws EmbeddedPostgresError data-directory-in-use, and nothing is removed, while an instance runs on it.
 */
export async function removeInstance(directory: string): Promise<void> {
  const data = join(directory, 'postgres')
  // The claim is removed with what it claims.
  if (existsSync(data)) await claimDirectory(data)
  await rm(directory, { recursive: true, force: true })
}

/** The data lie on a server that was given; without the keys beside this clone they could never be read again. */
export class FreshElsewhere extends Error {
  readonly code = 'fresh-elsewhere'
  constructor() {
    super(
      'The data are on the server that DATABASE_URL names. To begin anew there, name an empty database; nothing was removed.',
    )
    this.name = 'FreshElsewhere'
  }
}

function once(end: () => Promise<void>): () => Promise<void> {
  let ended: Promise<void> | undefined
  return () => {
    ended ??= end()
    return ended
  }
}
