/** The instance a command is about, for as long as the command takes. */
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { postgresStore } from '@wederhoor/event-store/postgres'
import { postgresTiles } from '@wederhoor/ledger/postgres-tiles'
import { ACCESS, CASE_HISTORY } from '@wederhoor/runtime/migrate-all'
import type { LedgerSource } from './bundle/ledger-source.ts'
import type { LogName, Place } from './cli-arguments.ts'
import { cliConfig } from './config.ts'
import { type FoundDatabase, findDatabase } from './database.ts'

const clone = fileURLToPath(new URL('../../..', import.meta.url))

export const directoryOf = ({ dataDirectory }: Place): string =>
  resolve(dataDirectory ?? join(clone, '.wederhoor', 'data'))

export async function withDatabase<Answer>(
  place: Place,
  use: (database: FoundDatabase) => Promise<Answer>,
): Promise<Answer> {
  const url = place.databaseUrl ?? cliConfig().DATABASE_URL
  const database = await findDatabase(url, directoryOf(place))
  try {
    return await use(database)
  } finally {
    await database.close()
  }
}

export async function withLedger<Answer>(
  { pool }: FoundDatabase,
  log: LogName,
  use: (source: LedgerSource) => Promise<Answer>,
): Promise<Answer> {
  const ledgerName = log === 'access' ? ACCESS : CASE_HISTORY
  const store = postgresStore({ pool, ledgerName, notify: false })
  try {
    return await use({ store, tiles: postgresTiles({ pool, ledgerName }) })
  } finally {
    await store.close()
  }
}
