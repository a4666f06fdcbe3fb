import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { diagnose } from './bootstrap-error.mjs'
import { runQuietly } from './child.mjs'

/**
 * What the installed packages depend on, as one digest.
 * @param {string} root
 */
function lockDigest(root) {
  const digest = createHash('sha256')
  for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) {
    digest.update(readFileSync(join(root, name))).update('\0')
  }
  return digest.digest('hex')
}

/**
 * @param {string} root
 * @param {string} record file that says which digest was last installed to the end
 */
export function arePackagesInstalled(root, record) {
  if (!existsSync(join(root, 'node_modules', '.modules.yaml'))) return false
  try {
    return readFileSync(record, 'utf8') === lockDigest(root)
  } catch {
    return false
  }
}

/**
 * Installs exactly what the lock file names. The record is gone while it runs, so an interrupted one is run again.
 * @param {string} root
 * @param {string} record
 * @param {NodeJS.ProcessEnv} env
 * @param {import('./steps.mjs').Step} step
 */
export async function installPackages(root, record, env, step) {
  rmSync(record, { force: true })
  const digest = lockDigest(root)
  const patience = [
    '--fetch-retries=1',
    '--fetch-retry-mintimeout=1000',
    '--fetch-retry-maxtimeout=5000',
  ]
  const done = await runQuietly(
    'pnpm',
    ['install', '--frozen-lockfile', '--reporter=append-only', ...patience],
    { cwd: root, env: { ...env, CI: 'true' }, onLine: step.note },
  )
  if (done.code !== 0) throw diagnose('Installing the packages', done.words)
  writeFileSync(record, digest)
}
