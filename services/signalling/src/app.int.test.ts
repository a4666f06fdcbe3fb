import { checkApiRules } from '@wederhoor/http/runtime-rules'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildSignallingApp } from './app.ts'
import { type SignallingWorld, signallingWorld } from './signalling-world.fixture.ts'

let world: SignallingWorld
beforeAll(async () => {
  world = await signallingWorld(buildSignallingApp)
})
afterAll(() => world.close())

const words = 'Uitzendbureaus vragen vaak naar afkomst; wij vragen om een maatregel.'
const signalOn = (change: object = {}) => ({
  terrein: 'arbeidsmarkt',
  from: '2024-01',
  until: '2024-03',
  text: words,
  ...change,
})

async function drafted(change: object = {}): Promise<string> {
  const { status, body } = await world.post('/v1/signals', 'sara', signalOn(change))
  expect(status).toBe(201)
  return body.signal
}

async function sent(change: object = {}): Promise<string> {
  const signal = await drafted(change)
  await world.post(`/v1/signals/${signal}/openings`, 'stef')
  expect((await world.post(`/v1/signals/${signal}/approval`, 'stef')).status).toBe(200)
  expect((await world.post(`/v1/signals/${signal}/sending`, 'sara')).body.status).toBe('sent')
  return signal
}

describe('a drafted signal', () => {
  test('is not approved by the same human under another account, who tried is in the ledger', async () => {
    const signal = await drafted()
    await world.post(`/v1/signals/${signal}/openings`, 'sara-again')
    const refused = await world.post(`/v1/signals/${signal}/approval`, 'sara-again')
    expect([refused.status, refused.body.code]).toEqual([403, 'same-person'])
    const { rows } = await world.pool.query(
      `SELECT convert_from(bytes, 'UTF8') AS text FROM ledger_case_history.entry
       WHERE stream = $1 AND type = 'ApprovalRefused'`,
      [`signal-${signal}`],
    )
    expect(rows.map((row) => JSON.parse(row.text).data)).toMatchObject([{ why: 'same-person' }])
  })

  test('is not approved unread, nor after a change that was not read', async () => {
    const signal = await drafted()
    const approval = () => world.post(`/v1/signals/${signal}/approval`, 'stef')
    expect((await approval()).body.code).toBe('not-opened')
    const opened = await world.post(`/v1/signals/${signal}/openings`, 'stef')
    expect(opened.body.lines[0]).toMatchObject({ type: 'SignalDrafted', text: words })
    await world.post(`/v1/signals/${signal}/revision`, 'sara', { text: 'Anders gezegd.' })
    expect((await approval()).body.code).toBe('not-opened')
    expect((await world.post(`/v1/signals/${signal}/sending`, 'sara')).body.code).toBe(
      'not-approved',
    )
    await world.post(`/v1/signals/${signal}/openings`, 'stef')
    expect((await approval()).body).toEqual({ signal, status: 'approved' })
  })

  test('answers a repeated request for approval as it did then, whoever approved it since', async () => {
    const signal = await drafted()
    const key = 'approve-it-0001'
    const ask = () => world.post(`/v1/signals/${signal}/approval`, 'sara', undefined, key)
    const first = await ask()
    expect([first.status, first.body.code]).toEqual([403, 'same-person'])
    await world.post(`/v1/signals/${signal}/openings`, 'stef')
    await world.post(`/v1/signals/${signal}/approval`, 'stef')
    const again = await ask()
    expect([again.status, again.body.code]).toEqual([403, 'same-person'])
  })

  test('is drafted once when the same request comes again', async () => {
    const key = 'draft-once-0001'
    const first = await world.post('/v1/signals', 'sara', signalOn(), key)
    const again = await world.post('/v1/signals', 'sara', signalOn(), key)
    expect(again).toEqual(first)
    const other = await world.post('/v1/signals', 'sara', signalOn({ text: 'Anders.' }), key)
    expect(other.status).toBe(422)
  })

  test('is unknown to its addressee', async () => {
    const signal = await drafted()
    expect((await world.get(`/v1/signals/${signal}`, 'szw')).status).toBe(403)
    expect((await world.get('/v1/signals', 'szw')).body.signals).toEqual([])
  })
})

