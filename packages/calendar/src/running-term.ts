import { addDays, daysBetween, type PlainDate } from './dates.ts'
import { addWorkingDays, movedEnd, type Term, unmovedEnd, workingDaysBetween } from './terms.ts'

/**
 * A term that may stand still and be extended, but only by a named event: nothing else moves its
 * end. Plain data, so that it can live in a state or be folded again from its facts.
 */
export interface RunningTerm {
  readonly startOn: PlainDate
  readonly term: Term
  readonly extensions: readonly Term[]
  /** Closed stretches in order; the days after `fromOn` up to and including `untilOn` did not run. */
  readonly suspensions: readonly { readonly fromOn: PlainDate; readonly untilOn: PlainDate }[]
  /** The day on which the clock was stopped and has not been started again, or `null`. */
  readonly suspendedOn: PlainDate | null
}

export type TermRefusal =
  | 'already-suspended'
  | 'not-suspended'
  | 'term-ended'
  | 'before-start'
  | 'before-last-change'

/** A refusal is a value: the rule said no and nothing changed. */
export type TermChange =
  | { readonly ok: true; readonly running: RunningTerm }
  | { readonly ok: false; readonly reason: TermRefusal }

export function startTerm(startOn: PlainDate, term: Term): RunningTerm {
  return { startOn, term, extensions: [], suspensions: [], suspendedOn: null }
}

/** Stops the clock from the end of `on`. A term that has ended cannot be stopped afterwards. */
export function suspendTerm(running: RunningTerm, on: PlainDate): TermChange {
  if (running.suspendedOn !== null) return refuse('already-suspended')
  const refusal = refusalOn(running, on)
  if (refusal !== null) return refuse(refusal)
  return changed({ ...running, suspendedOn: on })
}

/** Starts the clock again from the end of `on`: resumed on the day it was stopped, nothing moves. */
export function resumeTerm(running: RunningTerm, on: PlainDate): TermChange {
  const fromOn = running.suspendedOn
  if (fromOn === null) return refuse('not-suspended')
  if (on < fromOn) return refuse('before-last-change')
  const suspensions = [...running.suspensions, { fromOn, untilOn: on }]
  return changed({ ...running, suspensions, suspendedOn: null })
}

/**
 * Adds a term to the end, also while the clock stands still. Counted from the end before it moved
 * off a free day, so that 6 weeks and 4 weeks together are 10 weeks. Not after the term has ended.
 */
export function extendTerm(running: RunningTerm, by: Term, on: PlainDate): TermChange {
  const refusal = refusalOn(running, on)
  if (refusal !== null) return refuse(refusal)
  return changed({ ...running, extensions: [...running.extensions, by] })
}

/**
 * The last day of the term, or `null` while the clock stands still: nobody is late then.
 * An extended term moves off a free day when its last extension is a term that does so.
 */
export function runningTermDueOn(running: RunningTerm): PlainDate | null {
  return running.suspendedOn === null ? endOf(running) : null
}

function endOf(running: RunningTerm): PlainDate {
  const { startOn, term, extensions, suspensions } = running
  let end = unmovedEnd(startOn, term)
  for (const extension of extensions) end = unmovedEnd(end, extension)
  for (const { fromOn, untilOn } of suspensions) {
    end =
      term.unit === 'workingDays'
        ? addWorkingDays(end, workingDaysBetween(fromOn, untilOn))
        : addDays(end, daysBetween(fromOn, untilOn))
  }
  return movedEnd(startOn, end, extensions.at(-1) ?? term)
}

function refusalOn(running: RunningTerm, on: PlainDate): TermRefusal | null {
  if (on < running.startOn) return 'before-start'
  const lastChangeOn = running.suspendedOn ?? running.suspensions.at(-1)?.untilOn
  if (lastChangeOn !== undefined && on < lastChangeOn) return 'before-last-change'
  if (running.suspendedOn === null && on > endOf(running)) return 'term-ended'
  return null
}

function changed(running: RunningTerm): TermChange {
  return { ok: true, running }
}

function refuse(reason: TermRefusal): TermChange {
  return { ok: false, reason }
}
