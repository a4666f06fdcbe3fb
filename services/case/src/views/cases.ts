/**
 * Read models: the work list of a desk with its clocks, the shortest term first. They hold codes, instants and
 * pseudonyms, never content; a list never opens anything.
 */
import type { Recorded } from '@wederhoor/decider/handler'
import type { Pool, PoolClient } from 'pg'
import { deadlinesOf } from '../deadlines.ts'
import { type CaseDeadline, dangerDeadline, replyDeadline } from '../domain/case/commands.ts'
import type { CaseEvent } from '../domain/events.ts'

export interface Clock {
  readonly kind: string
  readonly dueAt: string
  readonly overdue: boolean
}

export interface CaseRow {
  readonly dossier: string
  readonly status: 'open' | 'closed'
  readonly desk: string
  readonly contactPerson: string
  /** The contact person is gone and somebody stands in until a handover. */
  readonly standsIn: boolean
  readonly deputies: readonly string[]
  readonly offeredTo: string | null
  readonly firstContact: 'due' | 'overdue' | 'made'
  readonly anonymity: string
  readonly melderKind: string
  readonly melderDecides: boolean
  readonly acuteDanger: boolean
  readonly ourRole: string | null
  readonly outcome: string | null
  readonly openedAt: string
  readonly closedAt: string | null
  readonly clocks: readonly Clock[]
}

