/** One service as a process of its own, on PostgreSQL and Kafka: the distributed form. */
import { randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { kafkaBroker } from '@wederhoor/broker/kafka'
import { databaseClock } from '@wederhoor/calendar/database-clock'
import { tokenVerifier } from '@wederhoor/identity/token'
import { createLogger } from '@wederhoor/telemetry/log'
import { startTelemetry } from '@wederhoor/telemetry/telemetry'
import type { KekRing } from '@wederhoor/vault/kek'
import { transitKek } from '@wederhoor/vault/transit-kek'
import pg from 'pg'
import { readConfig, type ServiceConfig } from './config.ts'
import { evidenceFiles } from './evidence-files.ts'
import { guardDatabase } from './guard-database.ts'
import { keyFiles } from './key-files.ts'
import { migrateAll, type ServiceMigrations } from './migrate-all.ts'
import { openParts } from './open-parts.ts'
import type { ServiceApp } from './service-app.ts'
import type { ServiceParts } from './service-parts.ts'
import { witnessFile } from './witness-file.ts'

/** Runs until SIGINT or SIGTERM, then finishes what is in flight. @throws ZodError for a missing variable. */
export async function runService(service: {
  readonly name: string
  readonly version: string
  readonly policy: string
  /** Left out: it has no schema of its own. */
  readonly migrations?: ServiceMigrations
  readonly build: (parts: ServiceParts) => Promise<ServiceApp>
}): Promise<void> {
  const config = readConfig()
  const { name, version, policy } = service
  const telemetry = startTelemetry({
    service: name,
    version,
    otlpEndpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
  })
  const logger = createLogger({ level: config.LOG_LEVEL, service: name })
  const pool = new pg.Pool({ connectionString: config.DATABASE_URL, max: 20 })
  pool.on('error', (error) => logger.warn({ err: error }, 'a database connection was lost'))
  await migrateAs(config.OWNER_DATABASE_URL ?? config.DATABASE_URL, service.migrations)
  const clock = databaseClock(pool, { simulated: false, production: true })
  const broker = kafkaBroker({ brokers: config.KAFKA_BROKERS, clientId: name })
  const verifier = tokenVerifier({
    issuer: config.TOKEN_ISSUER,
    audience: config.TOKEN_AUDIENCE,
    jwks: new URL(config.TOKEN_JWKS_URL),
    clock,
  })
  const guards =
    config.GUARD_DATABASE_URL === undefined ? undefined : guardDatabase(config.GUARD_DATABASE_URL)
  const { parts, close } = await openParts({
    ...(await keyFiles(config.KEYS_DIRECTORY, transitOf(config))),
    ...evidenceFiles({
      keysDirectory: config.KEYS_DIRECTORY,
      guardDirectory: config.GUARD_DIRECTORY ?? join(config.KEYS_DIRECTORY, 'guard'),
    }),
    ...(guards === undefined ? {} : { guardOf: guards.guardOf }),
    witnesses: await witnessFile(config.WITNESSES_FILE, { mustExist: true }),
    pool,
    broker,
    clock,
    verifier,
    logger,
    ledger: config.LEDGER_ORIGIN,
    trustProxy: config.TRUST_PROXY,
    policy,
    random: () => randomInt(1_000_000) / 1_000_000,
  })
  const app = await service.build(parts)
  await app.workers.start()
  const address = await app.server.listen({ port: config.PORT, host: config.HOST })
  logger.info({ action: 'listen', origin: address }, 'the service listens')

  const stop = async (): Promise<void> => {
    await app.server.close()
    await app.workers.stop()
    await close()
    await guards?.close()
    await broker.close()
    await pool.end()
    await telemetry.shutdown()
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())
}

/** A connection of its own: the role that migrates may do what the one that runs may not. */
async function migrateAs(url: string, own: ServiceMigrations | undefined): Promise<void> {
  const owner = new pg.Pool({ connectionString: url, max: 2 })
  owner.on('error', () => undefined)
  try {
    await migrateAll(owner, own === undefined ? [] : [own])
  } finally {
    await owner.end()
  }
}

function transitOf(config: ServiceConfig): KekRing | undefined {
  if (config.KEK_TRANSIT_ADDRESS === undefined) return undefined
  return transitKek({
    address: config.KEK_TRANSIT_ADDRESS,
    mount: config.KEK_TRANSIT_MOUNT,
    key: config.KEK_TRANSIT_KEY,
    binds: config.KEK_TRANSIT_BINDS,
    token: async () => (await readFile(config.KEK_TRANSIT_TOKEN_FILE, 'utf8')).trim(),
  })
}
