import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { buildReferralApp } from '../app.ts'
import { content, referralWorld } from '../test-world.ts'

const { post, get, caseSays, draft, messages, offered, rowOf, accessLog, withdraw, world } =
  referralWorld(buildReferralApp)

describe('an offered referral', () => {
  test('opens for the organisation it was offered to, and for no other; both are on record', async () => {
    const sent = await offered()
    expect((await get('/v1/my-offers', 'paul')).body.referrals).not.toContainEqual(
      expect.objectContaining({ referral: sent.referral }),
    )
    for (const step of ['opening', 'acceptance', 'contact'])
      expect((await post(`${sent.offer}/${step}`, undefined, 'paul')).status).toBe(403)
    expect((await post(`${sent.offer}/opening`, undefined, 'loes')).status).toBe(403)
    const mine = (await get('/v1/my-offers', 'vera')).body.referrals
    expect(mine).toContainEqual(expect.objectContaining({ referral: sent.referral }))
    expect((await post(`${sent.offer}/acceptance`, undefined, 'vera')).body.code).toBe(
      'not-seen-yet',
    )
    const opened = await post(`${sent.offer}/opening`, undefined, 'vera')
    expect(opened).toMatchObject({
      status: 200,
      body: { status: 'seen', purpose: 'hulp', content },
    })
    expect(await accessLog(sent.dossier)).toEqual([
      ...Array(4).fill('AccessDenied'),
      'ContentOpened',
    ])
  })

  test('stays with the desk until the partner accepts, and comes back with an outcome (REF-02)', async () => {
    const sent = await offered()
    await post(`${sent.offer}/opening`, undefined, 'vera')
    const key = randomUUID()
    const accepted = await post(`${sent.offer}/acceptance`, undefined, 'vera', key)
    expect(accepted.body).toMatchObject({ status: 'accepted', holder: 'partner' })
    expect((await post(`${sent.offer}/acceptance`, undefined, 'vera', key)).status).toBe(200)
    expect((await post(`${sent.offer}/contact`, undefined, 'vera')).body.status).toBe('contacted')
    const report = { outcome: 'geholpen', text: 'Zij komt nu wekelijks.' }
    expect((await post(`${sent.offer}/report`, report, 'vera')).body).toMatchObject({
      status: 'done',
      holder: 'desk',
    })
    expect((await messages(sent.dossier)).map((one) => one.name)).toEqual([
      'permit-requested',
      'referral-offered',
      'referral-seen',
      'referral-accepted',
      'referral-contact-made',
      'referral-done',
    ])
    const file = await get(`/v1/dossiers/${sent.dossier}/referrals/${sent.referral}`, 'anna')
    expect(file.body.lines.at(-1)).toMatchObject({ content: { text: report.text } })
  })

  test('is refused with a coded reason, and another partner may be asked', async () => {
    const sent = await offered()
    const refusal = `${sent.offer}/refusal`
    expect((await post(refusal, { reason: 'geen-zin' }, 'vera')).status).toBe(400)
    expect((await post(refusal, { reason: 'geen-capaciteit' }, 'vera')).body).toMatchObject({
      status: 'refused',
      holder: 'desk',
    })
    expect((await post(`${sent.offer}/opening`, undefined, 'vera')).status).toBe(409)
    expect((await draft(sent.dossier, { partner: 'juridisch-loket' })).status).toBe(201)
  })

  test('is recalled unopened when the melder withdraws: it never opens, and the partner reads why', async () => {
    const sent = await offered()
    await withdraw(sent)
    expect(await post(`${sent.offer}/opening`, undefined, 'vera')).toMatchObject({
      status: 409,
      body: { code: 'referral-recalled' },
    })
    expect(await accessLog(sent.dossier)).toEqual(['AccessDenied'])
    const mine = (await get('/v1/my-offers', 'vera')).body.referrals
    expect(mine).toContainEqual(
      expect.objectContaining({
        referral: sent.referral,
        status: 'recalled',
        why: 'permission-withdrawn',
        opened: false,
      }),
    )
    expect((await messages(sent.dossier)).at(-1)).toMatchObject({
      name: 'referral-recalled',
      data: { opened: false },
    })
  })

  test('is recalled as opened when it was read, and a repeat of the reading opens nothing', async () => {
    const sent = await offered()
    const key = randomUUID()
    await post(`${sent.offer}/opening`, undefined, 'vera', key)
    await caseSays(sent.dossier, 'case-closed', { outcome: 'geholpen' })
    expect((await messages(sent.dossier)).at(-1)?.data).toMatchObject({ opened: true })
    const again = await post(`${sent.offer}/opening`, undefined, 'vera', key)
    expect(again).toMatchObject({ status: 409, body: { code: 'referral-recalled' } })
    expect(JSON.stringify(again.body)).not.toContain('Yousra')
  })

  test('is recalled by withdrawing the permission it rests on, not by withdrawing an older one', async () => {
    const sent = await offered()
    const given = async (digest: string) => {
      const permission = randomUUID()
      const permitted = { permission, act: 'refer-with-data', receiver: 'slachtofferhulp', digest }
      await caseSays(sent.dossier, 'permission-given', permitted)
      return permission
    }
    const older = await given('o'.repeat(43))
    const its = await given(sent.digest)
    await withdraw(sent, { permission: older })
    expect((await rowOf(sent)).status).toBe('offered')
    await withdraw(sent, { permission: its })
    expect((await rowOf(sent)).status).toBe('recalled')
  })

  test('is not touched by a withdrawal towards another receiver', async () => {
    const sent = await offered()
    await withdraw(sent, { receiver: 'crm' })
    expect((await rowOf(sent)).status).toBe('offered')
  })

  test('is recalled also when the read model has not caught up', async () => {
    const sent = await offered()
    await world().pool.query('DELETE FROM referral.referral WHERE referral = $1', [sent.referral])
    await withdraw(sent)
    expect((await post(`${sent.offer}/opening`, undefined, 'vera')).status).toBe(409)
  })

  test('is taken back by the desk that sent it', async () => {
    const sent = await offered()
    const recall = `/v1/dossiers/${sent.dossier}/referrals/${sent.referral}/recall`
    expect((await post(recall, undefined, 'bram')).status).toBe(403)
    expect((await post(recall, undefined, 'anna')).body.status).toBe('recalled')
  })

  test('opens or is recalled, whichever was first, and the recall says which', async () => {
    for (let round = 0; round < 8; round += 1) {
      const sent = await offered()
      const [opened] = await Promise.all([
        post(`${sent.offer}/opening`, undefined, 'vera'),
        withdraw(sent),
      ])
      const said = await messages(sent.dossier)
      const seen = said.some((one) => one.name === 'referral-seen')
      const recalled = said.find((one) => one.name === 'referral-recalled')
      expect(recalled?.data['opened']).toBe(seen)
      if (opened.status === 200) expect(seen).toBe(true)
      const log = await accessLog(sent.dossier)
      expect(log).toEqual([opened.status === 200 ? 'ContentOpened' : 'AccessDenied'])
    }
  })
})
