/** What becomes of a command that a message or a clock issued and a rule refused, the same in every deciding service. */
import { type Reactor, reactor } from '@wederhoor/decider/reaction'
import { eventCodec } from '@wederhoor/vault/event-codec'
import { code, event, open } from '@wederhoor/vault/fields'
import type { ServiceParts } from './service-parts.ts'

/** Stored beside a service's own events, never projected or announced. Its name and fields are the storage format. */
export const reactionRefused = event('ReactionRefused', 1, {
  command: open('name of the command', code('command')),
  reason: open('name of the reason', code('reason')),
})

/** Carries out what the messages and deadlines of a service ask, and records as `ReactionRefused` what a rule refused. */
export const reactions = ({ store, ledger }: Pick<ServiceParts, 'store' | 'ledger'>): Reactor =>
  reactor({ store, codec: eventCodec({ ledger, events: [reactionRefused] }) })
