import { randomUUID } from 'node:crypto'
import { codeDigest, codeOf } from '@wederhoor/identity/code'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildCaseApp } from './app.ts'
import { type CaseWorld, caseWorld, complaint, otherText, permit } from './testing/case-world.ts'

let cases: CaseWorld

beforeAll(async () => {
  cases = await caseWorld(buildCaseApp)
})
afterAll(() => cases.close())
beforeEach(() => cases.another())

const permits = async () =>
  (await cases.told()).filter((one) => one.name?.startsWith('permit-')).map((one) => one.name)

describe('two cases under one code', () => {
  test('stop no view, and the code opens neither', async () => {
    const digest = codeDigest(
      codeOf(cases.dossier(), cases.world.parts.pepper),
      cases.world.parts.pepper,
    )
    const typed = codeOf(cases.dossier(), cases.world.parts.pepper)
    await cases.accepted()
    expect((await cases.mine()).status).toBe(200)
    cases.another()
    await cases.accepted({ codeDigest: digest })
    expect((await cases.get(`/v1/cases/${cases.dossier()}`, 'anna')).status).toBe(200)
    expect((await cases.mine('', undefined, typed)).body).toMatchObject({ code: 'code-unknown' })
  })
})

describe('a melder with their code', () => {
  test('sees at which desk somebody helps, and what waits for their permission', async () => {
    await cases.accepted()
    await cases.requested()
    const mine = await cases.mine()
    expect(mine).toMatchObject({
      status: 200,
      body: {
        status: 'open',
        contactPerson: { role: 'contact-person' },
        decides: true,
        outgoingToYou: 'allowed',
        waiting: [{ ...permit, askedAt: await cases.world.clock.now() }],
        permissions: [],
      },
    })
    const pseudonym = await cases.world.parts.vault.pseudonym(cases.dossier(), 'anna')
    expect(JSON.stringify(mine.body)).not.toContain(pseudonym)
  })

  test('permits by their own hand, and then the permit follows', async () => {
    await cases.accepted()
    await cases.requested()
    const given = await cases.mine('/permissions', permit)
    expect(given).toMatchObject({
      status: 201,
      body: { waiting: [], permissions: [{ ...permit, standing: 'live', validUntil: null }] },
    })
    await cases.requested()
    expect(await permits()).toEqual(['permit-refused', 'permit-granted'])
    const { lines } = (await cases.get(`/v1/cases/${cases.dossier()}`, 'anna')).body
    expect(lines.find((one: { type: string }) => one.type === 'PermissionGiven')).toMatchObject({
      role: 'melder',
      facts: { how: 'by-code', by: cases.melder() },
    })
  })

  test('acts under the power over their own case, and declining has an act of its own', async () => {
    await cases.accepted()
    await cases.requested()
    await cases.mine('/permissions/refusal', permit)
    const { rows } = await cases.world.pool.query(
      `SELECT convert_from(bytes, 'UTF8')::json -> 'power' ->> 'code' AS power
       FROM ledger_case_history.entry WHERE dossier = $1 AND type = 'PermissionDeclined'`,
      [cases.dossier()],
    )
    expect(rows).toEqual([{ power: 'eigen-zaak' }])
    expect((await cases.mine()).body).toMatchObject({ waiting: [], declined: [permit] })
  })

  test('withdraws, and what was granted and not dispatched stays here (procedure §9.5)', async () => {
    await cases.accepted()
    await cases.post('/permissions', permit, 'anna')
    await cases.requested()
    const [one] = (await cases.mine()).body.permissions
    const { permission } = one
    expect(await cases.mine('/permissions/withdrawal', { permission })).toMatchObject({
      status: 200,
      body: { permissions: [{ permission, standing: 'withdrawn' }] },
    })
    expect(await permits()).toEqual(['permit-granted', 'permit-cancelled'])
  })

  test('withdraws after closing too, and permits nothing then', async () => {
    await cases.accepted()
    await cases.post('/closing', { outcome: 'opgelost', reasons: 'Klaar.' }, 'anna')
    expect((await cases.mine('/permissions/withdrawal', { everything: true })).status).toBe(200)
    expect((await cases.mine('/permissions', permit)).body.code).toBe('case-closed')
  })

  test('who is a witness sees the case and decides nothing (WIT-02)', async () => {
    await cases.accepted({ melderKind: 'getuige', victimConsents: false })
    await cases.requested()
    expect((await cases.mine()).body).toMatchObject({ decides: false, waiting: [] })
    for (const [path, body] of [
      ['/permissions', permit],
      ['/permissions/refusal', permit],
      ['/permissions/withdrawal', { everything: true }],
    ] as const)
      expect(await cases.mine(path, body)).toMatchObject({
        status: 409,
        body: { code: 'melder-does-not-decide' },
      })
  })
})

