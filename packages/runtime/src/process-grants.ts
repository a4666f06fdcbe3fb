import { refusalsOf } from '@wederhoor/decider/reaction'
import { grantCategories } from '@wederhoor/event-store/migrate-store'
import { tilesKeeper, tilesSchema } from '@wederhoor/ledger/migrate-tiles'
import type { Pool } from 'pg'
import { ACCESS, CASE_HISTORY } from './migrate-all.ts'

export interface ProcessGrant {
  /** An existing login role: a lower-case SQL name. */
  readonly role: string
  /** Of the streams in the case history that this process decides about; those of its refused reactions come with them. */
  readonly categories: readonly string[]
  /** Its own schema, when it has one. */
  readonly schema?: string
  /** Signs checkpoints and begins epochs: one service, with the log's keys. False when left out. */
  readonly signs?: boolean
  /** See `CategoryGrant`. */
  readonly simulated?: boolean
}

const SHARED = ['projection', 'broker', 'clock', 'http', 'identity']

/**
 * Distributed form: grants the login role of one service what it needs and nothing else, by the table of this package's
 * README; what it was granted before by this stays, except categories and acts, which are replaced. Run it as the owner
 * of the database or as a superuser, when all services were migrated, and again when one brought new tables.
 * @throws TypeError for what is no name.
 */
export async function grantProcess(admin: Pool, grant: ProcessGrant): Promise<void> {
  const { role, schema, signs = false, simulated = false } = grant
  const categories = grant.categories.flatMap((category) => [category, refusalsOf(category)])
  const schemas = [...SHARED, ...(schema === undefined ? [] : [schema])]
  const wrong = [role, ...schemas].find((name) => !/^[a-z_][a-z0-9_]*$/.test(name))
  if (wrong !== undefined) throw new TypeError(`not a lower-case SQL name: ${wrong}`)
  const halts = signs ? (['halt'] as const) : []
  const common = { role, simulated }
  // Every process raises fences: at its start it applies erasures again that a restore undid.
  const acts = ['fence', ...halts] as const
  await grantCategories(admin, { ...common, ledgerName: CASE_HISTORY, categories, acts })
  const opened = signs ? ['access', 'evidence'] : ['access']
  const access = { ...common, ledgerName: ACCESS, categories: opened, acts: halts }
  await grantCategories(admin, access)
  const trees = [CASE_HISTORY, ACCESS].map((name) =>
    signs ? tilesKeeper(name) : `${tilesSchema(name)}_reader`,
  )
  await admin.query(`GRANT ${['vault_keeper', 'vault_eraser', ...trees].join(', ')} TO ${role}`)
  for (const name of schemas) {
    await admin.query(`GRANT USAGE ON SCHEMA ${name} TO ${role};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${name} TO ${role};
      GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${name} TO ${role};
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${name} TO ${role}`)
  }
  await grantErasureTargets(admin, role)
}

/** Rows of one party, in tables of whichever service. */
async function grantErasureTargets(admin: Pool, role: string): Promise<void> {
  const { rows } = await admin.query<{ schema: string; table: string }>(
    `SELECT DISTINCT quote_ident(table_schema) AS schema,
       quote_ident(table_schema) || '.' || quote_ident(table_name) AS table FROM vault.erasure_target`,
  )
  for (const { schema, table } of rows)
    await admin.query(
      `GRANT USAGE ON SCHEMA ${schema} TO ${role}; GRANT SELECT, DELETE ON ${table} TO ${role}`,
    )
}
