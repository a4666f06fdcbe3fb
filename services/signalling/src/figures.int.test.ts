import { randomUUID } from 'node:crypto'
import { cooperationRecorded, hearingOpened } from '@wederhoor/contracts/events/mediation'
import { topicOf } from '@wederhoor/contracts/published'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildSignallingApp } from './app.ts'
import { type SignallingWorld, signallingWorld } from './signalling-world.fixture.ts'

let world: SignallingWorld
beforeAll(async () => {
  world = await signallingWorld(buildSignallingApp)
})
afterAll(() => world.close())

describe('counted reports', () => {
  test('are figures up to the last one, and each figure says what it counts (SIG-01, SIG-02)', async () => {
    await world.counts(6, { month: '2024-01', grounds: ['leeftijd'], newPerson: false })
    const url = '/v1/figures?month=2024-01&municipality=GM0344'
    const { status, body } = await world.get(url, 'utrecht')
    expect(status).toBe(200)
    expect(body).toMatchObject({ counts: 'reports', total: 6, smallestGroup: 5, area: 'incident' })
    expect(body.definition).not.toBe('')
    expect((await world.get(`${url}&counts=persons`, 'utrecht')).body).toMatchObject({
      counts: 'persons',
      total: null,
    })
    await world.counts(1, { month: '2024-01', grounds: ['leeftijd'] })
    expect((await world.get(url, 'szw')).body.total).toBe(7)
  })

  test('hide a small group, and another one that would give it away; zero looks the same (AVG-01, SIG-13)', async () => {
    await world.counts(9, { month: '2023-02', grounds: ['geslacht'] })
    await world.counts(6, { month: '2023-02', grounds: ['godsdienst'] })
    await world.counts(2, { month: '2023-02', grounds: ['leeftijd'] })
    const { body } = await world.get('/v1/figures?month=2023-02&by=ground', 'sara')
    const value = (code: string) =>
      body.cells.find((one: { code: string }) => one.code === code)?.value
    expect(body.total).toBe(17)
    expect(value('geslacht')).toBe(9)
    expect([value('leeftijd'), value('godsdienst')]).toEqual([null, null])
    const none = body.cells.find(
      (one: { code: string }) => !['geslacht', 'godsdienst', 'leeftijd'].includes(one.code),
    )
    expect(none).toMatchObject({ value: null, note: 'no-reports-is-not-no-discrimination' })
    expect(body.rule).toContain('5')
  })

  test('can be compared with neighbours, in no order of number (SIG-04, SIG-05, ACN-08)', async () => {
    const { body } = await world.get('/v1/figures?year=2023&by=municipality&region=VR09', 'utrecht')
    const codes = body.cells.map((one: { code: string }) => one.code)
    expect(codes).toContain('GM0344')
    expect(codes).toEqual([...codes].sort())
    expect(body.cells[0].inhabitants).toBeGreaterThan(0)
    const wrong = await world.get('/v1/figures?year=2023&month=2023-01&by=quarter', 'utrecht')
    expect(wrong.status).toBe(400)
  })

  test('are not for everybody', async () => {
    expect((await world.get('/v1/figures', 'anna')).status).toBe(403)
  })
})

describe('an organisation named at three desks', () => {
  test('is one pattern, told once, from branches and repeats alike; namesake and sole trader are none (SIG-20)', async () => {
    const named = (desk: string, organisation: string) => world.counts(1, { desk, organisation })
    await named('loket-utrecht', '99001013')
    await named('loket-rotterdam', '99001013-000000101303')
    await named('loket-fryslan', '99002026')
    for (const desk of ['loket-utrecht', 'loket-rotterdam', 'loket-fryslan'])
      await named(desk, '99003039')
    expect((await world.get('/v1/patterns', 'sara')).body.patterns).toEqual([])
    await named('loket-fryslan', '99001013-000000101301')
    await named('landelijk', '99001013')
    const { patterns } = (await world.get('/v1/patterns', 'sara')).body
    expect(patterns).toMatchObject([{ organisation: '99001013', desks: 4, reports: 4 }])
    expect((await world.told('pattern-detected')).map((one) => one.data)).toMatchObject([
      { organisation: '99001013', desks: 3, reports: 3 },
    ])
    const { rows } = await world.pool.query(
      `SELECT convert_from(bytes, 'UTF8') AS text FROM ledger_case_history.entry`,
    )
    const entries = rows.map((row) => row.text)
    expect(entries.filter((text) => text.includes('99003039'))).toEqual([])
    expect(entries.filter((text) => text.includes('no-legal-person'))).toHaveLength(3)
  })

  test('is seen by the office alone, and a signal on it names it', async () => {
    expect((await world.get('/v1/patterns', 'szw')).status).toBe(403)
    const [pattern] = (await world.get('/v1/patterns', 'sara')).body.patterns
    const draft = { terrein: 'arbeidsmarkt', from: '2024-01', until: '2024-03', text: 'Patroon.' }
    const { signal } = (
      await world.post('/v1/signals', 'sara', { ...draft, pattern: pattern.pattern })
    ).body
    expect((await world.get(`/v1/signals/${signal}`, 'stef')).body).toMatchObject({
      basis: 'pattern',
      pattern: pattern.pattern,
      addressee: 'szw',
      status: 'drafted',
    })
    const unknown = await world.post('/v1/signals', 'sara', { ...draft, pattern: randomUUID() })
    expect(unknown.body.errors).toMatchObject([{ path: '/body/pattern' }])
  })
})

describe('cooperation', () => {
  async function hearing(cooperation: string, organisation?: string) {
    const dossier = randomUUID()
    const at = '2024-04-01T09:00:00.000Z'
    const data = { dossier, hearing: randomUUID(), at }
    const send = (type: string, more: object) =>
      world.publish({
        service: 'mediation',
        topic: topicOf('mediation'),
        type,
        subject: dossier,
        data: { ...data, ...more },
      })
    await send(hearingOpened.type, { respondent: randomUUID(), organisation })
    await send(cooperationRecorded.type, { cooperation })
    return dossier
  }

  test('is measured by sector, of organisations only, and leads to no dossier (WED-04)', async () => {
    const dossiers = []
    for (let index = 0; index < 5; index += 1) {
      dossiers.push(await hearing('geen-antwoord', '99001013'))
      dossiers.push(await hearing('werkt-mee', '99001013'))
      dossiers.push(await hearing('geen-antwoord'))
    }
    await world.settled()
    const { body } = await world.get('/v1/cooperation?year=2024', 'sara')
    expect(body.cells).toEqual([
      {
        code: 'uitzendbranche',
        hearings: 10,
        byCooperation: [
          { code: 'geen-antwoord', hearings: 5 },
          { code: 'werkt-mee', hearings: 5 },
        ],
      },
    ])
    const { rows } = await world.pool.query('SELECT h::text AS row FROM signalling.hearing h')
    const dump = rows.map((row) => row.row).join()
    for (const dossier of dossiers) expect(dump).not.toContain(dossier)
  })
})
