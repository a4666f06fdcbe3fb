import assert from 'node:assert/strict'
import { z } from 'zod'
import { addDays, addMonths, type PlainDate } from './dates.ts'
import { isFreeDay } from './holidays.ts'

/**
 * A legal or own term in calendar units. `statutory` terms follow the Algemene termijnenwet; `own`
 * terms end where the count ends. Durations in minutes or hours are no terms: see `instants.ts`.
 */
export const termSchema = z.strictObject({
  unit: z.enum(['workingDays', 'days', 'weeks', 'months', 'years']),
  count: z.int().min(1).max(36_500),
  kind: z.enum(['own', 'statutory']),
})
export type Term = z.infer<typeof termSchema>

/**
 * The last day of a term that starts on `startOn`. The starting day itself is not counted: two days
 * from the 1st end on the 3rd, one month from 31 January ends on the last of February.
 * A statutory end on a Saturday, Sunday or holiday moves to the next working day (art. 1), and a
 * statutory term of three days or more holds at least two working days (art. 2). Terms of more than 90
 * days, 12 weeks, 3 months, or in years do not move (art. 4). A bad date or count is a bug: it crashes.
 */
export function dueOn(startOn: PlainDate, term: Term): PlainDate {
  return movedEnd(startOn, unmovedEnd(startOn, term), term)
}

/** Where the count alone ends, before any move: extensions are counted from here. */
export function unmovedEnd(startOn: PlainDate, term: Term): PlainDate {
  assert(Number.isInteger(term.count) && term.count >= 1, `a term of ${term.count}`)
  switch (term.unit) {
    case 'workingDays':
      return addWorkingDays(startOn, term.count)
    case 'days':
      return addDays(startOn, term.count)
    case 'weeks':
      return addDays(startOn, term.count * 7)
    case 'months':
      return addMonths(startOn, term.count)
    case 'years':
      return addMonths(startOn, term.count * 12)
  }
}

/** The end after the moves of arts. 1 and 2, given the term that this end belongs to. */
export function movedEnd(startOn: PlainDate, end: PlainDate, term: Term): PlainDate {
  if (!isMovable(term)) return end
  let moved = end
  if (term.unit === 'days' && term.count >= 3) {
    while (workingDaysBetween(startOn, moved, 2) < 2) moved = addDays(moved, 1)
  }
  while (isFreeDay(moved)) moved = addDays(moved, 1)
  return moved
}

/** Art. 4: long terms and terms in years end where they end. Own terms always do. */
function isMovable(term: Term): boolean {
  if (term.kind === 'own') return false
  switch (term.unit) {
    case 'workingDays':
      return true
    case 'days':
      return term.count <= 90
    case 'weeks':
      return term.count <= 12
    case 'months':
      return term.count <= 3
    case 'years':
      return false
  }
}

/** The count-th working day after `date`; `date` itself is not counted. Zero gives `date`. */
export function addWorkingDays(date: PlainDate, count: number): PlainDate {
  let day = date
  let left = count
  while (left > 0) {
    day = addDays(day, 1)
    if (!isFreeDay(day)) left -= 1
  }
  return day
}

/** Working days after `from` up to and including `to`, counted no further than `enough`. */
export function workingDaysBetween(
  from: PlainDate,
  to: PlainDate,
  enough: number = Number.POSITIVE_INFINITY,
): number {
  let count = 0
  for (let day = addDays(from, 1); day <= to && count < enough; day = addDays(day, 1)) {
    if (!isFreeDay(day)) count += 1
  }
  return count
}
