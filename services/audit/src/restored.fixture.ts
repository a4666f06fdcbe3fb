/** A house whose database can be restored from a backup, while its keys and its signing guards stay as they were. */
import { randomBytes } from 'node:crypto'
import { inProcessBroker } from '@wederhoor/broker/in-process'
import { fixedClock } from '@wederhoor/calendar/clock'
import { createDevelopmentIssuer, demoAccount } from '@wederhoor/identity/development-issuer'
import { tokenVerifier } from '@wederhoor/identity/token'
import { memoryGuard } from '@wederhoor/ledger/memory-guard'
import { createTestDatabase } from '@wederhoor/postgres/test-database'
import { migrateAll } from '@wederhoor/runtime/migrate-all'
import { openParts } from '@wederhoor/runtime/open-parts'
import type { ServiceApp } from '@wederhoor/runtime/service-app'
import type { ServiceParts } from '@wederhoor/runtime/service-parts'
import { passingSigningKeys } from '@wederhoor/runtime/signing-keys'
import { passingKek } from '@wederhoor/vault/kek'
import fastify from 'fastify'
import pg from 'pg'

const startAt = '2024-06-01T09:00:00.000Z'
const accounts = [
  { name: 'olga', roles: ['auditor'] },
  { name: 'nora', roles: ['national-coordinator'] },
  { name: 'fenna', roles: ['privacy-officer'] },
  { name: 'ivo', roles: ['inspector'] },
  { name: 'ilse', roles: ['inspector', 'auditor'] },
]

export type RestorableHouse = Awaited<ReturnType<typeof restorableHouse>>

export async function restorableHouse(build: (parts: ServiceParts) => Promise<ServiceApp>) {
  const clock = fixedClock(startAt)
  const issuer = await createDevelopmentIssuer({
    production: false,
    issuer: 'https://issuer.test',
    audience: 'wederhoor',
    accounts: accounts.map(demoAccount),
    clock,
  })
  const guards = new Map<string, ReturnType<typeof memoryGuard>>()
  const guardOf = (name: string) => {
    const guard = guards.get(name) ?? memoryGuard()
    guards.set(name, guard)
    return guard
  }
  const kept = {
    clock,
    kek: passingKek(),
    pepper: randomBytes(32),
    ledger: 'wederhoor.test/ledger',
    policy: '2024-01',
    random: () => 0.5,
    signingKeys: passingSigningKeys(),
    guardOf,
    logger: fastify({ logger: false }).log,
    verifier: tokenVerifier({
      issuer: issuer.issuer,
      audience: issuer.audience,
      jwks: issuer.jwks,
      clock,
    }),
  }
  const database = await createTestDatabase()
  await migrateAll(database.pool, [])
  await database.pool.end()
  const copies: string[] = []
  const server = new pg.Client({ connectionString: at('postgres') })
  await server.connect()

  function at(name: string): string {
    const address = new URL(database.url)
    address.pathname = `/${name}`
    return address.href
  }

  async function running(url: string) {
    const pool = new pg.Pool({ connectionString: url, max: 8 })
    pool.on('error', () => undefined)
    const broker = inProcessBroker({ pool })
    const { parts, close } = await openParts({ ...kept, pool, broker })
    const app = await build(parts)
    await app.workers.start()
    return {
      parts,
      app,
      pool,
      bearer: async (who: string) => `Bearer ${await issuer.tokenFor(who)}`,
      async send(who: string, method: 'GET' | 'POST', path: string, body?: object) {
        const answer = await app.server.inject({
          method,
          url: path,
          headers: {
            authorization: `Bearer ${await issuer.tokenFor(who)}`,
            ...(method === 'POST' ? { 'idempotency-key': randomBytes(16).toString('hex') } : {}),
          },
          ...(body === undefined ? {} : { payload: body }),
        })
        return { status: answer.statusCode, body: answer.json(), headers: answer.headers }
      },
      async stop() {
        await app.workers.stop()
        await app.server.close()
        await close()
        await broker.close()
        await pool.end()
      },
    }
  }

  return {
    ...kept,
    url: database.url,
    running,
    /** A copy of the database as it stands; nobody may be connected to it. */
    async backup(): Promise<string> {
      const name = `copy_${randomBytes(8).toString('hex')}`
      await server.query(
        `create database ${name} template ${new URL(database.url).pathname.slice(1)}`,
      )
      copies.push(name)
      return at(name)
    },
    async close() {
      for (const name of copies) await server.query(`drop database ${name} with (force)`)
      await server.end()
      await database.drop().catch(() => undefined)
    },
  }
}
