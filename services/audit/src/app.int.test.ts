import { checkApiRules } from '@wederhoor/http/runtime-rules'
import { canonicalJson } from '@wederhoor/ledger/canonical-json'
import type { ServiceApp } from '@wederhoor/runtime/service-app'
import { type TestParts, testParts } from '@wederhoor/runtime/test-parts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildAuditApp } from './app.ts'
import { dossier, elsewhere, entriesOf, streams, walked, write } from './builders.ts'
import { foldDossier } from './reducer/dossier-state.ts'

/** One entry of another dossier stands before ours. */
const history = entriesOf([
  {
    stream: `case-${elsewhere}`,
    type: 'CaseOpened',
    dossier: elsewhere,
    recordedAt: '2024-03-01T08:00:00.000Z',
  },
  ...walked,
])

let world: TestParts
let app: ServiceApp

beforeAll(async () => {
  world = await testParts({
    startAt: '2024-06-01T09:00:00.000Z',
    accounts: [
      { name: 'olga', roles: ['auditor'] },
      { name: 'anna', roles: ['caseworker'] },
    ],
    migrations: [],
  })
  app = await buildAuditApp(world.parts)
  await app.workers.start()
  await write(world.parts.store, history)
})

afterAll(async () => {
  await app.workers.stop()
  await app.server.close()
  await world.close()
})

async function get(url: string, who = 'olga') {
  const answer = await app.server.inject({ url, headers: await world.bearer(who) })
  return { status: answer.statusCode, body: answer.json(), text: answer.body }
}

describe('an auditor', () => {
  test('reads the timeline of a dossier in ledger order, and no other dossier in it', async () => {
    const { status, body } = await get(`/v1/dossiers/${dossier}/timeline`)
    expect(status).toBe(200)
    expect(body.lines.map((line: { type: string }) => line.type)).toEqual(
      walked.map((one) => one.type),
    )
    expect(body.lines[0]).toMatchObject({
      position: '2',
      stream: streams.melding,
      commitments: { '/story': expect.any(String) },
    })
  })

  test('replays it to the fold of its entries, with the same bytes on every run', async () => {
    const url = `/v1/dossiers/${dossier}/replay`
    const answers = [await get(url), await get(url), await get(url)]
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    const { body } = answers[0] ?? { body: {} }
    expect(body.asOf).toEqual({ recordedUntil: null, occurredUntil: null })
    const mine = history.filter((entry) => entry.dossier === dossier)
    expect(canonicalJson(body.state)).toBe(canonicalJson(foldDossier(mine)))
  })

  test('replays it as of a moment on either clock, whatever zone the moment is written in', async () => {
    const replay = async (query: string) =>
      (await get(`/v1/dossiers/${dossier}/replay?${query}`)).body
    const known = await replay('recordedUntil=2024-03-01T12:30:00Z')
    expect(known.asOf.recordedUntil).toBe('2024-03-01T12:30:00.000Z')
    expect(known.state).toMatchObject({ entries: 2, holder: { office: 'intake' } })
    const inZone = await replay('recordedUntil=2024-03-01T13:30:00%2B01:00')
    expect(inZone).toEqual(known)
    const happened = await replay('occurredUntil=2024-02-29T00:00:00Z')
    expect(happened.state.entries).toBe(1)
  })

  test('is told of every moment that is none', async () => {
    const { status, body } = await get(
      `/v1/dossiers/${dossier}/replay?recordedUntil=2024-02-30T10:00:00Z&occurredUntil=gisteren`,
    )
    expect(status).toBe(400)
    expect(body.errors.map((one: { path: string }) => one.path).sort()).toEqual([
      '/query/occurredUntil',
      '/query/recordedUntil',
    ])
  })

  test('is told that a dossier is unknown', async () => {
    const unknown = '00000000-0000-4000-8000-000000000000'
    expect(await get(`/v1/dossiers/${unknown}/timeline`)).toMatchObject({
      status: 404,
      body: { code: 'unknown-dossier' },
    })
    expect((await get(`/v1/dossiers/${unknown}/replay`)).status).toBe(404)
    expect((await get('/v1/dossiers/12/replay')).status).toBe(400)
  })

  test('sees where the ledger ends', async () => {
    expect((await get('/v1/ledger/head')).body).toEqual({
      ledger: 'wederhoor.test/ledger',
      position: `${walked.length + 1}`,
      indexLag: 0,
    })
  })
})

describe('anybody else', () => {
  test('is refused, and the refusal is recorded', async () => {
    expect((await get(`/v1/dossiers/${dossier}/timeline`, 'anna')).status).toBe(403)
    expect((await get('/v1/ledger/head', 'anna')).status).toBe(403)
    const { statusCode } = await app.server.inject({ url: `/v1/dossiers/${dossier}/replay` })
    expect(statusCode).toBe(401)
    const { rows } = await world.pool.query(
      'SELECT type FROM ledger_access.entry WHERE dossier = $1',
      [dossier],
    )
    expect(rows.map((row) => row.type)).toEqual(['AccessDenied', 'AccessDenied'])
  })
})

describe('the API of audit', () => {
  test('keeps the API design rules', async () => {
    expect(await checkApiRules(app.server)).toEqual([])
  })

  test('writes nothing to the ledger', async () => {
    const before = await world.parts.store.head()
    await get(`/v1/dossiers/${dossier}/replay`)
    expect(await world.parts.store.head()).toBe(before)
  })
})
