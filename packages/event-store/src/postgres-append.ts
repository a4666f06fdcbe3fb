/**
 * Commits batches. A batch is a single statement outside any transaction block, so the server commits it before it
 * reports ready: one round trip, and no COMMIT whose tag could silently be ROLLBACK. That the session really is outside
 * a block is read from that same report.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Pool, PoolClient, QueryConfig, QueryResultRow } from 'pg'
import type { PendingAppend } from './batch-queue.ts'
import { checkedOut } from './checked-out.ts'
import type { PostgresKeeper } from './keeper.ts'
import { StoreError } from './port.ts'
import { type BatchRow, batchStatement, settleBatch } from './postgres-batch.ts'
import { type Failure, failureOf, outcomeUnknown, refusal, unavailable } from './postgres-error.ts'

/** How long a lost batch is looked for on new connections before its members hear `outcome-unknown`. */
const SETTLE_MS = 4_000
const PAUSES_MS = [0, 0, 50, 100, 200, 400]

export interface BatchSource {
  readonly pool: Pool
  readonly schema: string
  readonly clock: { now(): Promise<string> } | undefined
  readonly keeper: PostgresKeeper | undefined
  /** No answer for so long counts as a lost connection. */
  readonly answerMs: number
  /** Called after each commit. */
  readonly committed: () => void
}

/** Settles every member of a batch; never rejects. */
export async function commitBatch(
  source: BatchSource,
  batch: readonly PendingAppend[],
): Promise<void> {
  const failure = await attempt(source, batch, false)
  if (failure === undefined) return
  if (failure.kind === 'unreachable') {
    for (const member of batch) member.reject(unavailable(failure.cause))
    return
  }
  const untilMs = performance.now() + SETTLE_MS
  for (const member of batch) await settleSingly(source, member, failure, untilMs)
}

/**
 * A member on its own, its ids looked up first under the head's lock: where the lost transaction was committed they are
 * found, where it was not they are appended now, and where it still runs the lock waits for it.
 */
async function settleSingly(
  source: BatchSource,
  member: PendingAppend,
  first: Failure,
  untilMs: number,
): Promise<void> {
  let inDoubt = first.kind === 'lost'
  let cause = first.cause
  for (let tries = 0; ; tries += 1) {
    const failure = await attempt(source, [member], true)
    if (failure === undefined) return
    if (failure.kind === 'refused') return member.reject(refusal(failure.cause))
    inDoubt ||= failure.kind === 'lost'
    cause = failure.cause
    if (performance.now() > untilMs) break
    await delay(PAUSES_MS[tries] ?? 500)
  }
  member.reject(inDoubt ? outcomeUnknown(cause) : unavailable(cause))
}

/** Undefined when the batch was committed and its members know. */
async function attempt(
  source: BatchSource,
  batch: readonly PendingAppend[],
  careful: boolean,
): Promise<Failure | undefined> {
  let sent = false
  try {
    const at = source.clock === undefined ? null : await source.clock.now()
    const statement = batchStatement(source, batch, { at, careful })
    const row = await checkedOut(
      source.pool,
      (client) => {
        sent = true
        return answered<BatchRow>(client, statement, source.answerMs)
      },
      (cause) => failureOf(cause).kind === 'lost',
    )
    settleBatch(batch, row)
    source.committed()
    return undefined
  } catch (cause) {
    return sent ? failureOf(cause) : { kind: 'unreachable', cause }
  }
}

/**
 * The one row of a statement that changes something; committed on return.
 * @throws StoreError unavailable, and whatever the client throws.
 */
export async function answered<Row extends QueryResultRow>(
  client: PoolClient,
  statement: QueryConfig,
  answerMs: number,
): Promise<Row> {
  const silence = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => silence.reject(new StoreError('unavailable', `no answer for ${answerMs} ms`)),
    answerMs,
  )
  try {
    const { rows } = await Promise.race([client.query<Row>(statement), silence.promise])
    const [row] = rows
    if (row === undefined) throw new StoreError('unavailable', 'the statement gave no answer')
    if (client.getTransactionStatus() !== 'I')
      throw new StoreError('unavailable', 'the connection stood in a transaction that is not ours')
    return row
  } finally {
    clearTimeout(timer)
  }
}
