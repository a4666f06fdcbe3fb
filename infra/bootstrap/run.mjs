// node infra/bootstrap/run.mjs <task> [arguments …]
// Brings Node and pnpm into the clone, installs from the lock file, then runs the task. Runs itself on Node 18 or newer
// and needs no package; when all is there it adds a few file reads.
import * as files from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BootstrapError, blameFullDisk, diagnose } from './bootstrap-error.mjs'
import { runInForeground } from './child.mjs'
import { arePackagesInstalled, installPackages } from './packages.mjs'
import { underLock } from './start-lock.mjs'
import { beginStep } from './steps.mjs'
import { tasks } from './tasks.mjs'
import {
  chooseNode,
  installToolchain,
  isToolchainComplete,
  nodeVersion,
  pnpmVersion,
} from './toolchain.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const own = join(root, '.wederhoor')
const toolchain = join(own, 'toolchain')
const record = join(own, 'installed')

const environment = {
  ...process.env,
  PATH: [
    join(toolchain, 'bin'),
    join(root, 'node_modules', '.bin'),
    process.env['PATH'] ?? '',
  ].join(delimiter),
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const known = error instanceof BootstrapError ? error : fromWorld(error)
  process.stderr.write(`\n${known.message}\n`)
  process.exitCode = 1
}

/** @param {string[]} args */
async function main([task = '', ...args]) {
  const command = tasks[task]
  if (!command) {
    process.stderr.write(`Unknown task '${task}'. There are: ${Object.keys(tasks).join(', ')}.\n`)
    return 2
  }
  await prepare()
  const preload = new URL('./end-with-parent.mjs', import.meta.url).href
  return runInForeground(
    join(toolchain, 'bin', 'node'),
    ['--import', preload, ...command, ...args],
    { cwd: root, env: environment },
  )
}

async function prepare() {
  const node = chooseNode({
    version: process.version,
    path: process.execPath,
    platform: process.platform,
    arch: process.arch,
  })
  const isReady = () => isToolchainComplete(toolchain, node) && arePackagesInstalled(root, record)
  if (isReady()) return
  files.mkdirSync(own, { recursive: true })
  const sayWaiting = () =>
    process.stderr.write('  Another start is preparing this clone; waiting for it.\n')
  await underLock(join(own, 'bootstrap.lock'), sayWaiting, async () => {
    if (!isToolchainComplete(toolchain, node)) {
      const what = node.kind === 'package' ? `Node ${nodeVersion} and pnpm` : 'pnpm'
      await inStep(`Fetching ${what} ${pnpmVersion}`, (step) =>
        installToolchain(toolchain, node, step),
      )
    }
    if (!arePackagesInstalled(root, record)) {
      await inStep('Installing packages from the lock file', (step) =>
        installPackages(root, record, environment, step),
      )
    }
  })
}

/**
 * @param {string} title
 * @param {(step: import('./steps.mjs').Step) => Promise<void>} work
 */
async function inStep(title, work) {
  const step = beginStep(title)
  try {
    await work(step)
    step.done()
  } catch (error) {
    step.failed()
    throw blameFullDisk(title, error, freeBytes())
  }
}

/** Unknown on a Node before 18.15. */
function freeBytes() {
  try {
    const { bavail, bsize } = files.statfsSync(own)
    return bavail * bsize
  } catch {
    return undefined
  }
}

/** @param {unknown} error */
function fromWorld(error) {
  return diagnose(
    'Preparing this clone',
    error instanceof Error ? (error.stack ?? '') : String(error),
  )
}
