/** The world of a service's own tests: a fresh real database, an in-process broker, a clock that stands still. */
import { randomBytes } from 'node:crypto'
import { inProcessBroker } from '@wederhoor/broker/in-process'
import type { Message } from '@wederhoor/broker/port'
import { fixedClock, type MovableClock } from '@wederhoor/calendar/clock'
import { derivedId } from '@wederhoor/decider/derived-id'
import {
  createDevelopmentIssuer,
  demoAccount,
  type GivenAccount,
} from '@wederhoor/identity/development-issuer'
import { tokenVerifier } from '@wederhoor/identity/token'
import { memoryGuard } from '@wederhoor/ledger/memory-guard'
import { createTestDatabase } from '@wederhoor/postgres/test-database'
import { passingKek } from '@wederhoor/vault/kek'
import fastify from 'fastify'
import type { Pool } from 'pg'
import { migrateAll, type ServiceMigrations } from './migrate-all.ts'
import { openParts } from './open-parts.ts'
import type { ServiceParts } from './service-parts.ts'
import { sourceOf } from './service-workers.ts'
import { passingSigningKeys } from './signing-keys.ts'

export interface TestParts {
  readonly parts: ServiceParts
  readonly clock: MovableClock
  readonly pool: Pool
  /** `{ authorization: 'Bearer …' }` of a named account. */
  bearer(name: string): Promise<{ readonly authorization: string }>
  /** Publishes as another service would, with sequences per subject. */
  publish(event: {
    readonly service: string
    readonly topic: string
    readonly type: string
    readonly subject: string
    readonly data: Readonly<Record<string, unknown>>
  }): Promise<void>
  /** Messages that were published to a topic, oldest first. */
  published(topic: string): Promise<readonly Message[]>
  close(): Promise<void>
}

export async function testParts(world: {
  readonly startAt: string
  readonly accounts: readonly GivenAccount[]
  readonly migrations: readonly ServiceMigrations[]
}): Promise<TestParts> {
  const database = await createTestDatabase()
  const { pool } = database
  await migrateAll(pool, world.migrations)
  const clock = fixedClock(world.startAt)
  const issuer = await createDevelopmentIssuer({
    production: false,
    issuer: 'https://issuer.test',
    audience: 'wederhoor',
    accounts: world.accounts.map(demoAccount),
    clock,
  })
  const broker = inProcessBroker({ pool })
  const { parts, close } = await openParts({
    pool,
    broker,
    clock,
    verifier: tokenVerifier({
      issuer: issuer.issuer,
      audience: issuer.audience,
      jwks: issuer.jwks,
      clock,
    }),
    logger: fastify({ logger: false }).log,
    kek: passingKek(),
    pepper: randomBytes(32),
    ledger: 'wederhoor.test/ledger',
    policy: '2024-01',
    random: () => 0.5,
    signingKeys: passingSigningKeys(),
    guardOf: () => memoryGuard(),
  })
  const sequences = new Map<string, number>()

  return {
    parts,
    clock,
    pool,
    bearer: async (name) => ({ authorization: `Bearer ${await issuer.tokenFor(name)}` }),
    async publish({ service, topic, type, subject, data }) {
      const source = sourceOf(service)
      const key = `${source} ${subject}`
      const sequence = (sequences.get(key) ?? 0) + 1
      sequences.set(key, sequence)
      const id = derivedId('6d3fb8a1-9c55-4f5e-8a3e-1f0f4a5c7b21', `${key} ${sequence}`)
      const time = await clock.now()
      await broker.ensureTopics([topic])
      await broker.publish(topic, [
        { id, source, type, subject, sequence, time, traceparent: null, data },
      ])
    },
    async published(topic) {
      const found: Message[] = []
      await broker.ensureTopics([topic])
      const subscription = await broker.subscribe({
        group: `test-${randomBytes(6).toString('hex')}`,
        topics: [topic],
        handle: async ({ message }) => {
          if (message !== undefined) found.push(message)
        },
      })
      while ((await subscription.lag()) > 0) await new Promise((resolve) => setTimeout(resolve, 5))
      await subscription.close()
      return found
    },
    async close() {
      await close()
      await broker.close()
      await database.drop()
    },
  }
}
