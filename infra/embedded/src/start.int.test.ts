import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { demoAccounts } from './accounts.ts'
import { type ChildRun, runCommand } from './child-run.ts'
import { houseServices } from './services.ts'

const serviceNames = houseServices.map(({ name }) => name)
const portsOfHouse = serviceNames.length + 1
const runningLine = /Wederhoor is running/

let directory: string
let firstPort: number
/** How many reports a first start writes. */
let smallHistory = 0
const runs: ChildRun[] = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wederhoor-start-'))
  firstPort = await freePorts(portsOfHouse)
})

// Cleanly: after SIGKILL the database server ends a moment later than its parent, and would still write in the folder
// that is removed here.
afterEach(async () => {
  for (const run of runs) run.signal('SIGINT')
  await Promise.all(runs.splice(0).map((run) => run.ended))
})

afterAll(() => rm(directory, { recursive: true, force: true }))

function start(...args: readonly string[]): ChildRun {
  const run = runCommand('start.ts', [`--data-directory=${directory}`, ...args])
  runs.push(run)
  return run
}

/** The first of as many ports in a row that nobody listens on now. */
async function freePorts(count: number): Promise<number> {
  for (let first = 20_100; first < 32_000; first += count) {
    const ports = Array.from({ length: count }, (_, index) => first + index)
    const free = await Promise.all(ports.map(isFree))
    if (free.every(Boolean)) return first
  }
  throw new Error('no free ports')
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer()
  const listening = once(probe, 'listening').then(
    () => true,
    () => false,
  )
  probe.listen(port, '127.0.0.1')
  const free = await listening
  if (free) await new Promise((resolve) => probe.close(resolve))
  return free
}

/** Where the start screen says that a service is. */
function urlOf(name: string, screen: string): string {
  const url = new RegExp(`^ +${name} +(http://[^ ]+)/docs$`, 'm').exec(screen)?.[1]
  if (url === undefined) throw new Error(`no address of ${name} on the screen`)
  return url
}

let count = 0

async function report(
  intake: string,
): Promise<{ readonly dossier: string; readonly code: string }> {
  count += 1
  const answer = await fetch(`${intake}/v1/meldingen`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': `start-${String(count).padStart(8, '0')}-b7Xq2LmZ9`,
    },
    body: JSON.stringify({
      story: 'Zij wezen mij de deur.',
      acuteDanger: false,
      residence: 'GM0344',
    }),
  })
  const body: unknown = await answer.json()
  if (answer.status !== 201) throw new Error(`not acknowledged: ${JSON.stringify(body)}`)
  return body as { dossier: string; code: string }
}

/** How often each dossier was registered, read by SQL from the database of the running instance. */
async function registered(): Promise<ReadonlyMap<string, number>> {
  const note: unknown = JSON.parse(await readFile(join(directory, 'instance.json'), 'utf8'))
  const { databaseUrl } = note as { databaseUrl: string }
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ dossier: string; times: number }>(
      `SELECT dossier, count(*)::int AS times FROM ledger_case_history.entry
       WHERE type = 'MeldingRegistered' GROUP BY dossier`,
    )
    return new Map(rows.map((row) => [row.dossier, row.times]))
  } finally {
    await client.end()
  }
}

describe('a first start', () => {
  test('ends with a screen that names every API page, every person, what is not protected and what to try next', {
    timeout: 60_000,
  }, async () => {
    const run = start(`--port=${firstPort}`)
    await run.said(/Ctrl-C stops it/)
    const screen = run.output()
    const names = ['login', ...serviceNames]
    expect(names.map((name) => urlOf(name, screen))).toEqual(
      names.map((_, index) => `http://127.0.0.1:${firstPort + index}`),
    )
    for (const name of names) {
      const page = await fetch(`${urlOf(name, screen)}/docs`)
      expect([name, page.status, page.headers.get('content-type')]).toEqual([
        name,
        200,
        expect.stringContaining('text/html'),
      ])
    }
    for (const { name } of demoAccounts) expect(screen).toMatch(new RegExp(`^  ${name} `, 'm'))
    expect(screen).toContain('What this form does not protect')
    expect(screen).toMatch(/one database role appends for all/)
    expect(screen).toMatch(/keys lie in a folder beside the data/)
    expect(screen).toMatch(/signing guard lies there too/)
    expect(screen).toMatch(/to which dossier a count belongs/)
    expect(screen).toContain(`curl -s http://127.0.0.1:${firstPort + 1}/v1/meldingen`)
    smallHistory = (await registered()).size
    expect(smallHistory).toBeGreaterThan(0)
  })
})

