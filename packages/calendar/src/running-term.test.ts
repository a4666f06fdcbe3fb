import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays } from './dates.ts'
import {
  extendTerm,
  type RunningTerm,
  resumeTerm,
  runningTermDueOn,
  startTerm,
  suspendTerm,
  type TermChange,
} from './running-term.ts'
import { addWorkingDays, dueOn, type Term, workingDaysBetween } from './terms.ts'

const sixWeeks: Term = { unit: 'weeks', count: 6, kind: 'statutory' }
const fourWeeks: Term = { unit: 'weeks', count: 4, kind: 'statutory' }

function must(change: TermChange): RunningTerm {
  if (!change.ok) throw new Error(`refused: ${change.reason}`)
  return change.running
}

const terms = fc.record<Term>({
  unit: fc.constantFrom('workingDays', 'days', 'weeks', 'months'),
  count: fc.integer({ min: 1, max: 3 }),
  kind: fc.constant('own'),
})
const dates = fc.integer({ min: 0, max: 3650 }).map((days) => addDays('2020-01-01', days))

describe('a running term', () => {
  const running = startTerm('2024-01-06', sixWeeks)

  test('is due where the term alone is due', () => {
    expect(runningTermDueOn(running)).toBe('2024-02-19')
  })

  test('extended by four weeks is due after ten, counted from before the move', () => {
    const extended = must(extendTerm(running, fourWeeks, '2024-02-19'))
    expect(runningTermDueOn(extended)).toBe('2024-03-18')
  })

  test('is never extended or stopped after its end, before its start, or run twice', () => {
    const extended = extendTerm(running, fourWeeks, '2024-02-20')
    expect(extended).toEqual({ ok: false, reason: 'term-ended' })
    expect(suspendTerm(running, '2024-02-20')).toEqual({ ok: false, reason: 'term-ended' })
    expect(suspendTerm(running, '2024-01-05')).toEqual({ ok: false, reason: 'before-start' })
    expect(resumeTerm(running, '2024-01-10')).toEqual({ ok: false, reason: 'not-suspended' })
  })

  test('suspended and resumed moves by exactly the days between', () => {
    fc.assert(
      fc.property(terms, dates, fc.nat({ max: 90 }), fc.nat({ max: 90 }), (term, on, at, days) => {
        const fresh = startTerm(on, term)
        const end = dueOn(on, term)
        const stopOn = [addDays(on, at), end].sort()[0] ?? end
        const stopped = must(suspendTerm(fresh, stopOn))
        const resumeOn = addDays(stopOn, days)
        const expected =
          term.unit === 'workingDays'
            ? addWorkingDays(end, workingDaysBetween(stopOn, resumeOn))
            : addDays(end, days)
        expect(runningTermDueOn(must(resumeTerm(stopped, resumeOn)))).toBe(expected)
      }),
    )
  })

  test('in working days leaves after resuming what was left when it stopped', () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: 1, max: 20 }), fc.nat({ max: 60 }), (on, count, gap) => {
        const term: Term = { unit: 'workingDays', count, kind: 'own' }
        const stopOn = addDays(on, 1)
        const change = suspendTerm(startTerm(on, term), stopOn)
        const resumeOn = addDays(stopOn, gap)
        const dueAfter = runningTermDueOn(must(resumeTerm(must(change), resumeOn)))
        const left = workingDaysBetween(stopOn, dueOn(on, term))
        // With nothing left the end is where it was: the term had been used up when it stopped.
        if (left > 0) expect(dueAfter).toBe(addWorkingDays(resumeOn, left))
      }),
    )
  })

  test('keeps its statutory end on a working day through every suspension', () => {
    fc.assert(
      fc.property(dates, fc.nat({ max: 40 }), fc.nat({ max: 60 }), (on, at, days) => {
        const stopped = must(suspendTerm(startTerm(on, sixWeeks), addDays(on, at)))
        const due = runningTermDueOn(must(resumeTerm(stopped, addDays(on, at + days))))
        expect(due !== null && workingDaysBetween(addDays(due, -1), due)).toBe(1)
      }),
    )
  })
})

describe('a suspended term', () => {
  const suspended = must(suspendTerm(startTerm('2024-01-08', sixWeeks), '2024-01-20'))

  test('is due on no day', () => {
    expect(runningTermDueOn(suspended)).toBeNull()
  })

  test('is not suspended again, nor resumed before it was', () => {
    expect(suspendTerm(suspended, '2024-01-21')).toEqual({ ok: false, reason: 'already-suspended' })
    expect(resumeTerm(suspended, '2024-01-19')).toEqual({ ok: false, reason: 'before-last-change' })
  })

  test('may still be extended, however late', () => {
    const extended = must(extendTerm(suspended, fourWeeks, '2024-09-01'))
    expect(runningTermDueOn(must(resumeTerm(extended, '2024-09-01')))).toBe('2024-10-29')
  })

  test('that has run again is not stopped in the past', () => {
    const again = must(resumeTerm(suspended, '2024-01-30'))
    expect(suspendTerm(again, '2024-01-25')).toEqual({ ok: false, reason: 'before-last-change' })
  })
})
