import { randomUUID } from 'node:crypto'
import { erasureAsked } from '@wederhoor/contracts/events/intake'
import { complaintServed, hearingEnded, hearingOpened } from '@wederhoor/contracts/events/mediation'
import { findings, tablesOf } from '@wederhoor/vault/planted-search'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildCaseApp } from './app.ts'
import { type CaseWorld, caseWorld, respondent } from './testing/case-world.ts'

let cases: CaseWorld

beforeAll(async () => {
  cases = await caseWorld(buildCaseApp)
})
afterAll(() => cases.close())
beforeEach(() => cases.another())

const ground = 'toestemming-ingetrokken'
const planted = [
  'Zoë Überprüfung-Ångström',
  '06-12345678',
  'Brouwersgracht 1042 boven',
  'de portier sloeg een kruis en lachte',
]
const secret = planted.join(', ')

const at = (path: string, party = 'melder') => `/erasures/${party}${path}`
const seen = async (party = 'melder', who = 'fenna') =>
  (await cases.get(`/v1/cases/${cases.dossier()}${at('', party)}`, who)).body

const inDays = async (days: number): Promise<string> =>
  new Date(Date.parse(await cases.world.clock.now()) + days * 86_400_000).toISOString().slice(0, 10)

/** The clock moves on, and what was due happens. */
async function pass(days = 0): Promise<void> {
  await cases.world.clock.advance(days * 86_400_000 + 1_000)
  await cases.app.workers.settled()
  await cases.app.workers.settled()
}

async function written(): Promise<void> {
  await cases.accepted()
  await cases.post('/notes', { text: secret, direction: 'in', result: 'message' }, 'anna')
  await cases.post('/wishes', { wish: secret, ownPart: secret }, 'anna')
  await cases.post('/notes', { text: 'Van de ander.', direction: 'in', party: respondent }, 'bram')
}

async function erased(decision: object = { verdict: 'erase' }): Promise<void> {
  await cases.post(at('/request'), { ground }, 'anna')
  const decided = await cases.post(at('/decision'), decision, 'fenna')
  expect(decided).toMatchObject({ status: 200 })
  await pass()
}

const history = async () =>
  (
    await cases.world.pool.query<{ type: string }>(
      `SELECT type FROM ledger_case_history.entry WHERE dossier = $1 AND stream LIKE 'erasure-%' ORDER BY position`,
      [cases.dossier()],
    )
  ).rows.map((row) => row.type)

const sealedOf = async (party: string) =>
  (
    await cases.world.pool.query<{ live: number; erased: number; keys: number }>(
      `SELECT count(*) FILTER (WHERE erased_at IS NULL)::int AS live,
         count(*) FILTER (WHERE erased_at IS NOT NULL)::int AS erased,
         (SELECT count(*)::int FROM vault.data_key k WHERE k.dossier = $1 AND k.party = $2) AS keys
       FROM vault.sealed WHERE dossier = $1 AND party = $2`,
      [cases.dossier(), party],
    )
  ).rows[0]

