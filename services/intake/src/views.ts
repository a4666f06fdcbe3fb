/**
 * Read models: the inbox of a desk, what waits at intake, and what the melder sees by code. They hold codes and digests,
 * never content; a list never opens anything.
 */
import type { Recorded } from '@wederhoor/decider/handler'
import type { Pool, PoolClient } from 'pg'
import type { MeldingEvent } from './domain/events.ts'

export type MeldingStatus = 'held' | 'offered' | 'escalated' | 'accepted' | 'ended'

export interface MeldingRow {
  readonly dossier: string
  readonly status: MeldingStatus
  readonly holder: string
  readonly offeredTo: string | null
  readonly dueAt: string | null
  readonly attempts: number
  readonly channel: string
  readonly melderKind: string
  readonly anonymity: string
  readonly acuteDanger: boolean
  readonly classified: boolean
  readonly registeredAt: string
  readonly firstContactDueAt: string
  readonly firstContactOverdue: boolean
  /** Terms that passed without the national layer assigning a desk. */
  readonly assignmentOverdue: number
}

export interface Step {
  readonly step: string
  readonly holder: string
  readonly at: string
}

/** Applies one entry of a melding inside the projection's transaction. */
export async function evolveMeldingViews(
  recorded: Recorded<MeldingEvent>,
  tx: PoolClient,
): Promise<void> {
  const { event, entry } = recorded
  const { dossier } = entry
  if (dossier === null) return
  switch (event.type) {
    case 'MeldingRegistered':
      await tx.query(
        `INSERT INTO intake.melding (dossier, status, holder, due_at, channel, melder_kind, anonymity, acute_danger,
           registered_at, first_contact_due_at, code_digest, melder)
         VALUES ($1, 'held', 'intake', $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          dossier,
          event.offerDueAt,
          event.channel,
          event.melderKind,
          event.anonymity,
          event.acuteDanger,
          event.at,
          event.firstContactDueAt,
          event.codeDigest,
          event.melder,
        ],
      )
      break
    case 'HandoverOffered':
      await set(tx, dossier, {
        status: 'offered',
        offered_to: event.desk,
        due_at: event.dueAt,
        attempts: event.attempt,
        assignment_overdue: 0,
      })
      break
    case 'HandoverAccepted':
      await set(tx, dossier, {
        status: 'accepted',
        holder: event.desk,
        offered_to: null,
        due_at: null,
      })
      break
    case 'HandoverEscalated':
      await set(tx, dossier, {
        status: 'escalated',
        offered_to: null,
        due_at: event.assignDueAt ?? event.at,
      })
      break
    case 'AssignmentOverdue':
      await set(tx, dossier, { due_at: event.againDueAt, assignment_overdue: event.times })
      break
    case 'FirstContactOverdue':
      await set(tx, dossier, { first_contact_overdue: true })
      break
    case 'MeldingEnded':
      await set(tx, dossier, {
        status: 'ended',
        offered_to: null,
        due_at: null,
        assignment_overdue: 0,
      })
      break
    case 'MeldingClassified':
      await set(tx, dossier, { classified: true })
      break
    case 'AnonymityChosen':
      await set(tx, dossier, { anonymity: event.anonymity })
      break
    case 'HandoverRefused':
    case 'HandoverLapsed':
    case 'MeldingAddedTo':
    case 'QuestionAsked':
    case 'QuestionAnswered':
    case 'ErasureWished':
      break
  }
  const step = stepOf(event)
  if (step !== undefined) await addStep(tx, { dossier, source: entry.id, step, at: event.at })
}

/**
 * What the melder is told of an event of intake. An offer that a desk refused stays with intake: no step. That nobody
 * assigned in time is told the first time; staff see how often.
 */
export function stepOf(event: MeldingEvent): string | undefined {
  switch (event.type) {
    case 'MeldingRegistered':
      return 'registered'
    case 'HandoverOffered':
      return 'offered-to-desk'
    case 'HandoverAccepted':
      return 'accepted-by-desk'
    case 'HandoverEscalated':
      return 'with-national-layer'
    case 'AssignmentOverdue':
      return event.times === 1 ? 'assignment-overdue' : undefined
    case 'FirstContactOverdue':
      return 'first-contact-overdue'
    case 'MeldingEnded':
      return 'ended-without-case'
    case 'QuestionAsked':
      return 'question-asked'
    case 'QuestionAnswered':
      return 'question-answered'
    case 'MeldingAddedTo':
      return 'added-to'
    case 'AnonymityChosen':
      return 'anonymity-chosen'
    case 'ErasureWished':
      return 'erasure-asked'
    case 'MeldingClassified':
    case 'HandoverRefused':
    case 'HandoverLapsed':
      return undefined
  }
}

/** After the erasure of the melder nobody reads by code any more: what was kept for them alone goes. */
export async function eraseMelder(dossier: string, tx: PoolClient): Promise<void> {
  await tx.query('UPDATE intake.melding SET erased = true WHERE dossier = $1', [dossier])
  await tx.query('DELETE FROM intake.step WHERE dossier = $1', [dossier])
  await tx.query('DELETE FROM intake.to_count WHERE dossier = $1', [dossier])
}

/** One more step, once per source, under whoever holds the matter by then; none for a melder who was erased. */
export async function addStep(
  tx: PoolClient,
  step: {
    readonly dossier: string
    readonly source: string
    readonly step: string
    readonly at: string
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO intake.step (dossier, source, step, by_holder, at, melder)
     SELECT dossier, $2, $3, holder, $4, melder FROM intake.melding WHERE dossier = $1 AND NOT erased
     ON CONFLICT DO NOTHING`,
    [step.dossier, step.source, step.step, step.at],
  )
}

async function set(
  tx: PoolClient,
  dossier: string,
  columns: Readonly<Record<string, unknown>>,
): Promise<void> {
  const names = Object.keys(columns)
  const changes = names.map((name, index) => `${name} = $${index + 2}`).join(', ')
  await tx.query(`UPDATE intake.melding SET ${changes} WHERE dossier = $1`, [
    dossier,
    ...Object.values(columns),
  ])
}

const columns = `dossier, status, holder, offered_to, due_at, attempts, channel, melder_kind, anonymity, acute_danger,
  classified, registered_at, first_contact_due_at, first_contact_overdue, assignment_overdue`

interface Row {
  readonly dossier: string
  readonly status: MeldingStatus
  readonly holder: string
  readonly offered_to: string | null
  readonly due_at: Date | null
  readonly attempts: number
  readonly channel: string
  readonly melder_kind: string
  readonly anonymity: string
  readonly acute_danger: boolean
  readonly classified: boolean
  readonly registered_at: Date
  readonly first_contact_due_at: Date
  readonly first_contact_overdue: boolean
  readonly assignment_overdue: number
}

export function meldingViews(db: Pool) {
  const rows = async (
    where: string,
    values: readonly unknown[],
  ): Promise<readonly MeldingRow[]> => {
    const found = await db.query<Row>(`SELECT ${columns} FROM intake.melding WHERE ${where}`, [
      ...values,
    ])
    return found.rows.map(readable)
  }
  return {
    /** What was offered to a desk and waits for its answer, the shortest term first. */
    inbox: (desk: string) =>
      rows(`status = 'offered' AND offered_to = $1 ORDER BY due_at LIMIT 200`, [desk]),
    /** What no desk has been found for yet, and who waits too long for one: the overdue first, then the oldest. */
    waiting: () =>
      rows(
        `status IN ('held', 'escalated', 'offered') AND (status <> 'offered' OR first_contact_overdue)
         ORDER BY first_contact_overdue DESC, assignment_overdue DESC, registered_at LIMIT 200`,
        [],
      ),
    one: async (dossier: string) => (await rows('dossier = $1', [dossier]))[0],
    /** The dossier behind a code's digest. One that leads to two opens neither. */
    async byCode(digest: string): Promise<string | undefined> {
      const found = await db.query<{ dossier: string }>(
        'SELECT dossier FROM intake.melding WHERE code_digest = $1',
        [digest],
      )
      return found.rows.length === 1 ? found.rows[0]?.dossier : undefined
    },
    /** Whether the melder of a report was erased. */
    async isErased(dossier: string): Promise<boolean> {
      const found = await db.query<{ erased: boolean }>(
        'SELECT erased FROM intake.melding WHERE dossier = $1',
        [dossier],
      )
      return found.rows[0]?.erased === true
    },
    async steps(dossier: string): Promise<readonly Step[]> {
      const found = await db.query<{ step: string; by_holder: string; at: Date }>(
        'SELECT step, by_holder, at FROM intake.step WHERE dossier = $1 ORDER BY at, ordinal',
        [dossier],
      )
      return found.rows.map(({ step, by_holder, at }) => ({
        step,
        holder: by_holder,
        at: at.toISOString(),
      }))
    },
  }
}

export type MeldingViews = ReturnType<typeof meldingViews>

const readable = (row: Row): MeldingRow => ({
  dossier: row.dossier,
  status: row.status,
  holder: row.holder,
  offeredTo: row.offered_to,
  dueAt: row.due_at?.toISOString() ?? null,
  attempts: row.attempts,
  channel: row.channel,
  melderKind: row.melder_kind,
  anonymity: row.anonymity,
  acuteDanger: row.acute_danger,
  classified: row.classified,
  registeredAt: row.registered_at.toISOString(),
  firstContactDueAt: row.first_contact_due_at.toISOString(),
  firstContactOverdue: row.first_contact_overdue,
  assignmentOverdue: row.assignment_overdue,
})