describe('an instance that is killed outright', () => {
  test('has at its next start what it acknowledged, by code and in the ledger, and writes no second history', {
    timeout: 90_000,
  }, async () => {
    const first = start(`--port=${firstPort}`)
    await first.said(runningLine)
    const before = await registered()
    const made = await report(urlOf('intake', first.output()))
    first.signal('SIGKILL')
    expect(await first.ended).toEqual({ code: null, signal: 'SIGKILL' })

    const second = start(`--port=${firstPort}`)
    await second.said(runningLine)
    const mine = await fetch(`${urlOf('intake', second.output())}/v1/my-melding`, {
      headers: { 'access-code': made.code },
    })
    expect([mine.status, await mine.json()]).toMatchObject([200, { status: 'offered' }])
    const after = await registered()
    expect(after.get(made.dossier)).toBe(1)
    expect(after.size).toBe(before.size + 1)
  })
})

describe('a running instance', () => {
  test('stops on Ctrl-C in the middle of work, within 5 seconds and cleanly, and loses nothing acknowledged', {
    timeout: 90_000,
  }, async () => {
    const run = start()
    await run.said(runningLine)
    const intake = urlOf('intake', run.output())
    const acknowledged: string[] = []
    const post = async (): Promise<void> => {
      for (;;) acknowledged.push((await report(intake)).dossier)
    }
    const working = Promise.allSettled(Array.from({ length: 8 }, post))
    while (acknowledged.length < 40) await pause(5)
    const beganMs = performance.now()
    run.signal('SIGINT')
    const end = await run.ended
    const tookMs = performance.now() - beganMs
    await working
    expect(end, run.errors()).toEqual({ code: 0, signal: null })
    expect(tookMs).toBeLessThan(5_000)
    expect(run.errors()).toContain('stopped')

    const again = start()
    await again.said(runningLine)
    const found = await registered()
    expect(acknowledged.filter((dossier) => found.get(dossier) !== 1)).toEqual([])
  })

  test('keeps a second start, and one that would begin anew, away from its data', {
    timeout: 90_000,
  }, async () => {
    const first = start()
    await first.said(runningLine)
    const made = await report(urlOf('intake', first.output()))
    for (const args of [[], ['--fresh', '--yes']]) {
      const second = start(...args)
      expect(await second.ended).toEqual({ code: 1, signal: null })
      expect(second.errors()).toMatch(
        /Process \d+ is running on the data directory .*\nStop the running instance first/,
      )
      expect(second.errors()).not.toMatch(/^ +at /m)
    }
    expect((await registered()).get(made.dossier)).toBe(1)
  })
})

describe('a port that is taken', () => {
  /** The first port that a start without --port tries. */
  const usual = 4100

  test('is told with the remedy when it was asked for', { timeout: 60_000 }, async () => {
    const taken = createServer().listen(firstPort, '127.0.0.1')
    await once(taken, 'listening')
    try {
      const run = start(`--port=${firstPort}`)
      expect(await run.ended).toEqual({ code: 1, signal: null })
      expect(run.errors()).toMatch(`Port ${firstPort} is taken. Name another with --port`)
      expect(run.errors()).not.toMatch(/^ +at /m)
    } finally {
      taken.close()
    }
  })

  test('is avoided when no port was asked for', { timeout: 60_000 }, async () => {
    const taken = createServer()
    taken.on('error', () => {}) // somebody else has it, which serves as well
    taken.listen(usual, '127.0.0.1')
    try {
      const run = start()
      await run.said(runningLine)
      expect(urlOf('login', run.output())).not.toBe(`http://127.0.0.1:${usual}`)
      expect((await fetch(`${urlOf('login', run.output())}/v1/accounts`)).status).toBe(200)
    } finally {
      taken.close()
    }
  })
})

describe('beginning anew', () => {
  test('removes nothing when nobody could be asked', async () => {
    const before = await readdir(directory)
    expect(before).toEqual(expect.arrayContaining(['keys', 'postgres']))
    const run = start('--fresh')
    await run.ended
    expect(run.errors()).toMatch(/Nothing was removed. Say --yes/)
    expect(run.output()).not.toMatch(runningLine)
    expect(await readdir(directory)).toEqual(before)
  })

  test('removes no keys when the data that they open lie on another server', async () => {
    const environment = { DATABASE_URL: 'postgres://127.0.0.1:1/elsewhere' }
    const args = [`--data-directory=${directory}`, '--fresh', '--yes']
    const run = runCommand('start.ts', args, environment)
    runs.push(run)
    expect((await run.ended).code).toBe(1)
    expect(run.errors()).toMatch(/DATABASE_URL.*nothing was removed/)
    expect(await readdir(directory)).toEqual(expect.arrayContaining(['keys', 'postgres']))
  })

  test('removes everything when told not to ask, and starts with the small history only', {
    timeout: 60_000,
  }, async () => {
    const run = start('--fresh', '--yes')
    await run.said(runningLine)
    expect((await registered()).size).toBe(smallHistory)
  })
})
