/** What a command says to the person who started it. */
import { createInterface } from 'node:readline/promises'

/** Each step on a line of its own, with the seconds since the beginning. Standard error: output stays for results. */
export function steps(): (step: string) => void {
  const beganMs = performance.now()
  return (step) => {
    const seconds = ((performance.now() - beganMs) / 1000).toFixed(1).padStart(6)
    process.stderr.write(`${seconds} s  ${step}\n`)
  }
}

/** A bar that is drawn again in place on a terminal, and every tenth part in a log. */
export function bar(total: number, what: string): (done: number) => void {
  const width = 30
  let lastTenth = -1
  return (done) => {
    const filled = Math.round((done / total) * width)
    const line = `${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${done}/${total} ${what}`
    const tenth = Math.floor((done / total) * 10)
    if (process.stderr.isTTY) process.stderr.write(`\r${line}${done === total ? '\n' : ''}`)
    else if (tenth !== lastTenth) process.stderr.write(`${line}\n`)
    lastTenth = tenth
  }
}

/** Asks a yes-or-no question; without a terminal the answer is no. */
export async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^(y|yes|j|ja)$/i.test((await lines.question(`${question} [y/N] `)).trim())
  } finally {
    lines.close()
  }
}

/** The message of a failure that names its remedy, or everything of one that nobody foresaw. */
export function explain(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string')
    return `${error.message}\n`
  return error instanceof Error ? `${error.stack}\n` : `${String(error)}\n`
}
