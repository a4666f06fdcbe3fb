/**
 * The embedded form: every service in one process, on one real PostgreSQL, with the in-process broker or Kafka. The same
 * code runs as separate processes; nothing here is a second path inside a service.
 */
import { createHash, randomInt } from 'node:crypto'
import { join } from 'node:path'
import { inProcessBroker } from '@wederhoor/broker/in-process'
import { kafkaBroker } from '@wederhoor/broker/kafka'
import type { Broker } from '@wederhoor/broker/port'
import type { MovableClock } from '@wederhoor/calendar/clock'
import { databaseClock } from '@wederhoor/calendar/database-clock'
import { canonicalPolicy, policyVersions, publishedPolicyHash } from '@wederhoor/contracts/policy'
import type { Server } from '@wederhoor/http/request'
import {
  createDevelopmentIssuer,
  type DemoAccount,
  type DevelopmentIssuer,
} from '@wederhoor/identity/development-issuer'
import { tokenVerifier } from '@wederhoor/identity/token'
import { evidenceFiles } from '@wederhoor/runtime/evidence-files'
import { keyFiles } from '@wederhoor/runtime/key-files'
import { migrateAll } from '@wederhoor/runtime/migrate-all'
import { openParts } from '@wederhoor/runtime/open-parts'
import { processRole } from '@wederhoor/runtime/process-role'
import type { ServiceApp } from '@wederhoor/runtime/service-app'
import { witnessFile } from '@wederhoor/runtime/witness-file'
import { createLogger, type LoggerOptions } from '@wederhoor/telemetry/log'
import pg from 'pg'
import { loginServer } from './login-server.ts'
import { houseServices, type ServiceName } from './services.ts'

export interface HouseOptions {
  readonly databaseUrl: string
  /** Folder for keys; the embedded default lies beside the data, and the start screen says so. */
  readonly keysDirectory: string
  readonly accounts: readonly DemoAccount[]
  readonly simulated: boolean
  readonly production: boolean
  /** Addresses of Kafka; left out: the in-process broker. */
  readonly kafka?: readonly string[] | undefined
  /** The first of the ports, one after the other. Left out, or taken and not asked for: free ones. */
  readonly ports?: { readonly first: number; readonly asked: boolean } | undefined
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Where lines of the log go; standard output when left out. */
  readonly logDestination?: LoggerOptions['destination'] | undefined
}

export interface House {
  /** Address of each service's API, and of the development login. */
  readonly baseUrls: Readonly<Record<ServiceName | 'login', string>>
  readonly issuer: DevelopmentIssuer
  readonly clock: MovableClock
  readonly pool: pg.Pool
  /** Name of the table that holds the case history. */
  readonly ledgerTable: string
  /** How many witnesses the installation names, and how many of them make a checkpoint a witnessed one. */
  readonly witnesses: { readonly count: number; readonly k: number }
  /** Resolves when everything that was set in motion has come to rest: views, messages, reactions, reached deadlines. */
  settled(): Promise<void>
  /** In simulated time: a day goes by, and what was due by then has come to rest. */
  dayPasses(): Promise<void>
  /** Requests under way are finished, then workers, then connections. */
  close(): Promise<void>
}

const ISSUER = 'http://login.wederhoor.localhost'
const AUDIENCE = 'wederhoor'
/**
 * At rest is: nothing was appended while everybody caught up, and again. Once is not enough, for what the last relay
 * published in that pass may not have been heard yet.
 */
const QUIET_PASSES = 2
/** One pass of one service; catching up with a whole year takes a fraction of it. */
const REST_MS_MAX = 120_000

