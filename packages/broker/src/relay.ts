/**
 * The relay: reads a store in order, translates a service's own entries into published events and publishes them. The
 * store is the outbox, so what was appended is published at least once, with the same ids and sequences on a repeat.
 * Republishing the past for a consumer that came too late (`<service>.replay.v1`) is not here yet.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { SpanKind } from '@opentelemetry/api'
import {
  type EventStore,
  type Position,
  START,
  type StoredEntry,
} from '@wederhoor/event-store/port'
import type { Pool } from 'pg'
import { v5 } from 'uuid'
import type { Broker, Message } from './port.ts'
import {
  acquireLease,
  assignSequences,
  type Lease,
  moveCheckpoint,
  readCheckpoint,
  releaseLease,
  renewLease,
} from './relay-tables.ts'
import { parentContext, traceparentOf, tracer } from './trace.ts'
import { wakeable } from './wakeable.ts'

/** A published event before it has its number. One entry announces a type at most once. */
export interface Announcement {
  readonly type: string
  readonly subject: string
  readonly data: Readonly<Record<string, unknown>>
  readonly time: string
  readonly traceparent: string | null
}

export type RelayErrorCode = 'checkpoint-past-head' | 'announce-failed'

/** The relay has stopped and does not go on by itself: somebody must look. */
export class RelayError extends Error {
  readonly code: RelayErrorCode
  constructor(code: RelayErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'RelayError'
    this.code = code
  }
}

/** Where a crash may fall: tests stop or throw here. */
export type RelayStep = 'read' | 'sequenced' | 'published' | 'checkpointed'

export interface RelayParts {
  readonly store: EventStore
  /** Holds schema `broker` (`migrateBroker`). */
  readonly db: Pool
  readonly broker: Broker
  /** Service, and log where it has several: two relays of one name never publish at a time. */
  readonly name: string
  /** `urn:nld:oin:<20 digits>:systeem:<name>`. */
  readonly source: string
  readonly topic: string
  /** Pure. Empty for what is not this service's, or not for others. Throwing stops the relay. */
  readonly announce: (stored: StoredEntry) => readonly Announcement[]
  /** Entries per round, 200 if absent. */
  readonly batch?: number
  readonly pollMs?: number
  /** How long another relay of the name waits for a silent one. */
  readonly leaseMs?: number
  /** The relay stopped for good, see `RelayError`. */
  readonly onStopped?: (error: RelayError) => void
  /** Something failed that is tried again. */
  readonly onFailure?: (error: unknown) => void
  readonly onStep?: (step: RelayStep) => void | Promise<void>
}

export interface RelayHealth {
  /** `passive`: another relay of this name is at work. `failing`: tries again. `stopped`: by `RelayError` or `stop`. */
  readonly state: 'active' | 'passive' | 'failing' | 'stopped'
  readonly error: unknown
}

export interface Relay {
  /** Returns at once; what fails is tried again. */
  start(): void
  /** Finishes the round in hand, writes the checkpoint down and gives the lease back. */
  stop(): Promise<void>
  /** Resolves when every entry durable at the time of the call has been published. Rejects with `RelayError`. */
  settled(): Promise<void>
  health(): RelayHealth
}

/** Between two looks at whether the store's head still lies at or after the checkpoint. */
const HEAD_CHECK_MS = 5_000
const RETRY_MS = 500

