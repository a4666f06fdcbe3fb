import type { SerializedError } from 'vitest'
import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node'

export type Totals = {
  passed: number
  /** Failed tests, and each file, suite hook or stray error that failed outside of a test. */
  failed: number
  /** What was skipped and why, named once by its outermost skipped suite or test. */
  notRun: string[]
}

/** Collects what a whole run did; vitest calls it at the end. */
export class TotalsReporter implements Reporter {
  readonly totals: Totals = { passed: 0, failed: 0, notRun: [] }

  onTestRunEnd(
    modules: ReadonlyArray<TestModule>,
    strayErrors: ReadonlyArray<SerializedError>,
  ): void {
    this.totals.failed += strayErrors.length
    for (const module of modules) {
      this.totals.failed += module.errors().length
      for (const child of module.children) this.#add(child, module.relativeModuleId)
    }
  }

  #add(task: TestCase | TestSuite, file: string): void {
    const state = task.type === 'test' ? task.result().state : task.state()
    if (state === 'skipped') {
      this.totals.notRun.push(`${file}: ${task.fullName}${reasonOf(task)}`)
    } else if (task.type === 'suite') {
      this.totals.failed += task.errors().length
      for (const child of task.children) this.#add(child, file)
    } else if (state === 'passed') {
      this.totals.passed += 1
    } else {
      this.totals.failed += 1
    }
  }
}

/** The last lines of a run: what did not run, then the count alone on its line. */
export function lastLines({ passed, failed, notRun }: Totals): string[] {
  const missing =
    notRun.length === 0 ? [] : ['', 'Did not run:', ...notRun.map((name) => `  ${name}`)]
  return [...missing, '', `${passed} passed, ${failed} failed`]
}

/** A run that ran nothing has shown nothing. */
export function exitCodeOf({ passed, failed }: Totals): 0 | 1 {
  return failed === 0 && passed > 0 ? 0 : 1
}

/** What a test said when it left; a suite has its reason in its name. */
function reasonOf(task: TestCase | TestSuite): string {
  if (task.type !== 'test') return ''
  const result = task.result()
  return result.state === 'skipped' && result.note !== undefined ? ` (${result.note})` : ''
}
