import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays } from './dates.ts'
import { dateOf, dueAt, endOfDay, isInstant } from './instants.ts'

const twoWeeks = { unit: 'weeks', count: 2, kind: 'statutory' } as const
const dates = fc.integer({ min: 0, max: 365 * 40 }).map((days) => addDays('2000-01-01', days))

describe('a day in Amsterdam', () => {
  test.each([
    ['in winter', '2024-01-15', '2024-01-15T22:59:59.999Z'],
    ['in summer', '2024-07-15', '2024-07-15T21:59:59.999Z'],
    ['before the clocks go forward', '2024-03-30', '2024-03-30T22:59:59.999Z'],
    ['on which they go forward', '2024-03-31', '2024-03-31T21:59:59.999Z'],
    ['before the clocks go back', '2024-10-26', '2024-10-26T21:59:59.999Z'],
    ['on which they go back', '2024-10-27', '2024-10-27T22:59:59.999Z'],
  ])('%s ends at midnight on the wall', (_, on, expected) => {
    expect(endOfDay(on)).toBe(expected)
  })

  test('ends also where it is the last that a date can name', () => {
    expect(endOfDay('9999-12-31' as never)).toBe('9999-12-31T22:59:59.999Z')
  })

  test('holds its last millisecond and not the next one', () => {
    fc.assert(
      fc.property(dates, (on) => {
        const end = endOfDay(on)
        expect(dateOf(end)).toBe(on)
        expect(dateOf(new Date(Date.parse(end) + 1).toISOString())).toBe(addDays(on, 1))
      }),
    )
  })
})

describe('a due instant', () => {
  test('counts from the day on the wall, not from the day in UTC', () => {
    expect(dueAt('2024-07-01T22:30:00.000Z', twoWeeks)).toBe('2024-07-16T21:59:59.999Z')
    expect(dueAt('2024-07-01T21:30:00.000Z', twoWeeks)).toBe('2024-07-15T21:59:59.999Z')
  })

  test('stays at the end of the day over a change of the clocks', () => {
    expect(dueAt('2024-03-18T09:00:00.000Z', twoWeeks)).toBe('2024-04-02T21:59:59.999Z')
  })

  test('of a duration is exact, whatever the day', () => {
    const fifteen = { unit: 'minutes', count: 15 } as const
    expect(dueAt('2024-03-31T00:50:00.000Z', fifteen)).toBe('2024-03-31T01:05:00.000Z')
    expect(dueAt('2024-03-30T12:00:00.000Z', { unit: 'hours', count: 72 })).toBe(
      '2024-04-02T12:00:00.000Z',
    )
  })

  test('refuses an instant in another form as a bug', () => {
    expect(isInstant('2024-01-15T22:59:59Z')).toBe(false)
    expect(isInstant('2024-02-30T00:00:00.000Z')).toBe(false)
    expect(() => dateOf('2024-01-15')).toThrow('not an instant')
  })
})
