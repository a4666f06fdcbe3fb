/**
 * The consumer: makes each effect of an at-least-once delivery happen once and in order per (source, subject), and keeps
 * a poison message from stopping anybody but its own subject.
 */
import assert from 'node:assert/strict'
import type { Pool, PoolClient } from 'pg'
import {
  hold,
  lockGuard,
  lockParked,
  type OperatorAct,
  type ParkedSubject,
  type ParkReason,
  parkDelivery,
  parkedSubjects,
  parkSubject,
  sweepHeld,
  takeHeld,
} from './consumer-tables.ts'
import { type HandlePoison, Poison, retrying, tracedHandler } from './handling.ts'
import { type Operator, operator } from './operator.ts'
import type { Broker, Delivery, Message, Subscription } from './port.ts'
import { inTransaction } from './transaction.ts'

/** A decoded event with the message it came in. Derive ids of a reaction from `message.id`: it stands for the entry. */
export interface Received<Event> {
  readonly event: Event
  readonly message: Message
}

export interface ConsumerParts<Event> {
  readonly broker: Broker
  /** Holds schema `broker` and what `handle` writes through `tx`. */
  readonly db: Pool
  /** Name of the reader: one per service and purpose. */
  readonly group: string
  readonly topics: readonly string[]
  /** Undefined for a type this group does not take: skipped. Throws when it should take it and cannot: parked. */
  readonly decode: (message: Message) => Event | undefined
  /**
   * The effect. What it writes through `tx` commits together with the guard; what it appends elsewhere must have derived
   * ids, for it may run again. Transient failures are repeated, every other failure parks the subject. A command that a
   * decider rejects is no failure.
   */
  readonly handle: (received: Received<Event>, tx: PoolClient) => Promise<void>
  /** In [0, 1), for the jitter between repeats. */
  readonly random: () => number
  /** How long a message waits for those before it until its subject is parked; 30 s if absent. */
  readonly gapWaitMs?: number
  /** Repeats of a transient failure before the broker is told to deliver again; 8 if absent. */
  readonly retriesMax?: number
  readonly sweepMs?: number
  /** A subject was parked: alert somebody. */
  readonly onParked?: (parked: {
    readonly subject: string
    readonly reason: ParkReason
    readonly error: unknown
  }) => void
  /** Called, and awaited, before an operator's act is carried out, to append it as an audited event. */
  readonly onOperator?: (act: OperatorAct) => Promise<void>
  /** Something failed that is tried again. */
  readonly onFailure?: (error: unknown) => void
}

export interface ConsumerHealth {
  readonly state: 'starting' | 'running' | 'failing' | 'stopped'
  readonly error: unknown
  /** Subjects that wait for an operator, as of the last sweep. */
  readonly parkedSubjects: number
}

export interface Consumer extends Operator {
  /** Resolves when subscribed. Creates topics that do not exist yet. */
  start(): Promise<void>
  /** Waits for the handlers in flight. */
  stop(): Promise<void>
  /** Resolves when everything published by now has been handled, held or parked. Keep quiet meanwhile. */
  settled(): Promise<void>
  lag(): Promise<number>
  health(): ConsumerHealth
  parked(): Promise<readonly ParkedSubject[]>
}

