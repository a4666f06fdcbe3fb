/**
 * Commands that a reaction issues. Nobody waits for the answer, so a refusal is not returned but recorded: one entry in a
 * stream of its own. It is an outcome, neither retried nor parked.
 */
import type { EventStore } from '@wederhoor/event-store/port'
import type { Command } from './decider.ts'
import { derivedId } from './derived-id.ts'
import type { CommandHandler, EventCodec } from './handler.ts'

export interface ReactionRefusals<Refused> {
  /** The service's own name; refusals stand in streams `<service>refusals-<command id>`. */
  readonly service: string
  readonly store: EventStore
  /** A codec that knows the service's `ReactionRefused` type. */
  readonly codec: Pick<EventCodec<Refused>, 'encode'>
  /** The event that says what was refused: open facts only. */
  event(refused: {
    readonly stream: string
    readonly command: Command
    readonly rejection: unknown
  }): Refused
}

export type Reacted =
  | { readonly kind: 'accepted'; readonly ids: readonly string[]; readonly repeated: boolean }
  | { readonly kind: 'refused'; readonly id: string; readonly repeated: boolean }

export interface Reactor {
  /**
   * Handles a command whose id is derived from the entry that caused it. Durable on return, whichever way it went; what
   * went one way stays so when the same command comes again. Throws what the handler and the store throw: then the cause
   * may be delivered again.
   */
  react<AnyCommand extends Command, Event, State, Rejection>(
    stream: string,
    command: AnyCommand,
    handler: Pick<CommandHandler<AnyCommand, Event, State, Rejection>, 'handle'>,
  ): Promise<Reacted>
}

export function reactor<Refused>(refusals: ReactionRefusals<Refused>): Reactor {
  const { service, store, codec } = refusals
  return {
    async react(stream, command, handler) {
      const { context } = command
      const id = derivedId(context.id, 'refused')
      const ownStream = `${service}refusals-${context.id}`
      const before = await store.readStream(ownStream)
      if (before.length > 0) return { kind: 'refused', id, repeated: true }

      const handled = await handler.handle(stream, command)
      if (handled.kind === 'accepted')
        return { kind: 'accepted', ids: handled.ids, repeated: handled.repeated }
      const event = refusals.event({ stream, command, rejection: handled.rejection })
      const entry = codec.encode(event, { stream: ownStream, revision: 0, id }, context)
      // Only this command writes here: whatever stands in the way is the same refusal, recorded by a twin.
      const { kind } = await store.append(ownStream, 'no-stream', [entry])
      return { kind: 'refused', id, repeated: kind !== 'appended' }
    },
  }
}
