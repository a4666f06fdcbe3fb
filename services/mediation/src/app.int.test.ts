import { randomUUID } from 'node:crypto'
import {
  caseClosed,
  caseOpened,
  permissionGiven,
  permissionWithdrawn,
  permitGranted,
} from '@wederhoor/contracts/events/case'
import { anonymityChanged } from '@wederhoor/contracts/events/intake'
import { type PublishedDeclaration, topicOf } from '@wederhoor/contracts/published'
import type { ServiceApp } from '@wederhoor/runtime/service-app'
import { type TestParts, testParts } from '@wederhoor/runtime/test-parts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildMediationApp } from './app.ts'
import { mediationMigrations } from './migrations.ts'

const account = (
  name: string,
  roles: readonly string[],
  desk: string | null,
  organisation: string | null = null,
) => ({ name, subject: name, person: name, roles, desk, organisation })

let world: TestParts
let app: ServiceApp
const organisation = '99004052'
const day = 86_400_000

beforeAll(async () => {
  world = await testParts({
    startAt: '2024-03-01T09:00:00.000Z',
    accounts: [
      account('anna', ['caseworker'], 'loket-utrecht'),
      account('bram', ['caseworker'], 'loket-utrecht'),
      account('cato', ['caseworker'], 'loket-rotterdam'),
      account('insider', ['caseworker'], 'loket-utrecht', organisation),
      { ...account('anna-too', ['team-lead'], 'loket-utrecht'), person: 'anna' },
      account('mila', ['mediator'], null),
    ],
    migrations: [mediationMigrations],
  })
  app = await buildMediationApp(world.parts)
  await app.workers.start()
})

afterAll(async () => {
  await app.workers.stop()
  await app.server.close()
  await world.close()
})

async function post(
  url: string,
  payload: object | undefined,
  who: string | { readonly code: string },
  key = randomUUID(),
) {
  const headers: Record<string, string> = { 'idempotency-key': key }
  if (typeof who === 'string') Object.assign(headers, await world.bearer(who))
  else headers['access-code'] = who.code
  const answer = await app.server.inject({
    method: 'POST',
    url,
    headers,
    ...(payload === undefined ? {} : { payload }),
  })
  await app.workers.settled()
  return { status: answer.statusCode, body: answer.json() }
}

async function get(url: string, who: string | { readonly code: string }) {
  const headers = typeof who === 'string' ? await world.bearer(who) : { 'access-code': who.code }
  const answer = await app.server.inject({ url, headers })
  return { status: answer.statusCode, body: answer.json() }
}

/** Says what case or intake would say. */
async function tell(declaration: PublishedDeclaration, dossier: string, data: object) {
  const { service, type } = declaration
  const at = await world.clock.now()
  await world.publish({
    service,
    topic: topicOf(service),
    type,
    subject: dossier,
    data: { dossier, at, ...data },
  })
  await app.workers.settled()
}

const letter = {
  text: 'Op 12 februari werd mij de toegang geweigerd.',
  annexes: [{ title: 'foto', text: 'bon' }],
}
const answer = { text: 'Wij herkennen ons hier niet in, en leren er graag van.', annexes: [] }

async function openedCase(anonymity = 'known-to-respondent') {
  const dossier = randomUUID()
  await tell(caseOpened, dossier, {
    desk: 'loket-utrecht',
    melder: randomUUID(),
    contactPerson: await world.parts.vault.pseudonym(dossier, 'anna'),
    anonymity,
  })
  return dossier
}

const preparation = { respondent: { organisation }, letter }

async function prepared() {
  const dossier = await openedCase()
  const { body } = await post(`/v1/dossiers/${dossier}/hearings`, preparation, 'anna')
  const base = `/v1/dossiers/${dossier}/hearings/${body.hearing}`
  return { dossier, base, ...body } as {
    dossier: string
    base: string
    hearing: string
    document: string
    respondent: string
    documents: { document: string; kind: string; digest: string; act: string }[]
  }
}
type Prepared = Awaited<ReturnType<typeof prepared>>

