/** A decider's test language: `given(history).when(command).then(events)`. Compares events and reasons, never messages. */
import { deepStrictEqual } from 'node:assert/strict'
import { type Decider, fold } from './decider.ts'

export interface Outcome<Event, State, Rejection> {
  /** Exactly these events, and asking again on the resulting state adds nothing. */
  then(...events: readonly Event[]): void
  thenNothing(): void
  thenRefused(rejection: Rejection): void
  readonly state: State
  readonly events: readonly Event[]
}

export function specification<Command, Event, State, Rejection>(
  decider: Decider<Command, Event, State, Rejection>,
) {
  return {
    given: (...history: readonly Event[]) => ({
      when: (command: Command): Outcome<Event, State, Rejection> => {
        const before = fold(decider, history)
        const decision = decider.decide(command, before)
        const events = decision.kind === 'accepted' ? decision.events : []
        const state = events.reduce((at, event) => decider.evolve(at, event), before)
        const expectEvents = (expected: readonly Event[]): void => {
          deepStrictEqual(decision, { kind: 'accepted', events: expected })
          deepStrictEqual(
            decider.decide(command, state),
            { kind: 'accepted', events: [] },
            'asked twice adds nothing',
          )
        }
        return {
          state,
          events,
          then: (...expected) => expectEvents(expected),
          thenNothing: () => expectEvents([]),
          thenRefused: (rejection) => deepStrictEqual(decision, { kind: 'rejected', rejection }),
        }
      },
    }),
  }
}
