/**
 * Read models of erasures: what waits for a decision, what is held back and until when somebody looks again, and what
 * has not ended. And of what runs in a dossier elsewhere, which holds an erasure back.
 */
import type { Recorded } from '@wederhoor/decider/handler'
import type { Pool, PoolClient } from 'pg'
import type { ErasureEvent } from '../domain/erasure-events.ts'
import type { Matter } from '../domain/matter.ts'

export type ErasureStatus =
  | 'held'
  | 'requested'
  | 'refused'
  | 'granted'
  | 'erased'
  | 'completed'
  | 'final'

export interface ErasureRow {
  readonly dossier: string
  readonly party: string
  readonly status: ErasureStatus
  readonly ground: string | null
  readonly requestedAt: string | null
  /** Until when it is answered, and whether that passed unanswered. */
  readonly answerDueAt: string | null
  readonly overdue: boolean
  readonly decidedAt: string | null
  readonly completedAt: string | null
  readonly finalDueAt: string | null
  readonly finalAt: string | null
  /** Carrying it out did not end the last time; it is taken up again. */
  readonly incomplete: boolean
  /** The next review of a hold that stands. */
  readonly holdReviewDueAt: string | null
}

/** Applies one entry of an erasure inside the projection's transaction. */
export async function evolveErasureViews(
  { event, entry }: Recorded<ErasureEvent>,
  tx: PoolClient,
): Promise<void> {
  const { stream } = entry
  if (event.type === 'LegalHoldLifted') {
    await tx.query('DELETE FROM cases.legal_hold WHERE hold = $1', [event.hold])
    // Nobody asked for it, and nothing is held any more.
    await tx.query(
      `DELETE FROM cases.erasure WHERE stream = $1 AND status = 'held'
       AND NOT EXISTS (SELECT FROM cases.legal_hold WHERE legal_hold.stream = erasure.stream)`,
      [stream],
    )
    return
  }
  if (event.type === 'LegalHoldOverdue') {
    await tx.query('UPDATE cases.legal_hold SET overdue = true WHERE hold = $1', [event.hold])
    return
  }
  await tx.query(
    `INSERT INTO cases.erasure (stream, dossier, party, status) VALUES ($1, $2, $3, 'held')
     ON CONFLICT DO NOTHING`,
    [stream, entry.dossier, event.party],
  )
  if (event.type === 'LegalHoldPlaced') {
    await tx.query(
      'INSERT INTO cases.legal_hold (hold, stream, review_due_at) VALUES ($1, $2, $3)',
      [event.hold, stream, event.reviewDueAt],
    )
    return
  }
  const columns = columnsAfter(event)
  const changes = Object.keys(columns).map((name, index) => `${name} = $${index + 2}`)
  await tx.query(`UPDATE cases.erasure SET ${changes.join(', ')} WHERE stream = $1`, [
    stream,
    ...Object.values(columns),
  ])
}

function columnsAfter(
  event: Exclude<
    ErasureEvent,
    { type: 'LegalHoldPlaced' | 'LegalHoldLifted' | 'LegalHoldOverdue' }
  >,
): Readonly<Record<string, unknown>> {
  switch (event.type) {
    case 'ErasureRequested': {
      const { ground, answerDueAt, at } = event
      const due = { answer_due_at: answerDueAt, overdue: false }
      return { status: 'requested', ground, requested_at: at, decided_at: null, ...due }
    }
    case 'ErasureOverdue':
      return { overdue: true }
    case 'ErasureRefused':
      return { status: 'refused', decided_at: event.at }
    case 'ErasureGranted':
      return { status: 'granted', decided_at: event.at }
    case 'PartyErased':
      return { status: 'erased', incomplete: false }
    case 'ErasureIncomplete':
      return { incomplete: true }
    case 'ErasureCompleted': {
      const { at, finalDueAt } = event
      return { status: 'completed', completed_at: at, final_due_at: finalDueAt, incomplete: false }
    }
    case 'ErasureFinal':
      return { status: 'final', final_at: event.at, incomplete: false }
  }
}

/** Written in the transaction of the message. */
export async function noteMatter(matter: Matter, tx: PoolClient): Promise<void> {
  const { id, dossier, kind, running, served } = matter
  await tx.query(
    `INSERT INTO cases.matter (id, dossier, kind, running, served)
     VALUES ($1, $2, $3, coalesce($4, true), coalesce($5, false))
     ON CONFLICT (id) DO UPDATE SET running = coalesce($4, matter.running), served = matter.served OR excluded.served`,
    [id, dossier, kind, running ?? null, served ?? null],
  )
}

const LIST_MAX = 200

export function erasureViews(db: Pool) {
  return {
    /** In a status, or all that is not over, the oldest request first. */
    async list(status: ErasureStatus | undefined): Promise<readonly ErasureRow[]> {
      const { rows } = await db.query<Row>(
        `SELECT dossier, party, status, ground, requested_at, answer_due_at, overdue, decided_at,
           completed_at, final_due_at, final_at, incomplete, (SELECT min(review_due_at) FROM cases.legal_hold WHERE legal_hold.stream = erasure.stream) AS review
         FROM cases.erasure WHERE ($1::text IS NULL AND status NOT IN ('final', 'refused')) OR status = $1
         ORDER BY answer_due_at NULLS LAST, dossier, party LIMIT ${LIST_MAX}`,
        [status ?? null],
      )
      return rows.map(readable)
    },
    /** What is heard to run, and so holds by itself; and whether one party was heard on what another said. */
    async matters(dossier: string) {
      const { rows } = await db.query<{ kind: Matter['kind']; running: boolean; served: boolean }>(
        'SELECT kind, running, served FROM cases.matter WHERE dossier = $1 ORDER BY kind, id',
        [dossier],
      )
      return {
        running: [...new Set(rows.filter((one) => one.running).map((one) => one.kind))],
        served: rows.some((one) => one.served),
      }
    },
  }
}

export type ErasureViews = ReturnType<typeof erasureViews>

interface Row {
  readonly dossier: string
  readonly party: string
  readonly status: ErasureStatus
  readonly ground: string | null
  readonly requested_at: Date | null
  readonly answer_due_at: Date | null
  readonly overdue: boolean
  readonly decided_at: Date | null
  readonly completed_at: Date | null
  readonly final_due_at: Date | null
  readonly final_at: Date | null
  readonly incomplete: boolean
  readonly review: Date | null
}

const readable = (row: Row): ErasureRow => ({
  dossier: row.dossier,
  party: row.party,
  status: row.status,
  ground: row.ground,
  requestedAt: row.requested_at?.toISOString() ?? null,
  answerDueAt: row.answer_due_at?.toISOString() ?? null,
  overdue: row.overdue,
  decidedAt: row.decided_at?.toISOString() ?? null,
  completedAt: row.completed_at?.toISOString() ?? null,
  finalDueAt: row.final_due_at?.toISOString() ?? null,
  finalAt: row.final_at?.toISOString() ?? null,
  incomplete: row.incomplete,
  holdReviewDueAt: row.review?.toISOString() ?? null,
})
