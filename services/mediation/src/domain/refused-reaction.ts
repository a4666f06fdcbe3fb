/** A reaction that a rule refused is written down beside what it asked for: an outcome, not a failure. */
import { accept, type Command, type Decider } from '@wederhoor/decider/decider'
import { derivedId } from '@wederhoor/decider/derived-id'
import type { EventOf } from '@wederhoor/vault/fields'
import type { reactionRefused } from './refusal-events.ts'

export type ReactionRefused = EventOf<typeof reactionRefused>
export type RecordRefusedReaction = Command<'RecordRefusedReaction', Omit<ReactionRefused, 'type'>>

/** The repeat of a refused reaction is recognised by its id, so nothing is to be remembered. */
export const refusedReactionDecider: Decider<RecordRefusedReaction, ReactionRefused, null, never> =
  {
    initial: null,
    decide: ({ command, reason }) => accept({ type: 'ReactionRefused', command, reason }),
    evolve: (state) => state,
  }

/** Its id is derived from the refused command's, so that a repeat is one and no other event can bear it. */
export const refusedReaction = (refused: Command, reason: string): RecordRefusedReaction => ({
  type: 'RecordRefusedReaction',
  context: { ...refused.context, id: derivedId(refused.context.id, 'refused') },
  command: kebab(refused.type) as ReactionRefused['command'],
  reason: reason as ReactionRefused['reason'],
})

const kebab = (name: string): string =>
  name.replaceAll(/(?<=[a-z])[A-Z]/g, (capital) => `-${capital}`).toLowerCase()
