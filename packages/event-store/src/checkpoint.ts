/** The row that says how far a projection has come (`migrateCheckpoints` makes its table). */
import type { Pool, PoolClient } from 'pg'
import { type Position, START } from './port.ts'

export interface Checkpoint {
  /** Where the projection stands; creates the row at `START` when there is none. */
  read(): Promise<Position>
  /**
   * Moves the row from one position to the other within the caller's transaction and keeps it locked until the end of
   * that; false when it stands elsewhere, because somebody else has applied these entries.
   */
  move(tx: PoolClient, from: Position, to: Position): Promise<boolean>
  /** Sets it to `START`, whatever it was, within the caller's transaction. */
  rewind(tx: PoolClient): Promise<void>
}

export function checkpoint(db: Pool, schema: string, name: string): Checkpoint {
  if (!/^[a-z_][a-z0-9_]*$/.test(schema))
    throw new TypeError(`not a lower-case SQL name: ${schema}`)
  const table = `${schema}.checkpoint`
  return {
    async read() {
      await db.query(`insert into ${table} values ($1, $2) on conflict do nothing`, [name, START])
      const { rows } = await db.query<{ position: Position }>(
        `select position from ${table} where name = $1`,
        [name],
      )
      return rows[0]?.position ?? START
    },
    async move(tx, from, to) {
      const { rowCount } = await tx.query({
        name: `${schema}.checkpoint.move`,
        text: `update ${table} set position = $3 where name = $1 and position = $2`,
        values: [name, from, to],
      })
      return rowCount === 1
    },
    async rewind(tx) {
      await tx.query(`update ${table} set position = $2 where name = $1`, [name, START])
    },
  }
}
