import { migrate } from '@wederhoor/postgres/migrate'
import type { ClientBase, Pool } from 'pg'

const LEDGER_NAME = /^[a-z][a-z0-9_]{0,39}$/

/** The schema of a ledger's tree. */
export function tilesSchema(ledgerName: string): string {
  if (!LEDGER_NAME.test(ledgerName)) throw new TypeError(`not a ledger's name: ${ledgerName}`)
  return `tlog_${ledgerName}`
}

/** Role without login that writes the tree (extends tiles, publishes checkpoints) and can change nothing of it. */
export const tilesKeeper = (ledgerName: string): string => `${tilesSchema(ledgerName)}_keeper`

/**
 * Creates the tree's tables of the ledger of this name with their roles, or brings them up to date; safe from several
 * processes at once. Run it as a superuser, or as a role with CREATEROLE and CREATE on the database.
 */
export function migrateTiles(db: Pool | ClientBase, ledgerName: string): Promise<string[]> {
  const schema = tilesSchema(ledgerName)
  return migrate(db, { schema, directory: new URL('../migrations/tiles', import.meta.url) })
}
