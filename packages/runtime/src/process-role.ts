import { randomBytes } from 'node:crypto'
import { ledgerRoles } from '@wederhoor/event-store/migrate-store'
import type { Pool } from 'pg'
import { ACCESS, CASE_HISTORY } from './migrate-all.ts'

/**
 * The one role of the embedded form: it appends to both ledgers and keeps views, keys and messages, and the database
 * refuses it every change of an entry. Made anew at each start with a password that is nowhere kept.
 *
 * `admin` is the owner of the database, used for nothing after this. Returns the address for the running process.
 */
export async function processRole(
  admin: Pool,
  databaseUrl: string,
  schemas: readonly string[],
): Promise<string> {
  const password = randomBytes(24).toString('base64url')
  const groups = [ledgerRoles(CASE_HISTORY).appender, ledgerRoles(ACCESS).appender, 'vault_keeper']
  await admin.query(`DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${ROLE}') THEN CREATE ROLE ${ROLE}; END IF;
  END $$`)
  await admin.query(
    `ALTER ROLE ${ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD '${password}'`,
  )
  await admin.query(`GRANT ${groups.join(', ')} TO ${ROLE}`)
  for (const schema of schemas) {
    await admin.query(`GRANT USAGE ON SCHEMA ${schema} TO ${ROLE};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${ROLE};
      GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${ROLE};
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${schema} TO ${ROLE}`)
  }
  const address = new URL(databaseUrl)
  address.username = ROLE
  address.password = password
  return address.href
}

const ROLE = 'wederhoor_house'
