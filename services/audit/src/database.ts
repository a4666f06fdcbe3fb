/** Where the command line finds the case history: a given database, a running instance, or the data of a stopped one. */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { startPostgres } from '@wederhoor/postgres/embedded-server'
import pg from 'pg'
import { z } from 'zod'

export interface FoundDatabase {
  /** Every transaction on it is read-only. */
  readonly pool: pg.Pool
  /** For whoever must write: what is opened is logged. Holds the password. */
  readonly url: string
  close(): Promise<void>
}

/** No database to read from; the message says what to do. */
export class NoDatabase extends Error {
  readonly code = 'no-database'
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'NoDatabase'
  }
}

/**
 * The database of `url`; without one that of the instance whose folder this is. A running instance notes its address in
 * `instance.json`; of a stopped one the server is started for as long as the answer takes, and stopped again.
 * @throws NoDatabase, EmbeddedPostgresError.
 */
export async function findDatabase(
  url: string | undefined,
  directory: string,
): Promise<FoundDatabase> {
  if (url !== undefined) {
    const found = open(url)
    const failure = await failureOf(found.pool)
    if (failure === undefined) return found
    await found.close()
    throw new NoDatabase('The database does not answer at that address.', { cause: failure })
  }
  return (await runningDatabase(directory)) ?? (await ofStopped(directory))
}

const note = z.object({ pid: z.int().positive(), databaseUrl: z.string().min(1) })

/** A note that a killed instance left behind leads nowhere, or to a process that is another one by now: so ask. */
export async function runningDatabase(directory: string): Promise<FoundDatabase | undefined> {
  const text = await readFile(join(directory, 'instance.json'), 'utf8').catch(() => undefined)
  const read = note.safeParse(text === undefined ? undefined : jsonIn(text))
  if (!read.success || !isAlive(read.data.pid)) return undefined
  const found = open(read.data.databaseUrl)
  if ((await failureOf(found.pool)) === undefined) return found
  await found.close()
  return undefined
}

async function ofStopped(directory: string): Promise<FoundDatabase> {
  const dataDirectory = join(directory, 'postgres')
  if (!(await exists(join(dataDirectory, 'cluster', 'PG_VERSION')))) {
    throw new NoDatabase(
      `Nothing has been written in ${directory} yet. Begin with npm start, or name a database with --database-url.`,
    )
  }
  const server = await startPostgres({ dataDirectory })
  const found = open(server.url)
  return {
    ...found,
    async close() {
      await found.close()
      await server.stop()
    },
  }
}

function open(connectionString: string): FoundDatabase {
  const pool = new pg.Pool({
    connectionString,
    max: 2,
    connectionTimeoutMillis: 10_000,
    options: '-c default_transaction_read_only=on',
  })
  pool.on('error', () => undefined)
  return { pool, url: connectionString, close: () => pool.end() }
}

async function failureOf(pool: pg.Pool): Promise<unknown> {
  try {
    await pool.query('SELECT 1')
    return undefined
  } catch (error) {
    return error
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
