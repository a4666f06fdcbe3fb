import assert from 'node:assert/strict'
import type { Pool } from 'pg'
import { ClockError, type MovableClock, wakeList, wholeStep } from './clock.ts'
import { type Instant, isInstant } from './instants.ts'

export interface DatabaseClockOptions {
  /** True only where the environment says so; the caller reads it. */
  readonly simulated: boolean
  /** True in production, where a simulated clock is refused at once. */
  readonly production?: boolean
}

/** How long one reading of the database is carried on by this machine's monotonic clock. */
const sampleValidMs = 1_000
/** A step back of the database's time up to here is smoothed by standing still. */
const stepBackMsMax = 2_000

interface Sample {
  /** Database time plus offset, in milliseconds since 1970. */
  readonly atMs: number
  /** `performance.now()` when the answer was in: the clock lags by at most one round trip. */
  readonly readMs: number
}

/**
 * The database's time plus `clock.offset_row` (migration `001-clock.sql` must have run). One
 * reading serves for up to one second, carried on by the monotonic clock, so that a command costs
 * no query; a move made by another process is therefore seen within one second. Readings that many
 * callers wait for are one query. Moves are durable when they return.
 *
 * A database that has never been moved may be set to any instant, also in the past: that is how a
 * simulated year begins. From then on it only goes forward.
 *
 * Throws `clock-simulated-in-production` at once.
 */
export function databaseClock(pool: Pool, options: DatabaseClockOptions): MovableClock {
  if (options.simulated && options.production === true) {
    throw new ClockError(
      'clock-simulated-in-production',
      'a simulated clock is refused in production',
    )
  }
  const listeners = wakeList()
  let sample: Sample | null = null
  let reading: Promise<Sample> | null = null
  let lastMs = Number.NEGATIVE_INFINITY

  async function present(): Promise<number> {
    if (sample === null || performance.now() - sample.readMs > sampleValidMs) {
      reading ??= readSample(pool, options.simulated).finally(() => {
        reading = null
      })
      sample = await reading
    }
    const nowMs = Math.floor(sample.atMs + (performance.now() - sample.readMs))
    if (nowMs < lastMs - stepBackMsMax) {
      sample = null
      throw new ClockError(
        'clock-stepped-back',
        `the database's time is ${lastMs - nowMs} ms behind what it was`,
      )
    }
    lastMs = Math.max(lastMs, nowMs)
    return lastMs
  }

  async function move(statement: string, value: number): Promise<Instant> {
    if (!options.simulated) {
      throw new ClockError('clock-not-simulated', 'real time cannot be moved')
    }
    const moved = await ask(pool, statement, [value])
    if (moved === undefined) {
      throw new ClockError('clock-backwards', 'that instant lies before the present')
    }
    // A reading that began before the move is worthless after it.
    await reading?.catch(() => undefined)
    sample = null
    if (moved['first'] === true) lastMs = Number.NEGATIVE_INFINITY
    const now = instantOf(await present())
    listeners.wake(now)
    return now
  }

  return {
    now: async () => instantOf(await present()),
    advance: async (milliseconds) => move(advanceStatement, wholeStep(milliseconds)),
    setTo: async (instant) => {
      assert(isInstant(instant), `not an instant in UTC with milliseconds: ${instant}`)
      return move(setStatement, Date.parse(instant))
    },
    onAdvance: listeners.add,
  }
}

const databaseMs = 'floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint'

const readStatement = `
  SELECT ${databaseMs} AS database_ms, (SELECT offset_milliseconds FROM clock.offset_row) AS offset_ms`

const advanceStatement = `
  INSERT INTO clock.offset_row AS held (offset_milliseconds) VALUES ($1::bigint)
  ON CONFLICT (only_row) DO UPDATE SET offset_milliseconds = held.offset_milliseconds + $1::bigint
  RETURNING false AS first`

/** Returns no row when the asked instant lies behind: the update then matches nothing. */
const setStatement = `
  INSERT INTO clock.offset_row AS held (offset_milliseconds) VALUES ($1::bigint - ${databaseMs})
  ON CONFLICT (only_row) DO UPDATE SET offset_milliseconds = excluded.offset_milliseconds
    WHERE excluded.offset_milliseconds >= held.offset_milliseconds
  RETURNING xmax = 0 AS first`

async function readSample(pool: Pool, simulated: boolean): Promise<Sample> {
  const row = await ask(pool, readStatement, [])
  const readMs = performance.now()
  assert(row !== undefined, 'the time was asked and no row came back')
  const offset = row['offset_ms']
  if (!simulated && offset !== null) {
    throw new ClockError(
      'clock-offset-present',
      'this database has lived in simulated time and cannot go on in real time',
    )
  }
  return { atMs: Number(row['database_ms']) + Number(offset ?? 0), readMs }
}

async function ask(
  pool: Pool,
  statement: string,
  values: readonly number[],
): Promise<Record<string, unknown> | undefined> {
  try {
    const result = await pool.query<Record<string, unknown>>(statement, [...values])
    return result.rows[0]
  } catch (cause) {
    throw new ClockError('clock-unavailable', 'the database did not give the time', { cause })
  }
}

function instantOf(milliseconds: number): Instant {
  return new Date(milliseconds).toISOString() as Instant
}
