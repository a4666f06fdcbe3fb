import { randomUUID } from 'node:crypto'
import type { Message } from '@wederhoor/broker/port'
import type { CasePublished } from '@wederhoor/contracts/events/case'
import { commandHandler } from '@wederhoor/decider/handler'
import { reactions } from '@wederhoor/runtime/reactions'
import { eventCodec } from '@wederhoor/vault/event-codec'
import { describe, expect, test } from 'vitest'
import { buildReferralApp } from './app.ts'
import { caseHeard } from './case-heard.ts'
import { referralEvents } from './domain/events.ts'
import { fieldsOf } from './domain/referral/builders.ts'
import { referralDecider } from './domain/referral/referral.ts'
import { content, referralWorld } from './test-world.ts'
import { casefiles } from './views/casefile.ts'

const { post, get, caseSays, openCase, draft, messages, askedFor, grant, offered, rowOf, world } =
  referralWorld(buildReferralApp)

describe('data for another partner', () => {
  test('is the minimum of fields and no more', async () => {
    const dossier = await openCase()
    const more = { ...content, religion: 'doet er niet toe' }
    expect(await draft(dossier, { content: more })).toMatchObject({
      status: 409,
      body: { code: 'fields-beyond-minimum' },
    })
  })

  test('goes out under the permit that case grants for exactly this, at once', async () => {
    const sent = await offered()
    expect(await rowOf(sent)).toMatchObject({ status: 'offered', opened: false })
    const said = await messages(sent.dossier)
    expect(said.find((one) => one.name === 'permit-requested')?.data).toMatchObject({
      act: 'refer-with-data',
      receiver: 'slachtofferhulp',
      digest: sent.digest,
    })
    expect(said.at(-1)).toMatchObject({
      name: 'referral-offered',
      data: { dueAt: '2024-03-08T22:59:59.999Z' },
    })
  })

  test('does not go out under a permit for another text; the refusal is a recorded outcome', async () => {
    const sent = await askedFor()
    await grant(sent, { digest: 'x'.repeat(43) })
    expect((await rowOf(sent)).status).toBe('permit-requested')
    const { body } = await get(`/v1/dossiers/${sent.dossier}/referrals/${sent.referral}`, 'anna')
    expect(body.status).toBe('permit-requested')
    const { rows } = await world().pool.query(
      `SELECT convert_from(bytes, 'UTF8')::json->'data' AS data FROM ledger_case_history.entry
       WHERE type = 'ReactionRefused' AND dossier = $1 ORDER BY position`,
      [sent.dossier],
    )
    expect(rows.map((row) => row.data)).toEqual([
      { command: 'receive-permit', reason: 'permit-does-not-match' },
      { command: 'offer-referral', reason: 'no-live-permit' },
    ])
  })

  test('does not go out under a permit that has expired, and may be asked for again', async () => {
    const sent = await askedFor()
    await grant(sent, { validUntil: '2024-03-01T08:59:59.999Z' })
    expect(await rowOf(sent)).toMatchObject({ status: 'drafted', why: 'permit-expired' })
    const again = `/v1/dossiers/${sent.dossier}/referrals/${sent.referral}/permit-request`
    expect((await post(again, undefined, 'anna')).status).toBe(202)
  })

  test('does not go out under a permit that was cancelled before it came', async () => {
    const sent = await askedFor()
    const { request, permit } = sent
    await caseSays(sent.dossier, 'permit-cancelled', { request, permit })
    await grant(sent)
    expect(await rowOf(sent)).toMatchObject({ status: 'drafted', why: 'permit-cancelled' })
  })

  test('stays here when case refuses, with the reason in sight', async () => {
    const sent = await askedFor()
    const refused = { request: sent.request, reason: 'no-permission' }
    await caseSays(sent.dossier, 'permit-refused', refused)
    expect(await rowOf(sent)).toMatchObject({ status: 'drafted', why: 'no-permission' })
  })

  test('is not moved by what belongs to another service under the same name', async () => {
    const sent = await askedFor()
    await grant(sent, { act: 'serve-complaint' })
    await caseSays(sent.dossier, 'permit-refused', { request: randomUUID(), reason: 'not-safe' })
    expect((await rowOf(sent)).status).toBe('permit-requested')
  })
})

describe('an accepted referral of a case that closes', () => {
  test('goes on at the partner, whose answer stays welcome', async () => {
    const sent = await offered()
    await post(`${sent.offer}/opening`, undefined, 'vera')
    await post(`${sent.offer}/acceptance`, undefined, 'vera')
    await caseSays(sent.dossier, 'case-closed', { outcome: 'geholpen' })
    expect(await rowOf(sent)).toMatchObject({ status: 'accepted', feedbackDueAt: null })
    const report = await post(`${sent.offer}/report`, { outcome: 'geholpen' }, 'vera')
    expect(report.body.status).toBe('done')
  })
})

describe('a process that ends between receiving a permit and offering under it', () => {
  test('offers when the message comes again, and has received the permit once', async () => {
    const sent = await askedFor()
    const { store, db, clock, ledger } = world().parts
    const codec = eventCodec({ ledger, events: referralEvents })
    const referrals = commandHandler({ store, codec, decider: referralDecider })
    let ends = true
    const heard = caseHeard({
      clock,
      casefiles: casefiles(db),
      referrals: {
        ...referrals,
        handle: async (stream, command) => {
          if (ends && command.type === 'OfferReferral') throw new Error('the process ends here')
          return referrals.handle(stream, command)
        },
      },
      react: reactions({ store, ledger }).react,
      basisFor: async () => ({ kind: 'minimum', fields: fieldsOf('name-or-code', 'question') }),
    })
    const granted = {
      name: 'permit-granted',
      dossier: sent.dossier,
      permit: sent.permit,
      request: sent.request,
      act: 'refer-with-data',
      receiver: 'slachtofferhulp',
      digest: sent.digest,
      validUntil: '2024-03-01T09:10:00.000Z',
      at: '2024-03-01T09:00:00.000Z',
    } as unknown as CasePublished
    const message = { id: randomUUID(), traceparent: null } as Message
    const client = await db.connect()
    const events = async () => {
      const recorded = await referrals.load(`referral-${sent.referral}`)
      return recorded.map((one) => one.event.type).slice(2)
    }
    try {
      await expect(heard({ event: granted, message }, client)).rejects.toThrow()
      expect(await events()).toEqual(['PermitReceived'])
      ends = false
      await heard({ event: granted, message }, client)
      await heard({ event: granted, message }, client)
      expect(await events()).toEqual(['PermitReceived', 'ReferralOffered'])
    } finally {
      client.release()
    }
  })
})
