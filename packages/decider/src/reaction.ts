/**
 * Commands that a message or a clock issues. Nobody waits for the answer, so a refusal is not returned but recorded: it is
 * an outcome, neither retried nor parked.
 */
import type { EventStore } from '@wederhoor/event-store/port'
import { accept, type Command, type Decider } from './decider.ts'
import { derivedId } from './derived-id.ts'
import { type CommandHandler, commandHandler, type EventCodec } from './handler.ts'

/** Two codes in kebab-case: the command that was refused, and why. Never about whom. */
export interface ReactionRefused {
  readonly type: 'ReactionRefused'
  readonly command: string
  readonly reason: string
}

export interface Reactor {
  /**
   * Handles a command whose id is derived from what caused it. A refusal stands in the stream that was asked, or where
   * that does not exist in one of its own, `<category>refusals-<command id>`: a stream is never begun by a refusal.
   * Durable on return, whichever way it went; what was refused stays so when the same command comes again. Throws what
   * the handler and the store throw: then the cause may be delivered again.
   */
  react<AnyCommand extends Command, Event, State, Rejection extends { readonly reason: string }>(
    stream: string,
    command: AnyCommand,
    handler: Pick<CommandHandler<AnyCommand, Event, State, Rejection>, 'handle'>,
  ): Promise<void>
}

/**
 * Category of the streams that hold refusals of commands to streams of this category that do not exist. Whoever may
 * append to the one must be allowed the other, or a message that is refused would never be done with.
 */
export const refusalsOf = (category: string): string => `${category}refusals`

/** `codec` knows `ReactionRefused`. */
export function reactor(parts: {
  readonly store: EventStore
  readonly codec: EventCodec<ReactionRefused>
}): Reactor {
  const { store } = parts
  const refusals = commandHandler({ ...parts, decider: refusalDecider })
  return {
    async react(stream, command, handler) {
      const id = derivedId(command.context.id, 'refused')
      const own = `${refusalsOf(stream.slice(0, stream.indexOf('-')))}-${command.context.id}`
      if ((await refusals.did(stream, id)) || (await refusals.did(own, id))) return

      const handled = await handler.handle(stream, command)
      if (handled.kind === 'accepted') return
      const exists = (await store.readStream(stream)).length > 0
      await refusals.handle(exists ? stream : own, {
        type: 'RecordRefusal',
        context: { ...command.context, id },
        command: kebab(command.type),
        reason: handled.rejection.reason,
      })
    },
  }
}

type RecordRefusal = Command<'RecordRefusal', Omit<ReactionRefused, 'type'>>

/** A repeat is recognised by its id, so nothing is to be remembered. */
const refusalDecider: Decider<RecordRefusal, ReactionRefused, null, never> = {
  initial: null,
  decide: ({ command, reason }) => accept({ type: 'ReactionRefused', command, reason }),
  evolve: (state) => state,
}

const kebab = (name: string): string => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
