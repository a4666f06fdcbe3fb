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
})
