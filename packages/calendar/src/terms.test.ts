import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, type PlainDate } from './dates.ts'
import { isFreeDay } from './holidays.ts'
import { addWorkingDays, dueOn, type Term, termSchema, workingDaysBetween } from './terms.ts'

const statutory = (count: number, unit: Term['unit']): Term => ({ unit, count, kind: 'statutory' })
const own = (count: number, unit: Term['unit']): Term => ({ unit, count, kind: 'own' })

const dates = fc.integer({ min: 0, max: 365 * 30 }).map((days) => addDays('2010-01-01', days))
const units = fc.constantFrom<Term['unit']>('workingDays', 'days', 'weeks', 'months', 'years')
const shortStatutory = fc.oneof(
  fc.integer({ min: 1, max: 90 }).map((count) => statutory(count, 'days')),
  fc.integer({ min: 1, max: 12 }).map((count) => statutory(count, 'weeks')),
  fc.integer({ min: 1, max: 3 }).map((count) => statutory(count, 'months')),
  fc.integer({ min: 1, max: 60 }).map((count) => statutory(count, 'workingDays')),
)
const anyTerm = fc.record({
  unit: units,
  count: fc.integer({ min: 1, max: 20 }),
  kind: fc.constantFrom<Term['kind']>('own', 'statutory'),
})

describe('a statutory term', () => {
  test.each<[string, PlainDate, Term, PlainDate]>([
    ['ends on an ordinary day where it ends', '2024-01-01', statutory(6, 'weeks'), '2024-02-12'],
    ['moves from Saturday to Monday', '2024-01-06', statutory(2, 'weeks'), '2024-01-22'],
    ['moves over Easter to Tuesday', '2024-03-15', statutory(2, 'weeks'), '2024-04-02'],
    ["moves off King's Day on a Saturday", '2025-04-12', statutory(2, 'weeks'), '2025-04-28'],
    ['moves off a day made equal by decree', '2024-04-26', statutory(2, 'weeks'), '2024-05-13'],
    [
      'moves off 5 May also when few have it off',
      '2026-04-21',
      statutory(2, 'weeks'),
      '2026-05-06',
    ],
    ['ends on the last day of a shorter month', '2025-01-31', statutory(1, 'months'), '2025-02-28'],
    ['knows a leap day', '2024-01-31', statutory(1, 'months'), '2024-02-29'],
    ['of three days holds two working days', '2024-03-28', statutory(3, 'days'), '2024-04-03'],
    [
      'of two days need not hold two working days',
      '2024-03-29',
      statutory(2, 'days'),
      '2024-04-02',
    ],
  ])('%s', (_, startOn, term, expected) => {
    expect(dueOn(startOn, term)).toBe(expected)
  })

  test.each<[string, PlainDate, Term, PlainDate]>([
    ['12 weeks moves', '2024-01-06', statutory(12, 'weeks'), '2024-04-02'],
    ['13 weeks does not', '2024-01-06', statutory(13, 'weeks'), '2024-04-06'],
    ['3 months moves', '2024-01-06', statutory(3, 'months'), '2024-04-08'],
    ['4 months does not', '2024-01-06', statutory(4, 'months'), '2024-05-06'],
    ['4 months stays on a Saturday', '2024-02-06', statutory(4, 'months'), '2024-06-06'],
    ['90 days moves', '2024-01-01', statutory(90, 'days'), '2024-04-02'],
    ['91 days does not', '2024-01-07', statutory(91, 'days'), '2024-04-07'],
    ['a year does not, even onto New Year', '2023-01-01', statutory(1, 'years'), '2024-01-01'],
    ['a year from a leap day ends in February', '2024-02-29', statutory(1, 'years'), '2025-02-28'],
  ])('of %s', (_, startOn, term, expected) => {
    expect(dueOn(startOn, term)).toBe(expected)
  })

  test('never ends on a free day when it may move', () => {
    fc.assert(
      fc.property(dates, shortStatutory, (startOn, term) => {
        expect(isFreeDay(dueOn(startOn, term))).toBe(false)
      }),
    )
  })

  test('moves no further than the first day that will do', () => {
    fc.assert(
      fc.property(dates, shortStatutory, (startOn, term) => {
        const counted = dueOn(startOn, { ...term, kind: 'own' })
        const moved = dueOn(startOn, term)
        expect(moved >= counted).toBe(true)
        for (let day = counted; day < moved; day = addDays(day, 1)) {
          expect(isFreeDay(day) || workingDaysBetween(startOn, day) < 2).toBe(true)
        }
      }),
    )
  })

  test('of three days or more holds at least two working days', () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: 3, max: 90 }), (startOn, count) => {
        const end = dueOn(startOn, statutory(count, 'days'))
        expect(workingDaysBetween(startOn, end)).toBeGreaterThanOrEqual(2)
      }),
    )
  })
})

describe('an own term', () => {
  test.each<[string, PlainDate, Term, PlainDate]>([
    ['in working days skips Easter', '2024-03-28', own(2, 'workingDays'), '2024-04-03'],
    ['in working days counts from the next one', '2024-03-30', own(1, 'workingDays'), '2024-04-02'],
    ['in working days skips a decreed day', '2024-05-08', own(1, 'workingDays'), '2024-05-13'],
    ['in days ends where it ends', '2024-03-16', own(14, 'days'), '2024-03-30'],
  ])('%s', (_, startOn, term, expected) => {
    expect(dueOn(startOn, term)).toBe(expected)
  })

  test('in working days holds exactly that many of them', () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: 1, max: 60 }), (startOn, count) => {
        const end = addWorkingDays(startOn, count)
        expect(isFreeDay(end)).toBe(false)
        expect(workingDaysBetween(startOn, end)).toBe(count)
      }),
    )
  })
})

describe('any term', () => {
  test('ends after it starts, and never earlier for a later start', () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: 0, max: 40 }), anyTerm, (startOn, later, term) => {
        expect(dueOn(startOn, term) > startOn).toBe(true)
        expect(dueOn(addDays(startOn, later), term) >= dueOn(startOn, term)).toBe(true)
      }),
    )
  })

  test('never ends earlier for a greater count, up to where moving stops', () => {
    fc.assert(
      fc.property(dates, units, fc.integer({ min: 1, max: 11 }), (startOn, unit, count) => {
        const shorter = dueOn(startOn, own(count, unit))
        expect(dueOn(startOn, own(count + 1, unit)) > shorter).toBe(true)
        if (unit === 'weeks' || unit === 'workingDays') {
          const less = dueOn(startOn, statutory(count, unit))
          expect(dueOn(startOn, statutory(count + 1, unit)) >= less).toBe(true)
        }
      }),
    )
  })

  test('is refused by its schema with a count that is no count', () => {
    expect(termSchema.safeParse(own(0, 'days')).success).toBe(false)
    expect(termSchema.safeParse(own(1.5, 'days')).success).toBe(false)
    expect(termSchema.safeParse({ ...own(1, 'days'), unit: 'hours' }).success).toBe(false)
    expect(() => dueOn('2024-02-30', own(1, 'days'))).toThrow('not a calendar date')
    expect(() => dueOn('2024-02-01', own(0, 'days'))).toThrow('a term of 0')
  })
})
