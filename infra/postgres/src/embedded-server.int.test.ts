import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { EmbeddedPostgresError, type EmbeddedPostgresErrorCode } from './embedded-postgres-error.ts'
import { type RunningPostgres, startPostgres } from './embedded-server.ts'

const isRoot = process.getuid?.() === 0
let directory: string
let running: RunningPostgres[]

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wederhoor-server-'))
  running = []
})

afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()))
  await rm(directory, { recursive: true, force: true })
})

async function start(options: { port?: number; dataDirectory?: string } = {}) {
  const server = await startPostgres({ dataDirectory: directory, ...options })
  running.push(server)
  return server
}

describe('a fresh data directory', () => {
  test('becomes a durable PostgreSQL 18 on 127.0.0.1 that orders by code point', async () => {
    const server = await start()
    const settings = await query(
      server.url,
      `select current_setting('server_version_num')::int / 10000 as version,
        current_setting('fsync') as fsync, current_setting('listen_addresses') as listens,
        current_setting('server_encoding') as encoding, current_setting('timezone') as zone,
        current_setting('unix_socket_directories') as sockets, datlocale as locale
      from pg_database where datname = current_database()`,
    )
    expect(settings).toEqual([
      {
        version: 18,
        fsync: 'on',
        listens: '127.0.0.1',
        encoding: 'UTF8',
        zone: 'UTC',
        sockets: '',
        locale: 'C.UTF-8',
      },
    ])
  })

  test('keeps its random password for its owner alone, and lets nobody in without it', async () => {
    const server = await start()
    const file = await stat(join(directory, 'password'))
    expect(file.mode & 0o777).toBe(0o600)
    const stranger = new URL(server.url)
    stranger.password = 'password'
    await expect(query(stranger.href, 'select 1')).rejects.toThrow(/authentication/)
  })

  test.runIf(isRoot)('is never served by root', async () => {
    const server = await start()
    expect((await stat(join(directory, 'cluster', 'PG_VERSION'))).uid).not.toBe(0)
    const { stdout } = await promisify(execFile)('ps', ['-o', 'uid=', '-p', String(server.pid)])
    expect(Number(stdout)).toBeGreaterThan(0)
  })

  test.runIf(isRoot)('may lie below a directory that only root can pass', async () => {
    await chmod(directory, 0o700)
    const dataDirectory = join(directory, 'closed', 'data')
    await mkdir(join(directory, 'closed'), { mode: 0o700 })
    const first = await start({ dataDirectory })
    await query(first.url, 'create table kept as select 1 as n')
    await first.stop()
    const second = await start({ dataDirectory })
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 1 }])
  })
})

describe('a data directory that was used before', () => {
  test('gives back what was committed before a stop, under the same password', async () => {
    const first = await start()
    await query(first.url, 'create table kept as select 1 as n')
    await first.stop()
    const second = await start()
    expect(new URL(second.url).password).toBe(new URL(first.url).password)
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 1 }])
  })

  test('starts over a creation that was interrupted', async () => {
    await mkdir(join(directory, 'cluster.new'))
    await writeFile(join(directory, 'cluster.new', 'PG_VERSION'), '18\n')
    const server = await start()
    expect(await query(server.url, 'select 1 as n')).toEqual([{ n: 1 }])
  })
})

describe('an owning process that was killed', () => {
  test('takes its server with it, and what was committed is there at the next start', async () => {
    const owner = await startInOtherProcess(directory)
    await query(owner.url, 'create table kept as select 1 as n')
    process.kill(owner.pid, 'SIGKILL')
    const server = await start()
    expect(server.pid).not.toBe(owner.serverPid)
    expect(await query(server.url, 'select n from kept')).toEqual([{ n: 1 }])
  })

  test('and a server that outlived it is stopped by the next start', async () => {
    const owner = await startInOtherProcess(directory)
    await query(owner.url, 'create table kept as select 1 as n')
    for (const pid of await watchdogsOf(owner.pid)) process.kill(pid, 'SIGKILL')
    process.kill(owner.pid, 'SIGKILL')
    expect(await query(owner.url, 'select n from kept')).toEqual([{ n: 1 }])
    const server = await start()
    expect(await query(server.url, 'select n from kept')).toEqual([{ n: 1 }])
    await expect(query(owner.url, 'select 1')).rejects.toThrow()
  })

  test('and a server that was killed as well recovers from its log', async () => {
    const owner = await startInOtherProcess(directory)
    await query(owner.url, 'create table kept as select 1 as n')
    process.kill(owner.serverPid, 'SIGKILL')
    process.kill(owner.pid, 'SIGKILL')
    const server = await start()
    expect(await query(server.url, 'select n from kept')).toEqual([{ n: 1 }])
  })

  test('does not pass its number on: another process with that number is not the owner', async () => {
    await mkdir(directory, { recursive: true })
    const claim = { pid: process.pid, born: 'before this process' }
    await writeFile(join(directory, 'owner.json'), JSON.stringify(claim))
    const server = await start()
    expect(JSON.parse(await readFile(join(directory, 'owner.json'), 'utf8'))).not.toEqual(claim)
    expect(await query(server.url, 'select 1 as n')).toEqual([{ n: 1 }])
  })
})

describe('a running instance', () => {
  test('keeps its data directory from a second one, of this process and of another', async () => {
    const owner = await startInOtherProcess(directory)
    await expectRefusal(start(), 'data-directory-in-use')
    process.kill(owner.pid, 'SIGTERM')
    const own = await start()
    await expectRefusal(start(), 'data-directory-in-use')
    expect(await query(own.url, 'select 1 as n')).toEqual([{ n: 1 }])
  })

  test('stops within three seconds, whoever is still connected', async () => {
    const server = await start()
    const client = new pg.Client({ connectionString: server.url })
    client.on('error', () => undefined)
    await client.connect()
    await client.query('begin')
    await client.query('create table half (n int)')
    const asked = performance.now()
    await server.stop()
    expect(performance.now() - asked).toBeLessThan(3_000)
    await client.end().catch(() => undefined)
  })
})

describe('a port that somebody else has', () => {
  test('is refused by name when it was asked for, and the directory is free again', async () => {
    const occupant = createServer().listen(0, '127.0.0.1')
    await once(occupant, 'listening')
    const address = occupant.address()
    const port = typeof address === 'object' && address ? address.port : 0
    await expectRefusal(start({ port }), 'port-taken')
    const server = await start()
    expect(server.port).not.toBe(port)
    occupant.close()
  })
})

async function expectRefusal(attempt: Promise<unknown>, code: EmbeddedPostgresErrorCode) {
  const error = await attempt.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(EmbeddedPostgresError)
  expect(error).toMatchObject({ code })
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

async function startInOtherProcess(dataDirectory: string) {
  const program = `
    const { startPostgres } = await import(${JSON.stringify(new URL('./embedded-server.ts', import.meta.url).href)})
    const { url, pid } = await startPostgres({ dataDirectory: ${JSON.stringify(dataDirectory)} })
    console.log(JSON.stringify({ url, pid }))
    setInterval(() => undefined, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  const { url, pid: serverPid }: { url: string; pid: number } = JSON.parse(String(line))
  if (child.pid === undefined) throw new Error('a process that spoke has a number')
  return { url, serverPid, pid: child.pid }
}

async function watchdogsOf(parent: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,command='])
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parentPid, command]) => Number(parentPid) === parent && command === 'sh')
    .map(([pid]) => Number(pid))
}
