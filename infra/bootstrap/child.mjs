import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { watchStarter } from './starter.mjs'

const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])

/**
 * Runs a program to its end and keeps its words; it gets no terminal. When we are told to stop, it is told too.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onLine?: (line: string) => void }} options
 * @returns {Promise<{ code: number, words: string }>}
 */
export function runQuietly(program, args, { cwd, env, onLine }) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env }),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let words = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (/** @type {Buffer} */ chunk) => {
        words += chunk.toString()
        const line = chunk.toString().trimEnd().split('\n').at(-1)
        if (line && onLine) onLine(line)
      })
    }
    const stop = (/** @type {NodeJS.Signals} */ signal) => {
      child.kill(signal)
      process.exit(128 + constants.signals[signal])
    }
    const end = (/** @type {number} */ code, /** @type {string} */ lastWords) => {
      for (const signal of signals) process.off(signal, stop)
      resolve({ code, words: words + lastWords })
    }
    for (const signal of signals) process.on(signal, stop)
    child.once('error', (error) => end(127, error.message))
    child.once('close', (code) => end(code ?? 1, ''))
  })
}

/**
 * Runs the task in the foreground and resolves to the exit code for us.
 *
 * The task gets a process group of its own and hears each signal from us, once: with Ctrl-C the terminal signals us and
 * npm, and npm passes it on to us again, so a second one within a second is the same key. Should we be killed outright,
 * the task sees its fourth descriptor close and ends too (end-with-parent.mjs); should npm be, it ends as well.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<number>}
 */
export function runInForeground(program, args, { cwd, env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...env, WEDERHOOR_BOOTSTRAP: String(process.pid) },
      detached: true,
      stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    })
    /** @type {Map<NodeJS.Signals, number>} */
    const passedAt = new Map()
    for (const signal of signals) {
      process.on(signal, () => {
        const now = Date.now()
        if (now - (passedAt.get(signal) ?? 0) < 1000) return
        passedAt.set(signal, now)
        child.kill(signal)
      })
    }
    watchStarter((signal) => child.kill(signal))
    child.once('error', reject)
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 1 : constants.signals[signal])),
    )
  })
}
