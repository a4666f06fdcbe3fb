/**
 * What runs behind every deciding service: a projection of its own entries into views and deadlines, a relay that
 * announces them, a consumer of what the others announce, and the clock that wakes its deciders.
 */

import { consumer, type Received } from '@wederhoor/broker/consumer'
import type { Message } from '@wederhoor/broker/port'
import { RelayError, relay } from '@wederhoor/broker/relay'
import { type Deadline, type DeadlineChanges, deadlines } from '@wederhoor/calendar/deadlines'
import type { CommandContext } from '@wederhoor/decider/decider'
import { derivedId } from '@wederhoor/decider/derived-id'
import type { EventCodec, Recorded } from '@wederhoor/decider/handler'
import type { StoredEntry } from '@wederhoor/event-store/port'
import { projection } from '@wederhoor/event-store/projection'
import type { ReadinessCheck } from '@wederhoor/http/health'
import { decodeEntry } from '@wederhoor/ledger/entry'
import { currentTraceparent } from '@wederhoor/telemetry/trace-context'
import type { PoolClient } from 'pg'
import { announces, follows } from './readiness.ts'
import type { ServiceParts } from './service-parts.ts'
import { type Worker, workers } from './workers.ts'

interface Published {
  readonly type: string
  readonly subject: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface ServiceWorkersParts<Event, Heard> {
  readonly parts: ServiceParts
  /** Names checkpoints, groups and deadlines; never changes. */
  readonly service: string
  readonly topic: string
  /** Of the service's own streams: two services may call a fact the same, so a type alone does not tell whose it is. */
  readonly categories: readonly string[]
  readonly codec: EventCodec<Event>
  /** Writes what an own entry changes in the views. */
  readonly project: (recorded: Recorded<Event>, tx: PoolClient) => Promise<void>
  /**
   * Drops what the views hold of a party that was erased in a dossier, in the ledger's order: built anew they end without
   * it too. Left out where they hold nothing of anybody but random ids. Tables that hold rows of one party are told to
   * the vault as well (`migrateAll`), for erasures that a restore undid.
   */
  readonly erased?: (owner: ErasedParty, tx: PoolClient) => Promise<void>
  readonly deadlinesOf: (event: Event) => DeadlineChanges
  /** Puts a reached deadline before its decider. */
  readonly onDeadline: (deadline: Deadline, context: CommandContext) => Promise<void>
  /** `dossier` is the entry's, or empty. */
  readonly announce: (event: Event, dossier: string) => Published | undefined
  readonly heard: {
    readonly topics: readonly string[]
    readonly decode: (message: Message) => Heard | undefined
    readonly handle: (received: Received<Heard>, tx: PoolClient) => Promise<void>
  }
  /** What a deadline is decided under: nobody's act, but the clock's. */
  readonly ruling: (at: string) => Pick<CommandContext, 'power' | 'policy'>
}

export interface ErasedParty {
  readonly dossier: string
  readonly party: string
}

/** No person: what a clock or a message makes happen. */
const NOBODY = '00000000-0000-4000-8000-000000000000' as CommandContext['actor']['pseudonym']

/** With what must be well before the service counts as ready, for `serviceServer`. */
export interface ServiceWorkers extends Worker {
  readonly ready: Readonly<Record<'views' | 'relay', ReadinessCheck>>
}

export function serviceWorkers<Event, Heard>(
  all: ServiceWorkersParts<Event, Heard>,
): ServiceWorkers {
  const { parts, service } = all
  const own = new Set(all.categories)
  const decode = (stored: StoredEntry) =>
    own.has(categoryOf(stored.stream)) ? all.codec.decode(stored) : undefined
  const { store, db, broker, clock, logger } = parts
  const about = (part: string, error: unknown) => ({
    part,
    failure: error instanceof Error ? error.name : 'unknown',
    code: codeOf(error),
  })
  const failed = (part: string) => (error: unknown) =>
    logger.warn(about(part, error), 'tried again')
  /** Nothing of what happens here is seen, or heard by the others, until a person has looked. */
  const stopped = (part: string, error: unknown) =>
    logger.error(about(part, error), 'stopped for good')

  const due = deadlines({
    db,
    clock,
    service,
    resolve: async (deadline) => {
      const at = await clock.now()
      const id = derivedId(
        deadlineNamespace,
        `${deadline.stream} ${deadline.kind} ${deadline.dueAt}`,
      )
      const { dossier } = deadline
      const actor = { role: 'clock', desk: null, pseudonym: NOBODY }
      await all.onDeadline(deadline, {
        id,
        at,
        occurredAt: at,
        dossier,
        actor,
        ...all.ruling(at),
        causation: null,
        correlation: null,
        trace: null,
      })
    },
    onFailure: failed('deadlines'),
  })
  const views = projection({
    store,
    db,
    name: service,
    apply: async (entries, tx) => {
      for (const stored of entries) {
        const gone = all.erased && erasedParty(stored)
        if (gone !== undefined) await all.erased?.(gone, tx)
        const recorded = decode(stored)
        if (recorded === undefined) continue
        await all.project(recorded, tx)
        await due.record(tx, stored, all.deadlinesOf(recorded.event))
      }
    },
    onError: (error, { state }) =>
      state === 'halted' ? stopped('projection', error) : failed('projection')(error),
  })
  const out = relay({
    store,
    db,
    broker,
    name: service,
    source: sourceOf(service),
    topic: all.topic,
    announce: (stored) => {
      const recorded = decode(stored)
      if (recorded === undefined) return []
      const published = all.announce(recorded.event, stored.dossier ?? '')
      if (published === undefined) return []
      return [{ ...published, time: recorded.entry.recordedAt, traceparent: recorded.entry.trace }]
    },
    onFailure: (error) => {
      if (!(error instanceof RelayError)) failed('relay')(error)
    },
    onStopped: (error) => stopped('relay', error),
  })
  const into = consumer({
    broker,
    db,
    group: service,
    topics: all.heard.topics,
    decode: all.heard.decode,
    handle: all.heard.handle,
    random: parts.random,
    onFailure: failed('consumer'),
    onParked: ({ reason }) => logger.error({ part: 'consumer', reason }, 'a subject was parked'),
  })
  return {
    ...workers(views, out, into, due),
    ready: { views: follows(views), relay: announces(out) },
  }
}

/** A context for a command that a message causes: the id is derived from the message, so that it happens once. */
export function reactionContext(
  message: Message,
  of: {
    readonly name: string
    readonly at: CommandContext['at']
    readonly dossier: string | null
  } & Pick<CommandContext, 'power' | 'policy'>,
): CommandContext {
  return {
    id: derivedId(message.id, of.name),
    at: of.at,
    occurredAt: of.at,
    dossier: of.dossier,
    actor: { role: 'reaction', desk: null, pseudonym: NOBODY },
    power: of.power,
    policy: of.policy,
    causation: message.id,
    correlation: null,
    // The span that handles the message, so that what follows hangs under it; without one, what the message brought.
    trace: currentTraceparent() ?? message.traceparent,
  }
}

/** CloudEvents `source` under a test OIN, until the organisation has its own. */
export const sourceOf = (service: string): string =>
  `urn:nld:oin:00000099000000000001:systeem:${service}`

/** As the vault reads it too: an entry `PartyErased` of category `erasure` names the party among its open facts. */
function erasedParty({ type, stream, dossier, bytes }: StoredEntry): ErasedParty | undefined {
  if (type !== 'PartyErased' || categoryOf(stream) !== 'erasure' || dossier === null)
    return undefined
  const { party } = decodeEntry(bytes).data
  return typeof party === 'string' ? { dossier, party } : undefined
}

const categoryOf = (stream: string): string => stream.slice(0, stream.indexOf('-'))

const deadlineNamespace = '5b2f3c64-6f0d-5a53-9b3e-0d6d2f0f7b61'

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return String(error.code)
}
