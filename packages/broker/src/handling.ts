/** One handling of one message: decoded, traced, guarded; and what happens when it fails. */
import { setTimeout as pause } from 'node:timers/promises'
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { PoolClient } from 'pg'
import { moveGuard, type ParkReason } from './consumer-tables.ts'
import type { Message } from './port.ts'
import { parentContext, tracer } from './trace.ts'
import { isTransient } from './transience.ts'

export interface HandlePoison {
  readonly subject: string
  readonly reason: ParkReason
  readonly error: unknown
}

/** A message that no repeat will help. */
export class Poison extends Error {
  readonly code = 'poison'
  readonly reason: ParkReason
  constructor(reason: ParkReason, cause: unknown) {
    super(`a message cannot be handled: ${reason}`, { cause })
    this.name = 'Poison'
    this.reason = reason
  }
}

/** Handles one message and moves the guard, in the caller's transaction. Throws `Poison`, or what is transient. */
export type Handled = (message: Message, client: PoolClient) => Promise<void>

export function tracedHandler<Event>(parts: {
  readonly group: string
  readonly decode: (message: Message) => Event | undefined
  readonly handle: (
    received: { readonly event: Event; readonly message: Message },
    tx: PoolClient,
  ) => Promise<void>
}): Handled {
  const { group, decode, handle } = parts

  function decoded(message: Message): Event | undefined {
    try {
      return decode(message)
    } catch (cause) {
      throw new Poison('undecodable', cause)
    }
  }

  async function effect(event: Event, message: Message, client: PoolClient): Promise<void> {
    const attributes = {
      'messaging.operation.type': 'process',
      'messaging.consumer.group.name': group,
      'messaging.message.id': message.id,
    }
    const parent = parentContext(message.traceparent)
    const span = tracer().startSpan(
      `process ${message.type}`,
      { kind: SpanKind.CONSUMER, attributes },
      parent,
    )
    try {
      await context.with(trace.setSpan(parent, span), () => handle({ event, message }, client))
    } catch (error) {
      // The message of an error may quote content: the name alone goes into the trace.
      span.setStatus({
        code: SpanStatusCode.ERROR,
        message: error instanceof Error ? error.name : 'unknown',
      })
      throw isTransient(error) ? error : new Poison('failed', error)
    } finally {
      span.end()
    }
  }

  return async (message, client) => {
    const event = decoded(message)
    if (event !== undefined) await effect(event, message, client)
    try {
      await moveGuard(client, group, message)
    } catch (error) {
      // The handler swallowed a failed statement, and the transaction is dead because of it.
      const aborted = error instanceof Error && 'code' in error && error.code === '25P02'
      throw aborted ? new Poison('failed', error) : error
    }
  }
}

const BACKOFF_MS = 50
const BACKOFF_MAX_MS = 2_000

/** Repeats work with growing, jittered pauses, until it succeeds, is `Poison`, or `retriesMax` are used up. */
export function retrying(parts: {
  readonly random: () => number
  readonly retriesMax: number
  readonly signal: AbortSignal
  readonly onFailure: (error: unknown) => void
}): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const { random, retriesMax, signal, onFailure } = parts
  return async (work) => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await work()
      } catch (error) {
        if (error instanceof Poison || attempt >= retriesMax || signal.aborted) throw error
        onFailure(error)
        const most = Math.min(BACKOFF_MS * 2 ** attempt, BACKOFF_MAX_MS)
        await pause(most * (0.5 + random() / 2), undefined, { signal })
      }
    }
  }
}
