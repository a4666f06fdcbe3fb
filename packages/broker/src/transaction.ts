import type { Pool, PoolClient } from 'pg'

/** COMMIT was answered with ROLLBACK: a statement had failed and nobody said so. */
export class NotCommitted extends Error {
  readonly code = 'not-committed'
  constructor() {
    super('the transaction was rolled back at its commit')
    this.name = 'NotCommitted'
  }
}

/** Runs `work` in one transaction; durable on return, rolled back when it throws. Retries nothing. */
export async function inTransaction<Result>(
  db: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await db.connect()
  let broken: Error | undefined
  const onError = (error: Error) => {
    broken = error
  }
  // A connection that dies while we await something else reports it here, and unheard it would end the process.
  client.on('error', onError)
  try {
    await client.query('begin')
    const result = await work(client)
    const { command } = await client.query('commit')
    if (command !== 'COMMIT') throw new NotCommitted()
    return result
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken ??= failure
    })
    throw error
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}
