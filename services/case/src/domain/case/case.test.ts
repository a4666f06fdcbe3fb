import { specification } from '@wederhoor/decider/specification'
import { describe, expect, test } from 'vitest'
import {
  anna,
  asStranger,
  at,
  bram,
  cancelled,
  close,
  closed,
  context,
  desk,
  firstContactDueAt,
  granted,
  melder,
  note,
  noted,
  noteOf,
  open,
  opened,
  given as permissionGiven,
  reached,
  receiver,
  reopen,
  reopened,
  respondent,
  sealed,
  start,
  termPassed,
} from './builders.ts'
import { caseDecider } from './case.ts'

const { given } = specification(caseDecider)

describe('no case yet', () => {
  test('opens on the acceptance, and whoever accepted is the contact person (CAS-01)', () => {
    given().when(open()).then(opened())
  })

  test('nothing else can be asked of it', () => {
    given().when(close()).thenRefused({ reason: 'no-such-case' })
  })

  test('an earlier change of anonymity is left to the acceptance, which carries it', () => {
    given()
      .when({ type: 'ChangeAnonymity', anonymity: 'known-to-us', context: context() })
      .thenNothing()
  })
})

describe('an open case', () => {
  test('does not open again, and not at another desk', () => {
    given(opened()).when(open()).thenNothing()
    given(opened())
      .when(open({ desk: desk('desk-b') }))
      .thenRefused({ reason: 'already-opened', desk: desk('desk-a') })
  })

  test('keeps the wish and the legal view beside each other (CAS-08)', () => {
    const wish = {
      type: 'RecordWish',
      wish: sealed<string>('wish'),
      ownPart: sealed<string>('own'),
      context: context(),
    } as const
    const view = {
      type: 'RecordLegalView',
      view: sealed<string>('view'),
      context: context(),
    } as const
    const wished = {
      type: 'WishRecorded',
      melder,
      wish: wish.wish,
      ownPart: wish.ownPart,
      by: anna,
      at: start,
    } as const
    given(opened()).when(wish).then(wished)
    const { state } = given(opened(), wished).when(view)
    expect(state).toMatchObject({ wish: wish.wish.sealed, legalView: view.view.sealed })
  })

  test('says in which role we stand (CAS-09)', () => {
    given(opened())
      .when({ type: 'TakeRole', role: 'beside-the-melder', context: context() })
      .then({ type: 'RoleTaken', role: 'beside-the-melder', by: anna, at: start })
  })

  test('closes with an outcome, and a permit that was out stays here', () => {
    given(opened(), permissionGiven(), granted())
      .when(close())
      .then(cancelled('case-closed'), closed)
  })

  test('closes beside a message that nobody answered, without asking the melder', () => {
    const message = noted({ direction: 'in', result: 'message', replyDueAt: firstContactDueAt })
    given(opened(), message).when(close()).then(closed)
  })
})

describe('a first contact', () => {
  const late = context({ at: termPassed })

  test('is made when somebody spoke with the melder', () => {
    given(opened())
      .when(noteOf())
      .then(noted(), { type: 'FirstContactMade', by: anna, late: false, at: start })
  })

  test('is not made by a message, by a call that nobody took, or with somebody else', () => {
    given(opened())
      .when(noteOf({ result: 'message' }))
      .then(noted({ result: 'message' }))
    given(opened())
      .when(noteOf({ result: 'no-answer' }))
      .then(noted({ result: 'no-answer' }))
    given(opened())
      .when(noteOf({ party: respondent }))
      .then(noted({ party: respondent }))
  })

  test('is overdue when the term from the first knock has passed', () => {
    given(opened())
      .when(reached('first-contact', firstContactDueAt))
      .then({ type: 'FirstContactOverdue', dueAt: firstContactDueAt, at: termPassed })
  })

  test('is still recorded when it comes late, and says so', () => {
    given(opened(), { type: 'FirstContactOverdue', dueAt: firstContactDueAt, at: termPassed })
      .when(noteOf({ context: late }))
      .then(noted({ at: termPassed }), {
        type: 'FirstContactMade',
        by: anna,
        late: true,
        at: termPassed,
      })
  })

  test('is not overdue once it was made, nor by a term that no longer stands', () => {
    given(opened(), noted(), { type: 'FirstContactMade', by: anna, late: false, at: start })
      .when(reached('first-contact', firstContactDueAt))
      .thenNothing()
    given(opened()).when(reached('first-contact', start)).thenNothing()
  })
})

