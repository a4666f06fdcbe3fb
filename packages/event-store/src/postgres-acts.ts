/** What is done to a whole ledger and not to one stream: a fence, a halt and its end. Each may be repeated. */
import type { QueryConfig, QueryResultRow } from 'pg'
import { checkedOut } from './checked-out.ts'
import type { FencedOwner, Position } from './port.ts'
import { answered, type BatchSource } from './postgres-append.ts'
import { failureOf, refusal, unavailable } from './postgres-error.ts'
import { type Int8, positionOf } from './validate.ts'

/** Contracts: `EventStore` in port.ts. Nothing is checked here. */
export function ledgerActs(source: Pick<BatchSource, 'pool' | 'schema' | 'answerMs'>) {
  const { pool, schema, answerMs } = source

  async function act<Row extends QueryResultRow>(statement: QueryConfig): Promise<Row> {
    try {
      return await checkedOut(pool, (client) => answered<Row>(client, statement, answerMs))
    } catch (cause) {
      throw failureOf(cause).kind === 'refused' ? refusal(cause) : unavailable(cause)
    }
  }

  return {
    async raiseFence({ dossier, owner }: FencedOwner): Promise<Position> {
      const { position } = await act<{ position: Int8 }>({
        text: `select ${schema}.raise_fence($1, $2) as position`,
        values: [dossier, owner],
      })
      return positionOf(position)
    },
    async halt(reason: string): Promise<void> {
      await act({ text: `select ${schema}.halt($1)`, values: [reason] })
    },
    async resume(): Promise<void> {
      await act({ text: `select ${schema}.resume()` })
    },
    async halted(): Promise<string | undefined> {
      const { halted } = await act<{ halted: string | null }>({
        text: `select halted from ${schema}.head`,
      })
      return halted ?? undefined
    },
  }
}
