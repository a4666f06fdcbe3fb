import type { Pool, PoolClient } from 'pg'

/**
 * Lends a connection of the pool. A connection that ends while it is lent out says so by an `error` event besides
 * failing its query, and without a listener that would end the process; the pool listens to idle ones only.
 * `dropOn` decides after a failure whether the connection is closed instead of given back.
 */
export async function checkedOut<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
  dropOn: (error: unknown) => boolean = () => true,
): Promise<Result> {
  const client = await pool.connect()
  client.on('error', ignore)
  try {
    const result = await work(client)
    client.off('error', ignore)
    client.release()
    return result
  } catch (error) {
    const drop = dropOn(error)
    // A dropped one keeps its listener: it may have more to say while it closes.
    if (!drop) client.off('error', ignore)
    client.release(drop)
    throw error
  }
}

/**
 * An idle connection that ends makes the pool say so by an `error` event, which ends the process when nobody listens.
 * It is no news to us: the next query takes another connection.
 */
export function tolerateIdleLoss(pool: Pool): void {
  if (pool.listenerCount('error') === 0) pool.on('error', ignore)
}

const ignore = () => undefined
