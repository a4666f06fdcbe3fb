/** From a report that HTTP acknowledged to the desk that sees it in its inbox. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demoAccounts } from '@wederhoor/embedded/accounts'
import { clone } from '@wederhoor/embedded/clone'
import { readConfig } from '@wederhoor/embedded/config'
import { openInstance } from '@wederhoor/embedded/instance'
import type { BenchOptions } from './append.ts'
import { percentile, rounded } from './measuring.ts'

const PER_SECOND = 20
const POLL_MS = 3

/** Reports come evenly, twenty a second; each is then looked for in the inbox of its desk until it is there. */
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
    const seenMs: number[] = []
    const total = Math.round(rounds * seconds * PER_SECOND)
    const beganMs = performance.now()
    const reports: Promise<void>[] = []
    for (let index = 0; index < total; index += 1) {
      const dueMs = beganMs + (index * 1_000) / PER_SECOND
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())))
      reports.push(oneReport())
    }
    await Promise.all(reports)

    async function oneReport(): Promise<void> {
      const response = await fetch(`${house.baseUrls.intake}/v1/meldingen`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': randomBytes(16).toString('hex'),
        },
        body: JSON.stringify({ story: 'Een meting.', acuteDanger: false, residence: 'GM0344' }),
      })
      const acknowledgedMs = performance.now()
      const { dossier } = (await response.json()) as { dossier: string }
      while (!(await inbox()).has(dossier))
        await new Promise((resolve) => setTimeout(resolve, POLL_MS))
      seenMs.push(performance.now() - acknowledgedMs)
      // Accepted, so that the inbox stays as short as a desk keeps it.
      await fetch(`${house.baseUrls.intake}/v1/meldingen/${dossier}/acceptance`, {
        method: 'POST',
        headers: { ...bearer, 'idempotency-key': dossier },
      })
    }

    async function inbox(): Promise<ReadonlySet<string>> {
      const response = await fetch(`${house.baseUrls.intake}/v1/meldingen`, { headers: bearer })
      const { meldingen } = (await response.json()) as { meldingen: readonly { dossier: string }[] }
      return new Set(meldingen.map((one) => one.dossier))
    }
    const result = {
      perSecond: PER_SECOND,
      reports: seenMs.length,
      broker: kafka ? 'kafka' : 'in-process',
      p50Ms: rounded(percentile(seenMs, 0.5), 1),
      p99Ms: rounded(percentile(seenMs, 0.99), 1),
    }
    process.stdout.write(
      `${result.reports} reports at ${PER_SECOND} per s, ${result.broker}: visible to the desk after p50 ${result.p50Ms} ms, p99 ${result.p99Ms} ms\n`,
    )
    return result
  } finally {
    await instance.close()
    await rm(directory, { recursive: true, force: true })
  }
}
