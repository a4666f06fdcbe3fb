import { specification } from '@wederhoor/decider/specification'
import type { Uuid } from '@wederhoor/vault/fields'
import { describe, test } from 'vitest'
import type { SignalNamed } from '../events.ts'
import * as build from './builders.ts'
import { signalDecider } from './signal.ts'

const { given } = specification(signalDecider)
const { signal, sara, stef, nora, minister, szw, start, textDigest } = build

const refused = (by: Uuid<'Pseudonym'>, why: SignalNamed<'ApprovalRefused'>['why']) =>
  ({ type: 'ApprovalRefused', signal, by, why, textDigest, at: start }) as const

describe('no signal yet', () => {
  test('an analyst drafts it on figures, for one addressee and one period (SIG-09)', () => {
    given().when(build.draft()).then(build.drafted())
  })

  test('a period that ends before it begins is refused', () => {
    given()
      .when(build.draft({ until: '2023-12' as SignalNamed<'SignalDrafted'>['until'] }))
      .thenRefused({ reason: 'period-ends-before-it-begins' })
  })

  test('a signal on a pattern names it, and one on figures does not', () => {
    given()
      .when(build.draft({ basis: 'pattern' }))
      .thenRefused({ reason: 'pattern-missing' })
  })
})

describe('a drafted signal', () => {
  test('is approved by a second person who has opened it', () => {
    given(...build.toDraft, build.opened)
      .when(build.approve())
      .then(build.approved)
  })

  test('is not approved by whoever wrote it, who may have opened it; who tried is recorded', () => {
    given(...build.toDraft, { ...build.opened, by: sara })
      .when(build.approve(sara))
      .then(refused(sara, 'same-person'))
  })

  test('is not approved by somebody who has not opened it; who tried is recorded once', () => {
    given(...build.toDraft)
      .when(build.approve())
      .then(refused(stef, 'not-opened'))
    given(...build.toDraft, refused(stef, 'not-opened'))
      .when(build.approve())
      .thenNothing()
  })

  test('has to be opened again after it was revised', () => {
    const revised = {
      type: 'SignalRevised',
      signal,
      by: nora,
      text: build.sealed('better'),
      at: start,
    } as const
    given(...build.toDraft, build.opened)
      .when(build.revise('better', nora))
      .then(revised)
    given(...build.toDraft, build.opened, revised)
      .when(build.approve())
      .then({ ...refused(stef, 'not-opened'), textDigest: revised.text.sealed })
  })

  test('is not approved by whoever revised it', () => {
    const better = build.sealed('better')
    given(
      ...build.toDraft,
      { type: 'SignalRevised', signal, by: stef, text: better, at: start },
      { ...build.opened, textDigest: better.sealed },
    )
      .when(build.approve())
      .then({ ...refused(stef, 'same-person'), textDigest: better.sealed })
  })

  test('is not sent', () => {
    given(...build.toDraft)
      .when(build.send())
      .thenRefused({ reason: 'not-approved' })
  })
})

describe('an approved signal', () => {
  test('is sent with a date for the answer (SIG-11)', () => {
    given(...build.toApproved)
      .when(build.send())
      .then(build.sent)
  })

  test('keeps its text', () => {
    given(...build.toApproved)
      .when(build.revise())
      .thenRefused({ reason: 'already-approved' })
  })
})

describe('a sent signal', () => {
  test('has arrived when its addressee has opened it, and not before', () => {
    const received = {
      type: 'SignalReceived',
      signal,
      addressee: szw,
      by: minister,
      at: start,
    } as const
    given(...build.toSent)
      .when(build.receive())
      .then(received)
  })

  test('is answered by its addressee and by nobody else', () => {
    given(...build.toSent)
      .when(build.answer())
      .then(build.answered())
    given(...build.toSent)
      .when(build.answer({ addressee: build.bzk }))
      .thenRefused({ reason: 'not-the-addressee' })
  })

  test('is overdue when its date passes in silence (SIG-11: not into a drawer)', () => {
    given(...build.toSent)
      .when(build.reached('answer', build.answerDueAt))
      .then({ ...build.overdue, at: '2024-12-31T00:00:00.000Z' as typeof start })
  })

  test('is not overdue by a deadline that does not stand', () => {
    given(...build.toSent)
      .when(build.reached('answer', build.tooLate))
      .thenNothing()
    given(...build.toAnswered)
      .when(build.reached('answer', build.answerDueAt))
      .thenNothing()
  })

  test('brings a question back, whose reply has a date of its own (SIG-09)', () => {
    const asked = {
      type: 'AdviceAsked',
      signal,
      advice: build.advice(),
      by: minister,
      text: build.sealed('question-1'),
      at: start,
      dueAt: build.adviceDueAt,
    } as const
    given(...build.toSent)
      .when(build.ask())
      .then(asked)
    given(...build.toSent, asked)
      .when(build.ask(2))
      .thenRefused({ reason: 'advice-is-open' })
    given(...build.toSent, asked)
      .when(build.give())
      .then({
        type: 'AdviceGiven',
        signal,
        advice: build.advice(),
        by: sara,
        text: build.sealed('advice-1'),
        at: start,
      })
    given(...build.toSent, asked)
      .when(build.reached('advice', build.adviceDueAt))
      .then({
        type: 'AdviceOverdue',
        signal,
        advice: build.advice(),
        at: '2024-12-31T00:00:00.000Z' as typeof start,
      })
  })
})

describe('an overdue signal', () => {
  test('is still answered, and the answer is late', () => {
    const at = build.tooLate
    given(...build.toOverdue)
      .when(build.answer({ context: build.context({ by: minister, at }) }))
      .then(build.answered({ late: true, at }))
  })
})

describe('an answered signal', () => {
  test('is followed up by either side, and asked after again (SIG-11)', () => {
    const { text } = build.followUp()
    given(...build.toAnswered)
      .when(build.followUp({ progress: 'under-way', nextDueAt: build.tooLate }))
      .then({
        type: 'FollowUpRecorded',
        signal,
        by: sara,
        from: 'office',
        progress: 'under-way',
        nextDueAt: build.tooLate,
        text,
        at: start,
      })
  })

  test('falls due when the planned day passes and nothing was heard', () => {
    given(...build.toAnswered)
      .when(build.reached('follow-up', build.followUpDueAt))
      .then({
        type: 'FollowUpDue',
        signal,
        addressee: szw,
        at: '2024-12-31T00:00:00.000Z' as typeof start,
      })
  })

  test('does not take a second answer', () => {
    given(...build.toAnswered)
      .when(build.answer({ text: build.sealed('another') }))
      .thenRefused({ reason: 'already-answered' })
  })
})
