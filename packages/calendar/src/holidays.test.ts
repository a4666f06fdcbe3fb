import Holidays from 'date-holidays'
import { describe, expect, test } from 'vitest'
import {
  decreesKnownUntilYear,
  easterSunday,
  type Holiday,
  holidayOn,
  holidaysOf,
  isFreeDay,
} from './holidays.ts'

const fixed = (year: number): string[] => [
  `${year}-01-01`,
  `${year}-05-05`,
  `${year}-12-25`,
  `${year}-12-26`,
]

/** Good Friday, Easter Monday, King's Day, Ascension, Whit Monday: written out, not computed. */
const movable: Record<number, string[]> = {
  2024: ['2024-03-29', '2024-04-01', '2024-04-27', '2024-05-09', '2024-05-20'],
  2025: ['2025-04-18', '2025-04-21', '2025-04-26', '2025-05-29', '2025-06-09'],
  2026: ['2026-04-03', '2026-04-06', '2026-04-27', '2026-05-14', '2026-05-25'],
  2027: ['2027-03-26', '2027-03-29', '2027-04-27', '2027-05-06', '2027-05-17'],
  2028: ['2028-04-14', '2028-04-17', '2028-04-27', '2028-05-25', '2028-06-05'],
  2029: ['2029-03-30', '2029-04-02', '2029-04-27', '2029-05-10', '2029-05-21'],
  2030: ['2030-04-19', '2030-04-22', '2030-04-27', '2030-05-30', '2030-06-10'],
}

const decreed: Record<number, string[]> = {
  2024: ['2024-05-10', '2024-12-27'],
  2025: ['2025-05-30'],
  2026: ['2026-01-02', '2026-05-15'],
  2027: ['2027-05-07'],
  2028: ['2028-04-28', '2028-05-26'],
}

describe('the holiday table', () => {
  test.each(Object.keys(movable).map(Number))('has the golden days of %i and no other', (year) => {
    const golden = [...fixed(year), ...(movable[year] ?? []), ...(decreed[year] ?? [])].sort()
    expect(holidaysOf(year).map((holiday) => holiday.on)).toEqual(golden)
  })

  test("keeps King's Day off a Sunday, and Queen's Day before 2014", () => {
    expect(holidayOn('2025-04-26')?.code).toBe('kings-day')
    expect(holidayOn('2025-04-27')).toBeUndefined()
    expect(holidayOn('2013-04-30')?.code).toBe('queens-day')
    expect(holidayOn('2014-04-30')).toBeUndefined()
    expect(holidayOn('2006-04-29')?.code).toBe('queens-day')
  })

  test('keeps both holidays that fall on one day', () => {
    expect(holidaysOf(2016).filter((holiday) => holiday.on === '2016-05-05')).toHaveLength(2)
  })

  test('says until when the decrees are known', () => {
    expect(decreesKnownUntilYear).toBe(2028)
    expect(holidaysOf(2029).some((holiday) => holiday.ground === 'decree')).toBe(false)
  })

  test('makes equal only days that would have been working days', () => {
    for (const on of Object.values(decreed).flat()) {
      expect(new Date(on).getUTCDay()).toBeGreaterThan(0)
      expect(new Date(on).getUTCDay()).toBeLessThan(6)
      expect(isFreeDay(on)).toBe(true)
    }
  })

  test('knows the free days around a weekend', () => {
    expect(isFreeDay('2024-03-28')).toBe(false)
    expect(isFreeDay('2024-03-30')).toBe(true)
    expect(isFreeDay('2024-03-31')).toBe(true)
    expect(isFreeDay('2024-04-02')).toBe(false)
  })
})

describe('the holiday table beside date-holidays', () => {
  const others = new Holidays('NL')

  /** date-holidays marks Good Friday and 5 May as `school` and lacks the days made by decree. */
  const known = (holiday: Holiday): boolean => holiday.ground !== 'decree'
  /** It counts Easter and Whit Sunday as public; for a term they are Sundays already. */
  const isSunday = (date: string): boolean => new Date(date).getUTCDay() === 0

  test.each(Array.from({ length: 40 }, (_, index) => 2014 + index))('agrees on %i', (year) => {
    const theirs = others
      .getHolidays(year)
      .filter((day) => day.type === 'public' || (day.type === 'school' && isCounted(day.rule)))
      .map((day) => day.date.slice(0, 10))
    const ours = holidaysOf(year).filter(known)
    expect(new Set(theirs.filter((date) => !isSunday(date)))).toEqual(
      new Set(ours.map((holiday) => holiday.on).filter((date) => !isSunday(date))),
    )
    expect(theirs).toContain(easterSunday(year))
  })

  function isCounted(rule: string): boolean {
    return rule === 'easter -2' || rule === '05-05'
  }
})
