import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import type { Binaries } from './binaries.ts'
import { EmbeddedPostgresError, failureCode } from './embedded-postgres-error.ts'
import type { ServerUser } from './server-user.ts'

export type Surroundings = {
  user: ServerUser
  binaries: Binaries
  /** The user cannot reach the data by name: hand over open descriptors instead (Linux). */
  byDescriptor: boolean
}

export type ServerProcess = { port: number; pid: number; stop(): Promise<void> }

type Launch = {
  cluster: string
  surroundings: Surroundings
  port: number
  settings: Readonly<Record<string, string>>
  log: (line: string) => void
}

const readyLine = 'database system is ready to accept connections'
const fastStopMs = 2_000

/** Starts the server and resolves when it accepts connections. */
export async function launchServer(launch: Launch): Promise<ServerProcess> {
  const { cluster, surroundings, port, log } = launch
  const settings = Object.entries({
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
    ...launch.settings,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawnAs(surroundings, surroundings.binaries.postgres, [cluster], ([data]) => [
    '-D',
    data ?? cluster,
    ...settings,
  ])
  const watchdog = watchParent(child, surroundings.user)
  await untilReady(child, log)
  const { pid } = child
  if (pid === undefined) throw new Error('a server that is ready has a process number')
  unreference(child)
  return { port, pid, stop: () => stopServer(child, watchdog) }
}

/** Runs initdb to its end; its data directory and password file are handed over as the server's would be. */
export async function runToEnd(
  surroundings: Surroundings,
  data: string,
  passwordFile: string,
  args: (data: string, passwordFile: string) => string[],
): Promise<void> {
  const paths = [data, passwordFile]
  const child = spawnAs(surroundings, surroundings.binaries.initdb, paths, (reached) =>
    args(reached[0] ?? data, reached[1] ?? passwordFile),
  )
  let words = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    words += chunk.toString()
  })
  const [code] = await once(child, 'close')
  if (code !== 0) {
    throw new EmbeddedPostgresError(
      failureCode(words),
      `PostgreSQL's initdb failed (${String(code)}): ${words.trim()}`,
    )
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer()
  probe.listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('a TCP address has a port')
  return address.port
}

/**
 * Spawns in a process group of its own, so that Ctrl-C in the terminal reaches us and not the server. Where the user
 * cannot pass the directories above the data, we open them and hand over the descriptors: on Linux `/proc/self/fd/<n>`
 * leads to an open file without passing its parents, in forked backends as well.
 */
function spawnAs(
  surroundings: Surroundings,
  program: string,
  paths: string[],
  args: (reached: string[]) => string[],
): ChildProcess {
  if (surroundings.byDescriptor && process.platform !== 'linux') {
    throw new EmbeddedPostgresError(
      'cannot-drop-privileges',
      `User ${surroundings.user.uid ?? ''} cannot pass the directories above ${paths.join(', ')}.`,
    )
  }
  const descriptors = surroundings.byDescriptor ? paths.map((path) => openSync(path, 'r')) : []
  const reached = surroundings.byDescriptor
    ? paths.map((_path, index) => `/proc/self/fd/${index + 3}`)
    : paths
  try {
    return spawn(program, args(reached), {
      ...surroundings.user,
      cwd: '/',
      detached: true,
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'ignore', 'pipe', ...descriptors],
    })
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor)
  }
}

/**
 * Ends the server when we are gone without a word, SIGKILL included: the shell waits on a pipe that only we hold.
 * A line means that all is well; end-of-file means that we died.
 */
function watchParent(server: ChildProcess, user: ServerUser): ChildProcess | undefined {
  if (server.pid === undefined) return undefined
  const watchdog = spawn(
    'sh',
    ['-c', 'read -r word || kill -INT "$1" 2>/dev/null', 'sh', String(server.pid)],
    { ...user, cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] },
  )
  watchdog.on('error', () => undefined)
  watchdog.stdin?.on('error', () => undefined)
  server.once('exit', () => watchdog.stdin?.end('ended\n'))
  unreference(watchdog)
  return watchdog
}

function untilReady(child: ChildProcess, log: (line: string) => void): Promise<void> {
  const lastLines: string[] = []
  return new Promise((resolve, reject) => {
    if (child.stderr) {
      createInterface({ input: child.stderr }).on('line', (line) => {
        log(line)
        lastLines.push(line)
        if (lastLines.length > 20) lastLines.shift()
        if (line.includes(readyLine)) resolve()
      })
    }
    child.once('error', (cause) => {
      reject(
        new EmbeddedPostgresError(
          failureCode(cause.message),
          `PostgreSQL could not be started: ${cause.message}`,
          { cause },
        ),
      )
    })
    child.once('close', (code) => {
      const words = lastLines.join('\n')
      reject(
        new EmbeddedPostgresError(
          failureCode(words),
          `PostgreSQL ended while starting (${String(code)}):\n${words}`,
        ),
      )
    })
  })
}

/** Fast shutdown; when its checkpoint takes too long, immediate shutdown, from which the next start recovers. */
async function stopServer(child: ChildProcess, watchdog: ChildProcess | undefined): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.ref()
    const ended = once(child, 'exit')
    child.kill('SIGINT')
    const impatient = setTimeout(() => child.kill('SIGQUIT'), fastStopMs)
    await ended
    clearTimeout(impatient)
  }
  watchdog?.stdin?.end('ended\n')
}

/** A running server must not keep a process alive that has nothing left to do. */
function unreference(child: ChildProcess): void {
  child.unref()
  for (const stream of [child.stdin, child.stderr]) {
    if (stream && 'unref' in stream && typeof stream.unref === 'function') stream.unref()
  }
}
