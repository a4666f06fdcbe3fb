/** How each event changes what is known of an erasure. */
import type { ErasureEvent } from '../erasure-events.ts'
import type { Erasure, ErasureOf, Hold } from './state.ts'

/** Never validates, never throws: what cannot follow changes nothing. */
export function evolve(state: Erasure, event: ErasureEvent): Erasure {
  switch (event.type) {
    case 'LegalHoldPlaced': {
      const { hold, ground, reviewDueAt } = event
      const placed: Hold = { hold, ground, reviewDueAt, standing: 'stands' }
      return { ...state, holds: [...state.holds, placed] }
    }
    case 'LegalHoldLifted':
      return {
        ...state,
        holds: withStanding(state.holds, event.hold, 'lifted'),
        lifters: [...state.lifters, event.by],
      }
    case 'LegalHoldOverdue':
      return { ...state, holds: withStanding(state.holds, event.hold, 'overdue') }
    case 'ErasureRequested': {
      const { holds, lifters } = state
      const { party, ground, answerDueAt, by: requestedBy, at: requestedAt } = event
      const asked = { party, ground, requestedBy, requestedAt, answerDueAt, overdue: false }
      return { holds, lifters, status: 'requested', ...asked }
    }
    case 'ErasureOverdue':
      return state.status === 'requested' ? { ...state, overdue: true } : state
    case 'ErasureRefused':
    case 'ErasureGranted':
    case 'PartyErased':
    case 'ErasureIncomplete':
    case 'ErasureCompleted':
    case 'ErasureFinal':
      return progress(state, event)
  }
}

type Progress = Exclude<
  ErasureEvent,
  {
    type:
      | 'LegalHoldPlaced'
      | 'LegalHoldLifted'
      | 'LegalHoldOverdue'
      | 'ErasureRequested'
      | 'ErasureOverdue'
  }
>

function progress(state: Erasure, event: Progress): Erasure {
  if (state.status === 'requested') {
    if (event.type !== 'ErasureGranted' && event.type !== 'ErasureRefused') return state
    const decided = { ...state, decider: event.by, decidedAt: event.at }
    return event.type === 'ErasureGranted'
      ? { ...decided, status: 'granted', tries: 0 }
      : { ...decided, status: 'refused', grounds: event.grounds }
  }
  if (event.type === 'ErasureIncomplete' && isCarried(state)) {
    const { left, tries, againDueAt } = event
    return { ...state, tries, incomplete: { left, againDueAt } }
  }
  if (event.type === 'PartyErased' && state.status === 'granted')
    return { ...state, status: 'erased', digests: event.digests, erasedAt: event.at }
  if (event.type === 'ErasureCompleted' && state.status === 'erased') {
    const { digests, keys, epochs, finalDueAt, at: completedAt } = event
    const { incomplete: _incomplete, ...erased } = state
    const done = { digests, keys, epochs, finalDueAt, completedAt }
    return { ...erased, ...done, tries: 0, status: 'completed' }
  }
  if (event.type !== 'ErasureFinal' || state.status !== 'completed') return state
  const { incomplete: _incomplete, ...completed } = state
  return { ...completed, status: 'final', finalAt: event.at }
}

const isCarried = (state: Erasure): state is ErasureOf<'granted' | 'erased' | 'completed'> =>
  state.status === 'granted' || state.status === 'erased' || state.status === 'completed'

const withStanding = (
  holds: readonly Hold[],
  hold: string,
  standing: Hold['standing'],
): readonly Hold[] => holds.map((one) => (one.hold === hold ? { ...one, standing } : one))
