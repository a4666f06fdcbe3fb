/** `npm run simulate`: a seeded national year through the public HTTP API of an instance of its own. */
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { acknowledgedList } from '@wederhoor/simulation/acknowledged'
import { balance } from '@wederhoor/simulation/balance'
import { people } from '@wederhoor/simulation/people'
import { checkLedger } from '@wederhoor/simulation/procedure-check/procedure-check'
import { runYear } from '@wederhoor/simulation/run-year'
import { formatShares, sharesTable } from '@wederhoor/simulation/shares-table'
import { planYear } from '@wederhoor/simulation/year'
import { yearCounts } from '@wederhoor/simulation/year-counts'
import { clone } from './clone.ts'
import { readConfig } from './config.ts'
import { simulatedAccounts } from './desk-accounts.ts'
import { openInstance } from './instance.ts'
import { bar, explain, steps } from './terminal.ts'
import { tokens } from './tokens.ts'

const help = `npm run simulate -- [options]
  --meldingen N        how many reports; left out: 300
  --year Y             the year they come in; left out: 2024
  --seed S             the same seed gives the same year; left out: 7
  --kafka              messages over Kafka
  --data-directory D   keep the instance there; the same call again goes on where a killed one stopped
  --json               one JSON object as the last line
`

async function simulate(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      meldingen: { type: 'string', default: '300' },
      year: { type: 'string', default: '2024' },
      seed: { type: 'string', default: '7' },
      kafka: { type: 'boolean', default: false },
      'data-directory': { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(help)
    return true
  }
  const meldingen = wholeNumber('--meldingen', values.meldingen, 1, 1_000_000)
  const year = wholeNumber('--year', values.year, 2024, 2026)
  const say = steps()
  const ignored = join(clone, '.wederhoor')
  await mkdir(ignored, { recursive: true })
  const kept = values['data-directory']
  const directory = kept === undefined ? await mkdtemp(join(ignored, 'simulate-')) : resolve(kept)
  await mkdir(directory, { recursive: true })
  const instance = await openInstance({
    config: readConfig(),
    directory,
    jarsDirectory: join(ignored, 'kafka', 'libs'),
    accounts: simulatedAccounts(`${year}-01-01`),
    simulated: true,
    kafka: values.kafka,
    say,
  })
  try {
    const { house } = instance
    const begin = `${year}-01-01T05:00:00.000Z`
    const { rows } = await house.pool.query<{ fresh: boolean }>(
      `SELECT NOT EXISTS (SELECT FROM ${house.ledgerTable}) AS fresh`,
    )
    if (rows[0]?.fresh === true) await house.clock.setTo(begin)
    const plan = planYear({ meldingen, year, seed: values.seed })
    const acknowledged = acknowledgedList(join(directory, 'acknowledged.jsonl'))
    if (acknowledged.all.size > 0)
      say(`going on after ${acknowledged.all.size} acknowledged reports`)
    say(`living through ${year} with ${meldingen} reports`)
    const beganMs = performance.now()
    const run = await runYear(
      plan,
      {
        people: people({
          baseUrls: house.baseUrls,
          tokenFor: tokens(house),
          newKey: () => randomBytes(16).toString('hex'),
        }),
        now: () => house.clock.now(),
        moveTo: (instant) => house.clock.setTo(instant),
        settled: () => house.settled(),
      },
      acknowledged,
      bar(meldingen, 'reports'),
    )
    const seconds = (performance.now() - beganMs) / 1000
    const found = await balance(house.pool, house.ledgerTable, acknowledged.all.values())
    say('checking the procedure, entry after entry')
    const { violations, entriesOf, refusals } = await checkLedger(house.pool, house.ledgerTable)
    const { escalatedOnTheWay, ...counts } = yearCounts(entriesOf)
    const closes =
      found.lost === 0 &&
      found.twice === 0 &&
      found.waiting === 0 &&
      found.acknowledged === meldingen &&
      run.unexpected.length === 0 &&
      violations.length === 0
    process.stdout.write(`\n${formatShares(sharesTable(plan))}\n`)
    process.stdout.write(
      `  acknowledged ${found.acknowledged} of ${meldingen}, lost ${found.lost}, twice ${found.twice}, waiting ${found.waiting}\n` +
        `  accepted ${found.accepted}, ended without a case ${found.endedWithoutCase}, escalated on the way ${escalatedOnTheWay}\n` +
        `  ${found.entries} entries in ${seconds.toFixed(1)} s. The balance ${closes ? 'closes' : 'DOES NOT CLOSE'}.\n`,
    )
    process.stdout.write(
      `  hearings ${counts.hearings}: answered ${counts.answered}, silent ${counts.silent}, declined ${counts.declined}, findings ${counts.findings}\n` +
        `  referrals ${counts.referrals}: done ${counts.referralsDone}, refused ${counts.referralsRefused}, steps overdue ${counts.referralsOverdue}\n` +
        `  time: requests ${inSeconds(run.spent.actingMs)}, coming to rest ${inSeconds(run.spent.restingMs)} (${run.spent.rests} times)\n` +
        `  violations of procedure: ${violations.length}\n`,
    )
    for (const { rule, stream, position, what } of violations.slice(0, 20))
      process.stdout.write(`  violation: ${rule}: ${what} (${stream}, entry ${position ?? '-'})\n`)
    for (const one of run.unexpected.slice(0, 10)) process.stdout.write(`  unexpected: ${one}\n`)
    if (values.json) {
      const perSecond = Math.round((found.entries / seconds) * 10) / 10
      process.stdout.write(
        `${JSON.stringify({
          meldingen,
          ...found,
          escalatedOnTheWay,
          refusals: Object.fromEntries(refusals),
          perSecond,
          violations: violations.length,
          ...counts,
        })}\n`,
      )
    }
    return closes
  } finally {
    say('stopping')
    await instance.close()
    if (kept === undefined) await rm(directory, { recursive: true, force: true })
  }
}

const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

class BadOption extends Error {
  readonly code = 'bad-option'
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new BadOption(`${option} takes a whole number from ${least} to ${most}, not ${text}`)
}

const code = await simulate().then(
  (closes) => (closes ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(explain(error))
    return error instanceof BadOption ? 2 : 1
  },
)
process.exit(code)
