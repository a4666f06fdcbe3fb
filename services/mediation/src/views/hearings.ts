/** Read models of hearings: the list of a desk, and who holds a code. Codes and digests only, never content. */
import type { Recorded } from '@wederhoor/decider/handler'
import type { Pool, PoolClient } from 'pg'
import type { HearingEvent, Side } from '../domain/events.ts'
import type { MediationEvent } from '../domain/mediation-events.ts'

export type ToDo = `remind-${Side}` | 'closing-notice'

export interface HearingRow {
  readonly hearing: string
  readonly dossier: string
  readonly kind: string
  readonly organisation: string | null
  readonly status: string
  readonly ending: string | null
  readonly preparedAt: string
  readonly nextDueAt: string | null
  /** A reminder to one of the parties or a closing notice waits for the handler. */
  readonly toDo: ToDo | null
}

/** Applies one entry of a hearing inside the projection's transaction. */
export async function evolveHearingViews(
  recorded: Recorded<HearingEvent>,
  tx: PoolClient,
): Promise<void> {
  const { event, entry } = recorded
  const hearing = entry.stream.slice('hearing-'.length)
  const set = (changes: string, ...values: readonly unknown[]) =>
    tx.query(`UPDATE mediation.hearing SET ${changes} WHERE hearing = $1`, [hearing, ...values])
  switch (event.type) {
    case 'HearingPrepared':
      await tx.query(
        `INSERT INTO mediation.hearing (hearing, dossier, kind, organisation, status, prepared_at, melder, respondent)
         VALUES ($1, $2, $3, $4, 'prepared', $5, $6, $7)`,
        [
          hearing,
          entry.dossier,
          event.kind,
          event.organisation ?? null,
          event.at,
          event.melder,
          event.respondent,
        ],
      )
      await tx.query(begun, [hearing, 'hearing', entry.dossier])
      return
    case 'PermitRequested':
      await tx.query(
        'INSERT INTO mediation.permit_request (request, hearing) VALUES ($1, $2) ON CONFLICT DO NOTHING',
        [event.request, hearing],
      )
      return
    case 'HearingOpened':
      await set(`status = 'opened'`)
      return
    case 'DraftRevised':
      await set(`status = 'prepared'`)
      return
    case 'RespondentSkipped':
      await set(`status = 'skipped'`)
      return
    case 'DeliveryProven':
      if (event.to === 'respondent')
        await set(`status = ${servedNow('status')}, status_before = ${servedNow('status_before')}`)
      return
    case 'TermStarted':
      await set(
        `next_due_at = CASE WHEN ${isOver} THEN NULL ELSE $2::timestamptz END`,
        event.dues.answerDueAt,
      )
      return
    case 'TermExtended':
      await set('next_due_at = $2', (event.respondent ?? event.melder)?.answerDueAt ?? null)
      return
    case 'ReminderDue':
      await set('to_do = $2', `remind-${event.party}`)
      return
    case 'ReminderSent':
      await set('to_do = NULL, next_due_at = $2', event.silenceDueAt)
      return
    case 'StatementReceived':
    case 'SilenceRecorded':
    case 'HearingDeclined':
      await set('to_do = NULL, next_due_at = NULL')
      return
    case 'HearingEnded':
      await set(`${over}, status = 'ended', ending = $2`, event.end)
      // Findings say themselves that it is over.
      if (event.end === 'findings') await set('to_do = NULL')
      return
    case 'HearingDetached':
      await set(`${over}, status = 'detached'`)
      await set(permissionsEnded)
      return
    case 'CaseClosedNoted':
      await set(permissionsEnded)
      return
    case 'HearingReopened':
      await set(
        `status = coalesce(status_before, status), status_before = NULL, ending = NULL,
         to_do = NULL, next_due_at = $2`,
        (event.respondent ?? event.melder)?.answerDueAt ?? null,
      )
      return
    case 'DocumentDispatched':
      if (event.to === 'respondent') await set(`reached = true, to_do = ${afterSending}`)
      if (event.codeDigest !== undefined)
        await tx.query(
          `INSERT INTO mediation.party_code (code_digest, hearing, side, request, dossier, party)
           SELECT $1, hearing, $3, $4, dossier, CASE $3 WHEN 'melder' THEN melder ELSE respondent END
           FROM mediation.hearing WHERE hearing = $2`,
          [event.codeDigest, hearing, event.to, event.request],
        )
      return
    case 'DeliveryFailed':
      await tx.query('UPDATE mediation.party_code SET valid = false WHERE request = $1', [
        event.request,
      ])
      return
    default:
  }
}

