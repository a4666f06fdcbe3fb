/**
 * How soon a desk sees what was acknowledged over HTTP: a report in its inbox, and, over the broker, the case that its
 * acceptance opened in its work list. Seen is: there is a row in the view that the list reads.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demoAccounts } from '@wederhoor/embedded/accounts'
import { clone } from '@wederhoor/embedded/clone'
import { readConfig } from '@wederhoor/embedded/config'
import type { House } from '@wederhoor/embedded/house'
import { openInstance } from '@wederhoor/embedded/instance'
import type { BenchOptions } from './append.ts'
import { percentile, rounded } from './measuring.ts'

const PER_SECOND = 20
const POLL_MS = 2
/** Reports before the first that counts, one after the other. */
const WARM_UP = 50
const inboxSql =
  "SELECT dossier FROM intake.melding WHERE dossier = ANY($1::uuid[]) AND offered_to = 'loket-utrecht'"
const workListSql =
  "SELECT dossier FROM cases.summary WHERE dossier = ANY($1::uuid[]) AND desk = 'loket-utrecht'"

/** Reports come evenly, twenty a second, and each is accepted as soon as it is seen. */
export async function benchLine({ rounds, seconds, kafka }: BenchOptions) {
  const directory = await mkdtemp(join(tmpdir(), 'wederhoor-bench-'))
  const instance = await openInstance({
    config: readConfig(),
    directory,
    jarsDirectory: join(clone, '.wederhoor', 'kafka', 'libs'),
    accounts: demoAccounts,
    simulated: false,
    kafka,
    say: () => undefined,
  })
  try {
    const { house } = instance
    const bearer = { authorization: `Bearer ${await house.issuer.tokenFor('anna')}` }
    const inbox = watched(house, inboxSql)
    const workList = watched(house, workListSql)

    async function oneReport(): Promise<void> {
      const dossier = await posted(
        house,
        '/v1/meldingen',
        { 'content-type': 'application/json', 'idempotency-key': randomBytes(16).toString('hex') },
        JSON.stringify({ story: 'Een meting.', acuteDanger: false, residence: 'GM0344' }),
      )
      await inbox.seen(dossier)
      const headers = { ...bearer, 'idempotency-key': dossier }
      await posted(house, `/v1/meldingen/${dossier}/acceptance`, headers)
      await workList.seen(dossier)
    }

    for (let index = 0; index < WARM_UP; index += 1) await oneReport()
    inbox.forget()
    workList.forget()
    const total = Math.round(rounds * seconds * PER_SECOND)
    const beganMs = performance.now()
    const reports: Promise<void>[] = []
    for (let index = 0; index < total; index += 1) {
      const dueMs = beganMs + (index * 1_000) / PER_SECOND
      await pause(Math.max(0, dueMs - performance.now()))
      reports.push(oneReport())
    }
    await Promise.all(reports)
    await inbox.end()
    await workList.end()
    const result = {
      perSecond: PER_SECOND,
      reports: total,
      broker: kafka ? 'kafka' : 'in-process',
      reportInInbox: spread(inbox.tookMs),
      caseInWorkList: spread(workList.tookMs),
    }
    process.stdout.write(
      `${total} reports at ${PER_SECOND} per s, ${result.broker}: in the inbox after ${told(result.reportInInbox)}; ` +
        `accepted, in the work list after ${told(result.caseInWorkList)}\n`,
    )
    return result
  } finally {
    await instance.close()
    await rm(directory, { recursive: true, force: true })
  }
}

/** One look for all who wait, as one screen that is refreshed; many would measure themselves. */
function watched(house: House, sql: string) {
  const waiting = new Map<string, { readonly sinceMs: number; readonly done: () => void }>()
  const tookMs: number[] = []
  let ended = false

  async function look(): Promise<void> {
    while (!ended) {
      if (waiting.size > 0) {
        const { rows } = await house.pool.query<{ dossier: string }>(sql, [[...waiting.keys()]])
        for (const { dossier } of rows) {
          const one = waiting.get(dossier)
          waiting.delete(dossier)
          tookMs.push(performance.now() - (one?.sinceMs ?? 0))
          one?.done()
        }
      }
      await pause(POLL_MS)
    }
  }
  const looking = look()

  return {
    tookMs,
    seen: (dossier: string): Promise<void> =>
      new Promise((done) => waiting.set(dossier, { sinceMs: performance.now(), done })),
    forget(): void {
      tookMs.length = 0
    },
    async end(): Promise<void> {
      ended = true
      await looking
    },
  }
}

async function posted(
  house: House,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Promise<string> {
  const init = { method: 'POST', headers, ...(body === undefined ? {} : { body }) }
  const response = await fetch(`${house.baseUrls.intake}${path}`, init)
  const answer = (await response.json()) as { dossier?: string }
  if (!response.ok || answer.dossier === undefined) throw new Error(JSON.stringify(answer))
  return answer.dossier
}

interface Spread {
  readonly p50Ms: number
  readonly p99Ms: number
}

const spread = (values: readonly number[]): Spread => ({
  p50Ms: rounded(percentile(values, 0.5), 1),
  p99Ms: rounded(percentile(values, 0.99), 1),
})

const told = ({ p50Ms, p99Ms }: Spread): string => `p50 ${p50Ms} ms, p99 ${p99Ms} ms`

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))
