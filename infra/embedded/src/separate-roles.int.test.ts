/**
 * Every service under a login role of its own, with what the READMEs say it is granted, through a whole walk and an erasure.
 * They share one clock: a move of simulated time is seen by another one only within a second, in which nothing is due there.
 */
import { randomBytes, randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inProcessBroker } from '@wederhoor/broker/in-process'
import { databaseClock } from '@wederhoor/calendar/database-clock'
import { policyVersions } from '@wederhoor/contracts/policy'
import { createDevelopmentIssuer } from '@wederhoor/identity/development-issuer'
import { tokenVerifier } from '@wederhoor/identity/token'
import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import { evidenceFiles } from '@wederhoor/runtime/evidence-files'
import { keyFiles } from '@wederhoor/runtime/key-files'
import { migrateAll } from '@wederhoor/runtime/migrate-all'
import { openParts } from '@wederhoor/runtime/open-parts'
import { grantProcess } from '@wederhoor/runtime/process-grants'
import type { ServiceApp } from '@wederhoor/runtime/service-app'
import { people } from '@wederhoor/simulation/people'
import { walkErasure } from '@wederhoor/simulation/walk/erasure-walk'
import type { WalkWorld } from '@wederhoor/simulation/walk/script'
import { walk } from '@wederhoor/simulation/walk/walk'
import { createLogger } from '@wederhoor/telemetry/log'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoAccounts } from './accounts.ts'
import { houseServices, type ServiceName } from './services.ts'

const categories: Readonly<Record<ServiceName, readonly string[]>> = {
  intake: ['melding', 'count'],
  case: ['case', 'erasure'],
  mediation: ['hearing', 'mediation'],
  referral: ['referral', 'covenant'],
  signalling: ['pattern', 'signal'],
  audit: ['evidence'],
}

let database: TestDatabase
let directory: string
let world: WalkWorld
const apps: ServiceApp[] = []
const ends: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  directory = await mkdtemp(join(tmpdir(), 'wederhoor-roles-'))
  const { pool } = database
  await migrateAll(
    pool,
    houseServices.flatMap(({ migrations }) => migrations ?? []),
  )
  const mode = { simulated: true, production: false }
  const clock = databaseClock(pool, mode)
  await clock.setTo('2024-03-05T09:00:00.000Z')
  const issuing = { issuer: 'http://login.test', audience: 'wederhoor' }
  const issuer = await createDevelopmentIssuer({
    ...issuing,
    production: false,
    accounts: demoAccounts,
    clock,
    keyFile: join(directory, 'issuer.jwk'),
  })
  // One that all processes reach, under an account of its own, as Kafka is.
  const broker = inProcessBroker({ pool })
  ends.push(() => broker.close())
  const logger = createLogger({ level: 'silent', service: 'test' })
  const baseUrls: Record<string, string> = { login: 'http://login.test' }
  for (const { name, migrations, build } of houseServices) {
    const mine = await poolOf(name, migrations?.schema)
    const { parts, close } = await openParts({
      ...(await keyFiles(directory)),
      ...evidenceFiles({ keysDirectory: directory, guardDirectory: join(directory, 'guard') }),
      ...{ pool: mine, broker, logger },
      clock,
      verifier: tokenVerifier({ ...issuing, jwks: issuer.jwks, clock }),
      ledger: 'wederhoor.test/ledger',
      policy: policyVersions.at(-1) ?? 'none',
      random: () => randomInt(1_000_000) / 1_000_000,
    })
    const app = await build(parts, { countsLeadBack: false })
    apps.push(app)
    baseUrls[name] = await app.server.listen({ host: '127.0.0.1', port: 0 })
    ends.push(async () => {
      await app.server.close()
      await app.workers.stop()
      await close()
      await mine.end()
    })
  }
  for (const { workers } of apps) await workers.start()
  world = {
    people: people({
      baseUrls: baseUrls as Record<ServiceName | 'login', string>,
      tokenFor: (name) => issuer.tokenFor(name),
      newKey: () => randomBytes(16).toString('hex'),
    }),
    now: () => clock.now(),
    settled,
    async dayPasses() {
      await clock.advance(86_400_000)
      await settled()
    },
  }
})

afterAll(async () => {
  for (const end of ends.reverse()) await end()
  await database.drop()
  await rm(directory, { recursive: true, force: true })
})

async function poolOf(name: ServiceName, schema: string | undefined): Promise<pg.Pool> {
  const role = `test_${name}`
  await database.pool.query(`DO $$ BEGIN CREATE ROLE ${role} LOGIN PASSWORD 'test-only';
    EXCEPTION WHEN duplicate_object THEN NULL; END $$`)
  await grantProcess(database.pool, {
    role,
    categories: categories[name],
    ...(schema === undefined ? {} : { schema }),
    signs: name === 'audit',
    simulated: true,
  })
  const address = new URL(database.url)
  address.username = role
  address.password = 'test-only'
  return new pg.Pool({ connectionString: address.href, max: 10 })
}

/** See `House.settled`. */
const QUIET_PASSES = 2

async function settled(): Promise<void> {
  const head = async () => {
    const { rows } = await database.pool.query('SELECT position FROM ledger_case_history.head')
    return rows[0]?.position
  }
  let quiet = 0
  for (let before = await head(); quiet < QUIET_PASSES; ) {
    await Promise.all(apps.map(({ workers }) => workers.settled()))
    const after = await head()
    quiet = after === before ? quiet + 1 : 0
    before = after
  }
}

describe('services that each have a role of their own in the database', () => {
  test('go through a whole case, and an erasure, with what they are granted', async () => {
    const walked = await walk(world, () => {})
    const { certificate } = await walkErasure(world, walked, () => {})
    expect(certificate).toHaveProperty('finalAt', expect.any(String))
  })
})