/** The codes of a party who was erased open nothing any more, and whoever comes by one is told why. */
export async function eraseParty(
  { dossier, party }: { readonly dossier: string; readonly party: string },
  tx: PoolClient,
): Promise<void> {
  await tx.query(
    `WITH gone AS (
       DELETE FROM mediation.party_code WHERE dossier = $1 AND party = $2 RETURNING code_digest
     )
     INSERT INTO mediation.erased_code SELECT code_digest FROM gone ON CONFLICT DO NOTHING`,
    [dossier, party],
  )
}

/** Written before the first entry by whoever begins; again here, so that a rebuild restores it. */
const begun =
  'INSERT INTO mediation.begun (id, kind, dossier) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING'

/** A mediation shows nothing of itself but that it may be there. */
export async function evolveMediationViews(
  { event, entry }: Recorded<MediationEvent>,
  tx: PoolClient,
): Promise<void> {
  if (event.type === 'MediationProposed')
    await tx.query(begun, [event.mediation, 'mediation', entry.dossier])
}

const over = `status_before = coalesce(status_before, status), next_due_at = NULL,
  to_do = CASE WHEN reached THEN 'closing-notice' END`

const isOver = "status IN ('ended', 'detached')"
const servedNow = (column: 'status' | 'status_before') =>
  `CASE WHEN ${column} IN ('prepared', 'opened') THEN 'served' ELSE ${column} END`
/** After a closing the melder permits each text anew. */
const permissionsEnded = "status_before = replace(status_before, 'opened', 'prepared')"

/** Once it is over, only the closing notice still goes to the respondent. */
const afterSending = `CASE WHEN ${isOver} THEN NULL ELSE to_do END`

export function hearingViews(db: Pool) {
  return {
    /** Hearings in the dossiers of a desk: what waits for the handler first, then what is due first. */
    async ofDesk(desk: string): Promise<readonly HearingRow[]> {
      const { rows } = await db.query<Row>(
        `SELECT h.* FROM mediation.hearing h JOIN mediation.casefile c USING (dossier)
         WHERE c.desk = $1 ORDER BY to_do NULLS LAST, next_due_at NULLS LAST, prepared_at LIMIT 200`,
        [desk],
      )
      return rows.map(readable)
    },
    async ofDossier(dossier: string): Promise<readonly HearingRow[]> {
      const { rows } = await db.query<Row>(
        'SELECT * FROM mediation.hearing WHERE dossier = $1 ORDER BY prepared_at',
        [dossier],
      )
      return rows.map(readable)
    },
    /** Whose code it is; `erased` when it was that of somebody who was erased since. */
    async byCode(
      digest: string,
    ): Promise<
      | { readonly hearing: string; readonly side: Side; readonly valid: boolean }
      | 'erased'
      | undefined
    > {
      const erased = await db.query('SELECT FROM mediation.erased_code WHERE code_digest = $1', [
        digest,
      ])
      if (erased.rows.length > 0) return 'erased'
      const { rows } = await db.query<{ hearing: string; side: Side; valid: boolean }>(
        'SELECT hearing, side, valid FROM mediation.party_code WHERE code_digest = $1',
        [digest],
      )
      return rows[0]
    },
  }
}

export type HearingViews = ReturnType<typeof hearingViews>

interface Row {
  readonly hearing: string
  readonly dossier: string
  readonly kind: string
  readonly organisation: string | null
  readonly status: string
  readonly ending: string | null
  readonly prepared_at: Date
  readonly next_due_at: Date | null
  readonly to_do: ToDo | null
}

const readable = (row: Row): HearingRow => ({
  hearing: row.hearing,
  dossier: row.dossier,
  kind: row.kind,
  organisation: row.organisation,
  status: row.status,
  ending: row.ending,
  preparedAt: row.prepared_at.toISOString(),
  nextDueAt: row.next_due_at?.toISOString() ?? null,
  toDo: row.to_do,
})
