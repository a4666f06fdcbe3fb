/** A rule refused what a message or a clock asked: the outcome is written into the stream that it was asked of. */
import { accept, type Command, type Decider } from '@wederhoor/decider/decider'
import type { Uuid } from '@wederhoor/vault/fields'
import type { ReactionRefused } from './events.ts'

export type RecordRefusedReaction = Command<
  'RecordRefusedReaction',
  { readonly refused: string; readonly reason: string }
>

/** Whether it was written down before, the id of the command tells. */
export const refusedReactionDecider: Decider<RecordRefusedReaction, ReactionRefused, null, never> =
  {
    initial: null,
    decide: ({ refused, reason }) =>
      accept({
        type: 'ReactionRefused',
        command: kebab(refused) as Uuid<'command'>,
        reason: reason as Uuid<'reason'>,
      }),
    evolve: () => null,
  }

const kebab = (name: string): string => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
