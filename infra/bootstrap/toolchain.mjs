import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { BootstrapError, diagnose } from './bootstrap-error.mjs'
import { runQuietly } from './child.mjs'

export const nodeVersion = '24.21.0'
export const pnpmVersion = '11.28.11'

/**
 * Node for the platforms that have it as an npm package, by content: a registry cannot slip us another one.
 * @type {Readonly<Record<string, string>>}
 */
const nodeIntegrity = {
  'linux-x64':
    'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  'linux-arm64':
    'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
}
const pnpmIntegrity =
  'sha512-dAGE0Q+B9dWxZb6IVg7numJAbEE0iWq8J6WAEJ7sL0fB5B2RJRyUTCyrq8scIkYXmeu3LeLsYlryAwsONsc1ow=='

/**
 * Where Node comes from: the running one when it will do, else a package.
 * @typedef {{ kind: 'running', path: string } | { kind: 'package', name: string, integrity: string }} NodeSource
 */

/**
 * @param {{ version: string, path: string, platform: string, arch: string }} running
 * @returns {NodeSource}
 */
export function chooseNode(running) {
  const { platform, arch, version, path } = running
  const integrity = nodeIntegrity[`${platform}-${arch}`]
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  if (major === 24 && minor >= 12) return { kind: 'running', path }
  if (integrity) return { kind: 'package', name: `node-${platform}-${arch}`, integrity }
  if (major > 24) return { kind: 'running', path }
  throw new BootstrapError(
    'no-node-here',
    `This is Node ${version} on ${platform}-${arch}, and no npm package brings Node ${nodeVersion} for it.`,
    platform === 'win32'
      ? 'Use the Windows Subsystem for Linux, where everything works as on Linux.'
      : 'Install Node 24.12 or newer (from nodejs.org or your package manager) and start again.',
  )
}

/**
 * The package.json and package-lock.json that `npm ci` installs the toolchain from.
 * @param {NodeSource} node
 */
export function toolchainManifests(node) {
  /** @type {Record<string, string>} */
  const dependencies = { pnpm: pnpmVersion }
  /** @type {Record<string, { version: string, integrity: string }>} */
  const packages = { 'node_modules/pnpm': { version: pnpmVersion, integrity: pnpmIntegrity } }
  if (node.kind === 'package') {
    dependencies[node.name] = nodeVersion
    packages[`node_modules/${node.name}`] = { version: nodeVersion, integrity: node.integrity }
  }
  const manifest = { name: 'toolchain', version: '1.0.0', private: true, dependencies }
  const lock = {
    name: manifest.name,
    version: manifest.version,
    lockfileVersion: 3,
    requires: true,
    packages: { '': manifest, ...packages },
  }
  return { manifest, lock }
}

/**
 * Whether the toolchain is there and is the one we want; takes a few file reads.
 * @param {string} directory
 * @param {NodeSource} node
 */
export function isToolchainComplete(directory, node) {
  const installed = (/** @type {string} */ name, /** @type {string} */ version) =>
    versionIn(join(directory, 'node_modules', name)) === version
  if (!installed('pnpm', pnpmVersion) || !existsSync(join(directory, 'bin', 'pnpm'))) return false
  const program = join(directory, 'bin', 'node')
  if (!existsSync(program)) return false
  if (node.kind === 'package') return installed(node.name, nodeVersion)
  return realpathSync(program) === realpathSync(node.path)
}

/**
 * Installs aside and moves into place whole: an interrupted start leaves the old toolchain or none.
 * @param {string} directory
 * @param {NodeSource} node
 * @param {import('./steps.mjs').Step} step
 */
export async function installToolchain(directory, node, step) {
  sweep(directory)
  const fresh = `${directory}.new-${process.pid}`
  mkdirSync(join(fresh, 'bin'), { recursive: true })
  const { manifest, lock } = toolchainManifests(node)
  writeFileSync(join(fresh, 'package.json'), JSON.stringify(manifest, null, 2))
  writeFileSync(join(fresh, 'package-lock.json'), JSON.stringify(lock, null, 2))
  await npmInstall(fresh, step)
  const target = node.kind === 'running' ? node.path : `../node_modules/${node.name}/bin/node`
  symlinkSync(target, join(fresh, 'bin', 'node'))
  symlinkSync('../node_modules/pnpm/bin/pnpm.mjs', join(fresh, 'bin', 'pnpm'))
  await verifyNode(join(fresh, 'bin', 'node'))
  if (isThere(directory)) renameSync(directory, `${directory}.old-${process.pid}`)
  renameSync(fresh, directory)
  sweep(directory)
}

/**
 * Removes what earlier starts left; an npm that outlived its killed bootstrap may still be writing there, so what
 * resists is left for next time.
 * @param {string} directory
 */
function sweep(directory) {
  for (const name of readdirSync(dirname(directory))) {
    if (!/^toolchain\.(new|old)-/.test(name)) continue
    try {
      rmSync(join(dirname(directory), name), { recursive: true, force: true })
    } catch {
      // next time
    }
  }
}

/**
 * @param {string} cwd
 * @param {import('./steps.mjs').Step} step
 */
async function npmInstall(cwd, step) {
  const npm = npmCommand()
  const asked = await runQuietly(npm.program, [...npm.args, '--version'], {
    cwd,
    env: npmEnvironment(),
  })
  const version = asked.words.trim().split('\n').at(-1) ?? ''
  if (asked.code !== 0 || !(Number(version.split('.')[0]) >= 10)) {
    throw new BootstrapError(
      'npm-too-old',
      asked.code === 0 ? `This is npm ${version}.` : 'npm does not run here.',
      'npm 10 or newer is needed: `npm install --global npm@10`, or install a current Node with its npm.',
    )
  }
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const patience = [
    '--fetch-retries=2',
    '--fetch-retry-mintimeout=1000',
    '--fetch-retry-maxtimeout=5000',
  ]
  const done = await runQuietly(npm.program, [...npm.args, 'ci', ...flags, ...patience], {
    cwd,
    env: npmEnvironment(),
    onLine: step.note,
  })
  if (done.code !== 0) throw diagnose('Fetching the toolchain', done.words)
}

/** The npm that started us when there is one, else the one in PATH. */
function npmCommand() {
  const path = process.env['npm_execpath']
  if (path && /npm-cli\.c?js$/.test(path)) return { program: process.execPath, args: [path] }
  return { program: 'npm', args: [] }
}

/** npm hands its own situation down in variables; what belongs to the outer command must not steer the inner one. */
function npmEnvironment() {
  const outer =
    /^npm_(lifecycle|package|command|config_(local_prefix|global|prefix|workspace|json|dry_run|omit|include))/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !outer.test(name)))
}

/** @param {string} program */
async function verifyNode(program) {
  const { code, words } = await runQuietly(program, ['--version'], {})
  if (code === 0 && words.startsWith('v')) return
  throw new BootstrapError(
    'node-does-not-run',
    `The fetched Node does not run on this machine: ${words.trim()}`,
    'It needs a Linux with glibc 2.28 or newer. Elsewhere install Node 24.12 or newer yourself and start again.',
  )
}

/** @param {string} directory */
function versionIn(directory) {
  try {
    return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')).version
  } catch {
    return undefined
  }
}

/** @param {string} path */
function isThere(path) {
  try {
    lstatSync(path)
    return true
  } catch {
    return false
  }
}