async function allow(hearing: Prepared, document: { digest: string; act: string }) {
  const permission = randomUUID()
  await tell(permissionGiven, hearing.dossier, {
    permission,
    act: document.act,
    receiver: hearing.respondent,
    digest: document.digest,
  })
  return permission
}

async function standing(hearing: Prepared) {
  return (await get(hearing.base, 'anna')).body
}
const documentIn = (body: Prepared, document: string) => {
  const found = body.documents.find((one) => one.document === document)
  if (found === undefined) throw new Error('no such document')
  return found
}

/** Asks a permit and lets case grant exactly what was asked. */
async function permitted(hearing: Prepared, document: string, to: string, minutes = 15) {
  const asked = await post(`${hearing.base}/servings`, { document, to }, 'anna')
  expect(asked.status, JSON.stringify(asked.body)).toBe(201)
  await grantLast(hearing, minutes)
  return asked.body.request as string
}

async function grantLast(hearing: Prepared, minutes = 15) {
  const told = await world.published(topicOf('mediation'))
  const request = told.filter((one) => one.subject === hearing.dossier).at(-1)
  if (request?.type.includes('permit-requested') !== true) throw new Error('no permit was asked')
  const { act, receiver, digest, request: id } = request.data
  const validUntil = new Date(Date.parse(await world.clock.now()) + minutes * 60_000).toISOString()
  await tell(permitGranted, hearing.dossier, {
    permit: randomUUID(),
    request: id,
    act,
    receiver,
    digest,
    validUntil,
  })
}

/** From asking the permit to the code in the letter. */
async function sent(hearing: Prepared, document: string, to: string) {
  const request = await permitted(hearing, document, to)
  const { status, body } = await post(
    `${hearing.base}/dispatches`,
    { request, channel: 'post' },
    'anna',
  )
  expect(status, JSON.stringify(body)).toBe(201)
  return { request, code: body.code as string }
}

async function servedHearing() {
  const hearing = await prepared()
  await allow(hearing, documentIn(hearing, hearing.document))
  const { code, request } = await sent(hearing, hearing.document, 'respondent')
  await post('/v1/my-hearing/opening', { document: hearing.document }, { code })
  return { hearing, code, request }
}

describe('a hearing from draft to exchange', () => {
  test('is heard on both sides with the same file and the same term', async () => {
    const hearing = await prepared()
    expect(hearing).toMatchObject({ status: 'prepared' })

    const early = await post(
      `${hearing.base}/servings`,
      { document: hearing.document, to: 'respondent' },
      'anna',
    )
    expect(early).toMatchObject({ status: 409, body: { code: 'no-permission' } })

    await allow(hearing, documentIn(hearing, hearing.document))
    expect((await standing(hearing)).status).toBe('opened')
    const { code } = await sent(hearing, hearing.document, 'respondent')
    expect(code).toMatch(/^(\d{4} ){3}\d{4}$/)

    const waiting = await get('/v1/my-hearing', { code })
    expect(waiting.body).toMatchObject({
      side: 'respondent',
      documents: [],
      waiting: [{ document: hearing.document, kind: 'complaint' }],
      term: null,
      voluntary: true,
    })
    const opened = await post('/v1/my-hearing/opening', { document: hearing.document }, { code })
    expect(opened.body.content).toEqual(letter)
    expect((await get('/v1/my-hearing', { code })).body).toMatchObject({
      documents: [{ author: 'other-party', content: letter }],
      term: { answerDueAt: '2024-03-15T22:59:59.999Z' },
    })

    const answered = await post('/v1/my-hearing/answers', { letter: answer }, { code })
    expect(answered.status).toBe(201)
    const file = await standing(hearing)
    const reply = file.documents.find((one: { kind: string }) => one.kind === 'answer')

    const unequal = await post(`${hearing.base}/ending`, { end: 'exchanged' }, 'anna')
    expect(unequal).toMatchObject({ status: 409, body: { code: 'file-unequal' } })

    const melder = await sent(hearing, reply.document, 'melder')
    await post('/v1/my-hearing/opening', { document: reply.document }, { code: melder.code })
    const seen = await get('/v1/my-hearing', { code: melder.code })
    expect(seen.body.documents).toMatchObject([
      { author: 'you', content: letter },
      { author: 'other-party', content: answer },
    ])
    expect(seen.body.term).toEqual({
      answerDueAt: '2024-03-15T22:59:59.999Z',
      reminderDueAt: '2024-03-16T22:59:59.999Z',
      silenceDueAt: '2024-03-30T22:59:59.999Z',
    })

    const soon = await post(`${hearing.base}/ending`, { end: 'exchanged' }, 'anna')
    expect(soon).toMatchObject({ status: 409, body: { code: 'not-yet-heard' } })
    await post('/v1/my-hearing/declining', undefined, { code: melder.code })
    const ended = await post(`${hearing.base}/ending`, { end: 'exchanged' }, 'anna')
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
    const { hearing, code } = await servedHearing()
    await post('/v1/my-hearing/answers', { letter: answer }, { code })
    const file = await standing(hearing)
    const reply = file.documents.find((one: { kind: string }) => one.kind === 'answer')
    const melder = await sent(hearing, reply.document, 'melder')
    await post('/v1/my-hearing/opening', { document: reply.document }, { code: melder.code })
    const of = async (one: string) =>
      (await get('/v1/my-hearing', { code: one })).body.documents.map(
        (shown: { digest: string }) => shown.digest,
      )
    expect(await of(code)).toEqual(await of(melder.code))
  })
})

