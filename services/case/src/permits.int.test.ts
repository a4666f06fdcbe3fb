import { randomUUID } from 'node:crypto'
import { anonymityChanged } from '@wederhoor/contracts/events/intake'
import { referralPermitRequested } from '@wederhoor/contracts/events/referral'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildCaseApp } from './app.ts'
import { type CaseWorld, caseWorld, complaint, otherText, permit } from './testing/case-world.ts'

let cases: CaseWorld

beforeAll(async () => {
  cases = await caseWorld(buildCaseApp)
})
afterAll(() => cases.close())
beforeEach(() => cases.another())

const closing = { outcome: 'opgelost', reasons: 'De deurwacht bood excuses aan.' }

describe('a request for a permit', () => {
  test('is refused without permission, granted with it, and refused for another text', async () => {
    await cases.accepted()
    await cases.requested()
    const given = await cases.post('/permissions', permit, 'anna')
    expect(given.status).toBe(201)
    await cases.requested({ digest: otherText })
    await cases.requested()
    const answers = (await cases.told()).filter((one) => one.name?.startsWith('permit-'))
    expect(answers).toMatchObject([
      { name: 'permit-refused', reason: 'no-permission' },
      { name: 'permit-refused', reason: 'other-text' },
      { name: 'permit-granted', digest: complaint },
    ])
  })

  test('of the same request gets the same permit, for a quarter of an hour', async () => {
    await cases.accepted()
    await cases.post('/permissions', permit, 'anna')
    const now = Date.parse(await cases.world.clock.now())
    const request = randomUUID()
    await cases.requested({ request })
    await cases.requested({ request })
    const granted = (await cases.told()).filter((one) => one.name === 'permit-granted')
    expect(granted).toMatchObject([
      { request, validUntil: new Date(now + 15 * 60_000).toISOString() },
    ])
  })

  test('that a withdrawal overtakes is cancelled, and nothing more is granted', async () => {
    await cases.accepted()
    const { permission } = (await cases.post('/permissions', permit, 'anna')).body
    await cases.requested()
    expect((await cases.post('/permissions/withdrawal', { permission }, 'bram')).status).toBe(200)
    await cases.requested()
    expect((await cases.told()).slice(-3)).toMatchObject([
      { name: 'permission-withdrawn', permission },
      { name: 'permit-cancelled' },
      { name: 'permit-refused', reason: 'withdrawn' },
    ])
  })

  test('that meets a withdrawal at the same moment is never left usable (architecture: a withdrawal wins)', async () => {
    await cases.accepted()
    for (let round = 0; round < 8; round += 1) {
      await cases.post('/permissions', permit, 'anna')
      await Promise.all([
        cases.requested(),
        cases.post('/permissions/withdrawal', { everything: true }, 'bram'),
      ])
    }
    const told = await cases.told()
    const named = (name: string) => told.filter((one) => one.name === name).length
    expect(named('permission-withdrawn')).toBe(8)
    expect(named('permit-granted') + named('permit-refused')).toBe(8)
    expect(named('permit-cancelled')).toBe(named('permit-granted'))
  })

  test('for somebody whom the respondent must not know is refused, whatever was permitted (ANO-04)', async () => {
    await cases.accepted({ anonymity: 'known-to-us' })
    await cases.post('/permissions', permit, 'anna')
    await cases.requested()
    await cases.hear('intake', anonymityChanged.type, {
      anonymity: 'known-to-respondent',
      changedAt: await cases.world.clock.now(),
    })
    await cases.requested()
    expect((await cases.told()).slice(-2)).toMatchObject([
      { name: 'permit-refused', reason: 'anonymous' },
      { name: 'permit-granted' },
    ])
  })

  test('of referral is decided on the permission for that partner, with its scope', async () => {
    await cases.accepted()
    const refer = { act: 'refer-with-data', receiver: 'politie-oost', digest: complaint }
    expect((await cases.post('/permissions', refer, 'anna')).body.code).toBe('scope-needed')
    const scope = { ...refer, fields: ['naam', 'verhaal'], until: '2024-06-01' }
    expect((await cases.post('/permissions', scope, 'anna')).status).toBe(201)
    await cases.hear('referral', referralPermitRequested.type, {
      request: randomUUID(),
      referral: randomUUID(),
      act: 'refer-with-data',
      receiver: 'politie-oost',
      digest: complaint,
      at: await cases.world.clock.now(),
    })
    expect((await cases.told()).at(-1)).toMatchObject({
      name: 'permit-granted',
      receiver: 'politie-oost',
    })
  })

  test('about the case of another is not permitted by a witness (WIT-02)', async () => {
    await cases.accepted({ melderKind: 'getuige', victimConsents: false })
    expect(await cases.post('/permissions', permit, 'anna')).toMatchObject({
      status: 409,
      body: { code: 'melder-does-not-decide' },
    })
  })
})

