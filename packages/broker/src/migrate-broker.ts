import { migrate } from '@wederhoor/postgres/migrate'
import type { ClientBase, Pool } from 'pg'

/**
 * Brings schema `broker` up to date and returns the names of the files it applied. Safe to call from several processes
 * at once. Relay and consumer need it with either adapter.
 */
export function migrateBroker(pool: Pool | ClientBase): Promise<string[]> {
  return migrate(pool, { schema: 'broker', directory: new URL('../migrations/', import.meta.url) })
}