describe('a complaint on its way out', () => {
  test('is not sent after its permit expired, on record', async () => {
    const hearing = await prepared()
    await allow(hearing, documentIn(hearing, hearing.document))
    const request = await permitted(hearing, hearing.document, 'respondent', 15)
    await world.clock.advance(16 * 60_000)
    const late = await post(`${hearing.base}/dispatches`, { request, channel: 'post' }, 'anna')
    expect(late).toMatchObject({ status: 409, body: { code: 'permit-expired' } })
  })

  test('is not sent after a withdrawal; who was served gets a closing notice and nothing else', async () => {
    const hearing = await prepared()
    const permission = await allow(hearing, documentIn(hearing, hearing.document))
    const { code } = await sent(hearing, hearing.document, 'respondent')
    await post('/v1/my-hearing/opening', { document: hearing.document }, { code })
    await post('/v1/my-hearing/answers', { letter: answer }, { code })
    const file = await standing(hearing)
    const reply = file.documents.find((one: { kind: string }) => one.kind === 'answer')
    await tell(permissionWithdrawn, hearing.dossier, {
      permission,
      act: 'serve-complaint',
      receiver: hearing.respondent,
    })
    expect(await standing(hearing)).toMatchObject({ status: 'ended', end: 'withdrawn' })
    const onward = await post(
      `${hearing.base}/servings`,
      { document: reply.document, to: 'melder' },
      'anna',
    )
    expect(onward).toMatchObject({ status: 409, body: { code: 'withdrawn' } })
    const notice = await post(`${hearing.base}/closing-notice`, undefined, 'anna')
    await sent(hearing, notice.body.document, 'respondent')
    await post('/v1/my-hearing/opening', { document: notice.body.document }, { code })
    const shown = (await get('/v1/my-hearing', { code })).body.documents
    expect(shown.at(-1)).toMatchObject({ kind: 'closing-notice', author: 'office' })
  })

  test('needs permission again when one word changed', async () => {
    const hearing = await prepared()
    await allow(hearing, documentIn(hearing, hearing.document))
    await post(`${hearing.base}/draft`, { letter: { ...letter, text: 'Anders.' } }, 'anna')
    const asked = await post(
      `${hearing.base}/servings`,
      { document: hearing.document, to: 'respondent' },
      'anna',
    )
    expect(asked).toMatchObject({ status: 409, body: { code: 'no-permission' } })
  })

  test('has a new code when it came back, and the old one looks like any wrong one', async () => {
    const hearing = await prepared()
    await allow(hearing, documentIn(hearing, hearing.document))
    const first = await sent(hearing, hearing.document, 'respondent')
    await post(
      `${hearing.base}/failed-deliveries`,
      { request: first.request, reason: 'onbekend-adres' },
      'anna',
    )
    const second = await sent(hearing, hearing.document, 'respondent')
    expect(second.code).not.toBe(first.code)
    expect(await get('/v1/my-hearing', { code: first.code })).toMatchObject({
      status: 401,
      body: { code: 'code-unknown' },
    })
    expect((await get('/v1/my-hearing', { code: second.code })).status).toBe(200)
  })
})

