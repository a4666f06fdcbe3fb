import { migrate } from '@wederhoor/postgres/migrate'
import type { ClientBase, Pool } from 'pg'
import {
  checkForward,
  GuardError,
  type GuardedTree,
  isSameTree,
  type SigningGuard,
} from './signing-guard.ts'

const SCHEMA = 'signing_guard'

type Row = { epoch: number; origin: string; size: string; root: Buffer }

/** Makes the table of guards, or brings it up to date. Run it as the owner of the guards' database. */
export const migrateGuard = (db: Pool | ClientBase): Promise<string[]> =>
  migrate(db, { schema: SCHEMA, directory: new URL('../migrations/guard', import.meta.url) })

/**
 * The guard of one ledger as a row in a database of its own: not the ledger's database, and not in its backup.
 * `name` tells the guards of one database apart.
 */
export function postgresGuard(source: {
  readonly pool: Pool
  readonly name: string
}): SigningGuard {
  async function ask<Answer extends Record<string, unknown>>(
    text: string,
    values: readonly unknown[],
  ): Promise<readonly Answer[]> {
    try {
      return (await source.pool.query<Answer>(text, [...values])).rows
    } catch (cause) {
      throw new GuardError('unavailable', 'the database of the signing guard does not answer', {
        cause,
      })
    }
  }

  async function read(): Promise<GuardedTree | undefined> {
    const [row] = await ask<Row>(
      `select epoch, origin, size, root from ${SCHEMA}.guard where ledger = $1`,
      [source.name],
    )
    return row === undefined ? undefined : { ...row, size: Number(row.size) }
  }

  return {
    read,
    async compareAndSet(from, to) {
      if (!isSameTree(await read(), from)) return 'other'
      checkForward(from, to)
      const next = [source.name, to.epoch, to.origin, to.size, Buffer.from(to.root)]
      const set =
        from === undefined
          ? await ask(
              `with durable as (${durable}) insert into ${SCHEMA}.guard
                select $1, $2::integer, $3, $4::bigint, $5::bytea from durable
                on conflict do nothing returning ledger`,
              next,
            )
          : await ask(
              `with durable as (${durable}) update ${SCHEMA}.guard
                set epoch = $2, origin = $3, size = $4, root = $5 from durable
                where ledger = $1 and epoch = $6 and origin = $7 and size = $8 and root = $9 returning ledger`,
              [...next, from.epoch, from.origin, from.size, Buffer.from(from.root)],
            )
      return set.length === 1 ? 'set' : 'other'
    },
  }
}

const durable = `select set_config('synchronous_commit',
  case when current_setting('synchronous_commit') = 'remote_apply' then 'remote_apply' else 'on' end, true)`
