import assert from 'node:assert/strict'

/**
 * A calendar date without a time or zone, `YYYY-MM-DD` (ISO 8601, proleptic Gregorian, years
 * 0000-9999). Dates of this form compare and sort as text.
 */
export type PlainDate = string

const dayMilliseconds = 86_400_000
const datePattern = /^\d{4}-\d{2}-\d{2}$/

/** True for an existing date: `2023-02-29` is not one. */
export function isPlainDate(text: string): boolean {
  if (!datePattern.test(text)) return false
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text
}

/** Days since 1970-01-01. A text that is no date is a bug of the caller: it crashes. */
export function dayNumber(date: PlainDate): number {
  assert(isPlainDate(date), `not a calendar date: ${date}`)
  return Date.parse(`${date}T00:00:00Z`) / dayMilliseconds
}

export function dateOfDayNumber(day: number): PlainDate {
  return new Date(day * dayMilliseconds).toISOString().slice(0, 10)
}

export function addDays(date: PlainDate, days: number): PlainDate {
  return dateOfDayNumber(dayNumber(date) + days)
}

/** Calendar days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: PlainDate, to: PlainDate): number {
  return dayNumber(to) - dayNumber(from)
}

/** The same day number in a later month, or that month's last day when it has no such day. */
export function addMonths(date: PlainDate, months: number): PlainDate {
  assert(isPlainDate(date), `not a calendar date: ${date}`)
  const monthIndex = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 + months
  const year = Math.floor(monthIndex / 12)
  const month = monthIndex % 12
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  const day = Math.min(Number(date.slice(8, 10)), lastDay)
  return new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10)
}

/** 0 is Sunday, 6 is Saturday. 1970-01-01 was a Thursday. */
export function weekday(date: PlainDate): number {
  return (((dayNumber(date) + 4) % 7) + 7) % 7
}
