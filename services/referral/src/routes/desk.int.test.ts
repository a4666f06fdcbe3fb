import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { buildReferralApp } from '../app.ts'
import { referralWorld } from '../test-world.ts'

const { post, get, caseSays, openCase, draft, messages, accessLog } =
  referralWorld(buildReferralApp)

describe('a case that a desk holds', () => {
  test('is where its own staff refer from, and nobody else; a refused access is on record', async () => {
    const dossier = await openCase()
    const told = { partner: 'juridisch-loket' }
    const url = `/v1/dossiers/${dossier}/referrals/pointing`
    expect(await post(url, told, 'anna')).toMatchObject({
      status: 201,
      body: { status: 'pointed', holder: 'desk' },
    })
    expect((await post(url, told, 'bram')).status).toBe(403)
    expect(await accessLog(dossier)).toEqual(['AccessDenied'])
    expect((await get(`/v1/dossiers/${randomUUID()}/referrals`, 'anna')).status).toBe(404)
    expect((await post(url, { partner: 'de-buren' }, 'anna')).body.errors).toMatchObject([
      { path: '/body/partner', code: 'unknown-code' },
    ])
  })

  test('tells the others when a person was called together with a partner that said yes', async () => {
    const dossier = await openCase()
    const call = { partner: 'slachtofferhulp', toldBy: 'Petra van de frontdesk', accepted: true }
    const made = await post(`/v1/dossiers/${dossier}/referrals/call`, call, 'anna')
    expect(made).toMatchObject({ status: 201, body: { status: 'contacted', holder: 'partner' } })
    const said = await messages(dossier)
    expect(said.map((one) => one.name)).toEqual([
      'person-pointed',
      'referral-seen',
      'referral-accepted',
      'referral-contact-made',
    ])
    expect(JSON.stringify(said)).not.toContain('Petra')
    const url = `/v1/dossiers/${dossier}/referrals/${made.body.referral}/heard-by-phone`
    const done = { step: 'done', toldBy: 'Petra', outcome: 'geholpen', text: 'Drie gesprekken.' }
    expect(await post(url, done, 'anna')).toMatchObject({ status: 200, body: { status: 'done' } })
    const file = await get(`/v1/dossiers/${dossier}/referrals/${made.body.referral}`, 'anna')
    expect(file.body.lines.at(-1)).toMatchObject({
      type: 'ReferralDone',
      content: { toldBy: 'Petra', text: 'Drie gesprekken.' },
    })
  })

  test('begins nothing once it is closed', async () => {
    const dossier = await openCase()
    await caseSays(dossier, 'case-closed', { outcome: 'geholpen' })
    expect(await draft(dossier)).toMatchObject({ status: 409, body: { code: 'case-closed' } })
    await caseSays(dossier, 'case-reopened', {})
    expect((await draft(dossier)).status).toBe(201)
  })

  test('gets the same answer to a request that was carried out before it closed', async () => {
    const dossier = await openCase()
    const url = `/v1/dossiers/${dossier}/referrals/pointing`
    const told = { partner: 'juridisch-loket' }
    const key = randomUUID()
    const first = await post(url, told, 'anna', key)
    await caseSays(dossier, 'case-closed', { outcome: 'geholpen' })
    expect(await post(url, told, 'anna', key)).toEqual(first)
    expect((await messages(dossier)).map((one) => one.name)).toEqual(['person-pointed'])
    expect((await post(url, told, 'anna')).body.code).toBe('case-closed')
  })

  test('holds its own referrals: another dossier’s is as absent as one that never was', async () => {
    const mine = await openCase()
    const other = await openCase()
    const { referral } = (await draft(other)).body
    expect((await get(`/v1/dossiers/${mine}/referrals/${referral}`, 'anna')).status).toBe(404)
    const send = `/v1/dossiers/${mine}/referrals/${referral}/permit-request`
    expect((await post(send, undefined, 'anna')).status).toBe(404)
    expect(
      (await post(`/v1/dossiers/${mine}/offers/${referral}/opening`, undefined, 'vera')).status,
    ).toBe(404)
  })

  test('drafts once, however often the same request comes', async () => {
    const dossier = await openCase()
    const key = randomUUID()
    const body = { partner: 'slachtofferhulp', purpose: 'hulp', content: { question: 'Hulp?' } }
    const url = `/v1/dossiers/${dossier}/referrals`
    const first = await post(url, body, 'anna', key)
    expect(await post(url, body, 'anna', key)).toEqual(first)
    expect((await get(url, 'anna')).body.referrals).toHaveLength(1)
  })

  test('shows no draft to the partner it is meant for', async () => {
    const dossier = await openCase()
    const { referral } = (await draft(dossier)).body
    const mine = (await get('/v1/my-offers', 'vera')).body.referrals
    expect(mine.map((one: { dossier: string }) => one.dossier)).not.toContain(dossier)
    const opening = `/v1/dossiers/${dossier}/offers/${referral}/opening`
    expect((await post(opening, undefined, 'vera')).status).toBe(403)
  })
})