describe('a sent signal', () => {
  test('is opened, asked about, answered and followed up (SIG-09, SIG-11)', async () => {
    const signal = await sent()
    expect((await world.get('/v1/signals', 'szw')).body.signals).toMatchObject([
      { signal, status: 'sent', receivedAt: null },
    ])
    const read = await world.post(`/v1/signals/${signal}/openings`, 'szw')
    expect(read.body.lines.map((line: { type: string }) => line.type)).toEqual([
      'SignalDrafted',
      'SignalSent',
    ])
    expect(read.body.lines[0].text).toBe(words)
    expect((await world.get(`/v1/signals/${signal}`, 'sara')).body.receivedAt).not.toBeNull()

    const asked = await world.post(`/v1/signals/${signal}/advice`, 'szw', { text: 'Wat werkt?' })
    expect(asked.status).toBe(201)
    const { advice } = asked.body
    const given = await world.post(`/v1/signals/${signal}/advice/${advice}/answer`, 'stef', {
      text: 'Objectieve werving.',
    })
    expect(given.status).toBe(201)

    const answer = { action: 'maatregel', plannedOn: '2024-06-30', text: 'Wij passen het toe.' }
    expect((await world.post(`/v1/signals/${signal}/answer`, 'szw', answer)).body.status).toBe(
      'answered',
    )
    const again = await world.post(`/v1/signals/${signal}/answer`, 'szw', answer)
    expect(again.body.code).toBe('already-answered')
    const follow = { progress: 'done', text: 'Het is ingevoerd.' }
    expect((await world.post(`/v1/signals/${signal}/follow-up`, 'szw', follow)).status).toBe(201)
    expect((await world.get(`/v1/signals/${signal}`, 'sara')).body).toMatchObject({
      status: 'answered',
      action: 'maatregel',
      progress: 'done',
      plannedOn: '2024-06-30',
      overdueAt: null,
      advice: null,
    })
    expect((await world.told('signal-answered')).map((one) => one.data)).toMatchObject([
      { signal, addressee: 'szw', action: 'maatregel' },
    ])
  })

  test('is not for another addressee, and who tried is in the access log', async () => {
    const signal = await sent()
    for (const url of [`/v1/signals/${signal}/openings`, `/v1/signals/${signal}/answer`]) {
      const payload = url.endsWith('answer') ? { action: 'onderzoek', text: 'Ja.' } : undefined
      expect((await world.post(url, 'vws', payload)).status).toBe(403)
    }
    expect((await world.get(`/v1/signals/${signal}`, 'utrecht')).status).toBe(403)
    expect((await world.get('/v1/signals', 'vws')).body.signals).toEqual([])
    const { rows } = await world.pool.query(
      `SELECT convert_from(bytes, 'UTF8') AS text FROM ledger_access.entry
       WHERE dossier = $1 AND type = 'AccessDenied'`,
      [signal],
    )
    expect(rows.map((row) => JSON.parse(row.text).data.reason)).toEqual(
      Array.from({ length: 3 }, () => 'other-addressee'),
    )
  })

  test('may go to a municipality', async () => {
    const signal = await sent({ addressee: 'GM0344' })
    expect((await world.get('/v1/signals', 'utrecht')).body.signals).toMatchObject([{ signal }])
  })

  test('is overdue after its date, waits in sight, and is answered late all the same', async () => {
    const signal = await sent({ addressee: 'vws' })
    await world.clock.advance(43 * 86_400_000)
    await world.settled()
    const waits = (await world.get('/v1/signals?escalated=true', 'sara')).body.signals
    expect(waits.map((one: { signal: string }) => one.signal)).toContain(signal)
    const overdue = await world.told('signal-overdue')
    expect(overdue.filter((one) => one.subject === `signal/${signal}`)).toHaveLength(1)
    const answer = { action: 'geen-actie', text: 'Wij gaan er niet over.' }
    expect((await world.post(`/v1/signals/${signal}/answer`, 'vws', answer)).body.status).toBe(
      'answered',
    )
    const { body } = await world.get(`/v1/signals/${signal}`, 'sara')
    expect(body).toMatchObject({ status: 'answered', action: 'geen-actie' })
    expect(body.overdueAt).not.toBeNull()
  })

  test('refuses a code that is on no list and a day that has passed', async () => {
    const signal = await sent()
    const wrong = await world.post(`/v1/signals/${signal}/answer`, 'szw', {
      action: 'boete',
      text: 'x',
    })
    expect(wrong.body.errors).toMatchObject([{ path: '/body/action', code: 'unknown-code' }])
    const past = await world.post(`/v1/signals/${signal}/answer`, 'szw', {
      action: 'onderzoek',
      plannedOn: '2023-01-01',
      text: 'x',
    })
    expect(past.body.errors).toMatchObject([{ path: '/body/plannedOn', code: 'in-the-past' }])
  })
})

describe('the service', () => {
  test('follows the API rules', async () => {
    expect(await checkApiRules(world.app.server)).toEqual([])
  })

  test('holds no text of a signal in clear', async () => {
    await drafted()
    const { rows } = await world.pool.query<{ schema: string; name: string }>(
      `SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    )
    const needles = [words, Buffer.from(words, 'utf8').toString('hex')]
    for (const { schema, name } of rows) {
      const found = await world.pool.query<{ row: string }>(
        `SELECT t::text AS row FROM "${schema}"."${name}" t`,
      )
      const dump = found.rows.map((one) => one.row).join('\n')
      for (const needle of needles) expect(dump.includes(needle), `${schema}.${name}`).toBe(false)
    }
  })
})
