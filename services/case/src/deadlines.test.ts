import { describe, expect, test } from 'vitest'
import { deadlinesOf } from './deadlines.ts'
import {
  closed,
  danger,
  firstContactDueAt,
  nextDay,
  note,
  noted,
  opened,
  reopened,
  reported,
  termPassed,
} from './domain/case/builders.ts'

describe('the clocks of a case', () => {
  test('a first contact is due from the first knock, and again after a return', () => {
    expect(deadlinesOf(opened())).toEqual({
      set: [{ kind: 'first-contact', dueAt: firstContactDueAt }],
    })
    expect(deadlinesOf(reopened)).toEqual({ set: [{ kind: 'first-contact', dueAt: termPassed }] })
  })

  test('each danger has a clock of its own', () => {
    expect(deadlinesOf(reported)).toEqual({
      set: [{ kind: `danger-${danger(1)}`, dueAt: nextDay }],
    })
  })

  test('an inbound message has a clock until something reached the other', () => {
    const message = noted({ direction: 'in', result: 'message', replyDueAt: nextDay })
    expect(deadlinesOf(message)).toEqual({ set: [{ kind: `reply-${note(1)}`, dueAt: nextDay }] })
    const reply = noted({ note: note(2), answers: note(1) })
    expect(deadlinesOf(reply)).toEqual({ clear: [`reply-${note(1)}`] })
    expect(deadlinesOf({ ...reply, result: 'no-answer' })).toEqual({})
  })

  test('closing stops what only an open case waits for', () => {
    expect(deadlinesOf(closed)).toEqual({ clear: ['first-contact', 'contact-person'] })
  })
})