describe('a melder who is not known to the respondent', () => {
  test('is not the subject of a complaint, only of a general letter (ANO-04)', async () => {
    const dossier = await openedCase('known-to-us')
    const url = `/v1/dossiers/${dossier}/hearings`
    expect(await post(url, preparation, 'anna')).toMatchObject({
      status: 409,
      body: { code: 'anonymous' },
    })
    const general = await post(url, { ...preparation, kind: 'general-letter' }, 'anna')
    expect(general).toMatchObject({ status: 201, body: { kind: 'general-letter' } })
  })

  test('stops what has not left when choosing so in between', async () => {
    const hearing = await prepared()
    await allow(hearing, documentIn(hearing, hearing.document))
    const request = await permitted(hearing, hearing.document, 'respondent')
    const changedAt = await world.clock.now()
    await tell(anonymityChanged, hearing.dossier, { anonymity: 'known-to-us', changedAt })
    const stopped = await post(`${hearing.base}/dispatches`, { request, channel: 'post' }, 'anna')
    expect(stopped).toMatchObject({ status: 409, body: { code: 'anonymous' } })
  })
})

describe('a mute respondent', () => {
  test('is reminded, then silent on record, and a late answer reopens (WED-07)', async () => {
    const { hearing, code, request } = await servedHearing()
    await world.clock.advance(16 * day)
    await app.workers.settled()
    expect((await standing(hearing)).voices.respondent.is).toBe('reminder-due')
    const reminder = await post(`${hearing.base}/reminders`, { to: 'respondent' }, 'anna')
    expect(reminder.status, JSON.stringify(reminder.body)).toBe(201)
    await grantLast(hearing)
    const reminded = await post(
      `${hearing.base}/dispatches`,
      { request: reminder.body.request, channel: 'post' },
      'anna',
    )
    expect(reminded.body).toMatchObject({ code: null })
    await world.clock.advance(15 * day)
    await app.workers.settled()
    const silent = await standing(hearing)
    expect(silent.voices.respondent.is).toBe('silent')
    const asked = silent.requests.find((one: { request: string }) => one.request === request)
    expect(asked.cooperation).toBe('geen-antwoord')

    const ended = await post(`${hearing.base}/ending`, { end: 'exchanged' }, 'anna')
    expect(ended.body.end).toBe('exchanged')
    await post('/v1/my-hearing/answers', { letter: answer }, { code })
    expect(await standing(hearing)).toMatchObject({
      status: 'served',
      voices: { respondent: { is: 'heard' } },
    })
  })

  test('keeps no case open: a closing case detaches the hearing', async () => {
    const { hearing } = await servedHearing()
    await tell(caseClosed, hearing.dossier, { outcome: 'afgerond' })
    expect((await standing(hearing)).status).toBe('detached')
  })
})

