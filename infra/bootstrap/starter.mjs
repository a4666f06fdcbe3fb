import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Between us and whoever ran `npm start` stand npm and mostly a shell, and neither passes on everything: npm hears nothing
 * of SIGKILL, and a shell that npm ends with SIGTERM tells us nothing. So both are watched:
 * the shell gone means *end in good order*; npm gone and the shell still there means that somebody killed outright.
 * Without npm nobody is watched: a task may outlive the shell that it was typed into.
 * @param {(signal: 'SIGTERM' | 'SIGKILL') => void} onGone
 * @param {number} everyMs
 */
export function watchStarter(onGone, everyMs = 250) {
  if (process.env['npm_lifecycle_event'] === undefined) return
  const parent = process.ppid
  const between = describe(parent)
  const shell = between?.command.includes('infra/bootstrap/run.mjs') ? parent : undefined
  const npm = shell === undefined ? parent : (between?.parent ?? parent)
  const isGone = (/** @type {number} */ pid) => describe(pid) === undefined
  const timer = setInterval(() => {
    const shellGone = shell !== undefined && (process.ppid !== shell || isGone(shell))
    if (!shellGone && !isGone(npm)) return
    clearInterval(timer)
    onGone(shellGone ? 'SIGTERM' : 'SIGKILL')
  }, everyMs)
  timer.unref()
}

/**
 * Undefined when there is no such process; one that is dead but not yet reaped counts as gone.
 * @param {number} pid
 * @returns {{ parent: number, command: string } | undefined}
 */
function describe(pid) {
  try {
    if (process.platform !== 'linux') {
      const fields = execFileSync('ps', [
        '-o',
        'state=,ppid=,command=',
        '-p',
        String(pid),
      ]).toString()
      const [state = 'Z', parent, ...command] = fields.trim().split(/\s+/)
      return state.startsWith('Z')
        ? undefined
        : { parent: Number(parent), command: command.join(' ') }
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return state === 'Z' || state === 'X' ? undefined : { parent: Number(parent), command }
  } catch {
    return undefined
  }
}
