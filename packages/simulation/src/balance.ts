/** The balance: what the client saw acknowledged, against what stands in the ledger. Read by SQL, not through the API. */
import type { Pool } from 'pg'
import type { Acknowledged } from './acknowledged.ts'

export interface Balance {
  readonly acknowledged: number
  /** Acknowledged, and not exactly once in the ledger because it is not there, or accepted without a case. */
  readonly lost: number
  /** Registered, accepted or opened more than once. */
  readonly twice: number
  readonly accepted: number
  readonly endedWithoutCase: number
  /** Neither accepted nor ended. */
  readonly waiting: number
  readonly entries: number
}

interface Row {
  readonly dossier: string
  readonly registered: number
  readonly accepted: number
  readonly opened: number
  readonly ended: number
}

export async function balance(
  pool: Pool,
  ledgerTable: string,
  acknowledged: Iterable<Acknowledged>,
): Promise<Balance> {
  const dossiers = [...acknowledged].map((one) => one.dossier)
  const { rows } = await pool.query<Row>(
    `SELECT asked.dossier,
       count(*) FILTER (WHERE type = 'MeldingRegistered')::int AS registered,
       count(*) FILTER (WHERE type = 'HandoverAccepted')::int AS accepted,
       count(*) FILTER (WHERE type = 'CaseOpened')::int AS opened,
       count(*) FILTER (WHERE type = 'MeldingEnded')::int AS ended
     FROM unnest($1::uuid[]) AS asked (dossier) LEFT JOIN ${ledgerTable} AS entry ON entry.dossier = asked.dossier
     GROUP BY asked.dossier`,
    [dossiers],
  )
  const entries = await pool.query<{ entries: number }>(
    `SELECT count(*)::int AS entries FROM ${ledgerTable}`,
  )
  const number = (holds: (row: Row) => boolean): number => rows.filter(holds).length
  return {
    acknowledged: dossiers.length,
    lost: number((row) => row.registered === 0 || (row.accepted > 0 && row.opened === 0)),
    twice:
      number((row) => row.registered > 1 || row.accepted > 1 || row.opened > 1) +
      dossiers.length -
      new Set(dossiers).size,
    accepted: number((row) => row.accepted > 0),
    endedWithoutCase: number((row) => row.ended > 0 && row.accepted === 0),
    waiting: number((row) => row.registered > 0 && row.accepted === 0 && row.ended === 0),
    entries: entries.rows[0]?.entries ?? 0,
  }
}
