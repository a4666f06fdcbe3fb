import assert from 'node:assert/strict'
import { addMilliseconds, type Instant, isInstant } from './instants.ts'

/**
 * The one clock. Everything that records, compares or waits for a moment asks it; nothing reads the
 * time of its own machine. Deciders never see it: handlers put the instant into the command.
 */
export interface Clock {
  /**
   * The present instant in UTC with milliseconds. Within a process it never goes backwards.
   * Fails with `ClockError` when the time cannot be known; the caller retries or gives up.
   */
  now(): Promise<Instant>
}

/** A clock that can be moved: for tests and simulated time. It only ever goes forward. */
export interface MovableClock extends Clock {
  /** Moves ahead by whole milliseconds, zero or more, and returns the new present once durable. */
  advance(milliseconds: number): Promise<Instant>
  /** Moves ahead to that instant and returns the new present, which may already be a little later. */
  setTo(instant: string): Promise<Instant>
  /**
   * Calls `wake` with the new present after each move made *through this object*; a move made by
   * another process is noticed by asking again. Returns a function that ends the subscription.
   */
  onAdvance(wake: (now: Instant) => void): () => void
}

export type ClockErrorCode =
  /** A move was asked of a clock that runs on real time. */
  | 'clock-not-simulated'
  /** A simulated clock was asked for in production. */
  | 'clock-simulated-in-production'
  /** A move into the past, by a negative step or to an earlier instant. */
  | 'clock-backwards'
  /** Real time was asked of a database that has lived in simulated time. */
  | 'clock-offset-present'
  /** The time of the database stepped back by more than two seconds: stop, and look why. */
  | 'clock-stepped-back'
  /** The database did not answer; `cause` holds its error. */
  | 'clock-unavailable'

export class ClockError extends Error {
  readonly code: ClockErrorCode

  constructor(code: ClockErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ClockError'
    this.code = code
  }
}

/** A clock that stands still until it is moved. */
export function fixedClock(at: string): MovableClock {
  assert(isInstant(at), `not an instant in UTC with milliseconds: ${at}`)
  const listeners = wakeList()
  let present: Instant = at
  const moveTo = (next: Instant): Instant => {
    if (next < present) throw new ClockError('clock-backwards', `${next} lies before ${present}`)
    present = next
    listeners.wake(present)
    return present
  }
  return {
    now: async () => present,
    advance: async (milliseconds) => moveTo(addMilliseconds(present, wholeStep(milliseconds))),
    setTo: async (instant) => {
      assert(isInstant(instant), `not an instant in UTC with milliseconds: ${instant}`)
      return moveTo(instant)
    },
    onAdvance: listeners.add,
  }
}

/** A step for `advance`: a negative one is refused, a fraction of a millisecond is a bug. */
export function wholeStep(milliseconds: number): number {
  assert(Number.isSafeInteger(milliseconds), `not whole milliseconds: ${milliseconds}`)
  if (milliseconds < 0) {
    throw new ClockError('clock-backwards', `a step of ${milliseconds} ms goes backwards`)
  }
  return milliseconds
}

/** The listeners of one clock. A listener that throws is a bug of that listener: it crashes. */
export function wakeList(): {
  add(wake: (now: Instant) => void): () => void
  wake(now: Instant): void
} {
  const wakes = new Map<symbol, (now: Instant) => void>()
  return {
    add: (wake) => {
      const key = Symbol('wake')
      wakes.set(key, wake)
      return () => {
        wakes.delete(key)
      }
    },
    wake: (now) => {
      for (const wake of [...wakes.values()]) wake(now)
    },
  }
}
