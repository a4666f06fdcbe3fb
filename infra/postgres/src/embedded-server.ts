import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { type Binaries, copyOutOfClosedDirectory, locateBinaries } from './binaries.ts'
import { EmbeddedPostgresError, failureCode } from './embedded-postgres-error.ts'
import { claimDirectory, stopOrphan } from './ownership.ts'
import {
  freePort,
  launchServer,
  runToEnd,
  type ServerProcess,
  type Surroundings,
} from './server-process.ts'
import { canReach, findServerUser } from './server-user.ts'

export type StartPostgresOptions = {
  /** Holds the cluster, its password and the claim of the running process. Created when absent. */
  dataDirectory: string
  /** Absent: a free port of 127.0.0.1 is picked. */
  port?: number
  /** Server settings by name, e.g. `{ max_connections: '200' }`; they hold for this start only. */
  settings?: Readonly<Record<string, string>>
  /** Hears what happens, line by line: our own steps and the server's log. */
  log?: (line: string) => void
}

export type RunningPostgres = {
  /** Superuser's address of the database `wederhoor`; holds the password. */
  url: string
  port: number
  pid: number
  /** Resolves when the server has ended, in under 3 seconds; a second call waits for the first. */
  stop(): Promise<void>
}

const superuser = 'wederhoor'
const database = 'wederhoor'

/**
 * Starts PostgreSQL 18 on a data directory of its own: 127.0.0.1 only, no socket file, UTF-8, collation by code point
 * (PostgreSQL's builtin C.UTF-8, so the order is the same on every machine), a random scram password in
 * `<dataDirectory>/password` (0600). fsync is on. Also as root: it then drops to an unprivileged user.
 *
 * The server ends with this process, however that ends; data survive SIGKILL of either. Nobody retries for the caller,
 * except that a *picked* port which turns out taken is picked again.
 *
 * @throws EmbeddedPostgresError with a code of its closed list; nothing is left running.
 */
export async function startPostgres(options: StartPostgresOptions): Promise<RunningPostgres> {
  const directory = resolve(options.dataDirectory)
  const log = options.log ?? (() => undefined)
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const release = await claimDirectory(directory)
    try {
      const server = await startClaimed(directory, options, log)
      return withRelease(server, release)
    } catch (error) {
      await release()
      throw error
    }
  } catch (cause) {
    throw asCoded(cause, directory)
  }
}

async function startClaimed(
  directory: string,
  options: StartPostgresOptions,
  log: (line: string) => void,
): Promise<ServerProcess & { url: string }> {
  const cluster = join(directory, 'cluster')
  const surroundings = await prepareSurroundings(directory, cluster)
  await stopOrphan(cluster)
  const password = await readPassword(directory, surroundings)
  if (!(await exists(join(cluster, 'PG_VERSION')))) {
    log('Creating a new PostgreSQL cluster.')
    await createCluster(directory, cluster, surroundings)
  }
  const server = await launchOnPort(cluster, surroundings, options, log)
  const address = (name: string) =>
    `postgres://${superuser}:${password}@127.0.0.1:${server.port}/${name}`
  try {
    await ensureDatabase(address('postgres'))
  } catch (error) {
    await server.stop()
    throw error
  }
  return { ...server, url: address(database) }
}

/** Decides whom the server runs as and by which paths that user can reach programs and data. */
async function prepareSurroundings(directory: string, cluster: string): Promise<Surroundings> {
  const found = await locateBinaries()
  const owner = await stat(cluster).catch(() => undefined)
  const user = await findServerUser(owner && { uid: owner.uid, gid: owner.gid })
  if (user.uid !== undefined && user.gid !== undefined) await chown(directory, user.uid, user.gid)
  await chmod(directory, 0o700)
  const binaries = await reachableBinaries(user, found)
  return { user, binaries, byDescriptor: !(await canReach(user, directory)) }
}

async function reachableBinaries(
  user: Surroundings['user'],
  binaries: Binaries,
): Promise<Binaries> {
  if (await canReach(user, binaries.postgres)) return binaries
  const copy = await copyOutOfClosedDirectory(binaries)
  if (await canReach(user, copy.postgres)) return copy
  throw new EmbeddedPostgresError(
    'cannot-drop-privileges',
    `User ${user.uid ?? 'of this process'} can reach neither ${binaries.postgres} nor ${copy.postgres}.`,
  )
}

/** Made aside and moved into place whole, so that a start killed half-way leaves nothing that looks like a cluster. */
async function createCluster(
  directory: string,
  cluster: string,
  surroundings: Surroundings,
): Promise<void> {
  const fresh = `${cluster}.new`
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { mode: 0o700 })
  const { uid, gid } = surroundings.user
  if (uid !== undefined && gid !== undefined) await chown(fresh, uid, gid)
  await runToEnd(surroundings, fresh, join(directory, 'password'), (data, passwordFile) => [
    `--pgdata=${data}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
  ])
  await rename(fresh, cluster)
}

async function readPassword(directory: string, { user }: Surroundings): Promise<string> {
  const path = join(directory, 'password')
  const kept = (await readFile(path, 'utf8').catch(() => '')).trim()
  if (kept !== '') return kept
  if (await exists(join(directory, 'cluster', 'PG_VERSION'))) {
    throw new EmbeddedPostgresError('data-directory-unusable', `The password file ${path} is gone.`)
  }
  const password = randomBytes(24).toString('base64url')
  await writeFile(path, `${password}\n`, { mode: 0o600 })
  if (user.uid !== undefined && user.gid !== undefined) await chown(path, user.uid, user.gid)
  return password
}

async function launchOnPort(
  cluster: string,
  surroundings: Surroundings,
  options: StartPostgresOptions,
  log: (line: string) => void,
): Promise<ServerProcess> {
  const settings = options.settings ?? {}
  if (options.port !== undefined)
    return launchServer({ cluster, surroundings, port: options.port, settings, log })
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launchServer({ cluster, surroundings, port: await freePort(), settings, log })
    } catch (error) {
      const raced = error instanceof EmbeddedPostgresError && error.code === 'port-taken'
      if (!raced || attempt === 5) throw error
    }
  }
}

async function ensureDatabase(address: string): Promise<void> {
  const client = new pg.Client({ connectionString: address })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const found = await client.query('select from pg_database where datname = $1', [database])
    if (found.rowCount === 0) await client.query(`create database ${database}`)
  } finally {
    await client.end()
  }
}

function withRelease(
  server: ServerProcess & { url: string },
  release: () => Promise<void>,
): RunningPostgres {
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopped ??= server.stop().then(release)
    return stopped
  }
  return { url: server.url, port: server.port, pid: server.pid, stop }
}

function asCoded(cause: unknown, directory: string): EmbeddedPostgresError {
  if (cause instanceof EmbeddedPostgresError) return cause
  const text = cause instanceof Error ? cause.message : String(cause)
  return new EmbeddedPostgresError(
    failureCode(text),
    `PostgreSQL could not start on ${directory}: ${text}`,
    { cause },
  )
}

async function exists(path: string): Promise<boolean> {
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  await handle?.close()
  return handle !== undefined
}
