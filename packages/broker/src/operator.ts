/** What an operator may do with a parked subject. Both acts are announced first, recorded, and then carried out. */
import type { Pool, PoolClient } from 'pg'
import { decodeMessage, unpackWire } from './cloudevents.ts'
import {
  dropParked,
  lockGuard,
  lockParked,
  nextParked,
  type OperatorAct,
  type ParkedMessage,
  parkedSubjects,
  recordAct,
  removeParked,
  unparkSubject,
} from './consumer-tables.ts'
import { type Handled, Poison } from './handling.ts'
import type { Message } from './port.ts'
import { inTransaction } from './transaction.ts'

export type RedriveResult =
  | { readonly kind: 'not-parked' }
  /** Everything was handled; the subject flows again. */
  | { readonly kind: 'resumed'; readonly handled: number }
  /** Stopped at the first that still cannot be handled; the rest stays parked behind it. */
  | { readonly kind: 'still-parked'; readonly handled: number; readonly error: unknown }

export type DiscardResult =
  | { readonly kind: 'not-parked' }
  | { readonly kind: 'discarded'; readonly messages: number }

export interface Operator {
  /**
   * Handles the parked messages of a subject in order, then lets it flow. `acceptGap` goes on although an earlier message
   * is missing, for one that is known to be lost.
   */
  redrive(
    subject: string,
    act: { readonly by: string; readonly acceptGap?: boolean },
  ): Promise<RedriveResult>
  /** Drops the parked messages of a subject for this group, for a reason, and lets later ones flow. */
  discard(
    subject: string,
    act: { readonly by: string; readonly reason: string },
  ): Promise<DiscardResult>
}

type Step = 'handled' | 'dropped' | 'done' | { readonly stuck: unknown }

export function operator(parts: {
  readonly db: Pool
  readonly group: string
  readonly handled: Handled
  readonly retry: <Result>(work: () => Promise<Result>) => Promise<Result>
  readonly onOperator?: (act: OperatorAct) => Promise<void>
}): Operator {
  const { db, group, handled, retry } = parts

  /** False when the subject is not parked. */
  async function begin(act: Omit<OperatorAct, 'group' | 'messages'>): Promise<boolean> {
    const parked = (await parkedSubjects(db, group)).find((one) => one.subject === act.subject)
    if (parked === undefined) return false
    const whole = { ...act, group, messages: parked.messages }
    await parts.onOperator?.(whole)
    await recordAct(db, whole)
    return true
  }

  async function step(client: PoolClient, subject: string, acceptGap: boolean): Promise<Step> {
    const next = await nextParked(client, group, subject)
    if (next === undefined) return finish(client, subject)
    const message = messageOf(next)
    if (message === undefined) return { stuck: 'no CloudEvent of this profile' }
    // Guard first, as when a message arrives: the same order of locks cannot deadlock.
    const { last } = await lockGuard(client, group, message)
    if (!(await lockParked(client, group, subject))) return 'done'
    if (message.sequence > last + 1 && !acceptGap)
      return { stuck: 'an earlier message did not come' }
    if (!(await removeParked(client, next.id)) || message.sequence <= last) return 'dropped'
    await handled(message, client)
    return 'handled'
  }

  async function finish(client: PoolClient, subject: string): Promise<Step> {
    if (!(await lockParked(client, group, subject))) return 'done'
    if ((await nextParked(client, group, subject)) !== undefined) return 'dropped'
    await unparkSubject(client, group, subject)
    return 'done'
  }

  return {
    async redrive(subject, { by, acceptGap = false }) {
      if (!(await begin({ kind: 'redrive', subject, by, reason: null })))
        return { kind: 'not-parked' }
      let count = 0
      try {
        for (;;) {
          const outcome = await retry(() =>
            inTransaction(db, (client) => step(client, subject, acceptGap)),
          )
          if (outcome === 'done') return { kind: 'resumed', handled: count }
          if (typeof outcome === 'object')
            return { kind: 'still-parked', handled: count, error: outcome.stuck }
          if (outcome === 'handled') count += 1
        }
      } catch (error) {
        if (!(error instanceof Poison)) throw error
        return { kind: 'still-parked', handled: count, error: error.cause }
      }
    },
    async discard(subject, { by, reason }) {
      if (!(await begin({ kind: 'discard', subject, by, reason }))) return { kind: 'not-parked' }
      const messages = await retry(() =>
        inTransaction(db, async (client) => {
          if (!(await lockParked(client, group, subject))) return 0
          const dropped = await dropParked(client, group, subject)
          await unparkSubject(client, group, subject)
          return dropped
        }),
      )
      return { kind: 'discarded', messages }
    },
  }
}

function messageOf({ message, raw }: ParkedMessage): Message | undefined {
  if (message !== null) return message
  return raw === null ? undefined : decodeMessage(unpackWire(raw))
}
