/** The decider: rules as two pure functions. Time, ids, actor and policy values arrive inside the command. */
import type { EntryContext } from '@wederhoor/ledger/entry'

export type CommandContext = EntryContext

export type Command<Type extends string = string, Payload = unknown> = {
  readonly type: Type
  readonly context: CommandContext
} & Payload

export type Decision<Event, Rejection> =
  | { readonly kind: 'accepted'; readonly events: readonly Event[] }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }

/** Nothing to add is also an acceptance: what was asked already holds. */
export function accept<Event>(...events: readonly Event[]): Decision<Event, never> {
  return { kind: 'accepted', events }
}

/** A rule refuses. A refusal that an auditor would ask about is an accepted event instead. */
export function reject<const Rejection>(rejection: Rejection): Decision<never, Rejection> {
  return { kind: 'rejected', rejection }
}

export interface Decider<Command, Event, State, Rejection> {
  readonly initial: State
  /** Pure. The same command on the resulting state yields no events. */
  decide(command: Command, state: State): Decision<Event, Rejection>
  /** Pure and total: never validates, never throws. */
  evolve(state: State, event: Event): State
}

/** The state after a history. */
export function fold<Event, State>(
  decider: Pick<Decider<never, Event, State, unknown>, 'initial' | 'evolve'>,
  events: readonly Event[],
): State {
  return events.reduce((state, event) => decider.evolve(state, event), decider.initial)
}
