/** Named statements of the vault; whatever goes wrong is `unavailable`. */
import type { Pool, PoolClient, QueryResultRow } from 'pg'
import { VaultError } from './port.ts'

export type Ask = <Row extends QueryResultRow>(
  name: string,
  text: string,
  values: unknown[],
) => Promise<readonly Row[]>

export function questions(pool: Pool | PoolClient): Ask {
  return async <Row extends QueryResultRow>(name: string, text: string, values: unknown[]) => {
    try {
      return (await pool.query<Row>({ name: `vault.${name}`, text, values })).rows
    } catch (cause) {
      throw new VaultError('unavailable', `the vault's database did not answer (${name})`, {
        cause,
      })
    }
  }
}

/** `work` in one transaction, durable on return. @throws VaultError unavailable. */
export async function inTransaction<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect().catch(unavailable)
  let broken = true
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    broken = false
    return result
  } catch (cause) {
    throw cause instanceof VaultError ? cause : unavailable(cause)
  } finally {
    client.release(broken)
  }
}

function unavailable(cause: unknown): never {
  throw new VaultError('unavailable', "the vault's database did not answer", { cause })
}
