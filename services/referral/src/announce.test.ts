import { referralEvents as publishedEvents } from '@wederhoor/contracts/events/referral'
import { reader } from '@wederhoor/contracts/published'
import { describe, expect, test } from 'vitest'
import { announce } from './announce.ts'
import { deadlinesOf } from './deadlines.ts'
import type { ReferralEvent } from './domain/events.ts'
import * as build from './domain/referral/builders.ts'

const dossier = '9c1d2e3f-4a5b-4c6d-8e7f-901234567890'
const read = reader(publishedEvents)
const overdue: ReferralEvent = {
  type: 'ReferralOverdue',
  referral: build.referral,
  partner: build.huisarts,
  step: 'feedback',
  dueAt: build.feedbackDueAt,
  to: build.national,
  at: build.feedbackDueAt,
}
const whole = [...build.toContacted, overdue, build.done]

describe('what referral announces', () => {
  test('is every step that another service must know of, as the contract reads it', () => {
    const announced = whole.flatMap((event) => {
      const message = announce(event, dossier)
      return message === undefined ? [] : [read(message)?.name]
    })
    expect(announced).toEqual([
      'permit-requested',
      'referral-offered',
      'referral-seen',
      'referral-accepted',
      'referral-contact-made',
      'referral-overdue',
      'referral-done',
    ])
  })

  test('says of a recall whether it was opened', () => {
    const message = announce(build.recalled(true, 'case-closed'), dossier)
    expect(message && read(message)).toMatchObject({ name: 'referral-recalled', opened: true })
  })

  test('tells a call from a word on where to go', () => {
    const forms = [build.pointed, build.called].map(
      (event) => announce(event, dossier)?.data['form'],
    )
    expect(forms).toEqual(['told', 'called-together'])
  })

  test('holds no commitment but that of the content a permit is asked for', () => {
    const texts = [...whole, build.called, build.refused, build.seen('phone')].flatMap((event) => {
      const message = announce(event, dossier)
      return message === undefined || event.type === 'PermitRequested'
        ? []
        : [JSON.stringify(message)]
    })
    for (const text of texts) expect(text).not.toMatch(/sealed|content|by-phone|whom-we-called/)
  })
})

describe('the clocks of a referral', () => {
  /** Due instants by step after a history, as the deadline table would hold them. */
  function standing(history: readonly ReferralEvent[]) {
    const due = new Map<string, string>()
    for (const event of history) {
      const { clear = [], set = [] } = deadlinesOf(event)
      for (const kind of clear) due.delete(kind)
      for (const { kind, dueAt } of set) due.set(kind, dueAt)
    }
    return Object.fromEntries(due)
  }

  test('run for opening and accepting from the offer on', () => {
    const { seenDueAt: seen, acceptDueAt: acceptance } = build
    expect(standing(build.toOffer)).toEqual({ seen, acceptance })
    expect(standing(build.toSeen)).toEqual({ acceptance })
  })

  test('run for contact and feedback from acceptance on', () => {
    const { contactDueAt: contact, feedbackDueAt: feedback } = build
    expect(standing(build.toAccepted)).toEqual({ contact, feedback })
    expect(standing(build.toContacted)).toEqual({ feedback })
  })

  test('stop when there is nothing to wait for', () => {
    for (const history of [build.toRefused, build.toDone, build.toRecalled])
      expect(standing(history)).toEqual({})
    expect(standing([...build.toAccepted, { type: 'ReferralDetached', at: build.start }])).toEqual(
      {},
    )
  })
})
