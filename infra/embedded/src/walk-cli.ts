/** `npm run walk`: one report from its first words to an answered signal, as each of the people in it. */
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { people } from '@wederhoor/simulation/people'
import { walkErasure } from '@wederhoor/simulation/walk/erasure-walk'
import type { Step, WalkWorld } from '@wederhoor/simulation/walk/script'
import { type Walked, walk } from '@wederhoor/simulation/walk/walk'
import { demoAccounts } from './accounts.ts'
import { clone } from './clone.ts'
import { readConfig } from './config.ts'
import type { House } from './house.ts'
import { type Instance, openInstance } from './instance.ts'
import { explain, steps } from './terminal.ts'
import { tokens } from './tokens.ts'
import {
  checkOut,
  verifyBundles,
  type WrittenBundle,
  writeBundles,
  writeTrust,
} from './walk-bundles.ts'

const help = `npm run walk -- [options]
  --keep    leave the instance running afterwards; Ctrl-C ends it
  --kafka   messages over Kafka
  --json    one JSON object as the last line
  --bundle D  erase the melder at the end, and write every kind of bundle before and after into D, with D/trust
`

/** Of the demonstration's people. */
const AUDITOR = 'olga'

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      keep: { type: 'boolean', default: false },
      kafka: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      bundle: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return void process.stdout.write(help)
  const say = steps()
  const out = values.bundle === undefined ? undefined : resolve(values.bundle)
  if (out !== undefined) await checkOut(out)
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
    const world: WalkWorld = {
      people: people({
        baseUrls: house.baseUrls,
        tokenFor: tokens(house),
        newKey: () => randomBytes(16).toString('hex'),
      }),
      now: () => house.clock.now(),
      settled: () => house.settled(),
      dayPasses: () => house.dayPasses(),
    }
    const tell = ({ who, did, status }: Step) => say(`${String(status)}  ${who.padEnd(10)} ${did}`)
    const walked = await walk(world, tell)
    const taken =
      out === undefined
        ? { steps: walked.steps }
        : await takeHome({ instance, directory, world, walked, out, tell, say })
    const { rows } = await house.pool.query<{ entries: number }>(
      `SELECT count(*)::int AS entries FROM ${house.ledgerTable}`,
    )
    const entries = rows[0]?.entries ?? 0
    const { ledgerTable, baseUrls } = house
    const kept = values.keep
      ? {
          baseUrls,
          databaseUrl,
          dataDirectory: directory,
          pid: process.pid,
          ...(await addressOfLog(house)),
        }
      : {}
    say(
      `${taken.steps.length} steps, ${entries} entries in ${ledgerTable}; the case is ${walked.dossier}`,
    )
    if (values.json)
      process.stdout.write(
        `${JSON.stringify({ ok: true, ...walked, ...taken, entries, ledgerTable, ...kept })}\n`,
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

/** Bundles, the erasure, bundles again; then everything is verified, offline and under the keys of the running system. */
async function takeHome(of: {
  readonly instance: Instance
  readonly directory: string
  readonly world: WalkWorld
  readonly walked: Walked
  readonly out: string
  readonly tell: (step: Step) => void
  readonly say: (step: string) => void
}): Promise<{
  readonly steps: readonly Step[]
  readonly erased: string
  readonly bundles: readonly WrittenBundle[]
}> {
  const { instance, world, walked, out, say } = of
  const { house, databaseUrl } = instance
  const { dossier } = walked
  const place = { databaseUrl, keysDirectory: join(of.directory, 'keys'), out }
  say('exporting every kind of bundle')
  const before = await writeBundles(place, { moment: 'before', dossier })
  const erasure = await walkErasure(world, walked, of.tell)
  await writeFile(
    join(out, 'certificate.json'),
    `${JSON.stringify(erasure.certificate, null, 2)}\n`,
  )
  say('exporting every kind of bundle again')
  const since = join(out, 'before', 'ledger', 'log', 'checkpoint')
  const after = await writeBundles(place, { moment: 'after', dossier, since })
  await writeTrust(out, {
    auditUrl: house.baseUrls.audit,
    token: await tokens(house)(AUDITOR),
  })
  const bundles = await verifyBundles(out, [...before, ...after])
  for (const { path, verdict } of bundles) {
    say(`${path}: ${verdict.ok ? `verifies, ${verdict.checked.entries} entries` : verdict.reason}`)
    if (!verdict.ok) throw new Error(`${path} does not verify: ${verdict.reason}`)
  }
  return { steps: [...walked.steps, ...erasure.steps], erased: erasure.party, bundles }
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
