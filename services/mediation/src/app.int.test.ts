import { caseClosed } from '@wederhoor/contracts/events/case'
import { topicOf } from '@wederhoor/contracts/published'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildMediationApp } from './app.ts'
import {
  answer,
  day,
  documentIn,
  type HearingWorld,
  hearingWorld,
  letter,
} from './hearing-world.fixture.ts'

let world: HearingWorld

beforeAll(async () => {
  world = await hearingWorld(buildMediationApp)
})

afterAll(async () => {
  await world.close()
})

/** What the list of the desk says waits for the handler. */
async function toDo(hearing: string) {
  const { body } = await world.get('/v1/hearings', 'anna')
  return body.hearings.find((one: { hearing: string }) => one.hearing === hearing).toDo
}

describe('a hearing from draft to exchange', () => {
  test('is heard on both sides with the same file and the same term', async () => {
    const hearing = await world.prepared()
    expect(hearing).toMatchObject({ status: 'prepared' })

    const early = await world.post(
      `${hearing.base}/servings`,
      { document: hearing.document, to: 'respondent' },
      'anna',
    )
    expect(early).toMatchObject({ status: 409, body: { code: 'no-permission' } })

    await world.allow(hearing, documentIn(hearing, hearing.document))
    expect((await world.standing(hearing)).status).toBe('opened')
    const { code } = await world.sent(hearing, hearing.document, 'respondent')
    expect(code).toMatch(/^(\d{4} ){3}\d{4}$/)

    const waiting = await world.get('/v1/my-hearing', { code })
    expect(waiting.body).toMatchObject({
      side: 'respondent',
      documents: [],
      waiting: [{ document: hearing.document, kind: 'complaint' }],
      term: null,
      voluntary: true,
    })
    const opened = await world.post(
      '/v1/my-hearing/opening',
      { document: hearing.document },
      { code },
    )
    expect(opened.body.content).toEqual(letter)
    expect((await world.get('/v1/my-hearing', { code })).body).toMatchObject({
      documents: [{ author: 'other-party', content: letter }],
      term: { answerDueAt: '2024-03-15T22:59:59.999Z' },
    })

    const answered = await world.post('/v1/my-hearing/answers', { letter: answer }, { code })
    expect(answered.status).toBe(201)
    const reply = await world.answerIn(hearing)

    const unequal = await world.post(`${hearing.base}/ending`, { end: 'exchanged' }, 'anna')
    expect(unequal).toMatchObject({ status: 409, body: { code: 'file-unequal' } })

    const melder = await world.sent(hearing, reply.document, 'melder')
    await world.post('/v1/my-hearing/opening', { document: reply.document }, { code: melder.code })
    const seen = await world.get('/v1/my-hearing', { code: melder.code })
    expect(seen.body.documents).toMatchObject([
      { author: 'you', content: letter },
      { author: 'other-party', content: answer },
    ])
    expect(seen.body.term).toEqual({
      answerDueAt: '2024-03-15T22:59:59.999Z',
      reminderDueAt: '2024-03-16T22:59:59.999Z',
      silenceDueAt: '2024-03-30T22:59:59.999Z',
    })

    const soon = await world.post(`${hearing.base}/ending`, { end: 'exchanged' }, 'anna')
    expect(soon).toMatchObject({ status: 409, body: { code: 'not-yet-heard' } })
    await world.post('/v1/my-hearing/declining', undefined, { code: melder.code })
    const ended = await world.post(`${hearing.base}/ending`, { end: 'exchanged' }, 'anna')
    expect(ended).toMatchObject({ status: 200, body: { status: 'ended', end: 'exchanged' } })

    const told = await world.published(topicOf('mediation'))
    const names = told
      .filter((one) => one.subject === hearing.dossier)
      .map((one) => one.type.split('.').at(-2))
    expect(names).toEqual([
      'hearing-opened',
      'permit-requested',
      'complaint-served',
      'respondent-answered',
      'permit-requested',
      'hearing-ended',
    ])
    expect(JSON.stringify(told)).not.toContain('toegang')
    const { rows } = await world.pool.query(
      `SELECT convert_from(bytes, 'UTF8') AS text FROM ledger_case_history.entry WHERE dossier = $1`,
      [hearing.dossier],
    )
    expect(JSON.stringify(rows)).not.toContain('toegang')
    expect(rows.filter((row) => row.text.includes('"ActRefused"'))).toHaveLength(3)
  })

  test('shows both sides the very same texts: equal commitments', async () => {
    const { hearing, code } = await world.servedHearing()
    await world.post('/v1/my-hearing/answers', { letter: answer }, { code })
    const reply = await world.answerIn(hearing)
    const melder = await world.sent(hearing, reply.document, 'melder')
    await world.post('/v1/my-hearing/opening', { document: reply.document }, { code: melder.code })
    const of = async (one: string) =>
      (await world.get('/v1/my-hearing', { code: one })).body.documents.map(
        (shown: { digest: string }) => shown.digest,
      )
    expect(await of(code)).toEqual(await of(melder.code))
  })

  test('tells the respondent who saw what is theirs: days and purposes, no role and nobody’s name', async () => {
    const { hearing, code } = await world.servedHearing()
    await world.post('/v1/my-hearing/answers', { letter: answer }, { code })
    // That somebody asked to erase the melder, and who was refused: none of the respondent's.
    await world.parts.vault.denied({
      dossier: hearing.dossier,
      actor: {
        subject: 'x',
        person: 'x',
        roles: ['privacy-officer'],
        desk: null,
        organisation: null,
      },
      ...{ purpose: 'behandeling', screen: 'POST /v1/cases/{dossier}/erasures/{party}/decision' },
      ...{ at: await world.clock.now(), trace: null, reason: 'handled-it' },
    })
    const seen = await world.get('/v1/my-hearing/openings', { code })
    expect(seen.status).toBe(200)
    // Their own reading of what they wrote; what the other party owns is not theirs to be told of.
    const on = expect.stringMatching(/^\d{4}-\d\d-\d\d$/)
    expect(seen.body.openings).toEqual([{ kind: 'opened', on, purpose: 'behandeling', pieces: 1 }])
  })
})