export async function openHouse(options: HouseOptions): Promise<House> {
  checkPolicies()
  const { simulated, production, accounts, keysDirectory } = options
  const logger = createLogger({
    level: options.logLevel,
    service: 'wederhoor',
    ...(options.logDestination === undefined ? {} : { destination: options.logDestination }),
  })
  const pool = new pg.Pool({
    connectionString: await preparedDatabase(options.databaseUrl),
    max: 60,
  })
  pool.on('error', (error) => logger.warn({ err: error }, 'a database connection was lost'))
  const clock = databaseClock(pool, { simulated, production })
  const broker = brokerOf(options, pool)
  const issuer = await createDevelopmentIssuer({
    production,
    issuer: ISSUER,
    audience: AUDIENCE,
    accounts,
    clock,
    keyFile: join(keysDirectory, 'development-issuer.jwk'),
  })
  const witnesses = await witnessFile(join(keysDirectory, 'witnesses'), { mustExist: false })
  const { parts, close: closeParts } = await openParts({
    ...(await keyFiles(keysDirectory)),
    ...evidenceFiles({ keysDirectory, guardDirectory: join(keysDirectory, 'guard') }),
    witnesses,
    pool,
    broker,
    clock,
    verifier: tokenVerifier({ issuer: ISSUER, audience: AUDIENCE, jwks: issuer.jwks, clock }),
    logger,
    ledger: simulated ? 'wederhoor.localhost/ledger/simulated' : 'wederhoor.localhost/ledger',
    policy: policyVersions.at(-1) ?? 'none',
    random: () => randomInt(1_000_000) / 1_000_000,
  })

  const apps: ServiceApp[] = []
  // On the real clock a demonstration cannot wait for the day to be over.
  const countsLeadBack = !simulated && !production
  for (const { build } of houseServices) apps.push(await build(parts, { countsLeadBack }))
  const login = await loginServer({ issuer, clock, logger, verifier: parts.verifier })

  async function close(): Promise<void> {
    await Promise.all([login, ...apps.map(({ server }) => server)].map((server) => server.close()))
    await Promise.all(apps.map(({ workers }) => workers.stop()))
    await closeParts()
    await broker.close()
    await pool.end()
  }

  const baseUrls: Record<string, string> = {}
  try {
    for (const [index, { name, server }] of [{ name: 'login', server: login }, ...apps].entries()) {
      baseUrls[name] = await listen(server, options.ports, index)
    }
    for (const { workers } of apps) await workers.start()
  } catch (error) {
    await close()
    throw error
  }

  async function settled(): Promise<void> {
    let quiet = 0
    for (let before = await parts.store.head(); quiet < QUIET_PASSES; ) {
      await Promise.all(apps.map(({ name, workers }) => withinTime(name, workers.settled())))
      const after = await parts.store.head()
      quiet = after === before ? quiet + 1 : 0
      before = after
    }
  }

  return {
    baseUrls: baseUrls as House['baseUrls'],
    issuer,
    clock,
    pool,
    ledgerTable: 'ledger_case_history.entry',
    witnesses: { count: witnesses.witnesses.length, k: witnesses.k },
    settled,
    async dayPasses() {
      await clock.advance(86_400_000)
      await settled()
    },
    close,
  }
}

/** What was set in motion does not come to rest: a part of that service is stuck, and its log says why. */
class NotAtRest extends Error {
  readonly code = 'not-at-rest'
  constructor(service: string) {
    super(
      `${service} has not come to rest within ${REST_MS_MAX / 1_000} s. Its log says what is stuck.`,
    )
    this.name = 'NotAtRest'
  }
}

async function withinTime(service: string, settled: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new NotAtRest(service)), REST_MS_MAX)
  try {
    await Promise.race([settled, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

class PortTaken extends Error {
  readonly code = 'port-taken'
  constructor(port: number, options: ErrorOptions) {
    super(
      `Port ${port} is taken. Name another with --port, or none: then a free one is picked.`,
      options,
    )
    this.name = 'PortTaken'
  }
}

async function listen(
  server: Server,
  ports: HouseOptions['ports'],
  index: number,
): Promise<string> {
  const port = ports === undefined ? 0 : ports.first + index
  try {
    return await server.listen({ host: '127.0.0.1', port })
  } catch (error) {
    if (!isAddressInUse(error)) throw error
    if (ports?.asked === true) throw new PortTaken(port, { cause: error })
    return server.listen({ host: '127.0.0.1', port: 0 })
  }
}

const isAddressInUse = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'

/** Brings the schemas up to date as their owner, and returns the address of the one role that then runs. */
async function preparedDatabase(databaseUrl: string): Promise<string> {
  const owner = new pg.Pool({ connectionString: databaseUrl, max: 2 })
  try {
    const services = houseServices.flatMap(({ migrations }) => migrations ?? [])
    await migrateAll(owner, services)
    const schemas = ['projection', 'broker', 'clock', 'http', 'identity']
    return await processRole(owner, databaseUrl, [
      ...schemas,
      ...services.map(({ schema }) => schema),
    ])
  } finally {
    await owner.end()
  }
}

const brokerOf = (options: HouseOptions, pool: pg.Pool): Broker =>
  options.kafka === undefined
    ? inProcessBroker({ pool })
    : kafkaBroker({ brokers: options.kafka, clientId: 'wederhoor' })

export class PolicyChanged extends Error {
  readonly code = 'policy-changed'
  constructor(version: string) {
    super(
      `Policy ${version} is not the published one. Restore contracts/policy/${version}.json; a change is a new version.`,
    )
    this.name = 'PolicyChanged'
  }
}

/** A policy whose content is not what was published must not decide anything. */
function checkPolicies(): void {
  for (const version of policyVersions) {
    const text = canonicalPolicy(version) ?? ''
    const hash = createHash('sha256').update(text, 'utf8').digest('hex')
    if (hash !== publishedPolicyHash(version)) {
      throw new PolicyChanged(version)
    }
  }
}
