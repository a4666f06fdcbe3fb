import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildCaseApp } from './app.ts'
import { type CaseWorld, caseWorld } from './testing/case-world.ts'

let cases: CaseWorld

beforeAll(async () => {
  cases = await caseWorld(buildCaseApp)
})
afterAll(() => cases.close())
beforeEach(() => cases.another())

const closing = { outcome: 'opgelost', reasons: 'De deurwacht bood excuses aan.' }

describe('an accepted handover', () => {
  test('opens one case with one contact person, also when it is told twice (CAS-01)', async () => {
    await cases.accepted()
    await cases.accepted()
    const file = await cases.get(`/v1/cases/${cases.dossier()}`, 'anna')
    expect(file.status).toBe(200)
    expect(file.body).toMatchObject({
      standing: 'assigned',
      case: { status: 'open', desk: 'loket-utrecht', firstContact: 'due' },
    })
    expect(file.body.case.clocks).toEqual([
      { kind: 'first-contact', dueAt: '2024-03-08T22:59:59.999Z', overdue: false },
    ])
    expect((await cases.told()).filter((one) => one.name === 'case-opened')).toHaveLength(1)
  })

  test('at a second desk is refused, and the refusal is written down', async () => {
    await cases.accepted()
    await cases.accepted({ desk: 'loket-rotterdam' })
    const { rows } = await cases.world.pool.query(
      `SELECT convert_from(bytes, 'UTF8')::json -> 'data' AS data FROM ledger_case_history.entry
       WHERE dossier = $1 AND type = 'ReactionRefused'`,
      [cases.dossier()],
    )
    expect(rows).toEqual([{ data: { command: 'open-case', reason: 'already-opened' } }])
  })

  test('is on the work list of its desk and of the national layer, and of nobody else', async () => {
    await cases.accepted()
    const listed = async (who: string) =>
      (await cases.get('/v1/cases', who)).body.cases.some(
        (one: { dossier: string }) => one.dossier === cases.dossier(),
      )
    expect(await listed('bram')).toBe(true)
    expect(await listed('nora')).toBe(true)
    expect(await listed('roos')).toBe(false)
  })
})

describe('a case of another desk', () => {
  test('stays shut, and both the reading and the denial are written down', async () => {
    await cases.accepted()
    await cases.post('/wishes', { wish: 'Ik wil dat het stopt.' }, 'anna')
    expect(
      (await cases.get(`/v1/cases/${cases.dossier()}`, 'anna')).body.lines.at(-1).content,
    ).toEqual({
      wish: 'Ik wil dat het stopt.',
    })
    expect((await cases.get(`/v1/cases/${cases.dossier()}`, 'roos')).status).toBe(403)
    expect(await cases.post('/closing', closing, 'roos')).toMatchObject({
      status: 403,
      body: { code: 'not-of-this-desk' },
    })
    const { rows } = await cases.world.pool.query(
      'SELECT type FROM ledger_access.entry WHERE dossier = $1 ORDER BY position',
      [cases.dossier()],
    )
    expect(rows.map((row) => row.type)).toEqual(['ContentOpened', 'AccessDenied', 'AccessDenied'])
  })

  test('takes no role that is not staff, and no dossier that is not there', async () => {
    await cases.accepted()
    expect((await cases.get(`/v1/cases/${cases.dossier()}`, 'mia')).status).toBe(403)
    expect((await cases.get(`/v1/cases/${randomUUID()}`, 'anna')).body.code).toBe('no-such-case')
  })
})

describe('everyday work', () => {
  test('a call makes the first contact; a message starts a reply clock that an answer stops (CAS-04)', async () => {
    await cases.accepted()
    const message = await cases.post(
      '/notes',
      { text: 'Wanneer belt u?', direction: 'in', channel: 'e-mail', result: 'message' },
      'bram',
    )
    expect(message).toMatchObject({ status: 201, body: { replyDueAt: '2024-03-08T22:59:59.999Z' } })
    const call = { text: 'Gebeld.', direction: 'out', answers: message.body.note }
    expect(await cases.post('/notes', call, 'bram')).toMatchObject({
      status: 201,
      body: { replyDueAt: null },
    })
    const { case: row } = (await cases.get(`/v1/cases/${cases.dossier()}`, 'anna')).body
    expect(row).toMatchObject({ firstContact: 'made', clocks: [] })
  })

  test('a first contact that nobody makes is overdue on the list', async () => {
    const now = Date.parse(await cases.world.clock.now())
    await cases.accepted({ firstContactDueAt: new Date(now + 60_000).toISOString() })
    await cases.world.clock.advance(120_000)
    await cases.app.workers.settled()
    await cases.app.workers.settled()
    const { case: row } = (await cases.get(`/v1/cases/${cases.dossier()}`, 'anna')).body
    expect(row).toMatchObject({ firstContact: 'overdue', clocks: [{ overdue: true }] })
  })

  test('the same request again is the same note; another body under its key is refused', async () => {
    await cases.accepted()
    const key = randomUUID()
    const note = { text: 'Gebeld.', direction: 'out', result: 'no-answer' }
    const first = await cases.post('/notes', note, 'anna', key)
    expect(await cases.post('/notes', note, 'anna', key)).toEqual(first)
    expect(
      (await cases.post('/notes', { ...note, text: 'Iets anders.' }, 'anna', key)).status,
    ).toBe(422)
  })

  test('everything that is wrong with the input is told at once', async () => {
    await cases.accepted()
    const { status, body } = await cases.post('/notes', { text: '', direction: 'sideways' }, 'anna')
    expect(status).toBe(400)
    expect(body.errors.map((one: { path: string }) => one.path).sort()).toEqual([
      '/body/direction',
      '/body/text',
    ])
    expect(
      (await cases.post('/closing', { ...closing, outcome: 'zomaar' }, 'anna')).body.errors,
    ).toEqual([expect.objectContaining({ path: '/body/outcome', code: 'unknown-code' })])
  })

  test('a deputy acts at once without a handover; a colleague who is none does not (procedure §8.5)', async () => {
    await cases.accepted()
    const view = { view: 'Onderscheid op grond van ras.' }
    expect((await cases.post('/legal-views', view, 'bram')).body.code).toBe('not-assigned')
    expect((await cases.post('/deputies', { person: 'bram' }, 'anna')).status).toBe(200)
    expect((await cases.post('/legal-views', view, 'bram')).status).toBe(200)
  })
})

