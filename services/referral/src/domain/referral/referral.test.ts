import { specification } from '@wederhoor/decider/specification'
import { describe, test } from 'vitest'
import * as build from './builders.ts'
import type { ReferralCommand } from './commands.ts'
import { referralDecider } from './referral.ts'

const { given } = specification(referralDecider)
const { context, start } = build

describe('no referral yet', () => {
  test('telling a person where to go is one act (procedure §5)', () => {
    given().when(build.point()).then(build.pointed)
  })

  test('calling together is one act, and waits for the partner’s word', () => {
    given().when(build.call()).then(build.called)
  })

  test('a partner that says yes in the call has seen, accepted and spoken with the person', () => {
    const { contactDueAt, feedbackDueAt } = build
    const answer = build.answer('phone', build.sealed('whom-we-called'))
    given()
      .when(build.call({ accepted: { contactDueAt, feedbackDueAt } }))
      .then(
        build.called,
        { type: 'ReferralSeen', ...answer },
        { type: 'ReferralAccepted', ...answer, contactDueAt, feedbackDueAt },
        { type: 'ContactMade', ...answer },
      )
  })

  test('with data begins as a draft that nobody receives', () => {
    given().when(build.draftIt()).then(build.drafted())
  })

  test('a draft to the police without a covenant is refused, and that is a fact (REF-07)', () => {
    const partner = build.police
    const { content: _content, ...about } = build.drafted({ partner })
    given()
      .when(build.draftIt({ partner, basis: build.under(undefined) }))
      .then({ ...about, type: 'ReferralWithheld', why: 'no-covenant' })
  })

  test('a draft to the police under a covenant cites it with its version', () => {
    const change = { partner: build.police, purpose: build.purpose('aangifte') }
    given()
      .when(build.draftIt({ ...change, basis: build.under(build.facts({ version: 3 })) }))
      .then(build.drafted({ ...change, covenant: build.covenantId, covenantVersion: 3 }))
  })

  test('a draft with more than the minimum is refused, and that is a fact', () => {
    const fields = build.fieldsOf('name-or-code', 'religion')
    const { content: _content, ...about } = build.drafted({ fields })
    given()
      .when(build.draftIt({ fields }))
      .then({ ...about, type: 'ReferralWithheld', why: 'fields-beyond-minimum' })
  })

  test('nothing begins in a closed case', () => {
    const caseOpen = false
    for (const command of [
      build.point({ caseOpen }),
      build.call({ caseOpen }),
      build.draftIt({ caseOpen }),
    ])
      given().when(command).thenRefused({ reason: 'case-closed' })
  })

  test('a draft hands over something', () => {
    given()
      .when(build.draftIt({ fields: build.fieldsOf() }))
      .thenRefused({ reason: 'no-fields' })
  })
})

