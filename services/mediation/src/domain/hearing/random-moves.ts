/** For property tests: moves of people who ask anything in any order, and the history that comes of them. */
import { fold } from '@wederhoor/decider/decider'
import type { HearingEvent } from '../events.ts'
import { answered, bothHeard, opened, reminded, sent, served, shared, silent } from './builders.ts'
import { hearingDecider } from './hearing.ts'
import { commandOf, last, type Move } from './random-commands.ts'

export const starts = { opened, sent, served, reminded, silent, answered, shared, bothHeard }
/** What seldom comes together by chance: a whole serving, and two persons who do it right. */
function expanded(one: Move): readonly Move[] {
  const each = (steps: readonly (readonly [Move['kind'], Move['by']])[]) =>
    steps.map(([kind, by], index) => ({ ...one, kind, by, days: index === 0 ? one.days : 0 }))
  switch (one.kind) {
    case 'serve-it':
      return each([
        ['permit', 'melder'],
        ['ask', 'handler'],
        ['grant', 'handler'],
        ['dispatch', 'handler'],
        ['prove', 'handler'],
      ]).map((step) => ({
        ...step,
        pick:
          step.kind === 'prove' || step.kind === 'grant' || step.kind === 'dispatch'
            ? 0
            : step.pick,
      }))
    case 'retract-it':
      return each([
        ['say', 'melder'],
        ['permit', 'melder'],
        ['withdraw', 'melder'],
      ]).map((step) => ({ ...step, side: 'melder', pick: last }))
    case 'withhold-it':
      return each([
        ['withhold', 'handler'],
        ['open', 'second'],
        ['confirm', 'second'],
      ])
    case 'skip-it':
      return each([
        ['skip', 'handler'],
        ['open', 'second'],
        ...(one.pick % 2 === 0 ? [] : [['revise', 'handler'] as const]),
        ['confirm-skip', 'second'],
      ]).map((step) => ({ ...step, pick: 0 }))
    default:
      return [one]
  }
}

/** Plays moves on a history; every accepted command is asked twice, which must add nothing. */
export function play(
  start: readonly HearingEvent[],
  moves: readonly Move[],
): readonly HearingEvent[] {
  const events = [...start]
  let now = 40
  for (const [index, one] of moves.flatMap(expanded).entries()) {
    now += one.days
    const state = fold(hearingDecider, events)
    const command = commandOf(one, state, now, index)
    const decision = hearingDecider.decide(command, state)
    if (decision.kind === 'rejected') continue
    events.push(...decision.events)
    const again = hearingDecider.decide(command, fold(hearingDecider, events))
    if (again.kind === 'rejected' || again.events.length > 0) {
      throw new Error(`${command.type} asked twice: ${JSON.stringify(again)}`)
    }
  }
  return events
}
