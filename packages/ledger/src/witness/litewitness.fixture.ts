/**
 * A witness that is not ours: `litewitness` of filippo.io/torchwood, built from the Go module proxy. Its key lives in an
 * ssh-agent of its own, as its manual asks. Its operator's program, `witnessctl`, is not built: one module that it alone needs
 * is not on every module proxy. The two statements by which that program adds a log are made here on the same database.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { readMeansEnvironment } from '@wederhoor/means/config'
import { findOnPath } from '@wederhoor/means/find-program'
import { installedGoProgram } from '@wederhoor/means/go-programs'
import { findGo } from '@wederhoor/means/go-suite'
import { needingSuite } from '@wederhoor/means/needing-suite'
import { cosignerVkey } from '../cosignature.ts'
import { verifierOf } from '../signed-note.ts'
import { emptyRoot } from '../tree.ts'
import type { Witness } from './witness-client.ts'

const PROGRAM = 'filippo.io/torchwood/cmd/litewitness@v0.9.0'
const STARTED_WITHIN_MS = 10_000
const execute = promisify(execFile)

export interface Litewitness {
  readonly witness: Witness
  readonly vkey: string
  /** What its operator does once a log asks to be witnessed, and again for each new epoch: `witnessctl add-log`, `add-key`. */
  tellOf(origin: string, vkey: string): void
  /** Ends the process and keeps what it knows. */
  kill(): Promise<void>
  /** Again after `kill`, at the same address. */
  start(): Promise<void>
  close(): Promise<void>
}

/** A `describe` that needs Go and OpenSSH; see `needingSuite` for what happens where they are not there. */
export function litewitnessSuite(name: string, fn: () => void): void {
  const { searchPath } = readMeansEnvironment()
  const go = findGo(searchPath)
  const missing = ['ssh-agent', 'ssh-add', 'ssh-keygen'].find(
    (program) => findOnPath(program, searchPath) === undefined,
  )
  const ssh = missing === undefined ? undefined : `no ${missing} on the path`
  needingSuite({ what: 'Go and OpenSSH', why: 'why' in go ? go.why : ssh }, name, fn)
}

export async function litewitness(name = 'witness.test/litewitness'): Promise<Litewitness> {
  const program = await installedGoProgram(PROGRAM)
  const place = await mkdtemp(join(tmpdir(), 'wederhoor-witness-'))
  const at = (file: string) => join(place, file)
  const agent = await startAgent(at('agent'))
  await execute('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at('key')])
  await execute('ssh-add', ['-q', at('key')], {
    env: { ...readMeansEnvironment().all, SSH_AUTH_SOCK: at('agent') },
  })
  const { stdout } = await execute('ssh-keygen', ['-lf', at('key.pub')])
  const [, encoded = ''] = (await readFile(at('key.pub'), 'utf8')).split(' ')
  const vkey = cosignerVkey(name, Buffer.from(encoded, 'base64').subarray(-32))
  const address = `127.0.0.1:${await freePort()}`
  const url = `http://${address}`
  let running: ChildProcess | undefined

  async function start(): Promise<void> {
    const options = [
      ...['-name', name, '-db', at('witness.db'), '-ssh-agent', at('agent')],
      ...['-key', stdout.split(' ')[1] ?? '', '-listen', address],
    ]
    running = spawn(program, options, { stdio: 'ignore' })
    await until(() => answers(url), 'litewitness')
  }
  const kill = async () => {
    await ended(running)
    running = undefined
  }
  await start()
  return {
    witness: { verifier: verifierOf(vkey), url },
    vkey,
    tellOf(origin, logVkey) {
      const database = new DatabaseSync(at('witness.db'), { timeout: 5_000 })
      const root = Buffer.from(emptyRoot()).toString('base64')
      database
        .prepare('INSERT INTO log (origin, tree_size, tree_hash) VALUES (?, 0, ?)')
        .run(origin, root)
      database.prepare('INSERT INTO key (origin, key) VALUES (?, ?)').run(origin, logVkey)
      database.close()
    },
    kill,
    start,
    async close() {
      await kill()
      await ended(agent)
      await rm(place, { recursive: true, force: true })
    },
  }
}

async function startAgent(socket: string): Promise<ChildProcess> {
  const program = findOnPath('ssh-agent', readMeansEnvironment().searchPath) ?? ''
  const agent = spawn(program, ['-D', '-a', socket], { stdio: 'ignore' })
  await until(() => existsSync(socket), 'ssh-agent')
  return agent
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  )

async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + STARTED_WITHIN_MS
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`${what} did not start`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function ended(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await gone
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
