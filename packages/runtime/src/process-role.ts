import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { ledgerRoles } from '@wederhoor/event-store/migrate-store'
import { tilesKeeper } from '@wederhoor/ledger/migrate-tiles'
import type { Pool } from 'pg'
import { ACCESS, CASE_HISTORY } from './migrate-all.ts'

/**
 * The one role of the embedded form: it appends to both ledgers and keeps views, keys and messages, and the database
 * refuses it every change of an entry. Made anew at each start with a password that is nowhere kept. Roles are of the
 * whole server, so each database has its own: an instance beside this one must not lose its password to us.
 *
 * `admin` is the owner of the database, used for nothing after this. Returns the address for the running process.
 */
export async function processRole(
  admin: Pool,
  databaseUrl: string,
  schemas: readonly string[],
): Promise<string> {
  const password = randomBytes(24).toString('base64url')
  const role = await roleOf(admin)
  const ledgers = [CASE_HISTORY, ACCESS]
  const groups = [
    ...ledgers.flatMap((name) => [ledgerRoles(name).appender, tilesKeeper(name)]),
    'vault_keeper',
    'vault_eraser',
  ]
  await admin.query(`DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN CREATE ROLE ${role}; END IF;
  END $$`)
  await admin.query(
    `ALTER ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD '${password}'`,
  )
  await admin.query(`GRANT ${groups.join(', ')} TO ${role}`)
  for (const schema of schemas) {
    await admin.query(`GRANT USAGE ON SCHEMA ${schema} TO ${role};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role};
      GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role};
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${schema} TO ${role}`)
  }
  const address = new URL(databaseUrl)
  address.username = role
  address.password = password
  return address.href
}

/** By number: a database's name may be longer than that of a role may be, and hold anything. */
async function roleOf(admin: Pool): Promise<string> {
  const { rows } = await admin.query<{ role: string }>(
    `SELECT 'wederhoor_house_' || oid AS role FROM pg_database WHERE datname = current_database()`,
  )
  const role = rows[0]?.role
  assert(role !== undefined, 'a connection is to a database')
  return role
}
