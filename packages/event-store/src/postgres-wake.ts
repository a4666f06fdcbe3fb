/** Wake-ups between processes: NOTIFY after commits, LISTEN on a connection of its own. Hints only; nobody relies on them. */

import type { Pool } from 'pg'
import pg from 'pg'

/** A burst of commits is one notification; each costs a lock of the whole server while it commits. */
const NOTIFY_EVERY_MS = 50
const RECONNECT_MS = 1_000

export interface Notifier {
  /** Tells other processes soon that something was committed. */
  notify(): void
  close(): void
}

export function notifier(pool: Pool, channel: string): Notifier {
  let timer: NodeJS.Timeout | undefined
  let again = false
  let closed = false

  const send = () => {
    again = false
    timer = setTimeout(() => {
      timer = undefined
      if (again) send()
    }, NOTIFY_EVERY_MS).unref()
    const statement = `select set_config('synchronous_commit', 'off', true), pg_notify($1, '')`
    pool.query(statement, [channel]).catch(() => undefined)
  }

  return {
    notify() {
      if (closed) return
      if (timer === undefined) send()
      else again = true
    },
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}

export interface Listener {
  close(): Promise<void>
}

/** Calls `wake` for each notification and after each reconnect, for what was missed meanwhile. Retries for ever. */
export function listener(pool: Pool, channel: string, wake: () => void): Listener {
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false

  const retry = (lost: pg.Client) => {
    if (client !== lost) return
    client = undefined
    if (!closed) timer = setTimeout(connect, RECONNECT_MS).unref()
  }

  function connect(): void {
    // The very options object: a copy would lose the password, which the pool hides from enumeration.
    const fresh = new pg.Client(pool.options)
    client = fresh
    fresh.on('error', () => retry(fresh))
    fresh.on('end', () => retry(fresh))
    fresh.on('notification', wake)
    fresh
      .connect()
      .then(() => fresh.query(`listen ${channel}`))
      .then(wake)
      .catch(() => {
        fresh.end().catch(() => undefined)
        retry(fresh)
      })
  }

  connect()
  return {
    async close() {
      closed = true
      clearTimeout(timer)
      const open = client
      client = undefined
      await open?.end().catch(() => undefined)
    },
  }
}