describe('an inbound message', () => {
  const message = noted({ direction: 'in', result: 'message', replyDueAt: firstContactDueAt })
  const answer = noteOf({ note: note(2), party: respondent, result: 'message', answers: note(1) })

  test('starts a reply clock (CAS-04, procedure §9.12)', () => {
    given(opened())
      .when(noteOf({ direction: 'in', result: 'message' }))
      .then(message)
  })

  test('is overdue without an answer, on a closed case too', () => {
    const overdue = {
      type: 'ReplyOverdue',
      note: note(1),
      dueAt: firstContactDueAt,
      at: termPassed,
    } as const
    given(opened(), message)
      .when(reached(`reply-${note(1)}`, firstContactDueAt))
      .then(overdue)
    given(opened(), message, closed)
      .when(reached(`reply-${note(1)}`, firstContactDueAt))
      .then(overdue)
  })

  test('is answered by what reached the other, not by a call that nobody took', () => {
    const { type: _type, context: _context, replyDueAt: _due, ...facts } = answer
    const answered = noted(facts)
    given(opened(), message).when(answer).then(answered)
    given(opened(), message, answered)
      .when(reached(`reply-${note(1)}`, firstContactDueAt))
      .thenNothing()
    const tried = noted({ ...facts, result: 'no-answer' })
    expect(
      given(opened(), message, tried).when(reached(`reply-${note(1)}`, firstContactDueAt)).events,
    ).toHaveLength(1)
  })

  test('is not answered before it came', () => {
    given(opened()).when(answer).thenRefused({ reason: 'nothing-to-answer' })
  })
})

describe('a closed case', () => {
  test('takes no further steps', () => {
    given(opened(), closed)
      .when({ type: 'NameDeputy', deputy: bram, context: context() })
      .thenRefused({ reason: 'case-closed' })
  })

  test('still hears a knock, a withdrawal and danger, and keeps people safe', () => {
    given(opened(), closed).when(noteOf()).then(noted())
    const unsafe = {
      type: 'SetSafeContact',
      party: melder,
      outgoing: 'none',
      rule: sealed<string>('rule'),
      context: context(),
    } as const
    given(opened(), closed).when(unsafe).then({
      type: 'SafeContactSet',
      party: melder,
      outgoing: 'none',
      rule: unsafe.rule,
      by: anna,
      at: start,
    })
  })

  test('opens again under the same dossier, with a new first contact due', () => {
    given(opened(), closed).when(reopen).then(reopened)
    given(opened(), closed, reopened)
      .when(reached('first-contact', termPassed))
      .then({ type: 'FirstContactOverdue', dueAt: termPassed, at: termPassed })
  })

  test('closes once', () => {
    given(opened(), closed).when(close()).thenNothing()
  })

  test('a reopened case asks the melder for permission again', () => {
    const { events } = given(opened(), permissionGiven(), closed, reopened).when({
      type: 'DecidePermit',
      request: '00000000-0000-4000-8000-000000000009' as never,
      permit: '00000000-0000-4000-8000-000000000008' as never,
      act: 'serve-complaint',
      receiver: receiver(respondent),
      digest: permissionGiven().digest,
      validUntil: at('2024-03-01T09:15:00.000Z'),
      context: context(),
    })
    expect(events).toMatchObject([{ type: 'PermitRefused', reason: 'no-permission' }])
  })
})

describe('somebody of another desk', () => {
  test('can do nothing in the case', () => {
    given(opened())
      .when(close({ context: asStranger }))
      .thenRefused({ reason: 'not-of-this-desk' })
    given(opened())
      .when(noteOf({ context: asStranger }))
      .thenRefused({ reason: 'not-of-this-desk' })
  })
})

describe('a colleague of the desk', () => {
  const colleague = context({ by: bram })

  test('takes a note at once, because a knock is never sent away', () => {
    given(opened(), { type: 'FirstContactMade', by: anna, late: false, at: start })
      .when(noteOf({ context: colleague }))
      .then(noted({ by: bram }))
  })

  test('does not close what is not theirs', () => {
    given(opened())
      .when(close({ context: colleague }))
      .thenRefused({ reason: 'not-assigned' })
  })

  test('acts at once as a deputy, without a handover', () => {
    given(opened(), { type: 'DeputyNamed', deputy: bram, by: anna, at: start })
      .when(close({ context: colleague }))
      .then({ ...closed, by: bram })
  })
})
