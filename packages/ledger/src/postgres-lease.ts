import type { Pool } from 'pg'
import pg from 'pg'
import type { Lease } from './lease.ts'

/** A machine that vanished holds nothing for longer than about half a minute; PostgreSQL's own default is hours. */
const NOTICE_DEATH = `set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3`

/**
 * A lease on an advisory lock, kept by a connection of its own: it ends with the connection, and so with the process.
 * Several processes ask for the same `name` in the same database.
 */
export function postgresLease(source: { readonly pool: Pool; readonly name: string }): Lease {
  let client: pg.Client | undefined

  async function connected(): Promise<pg.Client> {
    if (client !== undefined) return client
    // The very options object: a copy would lose the password, which the pool hides from enumeration.
    const fresh = new pg.Client(source.pool.options)
    const lost = () => {
      if (client === fresh) client = undefined
      held = false
    }
    fresh.on('error', lost)
    fresh.on('end', lost)
    try {
      await fresh.connect()
      await fresh.query(NOTICE_DEATH)
    } catch (error) {
      await fresh.end().catch(() => undefined)
      throw error
    }
    client = fresh
    return fresh
  }

  let held = false

  return {
    async hold() {
      if (held) return true
      const mine = await connected()
      const { rows } = await mine.query<{ held: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 0)) as held',
        [source.name],
      )
      held = client === mine && rows[0]?.held === true
      return held
    },
    async release() {
      const open = client
      client = undefined
      held = false
      await open?.end().catch(() => undefined)
    },
  }
}
