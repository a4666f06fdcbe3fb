/** A small decider for this package's tests: a counter that is opened, counts to a limit, and closes. */
import { randomUUID } from 'node:crypto'
import {
  decodeEntry,
  encodeEntry,
  type Instant,
  newNonce,
  type Pseudonym,
} from '@wederhoor/ledger/entry'
import { accept, type Command, type CommandContext, type Decider, reject } from './decider.ts'
import type { EventCodec } from './handler.ts'

export type CounterEvent =
  | { readonly type: 'Opened'; readonly limit: number }
  | { readonly type: 'Counted'; readonly by: number }
  | { readonly type: 'LimitReached' }

export type CounterCommand =
  | Command<'open', { readonly limit: number }>
  | Command<'count', { readonly by: number; readonly as: string }>

export type CounterRejection =
  | { readonly reason: 'not-open' }
  | { readonly reason: 'full'; readonly limit: number }

export interface Counter {
  readonly limit: number | undefined
  readonly total: number
  readonly counts: number
}

export const counterDecider: Decider<CounterCommand, CounterEvent, Counter, CounterRejection> = {
  initial: { limit: undefined, total: 0, counts: 0 },
  decide(command, state) {
    if (command.type === 'open') {
      return state.limit === undefined ? accept({ type: 'Opened', limit: command.limit }) : accept()
    }
    if (state.limit === undefined) return reject({ reason: 'not-open' })
    const total = state.total + command.by
    if (total > state.limit) return reject({ reason: 'full', limit: state.limit })
    const counted: CounterEvent = { type: 'Counted', by: command.by }
    return total === state.limit
      ? accept<CounterEvent>(counted, { type: 'LimitReached' })
      : accept(counted)
  },
  evolve(state, event) {
    if (event.type === 'Opened') return { ...state, limit: event.limit }
    if (event.type === 'LimitReached') return state
    return { ...state, total: state.total + event.by, counts: state.counts + 1 }
  },
}

export function contextOf(id: string = randomUUID()): CommandContext {
  return {
    id,
    at: '2026-03-02T09:00:00.000Z' as Instant,
    occurredAt: '2026-03-02T09:00:00.000Z' as Instant,
    dossier: null,
    actor: {
      role: 'worker',
      desk: null,
      pseudonym: '11111111-2222-4333-8444-555555555555' as Pseudonym,
    },
    power: { code: 'power', version: '2026-01' },
    policy: '2026-01',
    causation: null,
    correlation: null,
    trace: null,
  }
}

export const open = (limit: number, id?: string): CounterCommand => ({
  type: 'open',
  limit,
  context: contextOf(id),
})
export const count = (by: number, id?: string): CounterCommand => ({
  type: 'count',
  by,
  as: 'x',
  context: contextOf(id),
})

/** All fields open: the smallest codec there is. `NotOurs` entries are foreign to it. */
export function plainCodec<Event extends { readonly type: string }>(): EventCodec<Event> {
  return {
    encode({ type, ...data }, place, context) {
      const { at, ...said } = context
      const envelope = {
        v: 1,
        ledger: 'ledger.example',
        schemaVersion: 1,
        n: newNonce(),
        recordedAt: at,
        c: {},
      } as const
      const bytes = encodeEntry({ ...envelope, ...said, ...place, type, data })
      return { id: place.id, type, dossier: context.dossier, bytes }
    },
    decode(stored) {
      if (stored.type === 'NotOurs') return undefined
      const entry = decodeEntry(stored.bytes)
      return {
        event: { type: stored.type, ...entry.data } as unknown as Event,
        entry,
        position: stored.position,
      }
    },
  }
}
