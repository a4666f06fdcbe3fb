/** What waits to be counted, a whole day of it at a time. */
import type { Clock, MovableClock } from '@wederhoor/calendar/clock'
import { dateOf } from '@wederhoor/calendar/instants'
import { rounds } from '@wederhoor/calendar/rounds'
import type { Worker } from '@wederhoor/runtime/workers'
import type { Pool } from 'pg'

export interface WaitingCount {
  readonly dossier: string
  readonly counted: string
}

const POLL_MS = 1_000

/**
 * Counts what waits once its day is over by the clock port. Called at least once for each: counting twice is counting
 * once. Without `everyDay` nothing waits, and its place in the ledger says whose count it is.
 */
export function batchesOf(parts: {
  readonly db: Pool
  readonly clock: Clock | MovableClock
  readonly count: (waiting: readonly WaitingCount[]) => Promise<void>
  readonly everyDay: boolean
  readonly onFailure: (error: unknown) => void
}): Worker {
  const { db, clock, count, everyDay, onFailure } = parts

  async function release(): Promise<void> {
    const today = dateOf(await clock.now())
    const { rows } = await db.query<WaitingCount>(
      'SELECT dossier, counted FROM intake.to_count WHERE day < $1 OR NOT $2',
      [today, everyDay],
    )
    if (rows.length === 0) return
    await count(rows)
    await db.query(
      'DELETE FROM intake.to_count WHERE (dossier, counted) IN (SELECT * FROM unnest($1::uuid[], $2::text[]))',
      [rows.map((one) => one.dossier), rows.map((one) => one.counted)],
    )
  }

  return rounds({ work: release, pauseMs: POLL_MS, clock, onFailure })
}
