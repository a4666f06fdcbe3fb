import { fold } from '@wederhoor/decider/decider'
import { specification } from '@wederhoor/decider/specification'
import { describe, expect, test } from 'vitest'
import type { ReferralEvent } from '../events.ts'
import * as build from './builders.ts'
import { referralDecider } from './referral.ts'
import { type ExistingReferral, holderOf } from './state.ts'

const { given } = specification(referralDecider)
const crm = build.partnerOf(build.partner('crm'))

const holderAfter = (history: readonly ReferralEvent[]) =>
  holderOf(fold(referralDecider, history) as ExistingReferral)

describe('an offered referral', () => {
  test('is on record as seen before its content opens', () => {
    given(...build.toOffer)
      .when(build.see())
      .then(build.seen())
  })

  test('stays the desk’s: sent is not received', () => {
    expect(holderAfter(build.toOffer)).toBe('desk')
    expect(holderAfter(build.toSeen)).toBe('desk')
  })

  test('is seen by nobody but the organisation it was offered to', () => {
    for (const command of [build.see(crm), build.acceptIt(crm), build.refuseIt(crm)])
      given(...build.toOffer)
        .when(command)
        .thenRefused({ reason: 'not-offered-to-this-organisation' })
  })

  test('opens no more when its covenant was revoked meanwhile (REF-07)', () => {
    const basis = build.under(build.facts({ partners: [build.huisarts], revoked: true }))
    given(...build.toOffer)
      .when(build.see(build.partnerOf(), basis))
      .thenRefused({ reason: 'basis-gone', why: 'covenant-revoked' })
  })

  test('is not accepted unread', () => {
    given(...build.toOffer)
      .when(build.acceptIt())
      .thenRefused({ reason: 'not-seen-yet' })
  })

  test('may be refused unread, with a coded reason', () => {
    given(...build.toOffer)
      .when(build.refuseIt())
      .then(build.refused)
  })

  test('is accepted by phone in one breath, as the caseworker heard it', () => {
    given(...build.toOffer)
      .when(build.acceptIt(build.byPhone()))
      .then(build.seen('phone'), build.accepted('phone'))
  })

  test('is recorded by phone by the desk that holds the case alone', () => {
    given(...build.toOffer)
      .when(build.acceptIt(build.byPhone(build.desk('desk-b'))))
      .thenRefused({ reason: 'not-the-holding-desk' })
  })

  test('is recalled unopened when the melder withdraws, and never opens after that', () => {
    const recalled = build.recalled(false, 'permission-withdrawn')
    given(...build.toOffer)
      .when(build.withdraw('permission-withdrawn'))
      .then(recalled)
    given(...build.toOffer, recalled)
      .when(build.see())
      .thenRefused({ reason: 'referral-recalled' })
  })

  test('is left alone when the melder withdraws a permission for another text', () => {
    const another = build.withdraw('permission-withdrawn', build.sealed('another-text').sealed)
    given(...build.toOffer)
      .when(another)
      .thenNothing()
    given(...build.toPermit)
      .when(another)
      .thenNothing()
  })

  test('is recalled when it is not known for which text the withdrawn permission was', () => {
    const context = build.context()
    const why = 'permission-withdrawn'
    given(...build.toOffer)
      .when({ type: 'WithdrawReferral', why, digest: undefined, context })
      .then(build.recalled(false, why))
  })

  test('is recalled when case cancels the permit it went out under', () => {
    given(...build.toOffer)
      .when({ type: 'CancelPermit', request: build.request(), context: build.context() })
      .then(build.recalled(false, 'permit-cancelled'))
  })

  test('is taken back by the desk that sent it, and by no other', () => {
    given(...build.toOffer)
      .when(build.takeBack())
      .then(build.recalled(false, 'by-sender'))
    given(...build.toOffer)
      .when(build.takeBack(build.desk('desk-b')))
      .thenRefused({ reason: 'not-the-holding-desk' })
  })
})

describe('a seen referral', () => {
  test('is the partner’s only when the partner accepts', () => {
    given(...build.toSeen)
      .when(build.acceptIt())
      .then(build.accepted())
    expect(holderAfter(build.toAccepted)).toBe('partner')
  })

  test('opens for a second reader without a second fact', () => {
    given(...build.toSeen)
      .when(build.see())
      .thenNothing()
  })

  test('is recalled as opened: what was read cannot be unread, and the partner is told', () => {
    given(...build.toSeen)
      .when(build.withdraw('permission-withdrawn'))
      .then(build.recalled(true, 'permission-withdrawn'))
    given(...build.toSeen)
      .when(build.withdraw('case-closed'))
      .then(build.recalled(true, 'case-closed'))
  })
})

describe('a refused referral', () => {
  test('leaves the matter with the desk', () => {
    expect(holderAfter(build.toRefused)).toBe('desk')
  })

  test('neither opens nor is accepted any more', () => {
    for (const command of [build.see(), build.acceptIt(), build.report()])
      given(...build.toRefused)
        .when(command)
        .thenRefused({ reason: 'not-out', status: 'refused' })
  })
})

describe('an accepted referral', () => {
  test('is followed by contact with the person, and by an outcome (REF-02)', () => {
    given(...build.toAccepted)
      .when(build.contact())
      .then(build.contacted)
    given(...build.toContacted)
      .when(build.report())
      .then(build.done)
    expect(holderAfter(build.toDone)).toBe('desk')
  })

  test('may be reported back without contact: not reached is an outcome too', () => {
    const outcome = build.outcomeOf('niet-bereikt')
    given(...build.toAccepted)
      .when(build.report(build.partnerOf(), 'niet-bereikt'))
      .then({ type: 'ReferralDone', ...build.answer(), outcome, text: undefined })
  })

  test('is neither refused nor taken back', () => {
    given(...build.toAccepted)
      .when(build.refuseIt())
      .thenRefused({ reason: 'already-accepted' })
    given(...build.toAccepted)
      .when(build.takeBack())
      .thenRefused({ reason: 'already-accepted' })
  })

  test('closes its content when the melder withdraws, and the matter is the desk’s again', () => {
    const recalled = build.recalled(true, 'permission-withdrawn')
    given(...build.toAccepted)
      .when(build.withdraw('permission-withdrawn'))
      .then(recalled)
    expect(holderAfter([...build.toAccepted, recalled])).toBe('desk')
  })

  test('goes on without our clocks when the case closes, and its answer is welcome', () => {
    const detached = { type: 'ReferralDetached', at: build.start } as const
    given(...build.toAccepted)
      .when(build.withdraw('case-closed'))
      .then(detached)
    given(...build.toAccepted, detached)
      .when({
        type: 'DeadlineReached',
        deadline: 'feedback',
        dueAt: build.feedbackDueAt,
        to: build.national,
        context: build.context(),
      })
      .thenNothing()
    given(...build.toAccepted, detached)
      .when(build.report())
      .then(build.done)
  })
})

describe('a person called together with a partner', () => {
  test('is not concerned by a permission for data: none went over', () => {
    given(build.called).when(build.withdraw('permission-withdrawn')).thenNothing()
  })

  test('is taken over by phone or with an account', () => {
    given(build.called)
      .when(build.acceptIt(build.byPhone()))
      .then(build.seen('phone'), build.accepted('phone'))
    given(build.called).when(build.acceptIt()).then(build.seen(), build.accepted())
  })
})