describe('an erasure that was asked for', () => {
  test('is decided by neither who asked, nor who handled, nor their other account (AVG-03, procedure §9.6)', async () => {
    await written()
    expect((await cases.post(at('/request'), { ground }, 'bram')).body.status).toBe('requested')
    const erase = { verdict: 'erase' }
    expect((await cases.post(at('/decision'), erase, 'bram')).status).toBe(403)
    expect((await cases.post(at('/decision'), erase, 'anna-officer')).body.code).toBe('handled-it')
    expect((await cases.post(at('/decision'), erase, 'fenna')).body.status).toBe('granted')
    const { rows } = await cases.world.pool.query(
      `SELECT convert_from(bytes, 'UTF8')::json -> 'data' ->> 'reason' AS reason
       FROM ledger_access.entry WHERE dossier = $1 AND type = 'AccessDenied'`,
      [cases.dossier()],
    )
    expect(rows.map((row) => row.reason)).toContain('handled-it')
  })

  test('by an officer is decided by another one', async () => {
    await written()
    await cases.post(at('/request'), { ground }, 'fenna')
    expect((await cases.post(at('/decision'), { verdict: 'erase' }, 'fenna')).body.code).toBe(
      'same-person',
    )
    expect((await cases.post(at('/decision'), { verdict: 'erase' }, 'govert')).status).toBe(200)
  })

  test('by code reaches the officers without anybody of the desk', async () => {
    await written()
    const melder = cases.melder()
    await cases.hear('intake', erasureAsked.type, {
      melder,
      ground,
      askedAt: await cases.world.clock.now(),
    })
    const { erasures } = (await cases.get('/v1/erasures?status=requested', 'govert')).body
    expect(erasures.find((one: { party: string }) => one.party === melder)).toMatchObject({
      dossier: cases.dossier(),
      ground,
    })
  })

  test('that nobody answers within a month is seen to be late (procedure §7)', async () => {
    await written()
    const asked = await cases.post(at('/request'), { ground }, 'anna')
    const month = Date.parse(asked.body.answerDueAt) - Date.parse(asked.body.requestedAt)
    expect(month / 86_400_000).toBeGreaterThan(27)
    await pass(20)
    const row = async () =>
      (await cases.get('/v1/erasures', 'fenna')).body.erasures.find(
        (one: { dossier: string }) => one.dossier === cases.dossier(),
      )
    expect(await row()).toMatchObject({ status: 'requested', overdue: false })
    await pass(15)
    expect(await row()).toMatchObject({ status: 'requested', overdue: true })
    expect(await history()).toEqual(['ErasureRequested', 'ErasureOverdue'])
  })

  test('because a term has passed is asked for only after it, and the term is that of the policy', async () => {
    await written()
    const passed = { ground: 'bewaartermijn-verstreken' }
    expect((await cases.post(at('/request'), passed, 'anna')).body.code).toBe('retention-runs')
    await cases.post('/closing', { outcome: 'opgelost', reasons: 'Klaar.' }, 'anna')
    expect((await cases.post(at('/request'), passed, 'anna')).body.code).toBe('retention-runs')
    await pass(5 * 366)
    expect((await cases.post(at('/request'), passed, 'anna')).body.status).toBe('requested')
  })

  test('asked twice is asked once; unknown grounds and strangers to the dossier are refused', async () => {
    await written()
    await cases.post(at('/request'), { ground }, 'anna')
    await cases.post(at('/request'), { ground: 'bezwaar' }, 'bram')
    expect(await history()).toEqual(['ErasureRequested'])
    expect((await cases.post(at('/request'), { ground: 'zomaar' }, 'anna')).status).toBe(400)
    expect((await cases.post(at('/request', randomUUID()), { ground }, 'anna')).body.code).toBe(
      'no-such-party',
    )
    expect((await cases.post(at('/request'), { ground }, 'roos')).status).toBe(403)
    expect((await cases.get('/v1/erasures', 'anna')).status).toBe(403)
  })
})

