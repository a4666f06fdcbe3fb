import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { findMaven } from './java-and-maven.ts'
import { KafkaFailure } from './kafka-failure.ts'

const POM = join(import.meta.dirname, '..', 'pom.xml')

/** Written last, with the digest of the pom: jars without it, or of another pom, are fetched again. */
const COMPLETE = 'complete'

const LOCK_AGE_MAX_MS = 15 * 60_000

/** What Maven says when no registry answers, as against a full disk or a damaged file. */
const UNREACHABLE =
  /Could not transfer|Unknown host|UnknownHost|Connection refused|Connect to .* failed|timed out|Temporary failure in name resolution|offline mode/i

type JarsRequest = {
  readonly jarsDirectory: string
  readonly searchPath: string
  readonly log: (line: string) => void
}

/**
 * Makes sure that `jarsDirectory` holds the jars that `pom.xml` names, and returns at once when it
 * does: only the first start needs Maven and a registry. The jars arrive in a folder beside it and are
 * renamed into place, so an interrupted fetch leaves nothing that looks whole. Processes that start at
 * the same time wait for the first one. Maven keeps its own cache where its user has it.
 *
 * Throws `KafkaFailure` with `maven-missing`, `no-registry` or `jars-not-fetched`.
 */
export async function ensureJars(request: JarsRequest): Promise<void> {
  const pomDigest = createHash('sha256')
    .update(await readFile(POM))
    .digest('hex')
  if (await isComplete(request.jarsDirectory, pomDigest)) return
  await mkdir(dirname(request.jarsDirectory), { recursive: true })
  await withLock(`${request.jarsDirectory}.lock`, async () => {
    if (await isComplete(request.jarsDirectory, pomDigest)) return
    await removeInterrupted(request.jarsDirectory)
    const arriving = `${request.jarsDirectory}.arriving-${process.pid}`
    await fetchInto(arriving, request)
    await writeFile(join(arriving, COMPLETE), pomDigest)
    await rm(request.jarsDirectory, { recursive: true, force: true })
    await rename(arriving, request.jarsDirectory)
  })
}

async function isComplete(jarsDirectory: string, pomDigest: string): Promise<boolean> {
  const marker = join(jarsDirectory, COMPLETE)
  return existsSync(marker) && (await readFile(marker, 'utf8')) === pomDigest
}

async function removeInterrupted(jarsDirectory: string): Promise<void> {
  const beside = dirname(jarsDirectory)
  const interrupted = (await readdir(beside)).filter((name) =>
    name.startsWith(`${basename(jarsDirectory)}.arriving-`),
  )
  for (const name of interrupted) await rm(join(beside, name), { recursive: true, force: true })
}

async function fetchInto(arriving: string, { searchPath, log }: JarsRequest): Promise<void> {
  const maven = findMaven(searchPath)
  if ('why' in maven) {
    throw new KafkaFailure('maven-missing', {
      message: `Kafka's jars are not there yet, and ${maven.why}.`,
      remedy: 'Install Maven, or set KAFKA_BROKERS to a running broker.',
    })
  }
  log('Kafka: fetching the broker with Maven, once (about 45 MB)')
  const { status, lines } = await runMaven(maven.file, arriving, log)
  if (status === 0) return
  const errors = lines.filter((line) => line.includes('ERROR')).slice(0, 3)
  if (UNREACHABLE.test(lines.join('\n'))) {
    throw new KafkaFailure('no-registry', {
      message: "Maven could not reach a registry for Kafka's jars.",
      remedy: 'Check the network, proxy or mirror in your Maven settings, and start again.',
      cause: new Error(errors.join('\n')),
    })
  }
  throw new KafkaFailure('jars-not-fetched', {
    message: `Maven could not fetch Kafka's jars: ${errors.join(' ')}`,
    remedy: 'Solve what Maven says (often: free some disk space), and start again.',
  })
}

type MavenRun = { readonly status: number | null; readonly lines: readonly string[] }

async function runMaven(
  mvn: string,
  arriving: string,
  log: (line: string) => void,
): Promise<MavenRun> {
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime']
  const child = spawn(
    mvn,
    ['-B', '--strict-checksums', '-f', POM, ...goal, `-DoutputDirectory=${arriving}`],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const lines: string[] = []
  let fetched = 0
  const take = (line: string): void => {
    if (/Downloaded from .*\.jar /.test(line)) {
      fetched += 1
      if (fetched % 20 === 0) log(`Kafka: ${fetched} jars fetched`)
    }
    if (!/Download(ing|ed) from/.test(line)) lines.push(line)
  }
  createInterface({ input: child.stdout }).on('line', take)
  createInterface({ input: child.stderr }).on('line', take)
  const status = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => lines.push(`ERROR ${error.message}`))
    child.once('close', resolve)
  })
  return { status, lines }
}

/**
 * A lock of one file that names its holder. A holder that no longer lives, or that holds it longer than
 * any fetch takes (its number may belong to somebody else by now), is pushed aside.
 */
async function withLock(file: string, work: () => Promise<void>): Promise<void> {
  while (!(await takeLock(file))) await pause(200)
  try {
    await work()
  } finally {
    await rm(file, { force: true })
  }
}

async function takeLock(file: string): Promise<boolean> {
  const own = `${file}-${randomUUID()}`
  await writeFile(own, String(process.pid))
  try {
    // A link appears with its content: nobody ever reads a lock that does not name its holder yet.
    await link(own, file)
    return true
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    await rm(own, { force: true })
  }
  if (await isAbandoned(file)) await rm(file, { force: true })
  return false
}

async function isAbandoned(file: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(file)
    const holder = Number(await readFile(file, 'utf8'))
    return !isAlive(holder) || Date.now() - mtimeMs > LOCK_AGE_MAX_MS
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false
    throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
