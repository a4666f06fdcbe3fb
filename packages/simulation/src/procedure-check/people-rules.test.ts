import { describe, expect, test } from 'vitest'
import { broken, cancelled, entry, granted, ready, served, statement } from './history.fixture.ts'

describe('a holder', () => {
  const rule = 'holder-by-acceptance'
  const offered = entry('melding', 'HandoverOffered', { desk: 'utrecht', attempt: 1 })
  const accepted = (desk: string, attempt = 1) =>
    entry('melding', 'HandoverAccepted', { desk, attempt })
  const opened = (desk: string) => entry('case', 'CaseOpened', { desk })

  test('is the desk that was asked and said yes', async () => {
    expect(await broken(offered, accepted('utrecht'), opened('utrecht'))).toEqual([])
  })

  test('is never another desk, nor one whose offer had lapsed', async () => {
    expect(await broken(offered, accepted('rotterdam'))).toEqual([
      `${rule}: nothing was offered to this desk`,
    ])
    const lapsed = entry('melding', 'HandoverLapsed', { desk: 'utrecht', attempt: 1 })
    expect(await broken(offered, lapsed, accepted('utrecht'))).toEqual([
      `${rule}: nothing was offered to this desk`,
    ])
    expect(await broken(offered, opened('utrecht'))).toEqual([
      `${rule}: this desk had not accepted`,
    ])
  })

  test('is a contact person who took it over themself', async () => {
    const toBram = entry('case', 'ContactPersonOffered', { to: 'bram' })
    const changed = entry('case', 'ContactPersonChanged', { contactPerson: 'bram' })
    expect(await broken(toBram, { ...changed, by: 'bram' })).toEqual([])
    expect(await broken(toBram, changed)).toEqual([
      `${rule}: somebody else accepted for the contact person`,
    ])
    expect(await broken({ ...changed, by: 'bram' })).toEqual([
      `${rule}: it was not offered to this person`,
    ])
  })

  test('is a partner only when it has seen what was offered, and that still stands', async () => {
    const draft = entry(
      'referral',
      'ReferralDrafted',
      { partner: 'slachtofferhulp' },
      { commitments: { '/content': 'text-5' } },
    )
    const offer = entry('referral', 'ReferralOffered', { permit: 'permit of request-5' })
    const permit = granted(
      { request: 'request-5', act: 'refer-with-data', digest: 'text-5' },
      { receiver: 'slachtofferhulp' },
    )
    const seen = entry('referral', 'ReferralSeen')
    const taken = entry('referral', 'ReferralAccepted')
    const recalled = entry('referral', 'ReferralRecalled')
    expect(await broken(permit, draft, offer, seen, taken)).toEqual([])
    expect(await broken(permit, draft, offer, taken)).toEqual([
      `${rule}: the partner had not seen it`,
    ])
    expect(await broken(permit, draft, offer, seen, recalled, taken)).toEqual([
      `${rule}: it was called back before`,
    ])
    expect(await broken(draft, offer, seen, taken)).toEqual([
      'dispatch-under-permit: case had not granted this permit',
    ])
    expect(await broken(permit, cancelled('request-5'), draft, offer)).toEqual([
      'overtaken-offer-recalled: offered under a cancelled permit and never called back',
    ])
    expect(await broken(permit, cancelled('request-5'), draft, offer, recalled)).toEqual([])
  })
})

describe('where two persons are asked for', () => {
  const rule = 'two-persons'
  const read = entry('hearing', 'DocumentOpened', { document: 'complaint' })
  const proposed = entry('hearing', 'SkipProposed')
  const skipped = entry('hearing', 'RespondentSkipped')

  test('the second is another person, who has opened it', async () => {
    expect(
      await broken(...ready, proposed, { ...read, by: 'bram' }, { ...skipped, by: 'bram' }),
    ).toEqual([])
    expect(await broken(...ready, proposed, read, skipped)).toEqual([
      `${rule}: the second person is the first`,
    ])
    expect(await broken(...ready, proposed, { ...skipped, by: 'bram' })).toEqual([
      `${rule}: the second person had not opened it`,
    ])
    expect(await broken(...ready, { ...read, by: 'bram' }, { ...skipped, by: 'bram' })).toEqual([
      `${rule}: there was no first person`,
    ])
  })

  test.each([
    [
      'withholding',
      [
        ...ready,
        ...served(),
        statement('respondent', 'answer', 2),
        entry('hearing', 'WithholdingProposed', { document: 'answer', from: 'melder' }),
        entry('hearing', 'DocumentOpened', { document: 'answer' }),
        entry('hearing', 'DocumentWithheld', { document: 'answer', from: 'melder' }),
      ],
    ],
    [
      'a review of acute danger',
      [
        entry('case', 'AcuteDangerReported', { danger: '1' }),
        entry('case', 'AcuteDangerOpened', { danger: '1' }),
        entry('case', 'AcuteDangerReviewed', { danger: '1' }),
      ],
    ],
    [
      'approval of a signal',
      [
        entry('signal', 'SignalDrafted'),
        entry('signal', 'SignalOpened'),
        entry('signal', 'SignalApproved'),
      ],
    ],
  ])('%s takes two as well', async (_what, alone) => {
    expect(await broken(...alone)).toEqual([`${rule}: the second person is the first`])
    const together = [...alone.slice(0, -2), ...alone.slice(-2).map((one) => ({ ...one, by: 'b' }))]
    expect(await broken(...together)).toEqual([])
  })
})
