import { describe, expect, test } from 'vitest'
import { buildReferralApp } from '../app.ts'
import { referralWorld } from '../test-world.ts'

const { settle, post, get, messages, offered, world, openCase } = referralWorld(buildReferralApp)

describe('a partner that cannot get on (REF-10)', () => {
  test('is heard by the layer above, which takes it up', async () => {
    const sent = await offered()
    await post(`${sent.offer}/opening`, undefined, 'vera')
    await post(`${sent.offer}/acceptance`, undefined, 'vera')
    const text = 'De gemeente antwoordt al drie weken niet.'
    expect((await post(`${sent.offer}/stuck`, { text }, 'vera')).status).toBe(201)
    const open = async () =>
      (await get('/v1/escalations', 'nora')).body.escalations.filter(
        (one: { referral: string }) => one.referral === sent.referral,
      )
    expect(await open()).toMatchObject([{ what: 'stuck', partner: 'slachtofferhulp' }])
    const stuck = await get(`/v1/dossiers/${sent.dossier}/stuck/${sent.referral}`, 'nora')
    expect(stuck.body.raised).toMatchObject([{ text }])
    const url = `/v1/dossiers/${sent.dossier}/referrals/${sent.referral}/taking-up`
    expect((await post(url, { what: 'stuck' }, 'nora')).status).toBe(200)
    expect(await open()).toEqual([])
  })
})

describe('a partner that stays silent', () => {
  test('is escalated once per step, and may still answer', async () => {
    const sent = await offered()
    await world().clock.advance(8 * 86_400_000)
    await settle()
    const overdue = async () =>
      (await messages(sent.dossier)).flatMap((one) =>
        one.name === 'referral-overdue' ? [one.data['step']] : [],
      )
    expect((await overdue()).sort()).toEqual(['acceptance', 'seen'])
    const escalated = (await get('/v1/escalations', 'nora')).body.escalations
    expect(
      escalated
        .filter((one: { referral: string }) => one.referral === sent.referral)
        .map((one: { what: string }) => one.what)
        .sort(),
    ).toEqual(['acceptance', 'seen'])
    await post(`${sent.offer}/opening`, undefined, 'vera')
    await post(`${sent.offer}/acceptance`, undefined, 'vera')
    await world().clock.advance(60 * 86_400_000)
    await settle()
    expect((await overdue()).sort()).toEqual(['acceptance', 'contact', 'feedback', 'seen'])
    expect((await post(`${sent.offer}/report`, { outcome: 'niet-bereikt' }, 'vera')).status).toBe(
      200,
    )
  })
})

describe('the way to each partner (WED-13)', () => {
  test('shows where time is lost, and leaves small groups out', async () => {
    const before = (await get('/v1/route-times', 'nora')).body
    for (let count = 0; count < before.smallestGroup; count += 1) {
      const sent = await offered()
      await world().clock.advance(3_600_000)
      await post(`${sent.offer}/opening`, undefined, 'vera')
    }
    const called = { partner: 'juridisch-loket', toldBy: 'een medewerker' }
    await post(`/v1/dossiers/${await openCase()}/referrals/call`, called, 'anna')
    const { routes } = (await get('/v1/route-times', 'nora')).body
    expect(routes).toHaveLength(1)
    expect(routes[0]).toMatchObject({
      partner: 'slachtofferhulp',
      form: 'with-data',
      hoursToSeen: 1,
    })
    expect(routes[0].offered).toBeGreaterThanOrEqual(before.smallestGroup)
  })
})
