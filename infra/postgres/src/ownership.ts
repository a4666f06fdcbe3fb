import { execFile } from 'node:child_process'
import { readFile, readlink, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'

const run = promisify(execFile)

/** A process by number and moment of birth, so that a number given out again is not taken for the old process. */
type Owner = { pid: number; born: string }

/**
 * Claims the data directory for this process, durable until `release()`; a claim left by a dead process is taken
 * over. Refuses with `data-directory-in-use` while the claimant lives, this process included.
 */
export async function claimDirectory(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, 'owner.json')
  const us: Owner = { pid: process.pid, born: (await birthOf(process.pid)) ?? 'unknown' }
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      await writeFile(path, JSON.stringify(us), { flag: 'wx', mode: 0o644 })
      return () => rm(path, { force: true })
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error
    }
    const owner = await readOwner(path)
    if (owner && (await birthOf(owner.pid)) === owner.born) {
      // a process killed a moment ago takes a moment to be gone
      if (await endedWithin(owner.pid, 500)) continue
      throw new EmbeddedPostgresError(
        'data-directory-in-use',
        `Process ${owner.pid} is running on the data directory ${directory}.`,
      )
    }
    await rename(path, `${path}.${process.pid}`).catch(() => undefined)
    await rm(`${path}.${process.pid}`, { force: true })
  }
  throw new EmbeddedPostgresError(
    'data-directory-in-use',
    `Another process is starting on the data directory ${directory}.`,
  )
}

/**
 * Ends a server that outlived its killed parent, and clears a lock file whose process is gone. Only to be called by
 * the claimant of the directory. A server that does not end by itself is told to stop at once, which is safe: it
 * recovers from its log at the next start.
 */
export async function stopOrphan(cluster: string): Promise<void> {
  const lock = join(cluster, 'postmaster.pid')
  const pid = await postmasterPid(lock)
  if (pid === undefined) return
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!(await servesCluster(pid, cluster))) return rm(lock, { force: true })
    signalQuietly(pid, signal)
    await endedWithin(pid, 5_000)
  }
  if (await servesCluster(pid, cluster)) {
    throw new EmbeddedPostgresError(
      'data-directory-in-use',
      `PostgreSQL process ${pid} still serves ${cluster} and does not stop.`,
    )
  }
  await rm(lock, { force: true })
}

async function endedWithin(pid: number, timeoutMs: number): Promise<boolean> {
  const until = Date.now() + timeoutMs
  while ((await birthOf(pid)) !== undefined) {
    if (Date.now() > until) return false
    await pause(20)
  }
  return true
}

function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // gone already, which is what the caller wants
  }
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    const content: unknown = JSON.parse(await readFile(path, 'utf8'))
    if (typeof content !== 'object' || content === null) return undefined
    if (!('pid' in content) || !('born' in content)) return undefined
    return { pid: Number(content.pid), born: String(content.born) }
  } catch {
    return undefined
  }
}

async function postmasterPid(lock: string): Promise<number | undefined> {
  try {
    const pid = Number((await readFile(lock, 'utf8')).split('\n')[0])
    return Number.isInteger(pid) && pid > 1 ? pid : undefined
  } catch {
    return undefined
  }
}

/** PostgreSQL works in its data directory, so the working directory tells whose server a process is. */
async function servesCluster(pid: number, cluster: string): Promise<boolean> {
  if ((await birthOf(pid)) === undefined) return false
  if (process.platform === 'linux') {
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined)
    return cwd !== undefined && cwd === (await realpath(cluster))
  }
  const command = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => undefined)
  return command?.stdout.includes(cluster) ?? false
}

/** Undefined when there is no such process; one that is dead but not yet reaped counts as gone. */
async function birthOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
    // proc(5): the command name in brackets may hold blanks; state is field 3, start time field 22
    const fields = line?.slice(line.lastIndexOf(')') + 2).split(' ')
    const state = fields?.[0]
    if (!fields || state === 'Z' || state === 'X') return undefined
    return fields[19]
  }
  const listed = await run('ps', ['-o', 'state=,lstart=', '-p', String(pid)]).catch(() => undefined)
  const [state, ...born] = (listed?.stdout ?? '').trim().split(/\s+/)
  return !state || state.startsWith('Z') ? undefined : born.join(' ')
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
