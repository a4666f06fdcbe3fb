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

export interface CategoryGrant {
  readonly ledgerName: string
  readonly role: string
  readonly categories: readonly string[]
  /** `fence`: raise fences. `halt`: halt the ledger and resume it. Neither when left out. */
  readonly acts?: readonly ('fence' | 'halt')[]
  /** Its time is simulated: it may append with one that is ahead of the server's. False when left out. */
  readonly simulated?: boolean
}

/**
 * Distributed form: lets an existing login role read the whole ledger and append to these categories and no other,
 * replacing what it was granted before. The database enforces it inside the append function, and that the role's time is
 * at most two seconds ahead of the server's. Run it as the owner or as a superuser.
 */
export async function grantCategories(
  db: Pool | ClientBase,
  request: CategoryGrant,
): Promise<void> {
  const schema = ledgerSchema(request.ledgerName)
  const wrong = request.categories.find((category) => !CATEGORY.test(category))
  if (wrong !== undefined) throw new TypeError(`not a category: ${wrong}`)
  await db.query(grantStatement(schema, request))
}

const FUNCTIONS = { fence: ['raise_fence'], halt: ['halt', 'resume'] } as const

/** One simple query of several statements, which PostgreSQL runs as one transaction. */
function grantStatement(schema: string, request: CategoryGrant): string {
  const { role, categories, acts = [], simulated = false } = request
  const roleName = `"${role.replaceAll('"', '""')}"`
  const roleText = `'${roleName.replaceAll("'", "''")}'::regrole`
  const list = categories.map((category) => `'${category}'`).join(', ')
  const functions = (names: readonly string[]) =>
    names.map((name) => `${schema}.${name}`).join(', ')
  const granted = ['append', ...acts.flatMap((act) => FUNCTIONS[act])]
  return `
    grant ${schema}_reader to ${roleName};
    revoke execute on function ${functions(Object.values(FUNCTIONS).flat())} from ${roleName};
    grant execute on function ${functions(granted)} to ${roleName};
    delete from ${schema}.append_right where role = ${roleText};
    insert into ${schema}.append_right (role, category, simulated)
      select ${roleText}, unnest(array[${list}]::text[]), ${simulated}`
}
