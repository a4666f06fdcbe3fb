/** Attacks on what a decision to erase weighs, and on whom it may be about: the messages of others come late or never. */
import { randomUUID } from 'node:crypto'
import { eventCodec } from '@wederhoor/vault/event-codec'
import { code, event, open, uuid } from '@wederhoor/vault/fields'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { buildCaseApp } from './app.ts'
import { type CaseWorld, caseWorld, respondent } from './testing/case-world.ts'

/** As mediation and referral write them, as far as case reads them. */
const elsewhere = [
  event('HearingOpened', 1, {}),
  event('TermStarted', 1, { statement: open('closed list', z.enum(['complaint', 'answer'])) }),
  event('HearingEnded', 1, {}),
  event('HearingReopened', 1, {}),
  event('ReferralOffered', 1, { partner: open('an organisation', code('partner')) }),
  event('FindingsMade', 1, { office: open('random id', uuid('PartyId')) }),
] as const
type Elsewhere = Parameters<ReturnType<typeof eventCodec<typeof elsewhere>>['encode']>[0]

let cases: CaseWorld
beforeAll(async () => {
  cases = await caseWorld(buildCaseApp)
})
afterAll(() => cases.close())
beforeEach(async () => {
  cases.another()
  await cases.accepted()
})

const ground = 'toestemming-ingetrokken'
const at = (path: string, party = 'melder') => `/erasures/${party}${path}`
const decide = async (verdict: object = { verdict: 'erase' }) => {
  await cases.post(at('/request'), { ground }, 'anna')
  await cases.post(at('/decision'), verdict, 'fenna')
  return (await cases.get(`/v1/cases/${cases.dossier()}${at('')}`, 'fenna')).body
}

/** Stands in the ledger; the relay that would tell case of it has not come that far. */
async function standing(stream: string, ...events: readonly Elsewhere[]): Promise<void> {
  const { store, ledger } = cases.world.parts
  const codec = eventCodec({ ledger, events: elsewhere })
  const now = await cases.world.clock.now()
  const context = {
    id: randomUUID(),
    at: now,
    occurredAt: now,
    dossier: cases.dossier(),
    actor: { role: 'clock', desk: null, pseudonym: randomUUID() as never },
    power: { code: 'x', version: '1' },
    policy: '2024-01',
    causation: null,
    correlation: null,
    trace: null,
  }
  const encoded = events.map((one, revision) =>
    codec.encode(one, { stream, revision, id: randomUUID() }, context),
  )
  await store.append(stream, 'no-stream', encoded)
}

describe('a decision to erase', () => {
  test('hold ignored by speed: a hearing that opened a moment ago holds, though no message said so yet', async () => {
    await standing(`hearing-${randomUUID()}`, { type: 'HearingOpened' })
    expect(await decide()).toMatchObject({
      status: 'refused',
      refusedFor: ['lopend-hoor-en-wederhoor'],
    })
  })

  test('hold ignored by an outage: a referral that is out holds while the broker is away', async () => {
    await standing(`referral-${randomUUID()}`, {
      type: 'ReferralOffered',
      partner: 'jrs' as never,
    })
    expect(await decide()).toMatchObject({ refusedFor: ['lopende-doorverwijzing'] })
  })

  test('hold ignored by an end that was undone: a hearing that a late answer reopened holds again', async () => {
    await standing(
      `hearing-${randomUUID()}`,
      { type: 'HearingOpened' },
      { type: 'HearingEnded' },
      { type: 'HearingReopened' },
    )
    expect(await decide()).toMatchObject({ refusedFor: ['lopend-hoor-en-wederhoor'] })
  })

  test('defence not weighed by speed: what was served a moment ago was served', async () => {
    await standing(
      `hearing-${randomUUID()}`,
      { type: 'HearingOpened' },
      { type: 'TermStarted', statement: 'complaint' },
      { type: 'HearingEnded' },
    )
    expect(await decide()).toMatchObject({ status: 'requested' })
    expect(await decide({ verdict: 'erase', defence: 'ander-heeft-afschrift' })).toMatchObject({
      status: 'completed',
    })
  })
})

describe('whom an erasure is about', () => {
  test('wrong party: the office’s findings, staff or a note cannot be erased as if they were somebody', async () => {
    const office = randomUUID()
    await standing(`hearing-${randomUUID()}`, { type: 'FindingsMade', office: office as never })
    const staff = await cases.world.parts.vault.pseudonym(cases.dossier(), 'anna')
    for (const nobody of [office, staff, cases.dossier()])
      expect(await cases.post(at('/request', nobody), { ground }, 'fenna')).toMatchObject({
        status: 404,
        body: { code: 'no-such-party' },
      })
    const note = { text: 'Van de ander.', direction: 'in', party: respondent }
    await cases.post('/notes', note, 'anna')
    expect((await cases.post(at('/request', respondent), { ground }, 'fenna')).status).toBe(200)
  })

  test('party by a note: the office, staff or the dossier is not made a person, and then erased', async () => {
    const office = randomUUID()
    await standing(`hearing-${randomUUID()}`, { type: 'FindingsMade', office: office as never })
    const staff = await cases.world.parts.vault.pseudonym(cases.dossier(), 'anna')
    for (const party of [office, staff, cases.dossier()]) {
      const note = { text: 'Zogenaamd van iemand.', direction: 'in', party }
      const safety = { outgoing: 'allowed', rule: 'Bel niet.', party }
      for (const [path, body] of [
        ['/notes', note],
        ['/safe-contact', safety],
      ] as const)
        expect(await cases.post(path, body, 'anna')).toMatchObject({
          status: 409,
          body: { code: 'no-person' },
        })
      expect((await cases.post(at('/request', party), { ground }, 'fenna')).status).toBe(404)
    }
  })
})
