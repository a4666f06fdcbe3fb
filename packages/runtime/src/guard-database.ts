import { migrateGuard, postgresGuard } from '@wederhoor/ledger/postgres-guard'
import { GuardError, type SigningGuard } from '@wederhoor/ledger/signing-guard'
import pg from 'pg'

export interface GuardDatabase {
  readonly guardOf: (ledgerName: string) => SigningGuard
  close(): Promise<void>
}

/**
 * Signing guards in a database of their own, whose table is made when a guard is first asked: a service that signs
 * nothing never connects.
 */
export function guardDatabase(url: string): GuardDatabase {
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  pool.on('error', () => undefined)
  let prepared: Promise<unknown> | undefined

  async function prepare(): Promise<void> {
    prepared ??= migrateGuard(pool)
    try {
      await prepared
    } catch (cause) {
      prepared = undefined
      throw new GuardError('unavailable', 'the database of the signing guard is not ready', {
        cause,
      })
    }
  }

  return {
    guardOf(name) {
      const guard = postgresGuard({ pool, name })
      return {
        async read() {
          await prepare()
          return guard.read()
        },
        async compareAndSet(from, to) {
          await prepare()
          return guard.compareAndSet(from, to)
        },
      }
    },
    close: () => pool.end(),
  }
}
