/** The command handler: load, look for the derived ids, decide, append, retry on conflict. */

import type {
  EventStore,
  Expected,
  NewEntry,
  Position,
  StoredEntry,
} from '@wederhoor/event-store/port'
import type { Entry } from '@wederhoor/ledger/entry'
import { type Command, type CommandContext, type Decider, fold } from './decider.ts'
import { eventId } from './derived-id.ts'

/** An event with the entry it was read from. */
export interface Recorded<Event> {
  readonly event: Event
  readonly entry: Entry
  readonly position: Position
}

/** Between events and final bytes. The implementation is `eventCodec` of the vault. */
export interface EventCodec<Event> {
  /** Final bytes of an event at its place. Called once per event and attempt; a retry after a conflict encodes anew. */
  encode(
    event: Event,
    place: { stream: string; revision: number; id: string },
    context: CommandContext,
  ): NewEntry
  /** The event, upcast to its newest version; undefined for a type that this codec does not know. */
  decode(stored: StoredEntry): Recorded<Event> | undefined
}

export type Handled<Event, State, Rejection> =
  | {
      readonly kind: 'accepted'
      readonly events: readonly Event[]
      readonly state: State
      /** Ids of the entries that hold the events. */
      readonly ids: readonly string[]
      /** True when these events were there already: the command is a repeat. */
      readonly repeated: boolean
    }
  | { readonly kind: 'rejected'; readonly rejection: Rejection; readonly state: State }

export class TooMuchContention extends Error {
  readonly code = 'contention'
  constructor(stream: string, attempts: number) {
    super(`${stream} changed under ${attempts} attempts in a row`)
    this.name = 'TooMuchContention'
  }
}

const ATTEMPTS_MAX = 20

export interface CommandHandler<AnyCommand, Event, State, Rejection> {
  /**
   * Decides and appends. Durable on return. Throws `StoreError` when the store cannot, `TooMuchContention` after
   * twenty conflicts in a row; both may be repeated with the same command id.
   */
  handle(stream: string, command: AnyCommand): Promise<Handled<Event, State, Rejection>>
  /** Whether this very command added to the stream before: then a repeat of it gets the same answer as then. */
  did(stream: string, commandId: string): Promise<boolean>
  /** The events of a stream as they stand, oldest first; empty where there is no such stream. */
  load(stream: string): Promise<readonly Recorded<Event>[]>
  /** The state after all events of a stream. */
  state(stream: string): Promise<State>
}

export function commandHandler<AnyCommand extends Command, Event, State, Rejection>(parts: {
  readonly store: EventStore
  readonly codec: EventCodec<Event>
  readonly decider: Decider<AnyCommand, Event, State, Rejection>
}): CommandHandler<AnyCommand, Event, State, Rejection> {
  const { store, codec, decider } = parts

  async function load(stream: string): Promise<readonly Recorded<Event>[]> {
    const stored = await store.readStream(stream)
    return stored.flatMap((entry) => codec.decode(entry) ?? [])
  }

  async function attempt(
    stream: string,
    command: AnyCommand,
  ): Promise<Handled<Event, State, Rejection> | 'conflict'> {
    const stored = await store.readStream(stream)
    const recorded = stored.flatMap((entry) => codec.decode(entry) ?? [])
    const state = fold(
      decider,
      recorded.map((one) => one.event),
    )
    const earlier = alreadyRecorded(recorded, command.context.id)
    if (earlier.length > 0) return { kind: 'accepted', ...split(earlier), state, repeated: true }

    const decision = decider.decide(command, state)
    if (decision.kind === 'rejected') return { ...decision, state }
    const { events } = decision
    if (events.length === 0) return { kind: 'accepted', events, ids: [], state, repeated: false }

    const last = stored.at(-1)
    const expected: Expected = last === undefined ? 'no-stream' : last.revision
    const first = last === undefined ? 0 : last.revision + 1
    const entries = events.map((event, index) =>
      codec.encode(
        event,
        { stream, revision: first + index, id: eventId(command.context.id, index) },
        command.context,
      ),
    )
    const result = await store.append(stream, expected, entries)
    if (result.kind !== 'appended') return 'conflict'
    const after = events.reduce((before, event) => decider.evolve(before, event), state)
    return {
      kind: 'accepted',
      events,
      ids: entries.map((entry) => entry.id),
      state: after,
      repeated: false,
    }
  }

  return {
    load,
    async did(stream, commandId) {
      const first = eventId(commandId, 0)
      return (await store.readStream(stream)).some((entry) => entry.id === first)
    },
    state: async (stream) =>
      fold(
        decider,
        (await load(stream)).map((one) => one.event),
      ),
    async handle(stream, command) {
      for (let attempts = 0; attempts < ATTEMPTS_MAX; attempts += 1) {
        const handled = await attempt(stream, command)
        if (handled !== 'conflict') return handled
      }
      throw new TooMuchContention(stream, ATTEMPTS_MAX)
    },
  }
}

function alreadyRecorded<Event>(
  recorded: readonly Recorded<Event>[],
  commandId: string,
): readonly Recorded<Event>[] {
  const byId = new Map(recorded.map((one) => [one.entry.id, one]))
  const found: Recorded<Event>[] = []
  for (let index = 0; ; index += 1) {
    const one = byId.get(eventId(commandId, index))
    if (one === undefined) return found
    found.push(one)
  }
}

function split<Event>(recorded: readonly Recorded<Event>[]) {
  return { events: recorded.map((one) => one.event), ids: recorded.map((one) => one.entry.id) }
}
