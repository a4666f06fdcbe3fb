import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser's address of the server that the `int` project started for this run. */
    postgresUrl: string
  }
}

export type TestDatabase = {
  /** Superuser's address of the fresh database. */
  url: string
  pool: pg.Pool
  /** Ends the pool and drops the database, throwing out whoever is still connected. */
  drop(): Promise<void>
}

/**
 * A fresh, empty database on the run's real PostgreSQL; for `*.int.test.ts` only. Roles are of the whole server and
 * shared by all databases of a run.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl')
  const name = `test_${randomBytes(8).toString('hex')}`
  await onServer(serverUrl, `create database ${name}`)
  const address = new URL(serverUrl)
  address.pathname = `/${name}`
  const pool = new pg.Pool({ connectionString: address.href, max: 10 })
  pool.on('error', () => undefined)
  const drop = async () => {
    // a client that a failed test never gave back must not hang the run
    await Promise.race([pool.end(), pause(1_000, undefined, { ref: false })])
    await onServer(serverUrl, `drop database if exists ${name} with (force)`)
  }
  return { url: address.href, pool, drop }
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
