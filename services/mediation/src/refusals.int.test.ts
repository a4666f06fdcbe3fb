import { randomUUID } from 'node:crypto'
import { caseClosed, permissionWithdrawn } from '@wederhoor/contracts/events/case'
import { anonymityChanged } from '@wederhoor/contracts/events/intake'
import type { PublishedOf } from '@wederhoor/contracts/published'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildMediationApp } from './app.ts'
import {
  answer,
  documentIn,
  type HearingWorld,
  hearingWorld,
  letter,
  organisation,
  preparation,
} from './hearing-world.fixture.ts'
import { evolveCasefile } from './views/casefile.ts'

let world: HearingWorld

beforeAll(async () => {
  world = await hearingWorld(buildMediationApp)
})

afterAll(async () => {
  await world.close()
})

describe('a complaint on its way out', () => {
  test('is not sent after its permit expired, on record', async () => {
    const hearing = await world.prepared()
    await world.allow(hearing, documentIn(hearing, hearing.document))
    const request = await world.permitted(hearing, hearing.document, 'respondent', 15)
    await world.clock.advance(16 * 60_000)
    const late = await world.post(
      `${hearing.base}/dispatches`,
      { request, channel: 'post' },
      'anna',
    )
    expect(late).toMatchObject({ status: 409, body: { code: 'permit-expired' } })
  })

  test('is not sent after a withdrawal; who was served gets a closing notice and nothing else', async () => {
    const hearing = await world.prepared()
    const permission = await world.allow(hearing, documentIn(hearing, hearing.document))
    const { code } = await world.sent(hearing, hearing.document, 'respondent')
    await world.post('/v1/my-hearing/opening', { document: hearing.document }, { code })
    await world.post('/v1/my-hearing/answers', { letter: answer }, { code })
    const reply = await world.answerIn(hearing)
    await world.tell(permissionWithdrawn, hearing.dossier, {
      permission,
      act: 'serve-complaint',
      receiver: hearing.respondent,
    })
    expect(await world.standing(hearing)).toMatchObject({ status: 'ended', end: 'withdrawn' })
    const onward = await world.post(
      `${hearing.base}/servings`,
      { document: reply.document, to: 'melder' },
      'anna',
    )
    expect(onward).toMatchObject({ status: 409, body: { code: 'withdrawn' } })
    const notice = await world.post(`${hearing.base}/closing-notice`, undefined, 'anna')
    await world.sent(hearing, notice.body.document, 'respondent')
    await world.post('/v1/my-hearing/opening', { document: notice.body.document }, { code })
    const shown = (await world.get('/v1/my-hearing', { code })).body.documents
    expect(shown.at(-1)).toMatchObject({ kind: 'closing-notice', author: 'office' })
  })

  test('shows the same code when the same request comes again, and is sent once', async () => {
    const hearing = await world.prepared()
    await world.allow(hearing, documentIn(hearing, hearing.document))
    const request = await world.permitted(hearing, hearing.document, 'respondent')
    const key = randomUUID()
    const send = () =>
      world.post(`${hearing.base}/dispatches`, { request, channel: 'post' }, 'anna', key)
    const first = await send()
    expect(await send()).toEqual(first)
    const { lines } = await world.standing(hearing)
    const sent = lines.filter((one: { type: string }) => one.type === 'DocumentDispatched')
    expect(sent).toHaveLength(1)
  })

  test('shows no code when it was sent before under another key: that one would open nothing', async () => {
    const hearing = await world.prepared()
    await world.allow(hearing, documentIn(hearing, hearing.document))
    const request = await world.permitted(hearing, hearing.document, 'respondent')
    const send = () =>
      world.post(`${hearing.base}/dispatches`, { request, channel: 'post' }, 'anna')
    const first = await send()
    expect(await send()).toMatchObject({ status: 201, body: { code: null } })
    expect((await world.get('/v1/my-hearing', { code: first.body.code })).status).toBe(200)
  })

  test('needs permission again when one word changed', async () => {
    const hearing = await world.prepared()
    await world.allow(hearing, documentIn(hearing, hearing.document))
    await world.post(`${hearing.base}/draft`, { letter: { ...letter, text: 'Anders.' } }, 'anna')
    const asked = await world.post(
      `${hearing.base}/servings`,
      { document: hearing.document, to: 'respondent' },
      'anna',
    )
    expect(asked).toMatchObject({ status: 409, body: { code: 'no-permission' } })
  })

  test('has a new code when it came back, and the old one looks like any wrong one', async () => {
    const hearing = await world.prepared()
    await world.allow(hearing, documentIn(hearing, hearing.document))
    const first = await world.sent(hearing, hearing.document, 'respondent')
    await world.post(
      `${hearing.base}/failed-deliveries`,
      { request: first.request, reason: 'onbekend-adres' },
      'anna',
    )
    const second = await world.sent(hearing, hearing.document, 'respondent')
    expect(second.code).not.toBe(first.code)
    expect(await world.get('/v1/my-hearing', { code: first.code })).toMatchObject({
      status: 401,
      body: { code: 'code-unknown' },
    })
    expect((await world.get('/v1/my-hearing', { code: second.code })).status).toBe(200)
  })
})

