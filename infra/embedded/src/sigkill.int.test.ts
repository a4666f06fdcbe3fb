import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startPostgres } from '@wederhoor/postgres/embedded-server'
import { seededRandom } from '@wederhoor/simulation/seeded-random'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ChildRun, runCommand } from './child-run.ts'

const meldingen = 60
const random = seededRandom('kills')
/** How many acknowledged reports there are when the process is killed, and how much later than that. */
const kills = [
  { after: 15 + random.below(8), laterMs: random.below(150) },
  { after: 34 + random.below(12), laterMs: random.below(150) },
]

let directory: string
const runs: ChildRun[] = []

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wederhoor-sigkill-'))
})

afterEach(async () => {
  for (const run of runs) run.signal('SIGKILL')
  await Promise.all(runs.map((run) => run.ended))
  for (const pid of serverPids()) await gone(pid)
  await rm(directory, { recursive: true, force: true })
})

function simulate(): ChildRun {
  const args = [`--meldingen=${meldingen}`, '--seed=7', `--data-directory=${directory}`, '--json']
  const run = runCommand('simulate-cli.ts', args)
  runs.push(run)
  return run
}

/** The client's own list of 201 answers; the last line may be cut off. */
function acknowledged(): readonly string[] {
  const path = join(directory, 'acknowledged.jsonl')
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
}

const dossiersOf = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => (JSON.parse(line) as { readonly dossier: string }).dossier).sort()

/** The dossier of every report in the ledger, by SQL, on a server of the test's own over the data left behind. */
async function registered(): Promise<readonly string[]> {
  const server = await startPostgres({ dataDirectory: join(directory, 'postgres') })
  const client = new pg.Client({ connectionString: server.url })
  try {
    await client.connect()
    const { rows } = await client.query<{ dossier: string }>(
      "SELECT dossier FROM ledger_case_history.entry WHERE type = 'MeldingRegistered'",
    )
    return rows.map(({ dossier }) => dossier).sort()
  } finally {
    await client.end()
    await server.stop()
  }
}

function serverPids(): readonly number[] {
  const lock = join(directory, 'postgres', 'cluster', 'postmaster.pid')
  return existsSync(lock) ? [Number(readFileSync(lock, 'utf8').split('\n')[0])] : []
}

async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 200; tries += 1) {
    try {
      process.kill(pid, 0)
    } catch {
      return true
    }
    await pause(50)
  }
  return false
}

describe('a simulated year whose process is killed outright, twice', () => {
  test('goes on where it stopped, and the balance closes: nothing lost, nothing twice, nobody waits', {
    timeout: 150_000,
  }, async () => {
    let seen: readonly string[] = []
    for (const { after, laterMs } of kills) {
      const run = simulate()
      while (acknowledged().length < after) {
        if ((await Promise.race([run.ended, pause(10)])) !== undefined) break
      }
      await pause(laterMs)
      const servers = serverPids()
      run.signal('SIGKILL')
      expect(await run.ended, run.errors()).toEqual({ code: null, signal: 'SIGKILL' })
      // The database server does not outlive the process that started it, nor does it need an end of its own.
      expect(servers).toHaveLength(1)
      for (const pid of servers) expect(await gone(pid)).toBe(true)
      const list = acknowledged()
      expect(list.length).toBeGreaterThanOrEqual(after)
      expect(list.length).toBeLessThan(meldingen)
      expect(list.slice(0, seen.length)).toEqual(seen)
      seen = list
    }

    const last = simulate()
    const end = await last.ended
    expect(end, `${last.output()}\n${last.errors()}`).toEqual({ code: 0, signal: null })
    expect(last.errors()).toContain(`going on after ${seen.length} acknowledged reports`)
    const balance: unknown = JSON.parse(last.output().trimEnd().split('\n').at(-1) ?? '')
    expect(balance).toMatchObject({
      meldingen,
      acknowledged: meldingen,
      lost: 0,
      twice: 0,
      waiting: 0,
    })
    expect(acknowledged().slice(0, seen.length)).toEqual(seen)
    expect(acknowledged()).toHaveLength(meldingen)
    // Not even a report that was written and never acknowledged, and then sent again, is there twice.
    expect(await registered()).toEqual(dossiersOf(acknowledged()))
  })
})
