import { AssertionError } from 'node:assert'
import { describe, expect, test } from 'vitest'
import { type CounterEvent, count, counterDecider, open } from './counter.fixture.ts'
import { accept, type Decider } from './decider.ts'
import { specification } from './specification.ts'

const { given } = specification(counterDecider)
const opened: CounterEvent = { type: 'Opened', limit: 3 }
const counted: CounterEvent = { type: 'Counted', by: 2 }

describe('a specification that holds', () => {
  test('passes: events, nothing, a refusal', () => {
    given().when(open(3)).then(opened)
    given(opened).when(open(4)).thenNothing()
    given(opened, counted).when(count(2)).thenRefused({ reason: 'full', limit: 3 })
    given().when(count(2)).thenRefused({ reason: 'not-open' })
  })

  test('shows events and the state they lead to', () => {
    const { events, state } = given(opened, counted).when(count(1))
    expect(events).toEqual([{ type: 'Counted', by: 1 }, { type: 'LimitReached' }])
    expect(state).toEqual({ limit: 3, total: 3, counts: 2 })
  })
})

describe('a specification that does not hold', () => {
  test.each<[string, () => void]>([
    ['another event', () => given().when(open(3)).then({ type: 'Opened', limit: 4 })],
    [
      'an event too few',
      () => given(opened, counted).when(count(1)).then({ type: 'Counted', by: 1 }),
    ],
    ['an event too many', () => given().when(open(3)).then(opened, counted)],
    ['nothing where something happened', () => given().when(open(3)).thenNothing()],
    ['events where a rule refused', () => given().when(count(1)).then(counted)],
    ['nothing where a rule refused', () => given().when(count(1)).thenNothing()],
    [
      'a refusal where events came',
      () => given().when(open(3)).thenRefused({ reason: 'not-open' }),
    ],
    ['another refusal', () => given().when(count(1)).thenRefused({ reason: 'full', limit: 3 })],
  ])('fails on %s', (_what, claim) => {
    expect(claim).toThrow(AssertionError)
  })

  test('fails where asking twice would add something', () => {
    // Counting is not idempotent by itself: the handler's derived ids make it so.
    expect(() => given(opened).when(count(1)).then({ type: 'Counted', by: 1 })).toThrow(
      /asked twice adds nothing/,
    )
    const forgetful: Decider<null, 'done', null, never> = {
      initial: null,
      decide: () => accept('done'),
      evolve: () => null,
    }
    expect(() => specification(forgetful).given().when(null).then('done')).toThrow(
      /asked twice adds nothing/,
    )
  })
})
