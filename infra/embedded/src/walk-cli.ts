/** `npm run walk`: one report from its first words to an answered signal, as each of the people in it. */
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { people } from '@wederhoor/simulation/people'
import { walk } from '@wederhoor/simulation/walk/walk'
import { demoAccounts } from './accounts.ts'
import { clone } from './clone.ts'
import { readConfig } from './config.ts'
import type { House } from './house.ts'
import { openInstance } from './instance.ts'
import { explain, steps } from './terminal.ts'
import { tokens } from './tokens.ts'

const help = `npm run walk -- [options]
  --keep    leave the instance running afterwards; Ctrl-C ends it
  --kafka   messages over Kafka
  --json    one JSON object as the last line
`

/** Of the demonstration's people. */
const AUDITOR = 'olga'

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      keep: { type: 'boolean', default: false },
      kafka: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return void process.stdout.write(help)
  const say = steps()
  const ignored = join(clone, '.wederhoor')
  await mkdir(ignored, { recursive: true })
  const directory = await mkdtemp(join(ignored, 'walk-'))
  const instance = await openInstance({
    config: readConfig(),
    directory,
    jarsDirectory: join(ignored, 'kafka', 'libs'),
    accounts: demoAccounts,
    simulated: true,
    kafka: values.kafka,
    say,
  })
  const { house, databaseUrl } = instance
  const end = async (): Promise<void> => {
    await instance.close()
    await rm(directory, { recursive: true, force: true })
  }
  const stopped = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.resolve())
  try {
    const walked = await walk(
      {
        people: people({
          baseUrls: house.baseUrls,
          tokenFor: tokens(house),
          newKey: () => randomBytes(16).toString('hex'),
        }),
        now: () => house.clock.now(),
        settled: () => house.settled(),
        dayPasses: () => house.dayPasses(),
      },
      ({ who, did, status }) => say(`${String(status)}  ${who.padEnd(10)} ${did}`),
    )
    const { rows } = await house.pool.query<{ entries: number }>(
      `SELECT count(*)::int AS entries FROM ${house.ledgerTable}`,
    )
    const entries = rows[0]?.entries ?? 0
    const { ledgerTable, baseUrls } = house
    const kept = values.keep
      ? { baseUrls, databaseUrl, pid: process.pid, ...(await addressOfLog(house)) }
      : {}
    say(
      `${walked.steps.length} steps, ${entries} entries in ${ledgerTable}; the case is ${walked.dossier}`,
    )
    if (values.json)
      process.stdout.write(
        `${JSON.stringify({ ok: true, ...walked, entries, ledgerTable, ...kept })}\n`,
      )
    if (values.keep) {
      if (!values.json) process.stdout.write(`${JSON.stringify(kept, null, 2)}\n`)
      say('still running; Ctrl-C ends it')
      await stopped.promise
    }
  } finally {
    say('stopping')
    await end()
  }
}

/**
 * For a checker of tlog-tiles. The address holds an auditor's token, for the entries; hashes and checkpoints need none.
 */
async function addressOfLog(
  house: House,
): Promise<{ readonly tilesUrl: string; readonly logKey: string }> {
  const url = new URL('/log/case-history/', house.baseUrls.audit)
  url.username = AUDITOR
  url.password = await tokens(house)(AUDITOR)
  const trust = await (await fetch(new URL('/v1/trust', house.baseUrls.audit))).text()
  return { tilesUrl: url.href, logKey: trust.slice(0, trust.indexOf('\n')) }
}

await main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(explain(error))
    process.exit(1)
  },
)