describe('a request that was carried out before the case closed', () => {
  test('is known again, and prepares no second hearing', async () => {
    const dossier = await world.openedCase()
    const url = `/v1/dossiers/${dossier}/hearings`
    const key = randomUUID()
    const first = await world.post(url, preparation, 'anna', key)
    await world.tell(caseClosed, dossier, { outcome: 'geholpen' })
    const again = await world.post(url, preparation, 'anna', key)
    const { hearing, document } = first.body
    expect(first.status).toBe(201)
    expect(again).toMatchObject({ status: 201, body: { hearing, document, status: 'detached' } })
    const { hearings } = (await world.get(url, 'anna')).body
    expect(hearings).toMatchObject([{ hearing }])
  })
})

describe('a melder who is not known to the respondent', () => {
  test('is not the subject of a complaint, only of a general letter (ANO-04)', async () => {
    const dossier = await world.openedCase('known-to-us')
    const url = `/v1/dossiers/${dossier}/hearings`
    expect(await world.post(url, preparation, 'anna')).toMatchObject({
      status: 409,
      body: { code: 'anonymous' },
    })
    const letter = { text: 'Wij vragen aandacht voor uw beleid.', annexes: [] }
    const general = { ...preparation, letter, kind: 'general-letter' }
    const prepared = await world.post(url, general, 'anna')
    expect(prepared).toMatchObject({ status: 201, body: { kind: 'general-letter' } })
    const annexed = { ...letter, annexes: [{ title: 'Klacht', text: 'Wat haar overkwam.' }] }
    const wrong = { status: 400, body: { errors: [{ path: '/body/letter/annexes' }] } }
    expect(await world.post(url, { ...general, letter: annexed }, 'anna')).toMatchObject(wrong)
    const draft = `${url}/${prepared.body.hearing}/draft`
    expect(await world.post(draft, { letter: annexed }, 'anna')).toMatchObject(wrong)
  })

  test('stops what has not left when choosing so in between', async () => {
    const hearing = await world.prepared()
    await world.allow(hearing, documentIn(hearing, hearing.document))
    const request = await world.permitted(hearing, hearing.document, 'respondent')
    const changedAt = await world.clock.now()
    await world.tell(anonymityChanged, hearing.dossier, { anonymity: 'known-to-us', changedAt })
    const stopped = await world.post(
      `${hearing.base}/dispatches`,
      { request, channel: 'post' },
      'anna',
    )
    expect(stopped).toMatchObject({ status: 409, body: { code: 'anonymous' } })
  })

  test('is heard of by a hearing that is being prepared while it is chosen', async () => {
    const dossier = await world.openedCase()
    const at = await world.clock.now()
    const change = {
      name: 'anonymity-changed',
      dossier,
      anonymity: 'known-to-us',
      changedAt: at,
      at,
    }
    const tx = await world.pool.connect()
    await tx.query('BEGIN')
    await evolveCasefile(change as unknown as PublishedOf<typeof anonymityChanged>, tx)
    const url = `/v1/dossiers/${dossier}/hearings`
    const preparing = world.post(url, preparation, 'anna')
    await expect.poll(waitingForIt, { interval: 10, timeout: 5_000 }).toBe(1)
    await tx.query('COMMIT')
    tx.release()
    expect(await preparing).toMatchObject({ status: 201, body: { anonymity: 'known-to-us' } })
  })
})

