import { describe } from 'vitest'
import { readMeansEnvironment } from './config.ts'

export type Need = {
  /** The thing as a person calls it: `Kafka`, `Go`. */
  readonly what: string
  /** One clause that says why it is not here; absent when it is. */
  readonly why?: string | undefined
}

/**
 * A `describe` for tests that need something of the machine. Where that is missing the suite is skipped with the reason in
 * its title, which the last lines of a run repeat, and on standard error; with `CI=true` this throws instead, which fails
 * the file. Call it at the top level of a test file.
 */
export function needingSuite(need: Need, name: string, fn: () => void): void {
  if (need.why === undefined) {
    describe(name, fn)
    return
  }
  if (readMeansEnvironment().absenceFails) {
    throw new Error(`"${name}" must run where CI=true, but there is no ${need.what}: ${need.why}`)
  }
  const notRun = `NOT RUN, no ${need.what}`
  process.stderr.write(`${notRun}: ${name} (${need.why})\n`)
  describe.skip(`${name} (${notRun}: ${need.why})`, fn)
}
