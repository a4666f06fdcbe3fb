import assert from 'node:assert/strict'
import type { z } from 'zod'
import { dayNumber, type PlainDate } from './dates.ts'
import { dueOn, type Term } from './terms.ts'

/** An instant in UTC with milliseconds, `2024-01-15T22:59:59.999Z`. Compares and sorts as text. */
export type Instant = string & z.core.$brand<'Instant'>

/** A length of time that ignores days and holidays, such as the validity of a token. */
export interface Duration {
  readonly unit: 'minutes' | 'hours'
  readonly count: number
}

const unitMilliseconds = { minutes: 60_000, hours: 3_600_000 } as const
const dayMilliseconds = 86_400_000

/** Days begin and end here; the zone's rules come from the runtime's own time zone data. */
const zone = 'Europe/Amsterdam'
const zoneFormat = new Intl.DateTimeFormat('en-CA', {
  timeZone: zone,
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})

/** True for exactly the form of `Instant`, and only when the date and time exist. */
export function isInstant(text: string): text is Instant {
  const at = new Date(text)
  return !Number.isNaN(at.getTime()) && at.toISOString() === text
}

/** That text as an instant; anything else is a bug. */
export function instant(text: string): Instant {
  assert(isInstant(text), `not an instant in UTC with milliseconds: ${text}`)
  return text
}

/** The date on the wall in Europe/Amsterdam at that instant: 22:30Z in July is the next day. */
export function dateOf(at: string): PlainDate {
  const wall = new Date(millisecondsOf(at) + offsetAt(millisecondsOf(at)))
  return wall.toISOString().slice(0, 10)
}

/** The last millisecond of that day in Europe/Amsterdam, also on the days of 23 and 25 hours. */
export function endOfDay(on: PlainDate): Instant {
  const nextMidnight = (dayNumber(on) + 1) * dayMilliseconds
  // The offset changes at 01:00 UTC, never around midnight, so one correction is exact.
  return new Date(
    nextMidnight - offsetAt(nextMidnight - offsetAt(nextMidnight)) - 1,
  ).toISOString() as Instant
}

/**
 * The instant until which something may still be done that started at `startedAt`: for a term the
 * end of its last day, for a duration that much later to the millisecond. Exactly then it is not
 * yet late; a deadline is reached by the first instant after it.
 */
export function dueAt(startedAt: string, term: Term | Duration): Instant {
  if ('kind' in term) return endOfDay(dueOn(dateOf(startedAt), term))
  return addMilliseconds(startedAt, term.count * unitMilliseconds[term.unit])
}

export function addMilliseconds(at: string, milliseconds: number): Instant {
  return new Date(millisecondsOf(at) + milliseconds).toISOString() as Instant
}

function millisecondsOf(at: string): number {
  assert(isInstant(at), `not an instant in UTC with milliseconds: ${at}`)
  return Date.parse(at)
}

/** How far the wall clock in the zone is ahead of UTC at that moment, in milliseconds. */
function offsetAt(milliseconds: number): number {
  const wholeSecond = Math.floor(milliseconds / 1000) * 1000
  const parts = new Map(
    zoneFormat.formatToParts(wholeSecond).map((part) => [part.type, Number(part.value)]),
  )
  const read = (type: Intl.DateTimeFormatPartTypes): number => {
    const value = parts.get(type)
    assert(value !== undefined, `the time zone format gave no ${type}`)
    return value
  }
  const wall = Date.UTC(
    read('year'),
    read('month') - 1,
    read('day'),
    read('hour'),
    read('minute'),
    read('second'),
  )
  return wall - wholeSecond
}