export function consumer<Event>(parts: ConsumerParts<Event>): Consumer {
  const { broker, db, group, topics, gapWaitMs = 30_000, sweepMs = 1_000 } = parts
  let subscription: Subscription | undefined
  let sweeping: NodeJS.Timeout | undefined
  let sweep: Promise<void> = Promise.resolve()
  let state: 'starting' | 'running' | 'stopped' = 'starting'
  let failure: unknown
  let parkedCount = 0
  const stopping = new AbortController()
  const handled = tracedHandler(parts)
  const retry = retrying({
    random: parts.random,
    retriesMax: parts.retriesMax ?? 8,
    signal: stopping.signal,
    onFailure: report,
  })

  async function receive(delivery: Delivery): Promise<void> {
    const { message } = delivery
    if (message === undefined) {
      const subject =
        delivery.key ?? `undecodable/${delivery.topic}/${delivery.partition}/${delivery.offset}`
      await park(
        { subject, reason: 'undecodable', error: 'no CloudEvent of this profile' },
        delivery,
      )
    } else {
      await orPark(message, delivery, async () => {
        const outcome = await inTransaction(db, (client) => take(client, delivery, message))
        if (outcome === 'handled-and-more-held') await goOn(message)
      })
    }
    failure = undefined
  }

  async function take(client: PoolClient, delivery: Delivery, message: Message) {
    const guard = await lockGuard(client, group, message)
    if (message.sequence <= guard.last) return 'ignored'
    if (guard.parked && (await lockParked(client, group, message.subject))) {
      await parkDelivery(client, group, { subject: message.subject, delivery })
      return 'parked'
    }
    if (message.sequence > guard.last + 1) {
      await hold(client, group, { place: delivery, message })
      return 'held'
    }
    await handled(message, client)
    return guard.held ? 'handled-and-more-held' : 'handled'
  }

  /** Handles what was held and has its turn now, each in a transaction of its own. */
  async function goOn(of: { readonly source: string; readonly subject: string }): Promise<void> {
    let more = true
    while (more && !stopping.signal.aborted) {
      more = await inTransaction(db, async (client) => {
        const guard = await lockGuard(client, group, { ...of, sequence: 0 })
        if (guard.parked) return false
        const next = await takeHeld(client, group, { ...of, sequence: guard.last + 1 })
        if (next === undefined) return false
        await handled(next.message, client)
        return true
      })
    }
  }

  async function orPark(
    about: { readonly source: string; readonly subject: string },
    delivery: Delivery | undefined,
    work: () => Promise<void>,
  ): Promise<void> {
    try {
      await retry(work)
    } catch (error) {
      if (!(error instanceof Poison)) throw error
      const { reason, cause } = error
      await park({ subject: about.subject, reason, error: cause }, delivery)
    }
  }

  async function park(why: HandlePoison, delivery: Delivery | undefined): Promise<void> {
    const error =
      why.error instanceof Error ? `${why.error.name}: ${why.error.message}` : String(why.error)
    await retry(() =>
      inTransaction(db, async (client) => {
        const message = delivery?.message
        const guard = message && (await lockGuard(client, group, message))
        await parkSubject(client, group, { subject: why.subject, reason: why.reason, error })
        if (delivery === undefined || (guard && message.sequence <= guard.last)) return
        await parkDelivery(client, group, { subject: why.subject, delivery })
      }),
    )
    parkedCount += 1
    parts.onParked?.(why)
  }

  async function sweepOnce(): Promise<void> {
    const { ready, overdue, parked } = await sweepHeld(db, group, gapWaitMs)
    parkedCount = parked
    for (const one of ready) await orPark(one, undefined, () => goOn(one))
    for (const subject of overdue) {
      await park({ subject, reason: 'gap', error: 'an earlier message did not come' }, undefined)
    }
  }

  function sweepLater(): void {
    sweeping = setTimeout(() => {
      sweep = sweepOnce().catch(report)
      sweep.then(() => {
        if (state === 'running') sweepLater()
      })
    }, sweepMs)
  }

  function report(error: unknown): void {
    failure = error
    parts.onFailure?.(error)
  }

  function subscribed(): Subscription {
    assert(subscription !== undefined, 'the consumer is started')
    return subscription
  }

  return {
    ...operator({
      db,
      group,
      handled,
      retry,
      ...(parts.onOperator && { onOperator: parts.onOperator }),
    }),
    async start() {
      assert(subscription === undefined, 'a consumer is started once')
      await broker.ensureTopics(topics)
      subscription = await broker.subscribe({ group, topics, handle: receive })
      state = 'running'
      sweepLater()
    },
    async stop() {
      state = 'stopped'
      stopping.abort()
      clearTimeout(sweeping)
      await Promise.all([sweep, subscription?.close()])
    },
    async settled() {
      while ((await subscribed().lag()) > 0) await new Promise((resolve) => setTimeout(resolve, 10))
    },
    lag: () => subscribed().lag(),
    parked: () => parkedSubjects(db, group),
    health() {
      const failing = state === 'running' && failure !== undefined
      return { state: failing ? 'failing' : state, error: failure, parkedSubjects: parkedCount }
    },
  }
}