export function relay(parts: RelayParts): Relay {
  const { store, db, broker, name, source, topic } = parts
  const { batch = 200, pollMs = 250, leaseMs = 5_000 } = parts
  const holder = randomUUID()
  const appended = wakeable()
  /** Appends do not wake a relay that failed or is passive: a busy store would make it ask without a pause. */
  const stopped = wakeable()
  let topicMade = false
  let lease: Lease | undefined
  /** Everything up to here is published; `saved` is what the table says. */
  let position: Position = START
  let saved: Position = START
  let headCheckedAt = 0
  let stopping = false
  let failure: unknown
  let fatal: RelayError | undefined
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    const unsubscribe = store.onAppended(appended.wake)
    const renewal = setInterval(renew, leaseMs / 3)
    while (!stopping && fatal === undefined) {
      const worked = await round().catch(failed)
      if (stopping || worked === 'more') continue
      await (worked === 'idle' ? appended.pause(pollMs) : stopped.pause(RETRY_MS))
    }
    clearInterval(renewal)
    unsubscribe()
    await handBack().catch(report)
  }

  async function round(): Promise<'more' | 'idle' | 'passive'> {
    if (lease === undefined && !(await becomeActive())) return 'passive'
    const held = lease
    if (held === undefined) return 'passive'
    const entries = await store.readAll(position, batch)
    failure = undefined
    const last = entries.at(-1)
    if (last === undefined) {
      await save(held)
      if (Date.now() - headCheckedAt > HEAD_CHECK_MS) await checkHead()
      return 'idle'
    }
    await parts.onStep?.('read')
    if (!(await publish(held, entries))) {
      lease = undefined
      return 'passive'
    }
    position = last.position
    return 'more'
  }

  /** False when the lease is lost. Saves the checkpoint itself when it published something. */
  async function publish(held: Lease, entries: readonly StoredEntry[]): Promise<boolean> {
    const announced = entries.flatMap((stored) => announcementsOf(stored))
    if (announced.length === 0) return true
    const numbered = announced.map(({ stored, announcement: { type, subject } }) => {
      return { entryId: stored.id, type, subject }
    })
    const sequences = await assignSequences(db, held, { source, announcements: numbered })
    if (sequences === undefined) return false
    await parts.onStep?.('sequenced')
    const messages = announced.map(({ stored, announcement }, index) => {
      const sequence = sequences[index]
      assert(sequence !== undefined && Number.isSafeInteger(sequence), 'each message has a number')
      return messageOf({ stored, announcement, sequence })
    })
    await publishTraced(messages)
    await parts.onStep?.('published')
    const to = entries.at(-1)?.position ?? position
    if (!(await moveCheckpoint(db, held, { from: saved, to }))) return false
    saved = to
    await parts.onStep?.('checkpointed')
    return true
  }

  function announcementsOf(stored: StoredEntry) {
    try {
      const announcements = parts.announce(stored)
      const types = new Set(announcements.map((one) => one.type))
      assert(types.size === announcements.length, `${stored.id} announces a type twice`)
      return announcements.map((announcement) => ({ stored, announcement }))
    } catch (cause) {
      const message = `${name}: entry ${stored.id} at ${stored.position} cannot be announced`
      throw new RelayError('announce-failed', message, { cause })
    }
  }

  function messageOf(one: {
    readonly stored: StoredEntry
    readonly announcement: Announcement
    readonly sequence: number
  }): Message {
    const { type, subject, time, traceparent, data } = one.announcement
    const id = v5(type, one.stored.id)
    return { id, source, type, subject, sequence: one.sequence, time, traceparent, data }
  }

  async function publishTraced(messages: readonly Message[]): Promise<void> {
    const spans = messages.map((message) => {
      const attributes = {
        'messaging.operation.type': 'send',
        'messaging.destination.name': topic,
        'messaging.message.id': message.id,
      }
      const parent = parentContext(message.traceparent)
      return tracer().startSpan(`send ${topic}`, { kind: SpanKind.PRODUCER, attributes }, parent)
    })
    try {
      const traced = messages.map((message, index) => {
        const span = spans[index]
        return span === undefined ? message : { ...message, traceparent: traceparentOf(span) }
      })
      await broker.publish(topic, traced)
    } finally {
      for (const span of spans) span.end()
    }
  }

  async function becomeActive(): Promise<boolean> {
    if (!topicMade) await broker.ensureTopics([topic])
    topicMade = true
    const acquired = await acquireLease(db, { name, holder, leaseMs })
    if (acquired === undefined) return false
    position = acquired.checkpoint
    saved = acquired.checkpoint
    lease = acquired.lease
    await checkHead()
    return true
  }

  /** A store that was restored from an older backup, or failed over to a lagging replica, must not be gone on from. */
  async function checkHead(): Promise<void> {
    headCheckedAt = Date.now()
    const head = await store.head()
    if (store.compare(position, head) <= 0) return
    const message = `${name}: published up to ${position}, but the store ends at ${head || 'its start'}`
    throw new RelayError('checkpoint-past-head', message)
  }

  async function save(held: Lease): Promise<void> {
    if (position === saved) return
    if (await moveCheckpoint(db, held, { from: saved, to: position })) saved = position
    else lease = undefined
  }

  function renew(): void {
    const held = lease
    if (held === undefined) return
    const lose = (renewed: boolean) => {
      if (!renewed && lease === held) lease = undefined
    }
    renewLease(db, held, leaseMs).then(lose, report)
  }

  function failed(error: unknown): 'failed' {
    report(error)
    // Unknown how far the round came: begin again from the table.
    lease = undefined
    if (error instanceof RelayError) {
      fatal = error
      parts.onStopped?.(error)
    }
    return 'failed'
  }

  function report(error: unknown): void {
    failure = error
    parts.onFailure?.(error)
  }

  async function handBack(): Promise<void> {
    if (lease === undefined) return
    await save(lease)
    if (lease !== undefined) await releaseLease(db, lease)
    lease = undefined
  }

  async function published(target: Position): Promise<boolean> {
    if (fatal !== undefined) throw fatal
    if (lease !== undefined) return store.compare(position, target) >= 0
    return store.compare(await readCheckpoint(db, name), target) >= 0
  }

  return {
    start() {
      assert(running === undefined, 'a relay is started once')
      running = run()
    },
    async stop() {
      stopping = true
      appended.wake()
      stopped.wake()
      await running
    },
    async settled() {
      const target = await store.head()
      appended.wake()
      while (!(await published(target))) await new Promise((resolve) => setTimeout(resolve, 10))
    },
    health() {
      if (fatal !== undefined || stopping) return { state: 'stopped', error: fatal }
      if (failure !== undefined) return { state: 'failing', error: failure }
      return { state: lease === undefined ? 'passive' : 'active', error: undefined }
    },
  }
}