describe('a text that one side should not get', () => {
  test('is withheld by a second human who has opened it, not by a second account', async () => {
    const { hearing, code } = await servedHearing()
    await post('/v1/my-hearing/answers', { letter: answer }, { code })
    const file = await standing(hearing)
    const { document } = file.documents.find((one: { kind: string }) => one.kind === 'answer')
    const url = `${hearing.base}/withholdings`
    const body = { document, from: 'melder' }
    await post(url, { ...body, ground: 'veiligheid' }, 'anna')
    await post(`${hearing.base}/documents/${document}/opening`, undefined, 'anna-too')
    expect(await post(`${url}/confirmation`, body, 'anna-too')).toMatchObject({
      status: 403,
      body: { code: 'same-person' },
    })
    expect(await post(`${url}/confirmation`, body, 'bram')).toMatchObject({
      status: 409,
      body: { code: 'not-opened' },
    })
    const shown = await post(`${hearing.base}/documents/${document}/opening`, undefined, 'bram')
    expect(shown.body.content).toEqual(answer)
    const signed = await post(`${url}/confirmation`, body, 'bram')
    expect(documentIn(signed.body, document)).toMatchObject({ melder: 'withheld' })
  })
})

describe('who may not', () => {
  test('is another desk, on record', async () => {
    const hearing = await prepared()
    expect((await get(hearing.base, 'cato')).status).toBe(403)
    expect((await post(`${hearing.base}/skip`, undefined, 'cato')).status).toBe(403)
  })

  test('is whoever belongs to the body that is respondent, and whoever declares a tie', async () => {
    const hearing = await prepared()
    expect((await get(hearing.base, 'insider')).status).toBe(403)
    const dossier = await openedCase()
    const tied = { ...preparation, declaredTies: [organisation] }
    expect(await post(`/v1/dossiers/${dossier}/hearings`, tied, 'anna')).toMatchObject({
      status: 403,
      body: { code: 'handler-has-tie' },
    })
  })

  test('is a person or sole trader named openly as respondent', async () => {
    const dossier = await openedCase()
    const url = `/v1/dossiers/${dossier}/hearings`
    const unknown = { ...preparation, respondent: { organisation: '99999999' } }
    expect((await post(url, unknown, 'anna')).status).toBe(400)
    const named = { ...preparation, respondent: { name: 'Jan de Vries', contact: 'Dorpsstraat 1' } }
    const made = await post(url, named, 'anna')
    expect(made).toMatchObject({ status: 201, body: { organisation: null } })
    const { rows } = await world.pool.query(
      `SELECT convert_from(bytes, 'UTF8') AS text FROM ledger_case_history.entry WHERE dossier = $1`,
      [dossier],
    )
    expect(JSON.stringify(rows)).not.toContain('Vries')
  })
})

describe('a mediation', () => {
  test('is sealed from the house, starts with both, and releases by both (MED-01, MED-04)', async () => {
    const { hearing } = await servedHearing()
    const url = `/v1/dossiers/${hearing.dossier}/mediations`
    const { status, body } = await post(url, { hearing: hearing.hearing }, 'mila')
    expect(status, JSON.stringify(body)).toBe(201)
    const track = `${url}/${body.mediation}`
    const agree = (side: string) =>
      post(`${track}/agreements`, { side, agreement: 'Ik doe mee.' }, 'mila')
    expect((await agree('melder')).body.status).toBe('proposed')
    expect((await agree('respondent')).body.status).toBe('started')
    await post(`${track}/sessions`, { notes: 'Gesprek in het dorpshuis.' }, 'mila')
    const agreed = { text: 'Excuses en een training.', kinds: ['excuus', 'training'] }
    expect((await post(`${track}/ending`, { agreed }, 'mila')).body.agreement).toBe(true)
    expect((await get(`${track}/agreement`, 'anna')).status).toBe(403)
    await post(`${track}/releases`, { side: 'melder' }, 'mila')
    expect((await get(`${track}/agreement`, 'anna')).status).toBe(403)
    await post(`${track}/releases`, { side: 'respondent' }, 'mila')
    expect((await get(`${track}/agreement`, 'anna')).body.agreed).toEqual(agreed)
    expect((await get(`${track}/agreement`, 'bram')).status).toBe(403)
    const told = (await world.published(topicOf('mediation'))).filter(
      (one) => one.type.includes('.mediation-') && one.subject === hearing.dossier,
    )
    expect(told.map((one) => one.type.split('.').at(-2))).toEqual([
      'mediation-started',
      'mediation-ended',
    ])
    expect(JSON.stringify(told)).not.toContain('dorpshuis')
  })
})