describe('an erasure that is held back', () => {
  test('by a person is refused, and the refusal is recorded with its ground', async () => {
    await written()
    const hold = { ground: 'rechtsvordering', reviewOn: await inDays(300) }
    const placed = await cases.post(at('/holds'), hold, 'anna')
    await cases.post(at('/request'), { ground }, 'anna')
    expect((await cases.post(at('/decision'), { verdict: 'erase' }, 'fenna')).body.code).toBe(
      'held',
    )
    expect(await seen()).toMatchObject({ status: 'refused', refusedFor: ['rechtsvordering'] })
    expect((await cases.told()).at(-1)).toMatchObject({
      name: 'erasure-refused',
      party: cases.melder(),
      grounds: ['rechtsvordering'],
    })
    await pass()
    expect(await sealedOf(cases.melder())).toMatchObject({ erased: 0, keys: 1 })
    const [{ hold: id }] = placed.body.holds
    expect((await cases.post(at(`/holds/${id}/lifting`), {}, 'anna')).status).toBe(403)
    expect((await cases.post(at(`/holds/${id}/lifting`), {}, 'fenna')).status).toBe(200)
    await cases.post(at('/request'), { ground }, 'anna')
    expect((await cases.post(at('/decision'), { verdict: 'erase' }, 'fenna')).body.code).toBe(
      'same-person',
    )
    expect((await cases.post(at('/decision'), { verdict: 'erase' }, 'govert')).status).toBe(200)
  })

  test('is looked at again when its day has passed, and is seen to be late', async () => {
    await written()
    const now = await cases.world.clock.now()
    const reviewOn = now.slice(0, 10)
    await cases.post(at('/holds'), { ground: 'bewaarplicht', reviewOn }, 'anna')
    await pass(1)
    expect((await seen()).holds).toMatchObject([{ standing: 'overdue' }])
    expect(await history()).toEqual(['LegalHoldPlaced', 'LegalHoldOverdue'])
    const passed = { ground: 'bewaarplicht', reviewOn: '2024-01-01' }
    expect((await cases.post(at('/holds'), passed, 'anna')).body.code).toBe('review-passed')
    const forEver = { ground: 'bewaarplicht', reviewOn: await inDays(400) }
    expect((await cases.post(at('/holds'), forEver, 'anna')).body.code).toBe('review-too-late')
    const running = { ground: 'lopende-bemiddeling', reviewOn: '2034-01-01' }
    expect((await cases.post(at('/holds'), running, 'anna')).body.code).toBe('holds-by-itself')
  })

  test('by a running hearing waits for its end; then the other’s defence is weighed (procedure §7)', async () => {
    await written()
    const now = await cases.world.clock.now()
    const hearing = randomUUID()
    await cases.hear('mediation', hearingOpened.type, { hearing, respondent, at: now })
    await cases.hear('mediation', complaintServed.type, {
      hearing,
      digest: 'C'.repeat(43),
      answerDueAt: now,
      at: now,
    })
    await cases.post(at('/request'), { ground }, 'anna')
    await cases.post(at('/decision'), { verdict: 'erase' }, 'fenna')
    expect((await seen()).refusedFor).toEqual(['lopend-hoor-en-wederhoor'])
    await cases.hear('mediation', hearingEnded.type, { hearing, end: 'exchanged', at: now })
    await cases.post(at('/request'), { ground }, 'anna')
    expect((await cases.post(at('/decision'), { verdict: 'erase' }, 'fenna')).body.code).toBe(
      'defence-not-weighed',
    )
    const weighed = { verdict: 'erase', defence: 'ander-heeft-afschrift' }
    expect((await cases.post(at('/decision'), weighed, 'fenna')).body.status).toBe('granted')
  })
})

describe('a melder who is erased', () => {
  test('is gone from every table, byte for byte; the other party, the case and another dossier stand', async () => {
    await written()
    const elsewhere = cases.dossier()
    cases.another()
    await written()
    const { rows } = await cases.world.pool.query<{ bytes: Buffer }>(
      'SELECT bytes FROM ledger_case_history.entry WHERE dossier = $1 ORDER BY position',
      [cases.dossier()],
    )
    await erased()

    expect(await history()).toEqual([
      'ErasureRequested',
      'ErasureGranted',
      'PartyErased',
      'ErasureCompleted',
    ])
    expect(await sealedOf(cases.melder())).toEqual({ live: 0, erased: 3, keys: 0 })
    expect(await sealedOf(respondent)).toMatchObject({ live: 1, keys: 1 })
    expect(findings(planted, await tablesOf(cases.world.pool))).toEqual([])

    const { lines } = (await cases.get(`/v1/cases/${cases.dossier()}`, 'anna')).body
    const contents = lines
      .filter((one: { type: string }) => ['WishRecorded', 'ContactNoted'].includes(one.type))
      .map((one: { content: object }) => one.content)
    expect(contents).toEqual([
      { text: 'erased' },
      { wish: 'erased', ownPart: 'erased' },
      { text: 'Van de ander.' },
    ])
    // What was written stays as it was written: not one byte of an earlier entry moved.
    const after = await cases.world.pool.query<{ bytes: Buffer }>(
      'SELECT bytes FROM ledger_case_history.entry WHERE dossier = $1 ORDER BY position LIMIT $2',
      [cases.dossier(), rows.length],
    )
    expect(after.rows).toEqual(rows)
    const other = (await cases.get(`/v1/cases/${elsewhere}`, 'anna')).body.lines
    expect(JSON.stringify(other)).toContain(planted[0])
  })

  test('is asked nothing more: writing about them fails loudly, their code says why, the case is over', async () => {
    await written()
    await erased()
    const note = { text: 'Nog iets.', direction: 'out' }
    expect(await cases.post('/notes', note, 'anna')).toMatchObject({
      status: 410,
      body: { code: 'erased' },
    })
    expect((await cases.post('/notes', { ...note, party: respondent }, 'anna')).status).toBe(201)
    expect(await cases.mine()).toMatchObject({ status: 410, body: { code: 'melder-erased' } })
    const reopening = await cases.post('/reopening', { why: 'melder-returned' }, 'anna')
    expect(reopening.body.code).toBe('melder-erased')
    const { case: row } = (await cases.get(`/v1/cases/${cases.dossier()}`, 'anna')).body
    expect(row).toMatchObject({ status: 'closed', outcome: 'gewist', clocks: [] })
    const told = (await cases.told()).map((one) => one.name)
    expect(told).toContain('party-erased')
    expect(told).toContain('case-closed')
    await cases.post(at('/request'), { ground }, 'anna')
    const hold = { ground: 'bewaarplicht', reviewOn: await inDays(300) }
    expect((await cases.post(at('/holds'), hold, 'anna')).body.code).toBe('already-decided')
  })

  test('is gone from backups when the epochs that those need have ended: the second date', async () => {
    await written()
    await erased()
    const { status, completedAt, finalDueAt } = await seen()
    expect(status).toBe('completed')
    expect(finalDueAt > completedAt).toBe(true)
    const before = await cases.world.parts.erasing.epochs.list()
    await pass(34)
    expect((await seen()).status).toBe('completed')
    await pass(2)
    expect(await seen()).toMatchObject({ status: 'final', completedAt })
    expect(await history()).toContain('ErasureFinal')
    const standing = await cases.world.parts.erasing.epochs.list()
    expect(standing).not.toContain(before[0])
    // Everybody else reads on under the epoch that came after.
    const { lines } = (await cases.get(`/v1/cases/${cases.dossier()}`, 'anna')).body
    expect(JSON.stringify(lines)).toContain('Van de ander.')
  })
})

