/** A command of this folder as a process of its own, as the bootstrap would start it, for tests that stop or kill it. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface ChildRun {
  readonly pid: number
  output(): string
  errors(): string
  /** Resolves as soon as this was said, on either stream. @throws Error when the process ended without saying it. */
  said(what: RegExp): Promise<RegExpMatchArray>
  signal(name: NodeJS.Signals): void
  readonly ended: Promise<Ended>
}

/** It has no terminal, and of the environment only what is named: no database or broker of somebody else. */
export function runCommand(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ChildRun {
  const script = fileURLToPath(new URL(file, import.meta.url))
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', TZ: 'UTC', ...environment },
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${script} could not be started`)
  const words = { output: '', errors: '' }
  const listeners = new Set<() => void>()
  const hear = (name: keyof typeof words) => (chunk: Buffer) => {
    words[name] += chunk.toString()
    for (const listener of listeners) listener()
  }
  child.stdout.on('data', hear('output'))
  child.stderr.on('data', hear('errors'))
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  const everything = (): string => `${words.output}\n${words.errors}`

  return {
    pid,
    output: () => words.output,
    errors: () => words.errors,
    said: (what) =>
      new Promise((resolve, reject) => {
        const look = (): boolean => {
          const match = what.exec(everything())
          if (match === null) return false
          listeners.delete(look)
          resolve(match)
          return true
        }
        if (look()) return
        listeners.add(look)
        void ended.then(({ code, signal }) => {
          if (!look())
            reject(new Error(`ended (${code ?? signal}) without ${what}:\n${everything()}`))
        })
      }),
    signal: (name) => void child.kill(name),
    ended,
  }
}
