import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { readEnvironment } from './config.ts'

export type Step = {
  name: string
  command: readonly [program: string, ...args: string[]]
  /** Words the step prints when it looked at something: a checker that saw nothing is green as well. */
  saw?: RegExp
}

export type Finished = { code: number; words: string }

export const repository = join(import.meta.dirname, '..', '..', '..')

export const biomeStep: Step = {
  name: 'format and lint',
  command: ['biome', 'check', '--error-on-warnings', '--max-diagnostics=200', '.'],
  saw: /Checked [1-9]\d* files/,
}
export const boundariesStep: Step = {
  name: 'boundaries',
  command: ['turbo', 'boundaries', '--no-update-notifier'],
  saw: /Checked [1-9]\d* files? in [1-9]\d* packages/,
}
export const typesStep: Step = {
  name: 'types',
  command: ['tsc', '-p', 'tsconfig.json', '--pretty', 'false', '--extendedDiagnostics'],
  saw: /Files:\s+[1-9]/,
}
export const deadCodeStep: Step = {
  name: 'dead code',
  command: ['knip', '--no-progress', '--no-config-hints'],
}

/** Runs a checker of this repository's node_modules on `directory`; never throws for what it finds. */
export function runStep({ command }: Step, directory: string): Promise<Finished> {
  const [program, ...args] = command
  const bin = join(repository, 'node_modules', '.bin')
  const environment = readEnvironment()
  return new Promise((resolve) => {
    const child = spawn(join(bin, program), args, {
      cwd: directory,
      env: {
        ...environment,
        PATH: `${bin}${delimiter}${environment['PATH'] ?? ''}`,
        NO_COLOR: '1',
        TURBO_TELEMETRY_DISABLED: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let words = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        words += chunk.toString()
      })
    }
    child.once('error', (error) => resolve({ code: 127, words: error.message }))
    child.once('close', (code) => resolve({ code: code ?? 1, words }))
  })
}

export function isGreen(step: Step, { code, words }: Finished): boolean {
  return code === 0 && (step.saw?.test(words) ?? true)
}
