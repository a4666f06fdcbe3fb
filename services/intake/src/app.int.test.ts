import { randomUUID } from 'node:crypto'
import { topicOf } from '@wederhoor/contracts/published'
import { checkApiRules } from '@wederhoor/http/runtime-rules'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildIntakeApp } from './app.ts'
import { type IntakeWorld, intakeWorld } from './testing/intake-world.ts'

let intake: IntakeWorld
let world: IntakeWorld['world']
let app: IntakeWorld['app']

beforeAll(async () => {
  intake = await intakeWorld(buildIntakeApp)
  world = intake.world
  app = intake.app
})

afterAll(() => intake.close())

const story = 'Ik werd geweigerd bij de deur, mijn vriendin niet.'
const utrecht = 'GM0344'

const post: IntakeWorld['post'] = (...all) => intake.post(...all)
const get: IntakeWorld['get'] = (...all) => intake.get(...all)
const report = (change: object = {}, key = randomUUID()) => intake.report({ story, ...change }, key)

describe('somebody without an account', () => {
  test('reports in their own words and gets a code, and the desk of their place is asked (INT-04, ROU-01)', async () => {
    const { status, body } = await report()
    expect(status).toBe(201)
    expect(body).toMatchObject({ holder: 'intake', offeredTo: 'loket-utrecht', status: 'offered' })
    expect(body.code).toMatch(/^(\d{4} ){3}\d{4}$/)
  })

  test('gets the same dossier and code when the same request comes again', async () => {
    const key = randomUUID()
    const first = await report({}, key)
    const again = await report({}, key)
    expect(again).toEqual(first)
  })

  test('is told when the same key comes with another story', async () => {
    const key = randomUUID()
    await report({}, key)
    expect((await report({ story: 'iets anders' }, key)).status).toBe(422)
  })

  test('asks by code, anonymous or not, who holds it and what was done (ANO-03, INT-09)', async () => {
    const { body } = await report()
    const mine = await get('/v1/my-melding', { code: body.code })
    expect(mine.status).toBe(200)
    expect(mine.body).toMatchObject({
      holder: 'Discriminatie.nl',
      status: 'offered',
      anonymity: 'unknown-to-us',
    })
    const steps = mine.body.steps.map((one: { step: string }) => one.step)
    expect(steps).toEqual(['registered', 'offered-to-desk'])
  })

  test('gets the same answer for a wrong code as for one that never was', async () => {
    const never = await get('/v1/my-melding', { code: '0000 0000 0000 0000' })
    const malformed = await get('/v1/my-melding', { code: 'x' })
    expect([never.status, never.body.code]).toEqual([401, 'code-unknown'])
    expect([malformed.status, malformed.body.code]).toEqual([401, 'code-unknown'])
  })

  test('hears everything that is wrong with the input at once', async () => {
    const { status, body } = await post('/v1/meldingen', {
      story: '',
      residence: 'Utrecht',
      acuteDanger: 'nee',
    })
    expect(status).toBe(400)
    expect(body.errors.map((one: { path: string }) => one.path).sort()).toEqual([
      '/body/acuteDanger',
      '/body/residence',
      '/body/story',
    ])
    expect((await report({ channel: 'postduif' })).body.errors).toMatchObject([
      { path: '/body/channel', code: 'unknown-code' },
    ])
  })

  test('is answered a question and answers it, without an address (ANO-03)', async () => {
    const { body } = await report()
    const asked = await post(
      `/v1/meldingen/${body.dossier}/questions`,
      { text: 'Welke avond was het?' },
      'anna',
    )
    expect(asked.status).toBe(201)
    const mine = await get('/v1/my-melding', { code: body.code })
    expect(mine.body.questions).toEqual([
      { question: asked.body.question, text: 'Welke avond was het?', answered: false },
    ])
    const answered = await post(
      '/v1/my-melding/answers',
      { question: asked.body.question, text: 'Vrijdagavond.' },
      { code: body.code },
    )
    expect(answered.status).toBe(201)
  })
})

