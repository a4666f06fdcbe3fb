/** An entry of the ledger as an outsider reads it: canonical JSON, in the order in which it was recorded. */
import type { Pool } from 'pg'

export interface Fact {
  readonly position: number
  readonly stream: string
  readonly dossier: string | null
  readonly type: string
  /** Instant of the act. */
  readonly at: string
  /** Pseudonym within the dossier of whoever did it. */
  readonly by: string
  /** Open facts. */
  readonly data: Readonly<Record<string, unknown>>
  /** JSON pointer of a sealed field → its commitment. */
  readonly commitments: Readonly<Record<string, string>>
}

interface Row {
  readonly position: string
  readonly bytes: Buffer
}

interface Envelope {
  readonly stream: string
  readonly dossier: string | null
  readonly type: string
  readonly occurredAt: string
  readonly actor: { readonly pseudonym: string }
  readonly data: Readonly<Record<string, unknown>>
  readonly c: Readonly<Record<string, string>>
}

const BATCH = 2_000

/** Every entry of the table, in ledger order. */
export async function* readFacts(pool: Pool, ledgerTable: string): AsyncGenerator<Fact> {
  let after = '0'
  for (;;) {
    const { rows } = await pool.query<Row>(
      `SELECT position, bytes FROM ${ledgerTable} WHERE position > $1 ORDER BY position LIMIT ${BATCH}`,
      [after],
    )
    for (const row of rows) yield factOf(row)
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.position
  }
}

function factOf({ position, bytes }: Row): Fact {
  const { stream, dossier, type, occurredAt, actor, data, c } = JSON.parse(
    bytes.toString('utf8'),
  ) as Envelope
  const { pseudonym: by } = actor
  return {
    position: Number(position),
    stream,
    dossier,
    type,
    at: occurredAt,
    by,
    data,
    commitments: c,
  }
}

/** An open field that is text; empty where it is absent or something else. */
export function text(fact: Pick<Fact, 'data'>, field: string): string {
  const value = fact.data[field]
  return typeof value === 'string' ? value : ''
}
