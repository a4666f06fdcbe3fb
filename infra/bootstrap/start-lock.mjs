import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * Lets one process at a time prepare the clone; the others wait. A lock whose process is gone is taken over.
 * @template T
 * @param {string} path
 * @param {() => void} onWait called once when somebody else is at work
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function underLock(path, onWait, work) {
  let waiting = false
  while (!claim(path)) {
    const holder = holderOf(path)
    if (holder !== undefined && !isAlive(holder)) {
      takeAway(path, holder)
      continue
    }
    if (!waiting) onWait()
    waiting = true
    await pause(200)
  }
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}

/** @param {string} path */
function claim(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** @param {string} path */
function holderOf(path) {
  try {
    const pid = Number(readFileSync(path, 'utf8'))
    return pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/**
 * Renames before removing, so that of two who saw the same dead holder one does not remove the other's new claim.
 * @param {string} path
 * @param {number} deadHolder
 */
function takeAway(path, deadHolder) {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
    const taken = holderOf(aside)
    if (taken !== undefined && taken !== deadHolder && isAlive(taken)) renameSync(aside, path)
  } catch {
    // somebody else was quicker
  }
  rmSync(aside, { force: true })
}
