import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { readMeansEnvironment } from './config.ts'
import { findGo } from './go-suite.ts'

/** Programs of others that tests build, kept for the next run; the clone's own. */
const KEPT = join(import.meta.dirname, '..', '..', '..', '.wederhoor', 'go')

/** `go-missing`, `no-module-proxy`: the machine. `not-built`: the program does not compile. */
export class GoFailure extends Error {
  override readonly name = 'GoFailure'
  readonly code: 'go-missing' | 'no-module-proxy' | 'not-built'

  constructor(code: GoFailure['code'], message: string) {
    super(message)
    this.code = code
  }
}

/**
 * A program of somebody else, built from the Go module proxy at an exact version, once for a clone.
 * @param source `module/path/of/command@v1.2.3`.
 * @returns the file to run.
 * @throws GoFailure
 */
export async function installedGoProgram(source: string): Promise<string> {
  const [path = '', version = ''] = source.split('@')
  const file = join(KEPT, `${basename(path)}-${version}`)
  if (existsSync(file)) return file
  await mkdir(KEPT, { recursive: true })
  // Beside its place and then renamed: whoever installs at the same time finds all of it or nothing.
  const arriving = await mkdtemp(join(KEPT, 'arriving-'))
  try {
    await runGo(['install', '-trimpath', source], { GOBIN: arriving })
    await rename(join(arriving, basename(path)), file)
    return file
  } finally {
    await rm(arriving, { recursive: true, force: true })
  }
}

/**
 * Builds the command in `folder`, whose `go.mod` and `go.sum` say from what.
 * @param file where it goes.
 * @throws GoFailure
 */
export async function buildGoProgram(folder: string, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await runGo(
    ['build', '-trimpath', '-buildvcs=false', '-mod=readonly', '-o', file, '.'],
    {},
    folder,
  )
}

/**
 * Runs `go` to its end and gives what it said.
 * @throws GoFailure with the first lines of that when it does not end well.
 */
export async function runGo(
  words: readonly string[],
  variables: Readonly<Record<string, string>> = {},
  folder: string = KEPT,
): Promise<string> {
  const { searchPath, all } = readMeansEnvironment()
  const go = findGo(searchPath)
  if ('why' in go) throw new GoFailure('go-missing', `There is no Go: ${go.why}.`)
  const { code, said } = await run(go.file, words, folder, { ...all, ...variables })
  if (code === 0) return said
  const first = said.trim().split('\n').slice(0, 30).join('\n')
  if (UNREACHABLE.test(said)) {
    throw new GoFailure(
      'no-module-proxy',
      `Go could not fetch modules: set GOPROXY to a module proxy that this machine can reach.\n${first}`,
    )
  }
  throw new GoFailure('not-built', `go ${words.join(' ')} failed:\n${first}`)
}

/** What Go says when no proxy answers, as against code that does not compile. */
const UNREACHABLE =
  /dial tcp|proxyconnect|no such host|i\/o timeout|TLS handshake|connection refused|module lookup disabled|(?:proxy|sum)\S*: (?:4|5)\d\d /i

function run(
  file: string,
  words: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly code: number; readonly said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, words, {
      cwd: folder,
      env: { ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8')
      stream.on('data', (part: string) => {
        said += part
      })
    }
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, said }))
  })
}