/** Applies one entry of a case inside the projection's transaction. */
export async function evolveCaseViews(
  { event, entry }: Recorded<CaseEvent>,
  tx: PoolClient,
): Promise<void> {
  const { dossier } = entry
  if (dossier === null) return
  if (event.type === 'CaseOpened') {
    await tx.query(
      `INSERT INTO cases.summary
         (dossier, status, desk, contact_person, anonymity, melder_kind, melder_decides, acute_danger, opened_at,
          code_digest)
       VALUES ($1, 'open', $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        dossier,
        event.desk,
        event.contactPerson,
        event.anonymity,
        event.melderKind,
        event.melderDecides,
        event.acuteDanger,
        event.at,
        event.codeDigest,
      ],
    )
  }
  await set(tx, dossier, columnsAfter(event))
  if (event.type === 'DeputyNamed') await changeDeputies(tx, dossier, 'array_append', event.deputy)
  const gone = noDeputyAfter(event)
  if (gone !== undefined) await changeDeputies(tx, dossier, 'array_remove', gone)
  await moveClocks(tx, dossier, event)
}

function columnsAfter(event: CaseEvent): Readonly<Record<string, unknown>> {
  switch (event.type) {
    case 'ContactPersonOffered':
      return { offered_to: event.to }
    case 'ContactPersonRefused':
    case 'ContactPersonOfferLapsed':
      return { offered_to: null }
    case 'ContactPersonChanged':
      return { contact_person: event.contactPerson, stands_in: false, offered_to: null }
    case 'ContactPersonLeft':
      return { contact_person: event.interim, stands_in: true }
    case 'FirstContactMade':
      return { first_contact: 'made' }
    case 'FirstContactOverdue':
      return { first_contact: 'overdue' }
    case 'RoleTaken':
      return { our_role: event.role }
    case 'AnonymityChanged':
      return { anonymity: event.anonymity }
    case 'CaseClosed':
      return { status: 'closed', outcome: event.outcome, closed_at: event.at, offered_to: null }
    case 'MelderErased':
      return {
        status: 'closed',
        offered_to: null,
        ...(event.wasOpen ? { outcome: 'gewist', closed_at: event.at } : {}),
      }
    case 'CaseReopened':
      return { status: 'open', outcome: null, closed_at: null, first_contact: 'due' }
    case 'CaseOpened':
    case 'DeputyNamed':
    case 'DeputyEnded':
    case 'SuccessorOverdue':
    case 'ContactNoted':
    case 'ReplyOverdue':
    case 'FileAdded':
    case 'WishRecorded':
    case 'LegalViewRecorded':
    case 'SafeContactSet':
    case 'PermissionGiven':
    case 'PermissionDeclined':
    case 'PermissionWithdrawn':
    case 'PermitGranted':
    case 'PermitRefused':
    case 'PermitCancelled':
    case 'AcuteDangerReported':
    case 'AcuteDangerOpened':
    case 'AcuteDangerReviewed':
    case 'DangerReviewOverdue':
      return {}
  }
}

function noDeputyAfter(event: CaseEvent): string | undefined {
  if (event.type === 'DeputyEnded') return event.deputy
  if (event.type === 'ContactPersonChanged') return event.contactPerson
  return event.type === 'ContactPersonLeft' ? event.interim : undefined
}

/** A term that passed stays on the list, as overdue, until what it waited for has happened. */
function overdueAfter(event: CaseEvent): CaseDeadline | undefined {
  if (event.type === 'FirstContactOverdue') return 'first-contact'
  if (event.type === 'SuccessorOverdue') return 'successor'
  if (event.type === 'ReplyOverdue') return replyDeadline(event.note)
  return event.type === 'DangerReviewOverdue' ? dangerDeadline(event.danger) : undefined
}

async function moveClocks(tx: PoolClient, dossier: string, event: CaseEvent): Promise<void> {
  const overdue = overdueAfter(event)
  if (overdue !== undefined) {
    await tx.query('UPDATE cases.clock SET overdue = true WHERE dossier = $1 AND kind = $2', [
      dossier,
      overdue,
    ])
    return
  }
  const { set: started = [], clear = [] } = deadlinesOf(event)
  if (clear.length > 0) {
    await tx.query('DELETE FROM cases.clock WHERE dossier = $1 AND kind = ANY($2)', [
      dossier,
      clear,
    ])
  }
  for (const { kind, dueAt } of started) {
    await tx.query(
      `INSERT INTO cases.clock (dossier, kind, due_at) VALUES ($1, $2, $3)
       ON CONFLICT (dossier, kind) DO UPDATE SET due_at = excluded.due_at, overdue = false`,
      [dossier, kind, dueAt],
    )
  }
}

async function changeDeputies(
  tx: PoolClient,
  dossier: string,
  change: 'array_append' | 'array_remove',
  deputy: string,
): Promise<void> {
  await tx.query(
    `UPDATE cases.summary SET deputies = ${change}(deputies, $2::uuid) WHERE dossier = $1`,
    [dossier, deputy],
  )
}

async function set(
  tx: PoolClient,
  dossier: string,
  columns: Readonly<Record<string, unknown>>,
): Promise<void> {
  const names = Object.keys(columns)
  if (names.length === 0) return
  const changes = names.map((name, index) => `${name} = $${index + 2}`).join(', ')
  await tx.query(`UPDATE cases.summary SET ${changes} WHERE dossier = $1`, [
    dossier,
    ...Object.values(columns),
  ])
}

const columns = `dossier, status, desk, contact_person, stands_in, deputies, offered_to, first_contact, anonymity,
  melder_kind, melder_decides, acute_danger, our_role, outcome, opened_at, closed_at,
  coalesce((SELECT json_agg(json_build_object('kind', kind, 'dueAt', due_at, 'overdue', overdue) ORDER BY due_at, kind)
    FROM cases.clock WHERE clock.dossier = summary.dossier), '[]') AS clocks`

interface Row {
  readonly dossier: string
  readonly status: CaseRow['status']
  readonly desk: string
  readonly contact_person: string
  readonly stands_in: boolean
  readonly deputies: readonly string[]
  readonly offered_to: string | null
  readonly first_contact: CaseRow['firstContact']
  readonly anonymity: string
  readonly melder_kind: string
  readonly melder_decides: boolean
  readonly acute_danger: boolean
  readonly our_role: string | null
  readonly outcome: string | null
  readonly opened_at: Date
  readonly closed_at: Date | null
  readonly clocks: readonly Clock[]
}

const WORK_MAX = 200

export function caseViews(db: Pool) {
  const rows = async (where: string, values: readonly unknown[]): Promise<readonly CaseRow[]> => {
    const found = await db.query<Row>(`SELECT ${columns} FROM cases.summary WHERE ${where}`, [
      ...values,
    ])
    return found.rows.map(readable)
  }
  const byShortestTerm = `ORDER BY (SELECT min(due_at) FROM cases.clock WHERE clock.dossier = summary.dossier)
    NULLS LAST, opened_at LIMIT ${WORK_MAX}`
  return {
    /** What a desk has in hand, the shortest term first; of every desk where none is named. */
    work: (desk: string | undefined, status: CaseRow['status']) =>
      desk === undefined
        ? rows(`status = $1 ${byShortestTerm}`, [status])
        : rows(`status = $1 AND desk = $2 ${byShortestTerm}`, [status, desk]),
    one: async (dossier: string) => (await rows('dossier = $1', [dossier]))[0],
    /** The dossier behind the digest of a melder's code. One that leads to two opens neither. */
    async byCode(digest: string): Promise<string | undefined> {
      const found = await db.query<{ dossier: string }>(
        'SELECT dossier FROM cases.summary WHERE code_digest = $1',
        [digest],
      )
      return found.rows.length === 1 ? found.rows[0]?.dossier : undefined
    },
  }
}

export type CaseViews = ReturnType<typeof caseViews>

const readable = (row: Row): CaseRow => ({
  dossier: row.dossier,
  status: row.status,
  desk: row.desk,
  contactPerson: row.contact_person,
  standsIn: row.stands_in,
  deputies: row.deputies,
  offeredTo: row.offered_to,
  firstContact: row.first_contact,
  anonymity: row.anonymity,
  melderKind: row.melder_kind,
  melderDecides: row.melder_decides,
  acuteDanger: row.acute_danger,
  ourRole: row.our_role,
  outcome: row.outcome,
  openedAt: row.opened_at.toISOString(),
  closedAt: row.closed_at?.toISOString() ?? null,
  clocks: row.clocks.map((one) => ({ ...one, dueAt: new Date(one.dueAt).toISOString() })),
})