describe('a report offered to a desk', () => {
  test('is in the inbox of that desk and of no other', async () => {
    const { body } = await report()
    const ids = async (who: string) =>
      (await get('/v1/meldingen', who)).body.meldingen.map(
        (one: { dossier: string }) => one.dossier,
      )
    expect(await ids('anna')).toContain(body.dossier)
    expect(await ids('bram')).not.toContain(body.dossier)
  })

  test('opens for the desk it is offered to, and the reading is recorded; another desk is refused, recorded too', async () => {
    const { body } = await report()
    const file = await get(`/v1/meldingen/${body.dossier}`, 'anna')
    expect(file.body.lines[0].content.story).toBe(story)
    expect((await get(`/v1/meldingen/${body.dossier}`, 'bram')).status).toBe(403)
    const { rows } = await world.pool.query(
      'SELECT type FROM ledger_access.entry WHERE dossier = $1 ORDER BY position',
      [body.dossier],
    )
    expect(rows.map((row) => row.type)).toEqual(['ContentOpened', 'AccessDenied'])
  })

  test('is accepted once, tells the others once, and is theirs (ROU-02)', async () => {
    const { body } = await report()
    const accepted = await post(`/v1/meldingen/${body.dossier}/acceptance`, undefined, 'anna')
    expect(accepted).toMatchObject({
      status: 200,
      body: { holder: 'loket-utrecht', status: 'accepted' },
    })
    expect((await post(`/v1/meldingen/${body.dossier}/acceptance`, undefined, 'anna')).status).toBe(
      200,
    )
    expect(
      (await post(`/v1/meldingen/${body.dossier}/refusal`, { reason: 'andere-regio' }, 'anna'))
        .status,
    ).toBe(409)
    const told = await world.published(topicOf('intake'))
    const mine = told.filter(
      (one) => one.subject === body.dossier && one.type.includes('handover-accepted'),
    )
    expect(mine).toHaveLength(1)
  })

  test('escalates after two refusals, is assigned, and cannot be refused again', async () => {
    const { body } = await report({ residence: utrecht })
    const { dossier } = body
    const first = await post(
      `/v1/meldingen/${dossier}/refusal`,
      { reason: 'geen-capaciteit' },
      'anna',
    )
    expect(first).toMatchObject({ status: 200, body: { status: 'offered', holder: 'intake' } })
    await intake.pass(5)
    const waiting = (await get('/v1/meldingen', 'nora')).body.meldingen
    expect(waiting.find((one: { dossier: string }) => one.dossier === dossier)).toMatchObject({
      status: 'escalated',
    })
    const assigned = await post(
      `/v1/meldingen/${dossier}/assignment`,
      { desk: 'loket-rotterdam' },
      'nora',
    )
    expect(assigned.body).toMatchObject({ status: 'offered', holder: 'intake' })
    expect(
      (await post(`/v1/meldingen/${dossier}/refusal`, { reason: 'geen-capaciteit' }, 'bram')).body,
    ).toMatchObject({
      code: 'assigned-by-the-national-layer',
    })
    expect(
      (await post(`/v1/meldingen/${dossier}/acceptance`, undefined, 'bram')).body,
    ).toMatchObject({
      holder: 'loket-rotterdam',
    })
  })

  test('answers a repeat of what was carried out as it did then, whoever holds it now', async () => {
    const { body } = await report()
    const path = `/v1/meldingen/${body.dossier}/refusal`
    const key = randomUUID()
    const first = await post(path, { reason: 'geen-capaciteit' }, 'anna', key)
    await intake.pass(5)
    await post(`/v1/meldingen/${body.dossier}/assignment`, { desk: 'loket-rotterdam' }, 'nora')
    await post(`/v1/meldingen/${body.dossier}/acceptance`, undefined, 'bram')
    expect(first.status).toBe(200)
    expect((await post(path, { reason: 'geen-capaciteit' }, 'anna', key)).status).toBe(200)
    expect((await post(path, { reason: 'geen-capaciteit' }, 'anna')).status).toBe(403)
  })

  test('goes to the national net where no desk is connected (ROU-08)', async () => {
    expect((await report({ residence: 'GM0096' })).body).toMatchObject({
      status: 'escalated',
      holder: 'intake',
    })
  })
})

describe('a classified report', () => {
  test('is counted once, apart from its dossier, and nothing in the count leads back', async () => {
    const { body } = await report()
    const { dossier } = body
    const classification = {
      grounds: ['afkomst-huidskleur-ras'],
      terreinen: ['horeca-amusement'],
      natures: ['ongelijke-behandeling'],
    }
    const first = await post(`/v1/meldingen/${dossier}/classification`, classification, 'anna')
    expect(first.body).toMatchObject({ dossier })
    const more = { ...classification, grounds: ['afkomst-huidskleur-ras', 'geslacht'] }
    expect((await post(`/v1/meldingen/${dossier}/classification`, more, 'anna')).status).toBe(200)
    await intake.pass(1)
    const { rows } = await world.pool.query(
      `SELECT dossier, convert_from(bytes, 'UTF8') AS text FROM ledger_case_history.entry WHERE type = 'ReportCounted'`,
    )
    expect(rows).toHaveLength(1)
    expect(rows[0].dossier).toBeNull()
    expect(rows[0].text).not.toContain(dossier)
    const entry = JSON.parse(rows[0].text)
    expect(entry).toMatchObject({ causation: null, correlation: null, trace: null })
  })
})

describe('the database', () => {
  test('holds the story nowhere in clear', async () => {
    await report({ contact: { name: 'Zoë Überprüfung-Ångström' } })
    const { rows } = await world.pool.query<{ schema: string; name: string }>(
      `SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    )
    const needles = [story, 'Überprüfung'].flatMap((text) => {
      const bytes = Buffer.from(text, 'utf8')
      return [
        text,
        bytes.toString('hex'),
        bytes.toString('base64').slice(4, -4),
        bytes.toString('base64url').slice(4, -4),
      ]
    })
    for (const { schema, name } of rows) {
      const dump = await world.pool.query<{ row: string }>(
        `SELECT t::text AS row FROM "${schema}"."${name}" t`,
      )
      const text = dump.rows.map((row) => row.row).join('\n')
      for (const needle of needles)
        expect(text.includes(needle), `${schema}.${name} holds ${needle}`).toBe(false)
    }
  })
})

describe('the API', () => {
  test('keeps the API design rules on every route', async () => {
    expect(await checkApiRules(app.server)).toEqual([])
  })
})
