import { describe, expect, test } from 'vitest'
import { buildReferralApp } from './app.ts'
import { content, referralWorld } from './test-world.ts'

const { post, get, openCase, draft, askedFor, grant, offered, rowOf, accessLog } =
  referralWorld(buildReferralApp)

describe('data for police or prosecution (REF-07)', () => {
  const police = { partner: 'politie-midden-nederland', purpose: 'aangifte' }
  const permit = { receiver: 'politie-midden-nederland' }
  const covenant = {
    version: 1,
    partners: ['politie-midden-nederland'],
    desks: [],
    purpose: 'aangifte',
    fields: ['name-or-code', 'question'],
    validFrom: '2024-01-01',
    validUntil: '2024-12-31',
  }
  let registered: string

  test('is refused without a covenant, and the refusal stands in the history', async () => {
    const dossier = await openCase()
    expect(await draft(dossier, police)).toMatchObject({
      status: 409,
      body: { code: 'no-covenant' },
    })
    const { body } = await get(`/v1/dossiers/${dossier}/referrals`, 'anna')
    expect(body.referrals).toMatchObject([{ status: 'withheld', why: 'no-covenant' }])
  })

  test('is settled once for everybody by the national layer (REF-06)', async () => {
    expect((await post('/v1/covenants', covenant, 'anna')).status).toBe(403)
    const made = await post('/v1/covenants', covenant, 'nora')
    expect(made).toMatchObject({ status: 201, body: { status: 'registered', version: 1 } })
    registered = made.body.covenant
    expect((await get('/v1/covenants', 'anna')).body.covenants).toMatchObject([
      { covenant: registered, purpose: 'aangifte', validUntil: '2024-12-31', revoked: false },
    ])
  })

  test('goes over under the covenant, within its purpose and fields', async () => {
    const dossier = await openCase()
    expect(await draft(dossier, { ...police, purpose: 'opsporing' })).toMatchObject({
      body: { code: 'covenant-for-another-purpose' },
    })
    const more = { ...content, religion: 'doet er niet toe' }
    expect(await draft(dossier, { ...police, content: more })).toMatchObject({
      body: { code: 'fields-outside-covenant' },
    })
    const sent = await offered(police, permit)
    const opened = await post(`${sent.offer}/opening`, undefined, 'paul')
    expect(opened).toMatchObject({ status: 200, body: { status: 'seen', content } })
  })

  test('stays closed once the covenant is revoked: what waits opens no more, what is asked goes not out', async () => {
    const waiting = await offered(police, permit)
    const asked = await askedFor(police)
    await post(`/v1/covenants/${registered}/revocation`, undefined, 'nora')
    expect(await post(`${waiting.offer}/opening`, undefined, 'paul')).toMatchObject({
      status: 409,
      body: { code: 'basis-gone' },
    })
    expect(await accessLog(waiting.dossier)).toEqual(['AccessDenied'])
    await grant(asked, permit)
    expect(await rowOf(asked)).toMatchObject({ status: 'drafted', why: 'covenant-revoked' })
  })
})
