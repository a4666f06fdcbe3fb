import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { postgresStore } from '@wederhoor/event-store/postgres'
import { startPostgres } from '@wederhoor/postgres/embedded-server'
import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import { CASE_HISTORY, migrateAll } from '@wederhoor/runtime/migrate-all'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dossier, elsewhere, entriesOf, walked, write } from './builders.ts'

let database: TestDatabase
let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'audit-'))
  database = await createTestDatabase()
  await fill(database.pool)
})

afterAll(async () => {
  await database.drop()
  await rm(directory, { recursive: true, force: true })
})

async function fill(pool: pg.Pool): Promise<void> {
  await migrateAll(pool, [])
  const store = postgresStore({ pool, ledgerName: CASE_HISTORY, notify: false })
  await write(store, entriesOf(walked))
  await store.close()
}

/** A process of its own, as `npm run audit` starts it; without the environment of whoever runs the tests. */
async function audit(...args: readonly string[]) {
  const cli = fileURLToPath(new URL('./cli.ts', import.meta.url))
  const child = spawn(process.execPath, [cli, ...args], { env: { PATH: '/usr/bin:/bin' } })
  const [out, err]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  const [code] = await once(child, 'close')
  const text = Buffer.concat(out).toString('utf8')
  return { code, out: text, err: Buffer.concat(err).toString('utf8'), last: lastLine(text) }
}

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? ''
const inDatabase = () => ['--database-url', database.url]

describe('the command line, on a database that is given', () => {
  test('replays with the same bytes on every run, one JSON object as the last line', async () => {
    const args = ['replay', '--dossier', dossier, '--json', ...inDatabase()]
    const runs = [await audit(...args), await audit(...args), await audit(...args)]
    expect(new Set(runs.map(({ out }) => out)).size).toBe(1)
    expect(runs[0]?.code).toBe(0)
    expect(JSON.parse(runs[0]?.last ?? '')).toMatchObject({
      ok: true,
      dossier,
      asOf: { recordedUntil: null, occurredUntil: null },
      state: { entries: walked.length, holder: { office: 'loket-utrecht' } },
      stateSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      reducer: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
  })

  test('replays as of a moment on both clocks, and names them', async () => {
    const { last } = await audit(
      ...['replay', '--dossier', dossier, '--json', ...inDatabase()],
      ...['--recorded-until', '2024-03-04T11:30:00+01:00'],
      ...['--occurred-until', '2024-03-04T09:00:00Z'],
    )
    expect(JSON.parse(last)).toMatchObject({
      asOf: {
        recordedUntil: '2024-03-04T10:30:00.000Z',
        occurredUntil: '2024-03-04T09:00:00.000Z',
      },
      state: { entries: 4 },
    })
  })

  test('prints a table for people, with Dutch steps', async () => {
    const replay = await audit('replay', '--dossier', dossier, ...inDatabase())
    expect(replay).toMatchObject({ code: 0, err: '' })
    expect(replay.out).toContain('doorverwijzing aanvaard')
    expect(replay.out).toContain('held by')
    const timeline = await audit('timeline', '--dossier', dossier, ...inDatabase())
    expect(timeline.out).toContain('overdracht aangeboden')
    expect(timeline.out.trimEnd().split('\n')).toHaveLength(walked.length + 3)
  })

  test.each([
    ['an unknown dossier', ['replay', '--dossier', elsewhere], 'No entry'],
    ['an unknown dossier', ['timeline', '--dossier', elsewhere], 'No entry'],
    ['a bad instant', ['replay', '--dossier', dossier, '--recorded-until', 'soon'], 'soon'],
    ['no dossier', ['replay'], '--dossier'],
  ])('refuses %s with code 2 and a sentence, never a stack trace', async (_what, args, word) => {
    const { code, err, last } = await audit(...args, '--json', ...inDatabase())
    expect(code).toBe(2)
    expect(err).toContain(word)
    expect(err).not.toMatch(/\n\s+at /)
    expect(JSON.parse(last)).toMatchObject({ ok: false, error: expect.stringContaining(word) })
  })

  test('says so where there is no database, or no ledger in it', async () => {
    const nowhere = 'postgres://nobody:nothing@127.0.0.1:9/none'
    const gone = await audit('replay', '--dossier', dossier, '--database-url', nowhere)
    expect(gone).toMatchObject({ code: 2, err: expect.stringContaining('does not answer') })
    const empty = await createTestDatabase()
    const found = await audit('replay', '--dossier', dossier, '--database-url', empty.url)
    expect(found).toMatchObject({ code: 2, err: expect.stringContaining('no case history') })
    await empty.drop()
  })
})

describe('the command line, on the data of an instance', () => {
  test('finds the database of one that runs', async () => {
    const folder = join(directory, 'running')
    await noteInstance(folder, process.pid, database.url)
    const { code, out } = await audit('replay', '--dossier', dossier, '--data-directory', folder)
    expect(code).toBe(0)
    expect(out).toContain('loket-utrecht')
  })

  test('starts the server of one that was killed, reads, and stops it again', async () => {
    const folder = join(directory, 'killed')
    const dataDirectory = join(folder, 'postgres')
    const first = await startPostgres({ dataDirectory })
    const pool = new pg.Pool({ connectionString: first.url, max: 2 })
    await fill(pool)
    await pool.end()
    await noteInstance(folder, process.pid, first.url)
    await first.stop()
    const { code, err } = await audit('timeline', '--dossier', dossier, '--data-directory', folder)
    expect([code, err]).toEqual([0, ''])
    const again = await startPostgres({ dataDirectory })
    await again.stop()
  })

  test('says what to do where nothing was written yet, and makes nothing', async () => {
    const folder = join(directory, 'nothing')
    const { code, err } = await audit('replay', '--dossier', dossier, '--data-directory', folder)
    expect([code, err]).toEqual([2, expect.stringContaining('npm start')])
  })
})

async function noteInstance(folder: string, pid: number, databaseUrl: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'instance.json'), JSON.stringify({ pid, databaseUrl }))
}