describe('a referral on its way out', () => {
  test('asks case for a permit for exactly this content and this receiver', () => {
    given(...build.toDraft)
      .when(build.askPermit())
      .then(build.requested())
  })

  test('is asked for by the desk that holds the case', () => {
    given(...build.toDraft)
      .when({ ...build.askPermit(), desk: build.desk('desk-b') })
      .thenRefused({ reason: 'not-the-holding-desk' })
  })

  test('takes a permit for this request, act, receiver and content alone', () => {
    given(...build.toRequest)
      .when(build.receive())
      .then(build.received())
    const others = [
      { ...build.receive(), request: build.request(2) },
      { ...build.receive(), act: 'serve-complaint' },
      { ...build.receive(), receiver: 'crm' },
      { ...build.receive(), digest: build.sealed('other-text').sealed },
    ]
    for (const other of others)
      given(...build.toRequest)
        .when(other)
        .thenRefused({ reason: 'permit-does-not-match' })
  })

  test('is offered under a live permit, which it cites', () => {
    given(...build.toPermit)
      .when(build.offerIt())
      .then(build.offered())
  })

  test('is offered at the last instant of the permit and not after it', () => {
    given(...build.toPermit)
      .when(build.offerIt({ context: context({ at: build.validUntil }) }))
      .then(build.offered({ at: build.validUntil }))
    given(...build.toPermit)
      .when(build.offerIt({ context: context({ at: build.tooLate }) }))
      .then({
        type: 'OfferWithheld',
        permit: build.permit(),
        why: 'permit-expired',
        at: build.tooLate,
      })
  })

  test('is held back when the basis fell away since the draft', () => {
    given(...build.toPermit)
      .when(build.offerIt({ basis: build.under(build.facts({ revoked: true })) }))
      .then({ type: 'OfferWithheld', permit: build.permit(), why: 'covenant-revoked', at: start })
  })

  test('is not offered without a permit', () => {
    for (const history of [build.toDraft, build.toRequest])
      given(...history)
        .when(build.offerIt())
        .thenRefused({ reason: 'no-live-permit' })
  })

  test('is not offered under a permit that was cancelled first', () => {
    const cancel = { type: 'CancelPermit', request: build.request(), context: context() } as const
    const why = 'permit-cancelled'
    const cancelled = { type: 'PermitCancelled', request: build.request(), why, at: start } as const
    given(...build.toPermit)
      .when(cancel)
      .then(cancelled)
    given(...build.toPermit, cancelled)
      .when(build.offerIt())
      .thenRefused({ reason: 'no-live-permit' })
    given(...build.toRequest, cancelled)
      .when(build.receive())
      .thenRefused({ reason: 'permit-does-not-match' })
  })

  test('is not offered when the melder withdrew first', () => {
    const why = 'permission-withdrawn'
    const cancelled = { type: 'PermitCancelled', request: build.request(), why, at: start } as const
    given(...build.toPermit)
      .when(build.withdraw(why))
      .then(cancelled)
    given(...build.toPermit, cancelled)
      .when(build.offerIt())
      .thenRefused({ reason: 'no-live-permit' })
  })

  test('stays a draft when case refuses, and may be asked for again', () => {
    const reason = build.permitRefusal('no-permission')
    const refused = { type: 'PermitRefused', request: build.request(), reason, at: start } as const
    given(...build.toRequest)
      .when({ type: 'ReceivePermitRefusal', request: build.request(), reason, context: context() })
      .then(refused)
    given(...build.toRequest, refused)
      .when(build.askPermit(2))
      .then(build.requested(2))
  })

  test('may be asked for again when the answer got lost; an answer to the older one no longer counts', () => {
    given(...build.toRequest)
      .when(build.askPermit(2))
      .then(build.requested(2))
    given(...build.toRequest, build.requested(2))
      .when(build.receive())
      .thenRefused({ reason: 'permit-does-not-match' })
  })

  test('never goes out once the case has closed', () => {
    for (const history of [build.toDraft, build.toRequest, build.toPermit]) {
      const dropped = { type: 'ReferralDropped', why: 'case-closed', at: start } as const
      given(...history)
        .when(build.withdraw('case-closed'))
        .then(dropped)
      given(...history, dropped)
        .when(build.offerIt())
        .thenRefused({ reason: 'no-live-permit' })
    }
  })
})

describe('an escalation', () => {
  const overdue = {
    type: 'ReferralOverdue',
    referral: build.referral,
    partner: build.huisarts,
    step: 'acceptance',
    dueAt: build.acceptDueAt,
    to: build.national,
    at: start,
  } as const
  const reached: ReferralCommand = {
    type: 'DeadlineReached',
    deadline: 'acceptance',
    dueAt: build.acceptDueAt,
    to: build.national,
    context: context(),
  }
  const takeUp = { type: 'TakeUpEscalation', what: 'acceptance', context: context() } as const
  const takenUp = {
    type: 'EscalationTakenUp',
    what: 'acceptance',
    by: context().actor.pseudonym,
    at: start,
  } as const

  test('follows silence, once, and the step stays open (procedure §5)', () => {
    given(...build.toSeen)
      .when(reached)
      .then(overdue)
    given(...build.toSeen, overdue)
      .when(reached)
      .thenNothing()
    given(...build.toSeen, overdue)
      .when(build.acceptIt())
      .then(build.accepted())
  })

  test('does not follow a term that no longer stands', () => {
    given(...build.toAccepted)
      .when(reached)
      .thenNothing()
    given(...build.toRecalled)
      .when(reached)
      .thenNothing()
    given(...build.toSeen)
      .when({ ...reached, dueAt: build.seenDueAt })
      .thenNothing()
  })

  test('runs for a call too: a partner that would think about it is asked again', () => {
    given(build.called).when(reached).then(overdue)
  })

  test('is taken up by the layer above', () => {
    given(...build.toSeen, overdue)
      .when(takeUp)
      .then(takenUp)
    given(...build.toSeen)
      .when(takeUp)
      .thenRefused({ reason: 'nothing-to-take-up' })
  })

  test('comes from the partner as well, when it cannot get on (REF-10)', () => {
    const text = build.sealed<string>('the municipality does not move')
    const raise = {
      type: 'RaiseStuckCase',
      organisation: build.huisarts,
      text,
      to: build.national,
      context: context(),
    } as const
    const raised = {
      type: 'StuckCaseRaised',
      referral: build.referral,
      partner: build.huisarts,
      melder: build.melder,
      text,
      to: build.national,
      by: context().actor.pseudonym,
      at: start,
    } as const
    given(...build.toAccepted)
      .when(raise)
      .then(raised)
    given(...build.toAccepted)
      .when({ ...raise, organisation: build.partner('crm') })
      .thenRefused({ reason: 'not-offered-to-this-organisation' })
    given(...build.toAccepted, raised)
      .when({ ...takeUp, what: 'stuck' })
      .then({ ...takenUp, what: 'stuck' })
  })
})