describe('a deputy of another desk who is none any more', () => {
  test('gets the same answer to what they did then, adds nothing by it, and does nothing new', async () => {
    await cases.accepted()
    await cases.post('/deputies', { person: 'roos' }, 'anna')
    const key = randomUUID()
    const note = { text: 'Gebeld.', direction: 'out' }
    const first = await cases.post('/notes', note, 'roos', key)
    await cases.post('/deputies/ending', { person: 'roos' }, 'anna')
    await cases.post('/closing', closing, 'anna')
    const again = await cases.post('/notes', note, 'roos', key)
    expect(first.status).toBe(201)
    expect(again).toMatchObject({ status: 201, body: { note: first.body.note } })
    expect((await cases.post('/notes', note, 'roos')).body.code).toBe('not-of-this-desk')
    expect((await cases.get(`/v1/cases/${cases.dossier()}`, 'roos')).status).toBe(403)
    const { lines } = (await cases.get(`/v1/cases/${cases.dossier()}`, 'anna')).body
    expect(lines.filter((one: { type: string }) => one.type === 'ContactNoted')).toHaveLength(1)
  })
})

describe('a contact person', () => {
  const offer = { person: 'bram', reason: 'absence', explanation: 'Anna is met verlof.' }

  test('changes only when the next one accepts, and the others are told (CAS-01)', async () => {
    await cases.accepted()
    const before = await cases.post('/contact-person/offer', offer, 'anna')
    expect(before.status).toBe(200)
    expect((await cases.post('/contact-person/acceptance', {}, 'roos')).body.code).toBe(
      'not-offered-to-you',
    )
    const after = await cases.post('/contact-person/acceptance', {}, 'bram')
    expect(after.body.contactPerson).not.toBe(before.body.contactPerson)
    expect((await cases.told()).at(-1)).toMatchObject({
      name: 'contact-person-changed',
      contactPerson: after.body.contactPerson,
    })
  })

  test('who is gone is stood in for at once (CAS-03)', async () => {
    await cases.accepted()
    expect((await cases.post('/contact-person/departure', {}, 'bram')).status).toBe(403)
    const after = await cases.post('/contact-person/departure', {}, 'lotte')
    expect(after.body.contactPerson).toBe(
      await cases.world.parts.vault.pseudonym(cases.dossier(), 'lotte'),
    )
    const { case: row } = (await cases.get(`/v1/cases/${cases.dossier()}`, 'lotte')).body
    expect(row).toMatchObject({ standsIn: true })
    expect(row.clocks.map((one: { kind: string }) => one.kind)).toContain('successor')
  })
})

describe('the database', () => {
  test('holds what was written down nowhere in clear', async () => {
    await cases.accepted()
    const secret = 'Zoë Überprüfung-Ångström woont op nummer 12'
    await cases.post('/notes', { text: secret, direction: 'in' }, 'anna')
    await cases.post('/wishes', { wish: secret, ownPart: secret }, 'anna')
    await cases.post('/closing', { ...closing, reasons: secret }, 'anna')
    const { rows } = await cases.world.pool.query<{ schema: string; name: string }>(
      `SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    )
    const bytes = Buffer.from(secret, 'utf8')
    const needles = [secret, bytes.toString('hex'), bytes.toString('base64url').slice(4, -4)]
    for (const { schema, name } of rows) {
      const dump = await cases.world.pool.query<{ row: string }>(
        `SELECT t::text AS row FROM "${schema}"."${name}" t`,
      )
      const text = dump.rows.map((row) => row.row).join('\n')
      for (const needle of needles) expect(text.includes(needle), `${schema}.${name}`).toBe(false)
    }
  })
})