describe('a mute respondent', () => {
  test('is reminded, then silent on record, and a late answer reopens (WED-07)', async () => {
    const { hearing, code, request } = await world.servedHearing()
    await world.clock.advance(16 * day)
    await world.app.workers.settled()
    expect((await world.standing(hearing)).voices.respondent.is).toBe('reminder-due')
    expect(await toDo(hearing.hearing)).toBe('remind-respondent')
    const reminder = await world.post(`${hearing.base}/reminders`, { to: 'respondent' }, 'anna')
    expect(reminder.status, JSON.stringify(reminder.body)).toBe(201)
    await world.grantLast(hearing)
    const reminded = await world.post(
      `${hearing.base}/dispatches`,
      { request: reminder.body.request, channel: 'post' },
      'anna',
    )
    expect(reminded.body).toMatchObject({ code: null })
    await world.clock.advance(15 * day)
    await world.app.workers.settled()
    const silent = await world.standing(hearing)
    expect(silent.voices.respondent.is).toBe('silent')
    const asked = silent.requests.find((one: { request: string }) => one.request === request)
    expect(asked.cooperation).toBe('geen-antwoord')

    const ended = await world.post(`${hearing.base}/ending`, { end: 'exchanged' }, 'anna')
    expect(ended.body.end).toBe('exchanged')
    await world.post('/v1/my-hearing/answers', { letter: answer }, { code })
    expect(await world.standing(hearing)).toMatchObject({
      status: 'served',
      voices: { respondent: { is: 'heard' } },
    })
  })

  test('keeps no case open: a closing case detaches the hearing', async () => {
    const { hearing } = await world.servedHearing()
    await world.tell(caseClosed, hearing.dossier, { outcome: 'afgerond' })
    expect((await world.standing(hearing)).status).toBe('detached')
    expect(await toDo(hearing.hearing)).toBe('closing-notice')
    const notice = await world.post(`${hearing.base}/closing-notice`, undefined, 'anna')
    await world.sent(hearing, notice.body.document, 'respondent')
    expect(await toDo(hearing.hearing)).toBeNull()
  })
})

describe('a mediation', () => {
  test('is sealed from the house, starts with both, and releases by both (MED-01, MED-04)', async () => {
    const { hearing } = await world.servedHearing()
    const url = `/v1/dossiers/${hearing.dossier}/mediations`
    const { status, body } = await world.post(url, { hearing: hearing.hearing }, 'mila')
    expect(status, JSON.stringify(body)).toBe(201)
    const track = `${url}/${body.mediation}`
    const agree = (side: string) =>
      world.post(`${track}/agreements`, { side, agreement: 'Ik doe mee.' }, 'mila')
    expect((await agree('melder')).body.status).toBe('proposed')
    expect((await agree('respondent')).body.status).toBe('started')
    await world.post(`${track}/sessions`, { notes: 'Gesprek in het dorpshuis.' }, 'mila')
    const agreed = { text: 'Excuses en een training.', kinds: ['excuus', 'training'] }
    expect((await world.post(`${track}/ending`, { agreed }, 'mila')).body.agreement).toBe(true)
    expect((await world.get(`${track}/agreement`, 'anna')).status).toBe(403)
    await world.post(`${track}/releases`, { side: 'melder' }, 'mila')
    expect((await world.get(`${track}/agreement`, 'anna')).status).toBe(403)
    await world.post(`${track}/releases`, { side: 'respondent' }, 'mila')
    expect((await world.get(`${track}/agreement`, 'anna')).body.agreed).toEqual(agreed)
    expect((await world.get(`${track}/agreement`, 'bram')).status).toBe(403)
    const told = (await world.published(topicOf('mediation'))).filter(
      (one) => one.type.includes('.mediation-') && one.subject === hearing.dossier,
    )
    expect(told.map((one) => one.type.split('.').at(-2))).toEqual([
      'mediation-started',
      'mediation-ended',
    ])
    expect(JSON.stringify(told)).not.toContain('dorpshuis')
  })

  test('leaves whoever mediates no other role in the dossier (procedure §4)', async () => {
    const { hearing } = await world.servedHearing()
    expect((await world.get(hearing.base, 'mees')).status).toBe(200)
    const url = `/v1/dossiers/${hearing.dossier}/mediations`
    expect((await world.post(url, { hearing: hearing.hearing }, 'mees')).status).toBe(201)
    expect((await world.get(hearing.base, 'mees')).status).toBe(403)
    const extension = { ground: 'op-verzoek', days: 7 }
    expect((await world.post(`${hearing.base}/extensions`, extension, 'mees')).status).toBe(403)
    expect((await world.get(hearing.base, 'anna')).status).toBe(200)
  })
})
