/** Which signals there are and how each stands: dates and codes, never a text. */
import type { Pool, PoolClient } from 'pg'
import type { SignalEvent } from '../domain/events.ts'
import type { SignalStatus } from '../domain/signal/state.ts'

export interface SignalRow {
  readonly signal: string
  readonly status: Exclude<SignalStatus, 'unknown'>
  readonly addressee: string
  readonly basis: 'pattern' | 'figures'
  readonly pattern: string | null
  readonly terrein: string | null
  readonly from: string
  readonly until: string
  readonly draftedAt: string
  readonly sentAt: string | null
  readonly dueAt: string | null
  readonly receivedAt: string | null
  readonly overdueAt: string | null
  readonly answeredAt: string | null
  readonly action: string | null
  readonly plannedOn: string | null
  readonly followUpDueAt: string | null
  readonly followUpFellDue: boolean
  readonly progress: string | null
  /** The question that waits for our answer. */
  readonly advice: string | null
  readonly adviceDueAt: string | null
  readonly adviceOverdue: boolean
}

export async function evolveSignalView(event: SignalEvent, tx: PoolClient): Promise<void> {
  if (event.type === 'SignalDrafted') {
    const { signal, addressee, basis, pattern, terrein, from, until, at } = event
    await tx.query(
      `INSERT INTO signalling.signal (signal, status, addressee, basis, pattern, terrein, from_month, until_month, drafted_at)
       VALUES ($1, 'drafted', $2, $3, $4, $5, $6, $7, $8)`,
      [signal, addressee, basis, pattern ?? null, terrein ?? null, from, until, at],
    )
    return
  }
  const changed = Object.entries(changesOf(event))
  if (changed.length === 0) return
  const changes = changed.map(([name], index) => `${name} = $${index + 2}`).join(', ')
  await tx.query(`UPDATE signalling.signal SET ${changes} WHERE signal = $1`, [
    event.signal,
    ...changed.map(([, value]) => value),
  ])
}

function changesOf(
  event: Exclude<SignalEvent, { type: 'SignalDrafted' }>,
): Readonly<Record<string, unknown>> {
  switch (event.type) {
    case 'SignalApproved':
      return { status: 'approved' }
    case 'SignalSent':
      return { status: 'sent', sent_at: event.at, due_at: event.dueAt }
    case 'SignalReceived':
      return { received_at: event.at }
    case 'SignalOverdue':
      return { status: 'overdue', overdue_at: event.at }
    case 'SignalAnswered':
      return {
        status: 'answered',
        answered_at: event.at,
        action: event.action,
        planned_on: event.plannedOn ?? null,
        follow_up_due_at: event.followUpDueAt ?? null,
      }
    case 'FollowUpDue':
      return { follow_up_fell_due: true }
    case 'FollowUpRecorded':
      return {
        progress: event.progress,
        follow_up_due_at: event.nextDueAt ?? null,
        follow_up_fell_due: false,
      }
    case 'AdviceAsked':
      return { advice: event.advice, advice_due_at: event.dueAt, advice_overdue: false }
    case 'AdviceGiven':
      return { advice: null, advice_due_at: null, advice_overdue: false }
    case 'AdviceOverdue':
      return { advice_overdue: true }
    case 'SignalRevised':
    case 'SignalOpened':
    case 'ApprovalRefused':
      return {}
  }
}

const moment = (column: string, as: string) =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "${as}"`

const columns = `signal, status, addressee, basis, pattern, terrein, from_month AS "from", until_month AS "until",
  ${moment('drafted_at', 'draftedAt')}, ${moment('sent_at', 'sentAt')}, ${moment('due_at', 'dueAt')},
  ${moment('received_at', 'receivedAt')}, ${moment('overdue_at', 'overdueAt')},
  ${moment('answered_at', 'answeredAt')}, action, to_char(planned_on, 'YYYY-MM-DD') AS "plannedOn",
  ${moment('follow_up_due_at', 'followUpDueAt')}, follow_up_fell_due AS "followUpFellDue", progress, advice,
  ${moment('advice_due_at', 'adviceDueAt')}, advice_overdue AS "adviceOverdue"`

export function signalViews(db: Pool) {
  async function rows(where: string, values: readonly string[]): Promise<SignalRow[]> {
    const found = await db.query<SignalRow>(
      `SELECT ${columns} FROM signalling.signal WHERE ${where} ORDER BY drafted_at DESC, signal LIMIT 500`,
      [...values],
    )
    return found.rows
  }
  return {
    /** For the office: everything, the newest first. */
    all: () => rows('true', []),
    /** What somebody has to act on: silence, work that fell due, a question without a reply (SIG-11). */
    escalated: () => rows(`status = 'overdue' OR follow_up_fell_due OR advice_overdue`, []),
    /** For an addressee: what was sent to it. */
    sentTo: (addressee: string) => rows('addressee = $1 AND sent_at IS NOT NULL', [addressee]),
    async one(signal: string): Promise<SignalRow | undefined> {
      return (await rows('signal = $1', [signal]))[0]
    },
  }
}

export type SignalViews = ReturnType<typeof signalViews>
