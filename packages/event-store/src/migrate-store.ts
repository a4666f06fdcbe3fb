import { migrate } from '@wederhoor/postgres/migrate'
import type { ClientBase, Pool } from 'pg'

const LEDGER_NAME = /^[a-z][a-z0-9_]{0,39}$/
const CATEGORY = /^[a-z]{1,40}$/

/** The schema of a ledger; its entries stand in `<schema>.entry`. */
export function ledgerSchema(ledgerName: string): string {
  if (!LEDGER_NAME.test(ledgerName)) throw new TypeError(`not a ledger's name: ${ledgerName}`)
  return `ledger_${ledgerName}`
}

export interface LedgerRoles {
  /** Owns tables and functions; cannot log in. */
  readonly owner: string
  /** Appends to every category and reads: the one role of the embedded form. */
  readonly appender: string
  /** Reads only. */
  readonly reader: string
}

/** Roles without login, of the whole server; a login role is made a member of one of them (`grant … to …`). */
export function ledgerRoles(ledgerName: string): LedgerRoles {
  const schema = ledgerSchema(ledgerName)
  return { owner: `${schema}_owner`, appender: `${schema}_appender`, reader: `${schema}_reader` }
}

/**
 * Creates the ledger of this name with its roles, or brings it up to date; safe from several processes at once. Run it
 * as a superuser, or as a role with CREATEROLE and CREATE on the database, which then is a member of the owner role.
 * @returns the names of the migrations applied now.
 */
export function migrateStore(db: Pool | ClientBase, ledgerName: string): Promise<string[]> {
  const schema = ledgerSchema(ledgerName)
  return migrate(db, { schema, directory: new URL('../migrations/ledger', import.meta.url) })
}

/** Creates the table of checkpoints that `projection` keeps, in `schema` (`projection` by default). */
export function migrateCheckpoints(
  db: Pool | ClientBase,
  schema = 'projection',
): Promise<string[]> {
  return migrate(db, { schema, directory: new URL('../migrations/projection', import.meta.url) })
}

/**
 * Distributed form: lets an existing login role read the whole ledger and append to these categories and no other,
 * replacing what it was granted before. The database enforces it inside the append function. Run it as the owner or as
 * a superuser.
 */
export async function grantCategories(
  db: Pool | ClientBase,
  request: {
    readonly ledgerName: string
    readonly role: string
    readonly categories: readonly string[]
  },
): Promise<void> {
  const schema = ledgerSchema(request.ledgerName)
  const wrong = request.categories.find((category) => !CATEGORY.test(category))
  if (wrong !== undefined) throw new TypeError(`not a category: ${wrong}`)
  await db.query(grantStatement(schema, request.role, request.categories))
}

/** One simple query of several statements, which PostgreSQL runs as one transaction. */
function grantStatement(schema: string, role: string, categories: readonly string[]): string {
  const roleName = `"${role.replaceAll('"', '""')}"`
  const roleText = `'${roleName.replaceAll("'", "''")}'::regrole`
  const list = categories.map((category) => `'${category}'`).join(', ')
  return `
    grant ${schema}_reader to ${roleName};
    grant execute on function ${schema}.append to ${roleName};
    delete from ${schema}.append_right where role = ${roleText};
    insert into ${schema}.append_right select ${roleText}, unnest(array[${list}]::text[])`
}