describe('an id in another spelling', () => {
  test('is the same id', async () => {
    await cases.accepted()
    const { body } = await cases.post('/permissions', permit, 'anna')
    const named = { permission: String(body.permission).toUpperCase() }
    expect((await cases.post('/permissions/withdrawal', named, 'anna')).status).toBe(200)
    const rule = { party: randomUUID().toUpperCase(), outgoing: 'none', rule: 'niet bellen' }
    expect((await cases.post('/safe-contact', rule, 'anna')).status).toBe(200)
  })
})

describe('acute danger', () => {
  const danger = {
    receiver: 'noodnummer',
    ground: 'levensgevaar',
    content: 'Bedreigd met een mes, nu, op dit adres.',
    telling: 'told',
  }

  test('is reviewed by another human who opened it, never by the same one (procedure §9.6)', async () => {
    await cases.accepted()
    const reported = await cases.post('/dangers', danger, 'anna')
    expect(reported.status).toBe(201)
    const path = `/dangers/${reported.body.danger}`
    const verdict = { verdict: 'justified' }
    expect((await cases.post(`${path}/review`, verdict, 'anna-second-account')).body.code).toBe(
      'same-person',
    )
    expect((await cases.post(`${path}/review`, verdict, 'bram')).body.code).toBe('not-opened')
    expect((await cases.post(`${path}/opening`, {}, 'bram')).body).toMatchObject({
      content: danger.content,
    })
    expect((await cases.post(`${path}/review`, verdict, 'bram')).status).toBe(200)
    const { case: row } = (await cases.get(`/v1/cases/${cases.dossier()}`, 'anna')).body
    expect(row.clocks.map((one: { kind: string }) => one.kind)).toEqual(['first-contact'])
  })

  test('that nobody reviewed within a working day is overdue on the list', async () => {
    await cases.accepted()
    const { body } = await cases.post('/dangers', danger, 'anna')
    await cases.world.clock.setTo(body.reviewDueAt)
    await cases.world.clock.advance(1)
    await cases.app.workers.settled()
    await cases.app.workers.settled()
    const { case: row } = (await cases.get(`/v1/cases/${cases.dossier()}`, 'anna')).body
    expect(row.clocks).toContainEqual({
      kind: `danger-${body.danger}`,
      dueAt: body.reviewDueAt,
      overdue: true,
    })
  })

  test('is not opened by somebody far away', async () => {
    await cases.accepted()
    const reported = await cases.post('/dangers', danger, 'anna')
    expect((await cases.post(`/dangers/${reported.body.danger}/opening`, {}, 'roos')).status).toBe(
      403,
    )
  })
})

describe('a closed case', () => {
  test('takes no steps, cancels what was out, and opens again under the same dossier', async () => {
    await cases.accepted()
    await cases.post('/permissions', permit, 'anna')
    await cases.requested()
    expect((await cases.post('/closing', closing, 'anna')).body).toMatchObject({ status: 'closed' })
    expect((await cases.told()).slice(-2)).toMatchObject([
      { name: 'permit-cancelled' },
      { name: 'case-closed', outcome: 'opgelost' },
    ])
    expect(await cases.post('/permissions', permit, 'anna')).toMatchObject({
      status: 409,
      body: { code: 'case-closed' },
    })
    await cases.requested()
    await cases.requested({ act: 'closing-notice', digest: otherText })
    expect((await cases.told()).slice(-2)).toMatchObject([
      { name: 'permit-refused', reason: 'case-closed' },
      { name: 'permit-granted', act: 'closing-notice' },
    ])
    const reopened = await cases.post('/reopening', { why: 'melder-returned' }, 'bram')
    expect(reopened.body).toMatchObject({ status: 'open' })
    expect((await cases.told()).at(-1)).toMatchObject({ name: 'case-reopened' })
  })
})
