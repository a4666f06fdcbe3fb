// node infra/checks/src/run-tests.ts [vitest arguments …]: the unit and int projects, or those that --project names.
import { parseCLI, startVitest } from 'vitest/node'
import { exitCodeOf, lastLines, TotalsReporter } from './totals.ts'

const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)])
const totalsReporter = new TotalsReporter()

const vitest = await startVitest(filter, {
  ...options,
  project: options.project ?? ['unit', 'int'],
  reporters: ['default', totalsReporter],
  watch: false,
})
await vitest.close()

const { totals } = totalsReporter
console.log(lastLines(totals).join('\n'))
// Said aloud rather than left to the event loop: a test that forgot a timer must not hold up the answer.
process.exit(exitCodeOf(totals) || Number(process.exitCode ?? 0))