async function waitingForIt(): Promise<number | undefined> {
  const { rows } = await world.pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_locks JOIN pg_database d ON d.oid = database
     WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted`,
  )
  return rows[0]?.count
}

describe('a text that one side should not get', () => {
  test('is withheld by a second human who has opened it, not by a second account', async () => {
    const { hearing, code } = await world.servedHearing()
    await world.post('/v1/my-hearing/answers', { letter: answer }, { code })
    const { document } = await world.answerIn(hearing)
    const url = `${hearing.base}/withholdings`
    const body = { document, from: 'melder' }
    await world.post(url, { ...body, ground: 'veiligheid' }, 'anna')
    await world.post(`${hearing.base}/documents/${document}/opening`, undefined, 'anna-too')
    expect(await world.post(`${url}/confirmation`, body, 'anna-too')).toMatchObject({
      status: 403,
      body: { code: 'same-person' },
    })
    expect(await world.post(`${url}/confirmation`, body, 'bram')).toMatchObject({
      status: 409,
      body: { code: 'not-opened' },
    })
    const shown = await world.post(
      `${hearing.base}/documents/${document}/opening`,
      undefined,
      'bram',
    )
    expect(shown.body.content).toEqual(answer)
    const signed = await world.post(`${url}/confirmation`, body, 'bram')
    expect(documentIn(signed.body, document)).toMatchObject({ melder: 'withheld' })
  })
})

describe('who may not', () => {
  test('is another desk, on record', async () => {
    const hearing = await world.prepared()
    expect((await world.get(hearing.base, 'cato')).status).toBe(403)
    const list = `/v1/dossiers/${hearing.dossier}/hearings`
    expect((await world.get(list, 'cato')).status).toBe(403)
    expect((await world.get(list, 'anna')).body.hearings).toMatchObject([
      { hearing: hearing.hearing, status: 'prepared' },
    ])
    expect((await world.post(`${hearing.base}/skip`, undefined, 'cato')).status).toBe(403)
  })

  test('is whoever belongs to the body that is respondent, and whoever declares a tie', async () => {
    const hearing = await world.prepared()
    expect((await world.get(hearing.base, 'insider')).status).toBe(403)
    const dossier = await world.openedCase()
    const tied = { ...preparation, declaredTies: [organisation] }
    expect(await world.post(`/v1/dossiers/${dossier}/hearings`, tied, 'anna')).toMatchObject({
      status: 403,
      body: { code: 'handler-has-tie' },
    })
  })

  test('is a person or sole trader named openly as respondent', async () => {
    const dossier = await world.openedCase()
    const url = `/v1/dossiers/${dossier}/hearings`
    const unknown = { ...preparation, respondent: { organisation: '99999999' } }
    expect((await world.post(url, unknown, 'anna')).status).toBe(400)
    const named = { ...preparation, respondent: { name: 'Jan de Vries', contact: 'Dorpsstraat 1' } }
    const made = await world.post(url, named, 'anna')
    expect(made).toMatchObject({ status: 201, body: { organisation: null } })
    const { rows } = await world.pool.query(
      `SELECT convert_from(bytes, 'UTF8') AS text FROM ledger_case_history.entry WHERE dossier = $1`,
      [dossier],
    )
    expect(JSON.stringify(rows)).not.toContain('Vries')
  })
})