describe('a party who is erased', () => {
  test('while others write: no entry after it names content of theirs', async () => {
    await written()
    await cases.post(at('/request'), { ground }, 'anna')
    const writing = Array.from({ length: 30 }, (_, index) =>
      cases.post('/wishes', { wish: `${secret} ${index}` }, 'anna'),
    )
    const deciding = cases.post(at('/decision'), { verdict: 'erase' }, 'fenna')
    const statuses = (await Promise.all(writing)).map((one) => one.status)
    expect((await deciding).status).toBe(200)
    await pass()
    expect(statuses.every((status) => status === 200 || status === 410 || status === 409)).toBe(
      true,
    )
    const { rows } = await cases.world.pool.query<{ type: string; owned: boolean }>(
      `SELECT type, EXISTS (
         SELECT FROM json_each_text(convert_from(bytes, 'UTF8')::json -> 'c') c
         JOIN vault.sealed s ON s.digest = decode(rpad(translate(c.value, '-_', '+/'), 44, '='), 'base64')
         WHERE s.party = $2) AS owned
       FROM ledger_case_history.entry WHERE dossier = $1 ORDER BY position`,
      [cases.dossier(), cases.melder()],
    )
    const from = rows.findIndex((row) => row.type === 'PartyErased')
    expect(rows.slice(0, from).filter((row) => row.owned).length).toBeGreaterThan(1)
    expect(rows.slice(from).filter((row) => row.owned)).toEqual([])
    expect(await sealedOf(cases.melder())).toMatchObject({ live: 0, keys: 0 })
    expect((await seen()).status).toBe('completed')
  })

  test('and is not the melder leaves the case open and the melder’s words as they are', async () => {
    await written()
    await cases.post(at('/request', respondent), { ground: 'bezwaar' }, 'anna')
    const decided = await cases.post(at('/decision', respondent), { verdict: 'erase' }, 'fenna')
    expect(decided.status).toBe(200)
    await pass()
    expect((await seen(respondent)).status).toBe('completed')
    const { case: row, lines } = (await cases.get(`/v1/cases/${cases.dossier()}`, 'anna')).body
    expect(row.status).toBe('open')
    expect(JSON.stringify(lines)).toContain(planted[3])
    expect(JSON.stringify(lines)).not.toContain('Van de ander.')
    expect((await cases.mine()).status).toBe(200)
  })
})
