import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * npm passes on each signal but SIGKILL, of which it hears nothing. Whoever kills `npm start` outright means the task: so
 * when npm, or the shell it put between, is gone, `onGone` is called. Without npm nobody is watched: a task may outlive
 * the shell that it was typed into.
 * @param {() => void} onGone
 * @param {number} everyMs
 */
export function watchStarter(onGone, everyMs = 250) {
  if (process.env['npm_lifecycle_event'] === undefined) return
  const starters = [process.ppid]
  const between = describe(process.ppid)
  if (between?.command.includes('infra/bootstrap/run.mjs')) starters.push(between.parent)
  const timer = setInterval(() => {
    if (process.ppid === starters[0] && starters.every((pid) => describe(pid) !== undefined)) return
    clearInterval(timer)
    onGone()
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