describe('a code', () => {
  test('of another dossier opens only that one', async () => {
    await cases.accepted()
    const first = cases.dossier()
    const theirs = codeOf(first, cases.world.parts.pepper)
    cases.another()
    await cases.accepted()
    expect((await cases.mine('', undefined, theirs)).body.dossier).toBe(first)
    expect((await cases.mine()).body.dossier).toBe(cases.dossier())
  })

  test('that nobody has looks like one that is none, and an account does not stand in for it', async () => {
    const wrong = codeOf(randomUUID(), cases.world.parts.pepper)
    const never = await cases.mine('', undefined, wrong)
    expect(never).toMatchObject({ status: 401, body: { code: 'code-unknown' } })
    expect((await cases.mine('', undefined, 'x')).body).toMatchObject({ code: 'code-unknown' })
    expect((await cases.get('/v1/my-case', 'anna')).status).toBe(403)
  })

  test('opens no case that its stream does not know it for, whatever the view says', async () => {
    await cases.accepted()
    const first = cases.dossier()
    cases.another()
    await cases.accepted()
    const theirs = codeOf(first, cases.world.parts.pepper)
    await cases.world.pool.query(
      `UPDATE cases.summary SET code_digest = CASE dossier WHEN $1 THEN repeat('x', 43) ELSE $3 END
       WHERE dossier IN ($1, $2)`,
      [first, cases.dossier(), codeDigest(theirs, cases.world.parts.pepper)],
    )
    expect((await cases.mine('', undefined, theirs)).body).toMatchObject({ code: 'code-unknown' })
  })

  test('that is guessed at is held up, right or wrong', async () => {
    await cases.accepted()
    const wrong = codeOf(randomUUID(), cases.world.parts.pepper)
    const statuses: number[] = []
    for (let guess = 0; guess < 40 && !statuses.includes(429); guess += 1)
      statuses.push((await cases.mine('', undefined, wrong)).status)
    expect(statuses.at(-1)).toBe(429)
    await cases.world.clock.advance(2 * 3_600_000)
    expect((await cases.mine()).status).toBe(200)
  })
})

describe('staff', () => {
  test('do not say that it was by code', async () => {
    await cases.accepted()
    const claimed = await cases.post('/permissions', { ...permit, how: 'by-code' }, 'anna')
    expect(claimed.status).toBe(400)
  })
})

describe('a rule for safe contact given at intake', () => {
  const toMelder = () => ({ act: 'serve-answer', receiver: cases.melder(), digest: otherText })

  test('holds back what goes to the melder until staff have confirmed it (procedure §1, §9.11)', async () => {
    await cases.accepted({ safeContact: 'rule-set' })
    await cases.requested(toMelder())
    expect((await cases.mine()).body.outgoingToYou).toBe('none')
    const before = await cases.get(`/v1/cases/${cases.dossier()}`, 'anna')
    expect(before.body.safeContact).toBe('to-confirm')
    const rule = { outgoing: 'allowed', rule: 'Alleen e-mail, geen voicemail.' }
    expect((await cases.post('/safe-contact', rule, 'bram')).status).toBe(200)
    await cases.requested(toMelder())
    expect((await cases.told()).slice(-2)).toMatchObject([
      { name: 'permit-refused', reason: 'not-safe' },
      { name: 'permit-granted', digest: otherText },
    ])
    const after = await cases.get(`/v1/cases/${cases.dossier()}`, 'anna')
    expect(after.body.safeContact).toBe('confirmed')
  })

  test('does not hold back what goes to the respondent with permission', async () => {
    await cases.accepted({ safeContact: 'rule-set' })
    await cases.mine('/permissions', permit)
    await cases.requested()
    expect((await cases.told()).at(-1)).toMatchObject({ name: 'permit-granted', digest: complaint })
  })
})
