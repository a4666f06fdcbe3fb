import { specification } from '@wederhoor/decider/specification'
import { describe, expect, test } from 'vitest'
import {
  ask,
  context,
  day,
  digest,
  dispatch,
  document,
  grant,
  history,
  permit,
  prepare,
  prove,
  refusal,
  say,
  serve,
  stateAfter,
} from './builders.ts'
import type { HearingCommand } from './commands.ts'
import { hearingDecider } from './hearing.ts'

const { given } = specification(hearingDecider)

describe('a general letter', () => {
  const general = (): readonly HearingCommand[] => [
    prepare({ kind: 'general-letter', anonymity: 'known-to-us' }),
    permit('complaint', 'general-letter'),
  ]
  const sentGeneral = () => [
    ...general(),
    ask('serve'),
    grant('serve', { text: 'complaint', act: 'general-letter' }),
    dispatch('serve'),
    prove('serve', 1),
  ]

  test('goes out without lifting anonymity, and starts no term', () => {
    const events = history(...sentGeneral())
    expect(events.map((one) => one.type)).not.toContain('TermStarted')
    expect(stateAfter(...sentGeneral()).status).toBe('served')
  })

  test('is followed by nothing that could identify the melder', () => {
    given(...history(...sentGeneral()))
      .when(say('melder', 'reply', 3))
      .then(refusal('receive-statement', 'anonymous', { who: { at: day(3) } }))
    given(...history(...sentGeneral()))
      .when({
        type: 'AddReport',
        document: document('report'),
        content: { sealed: digest('report') },
        context: context(),
      })
      .then(refusal('add-report', 'anonymous'))
  })

  test('may be answered, and the answer goes to the melder', () => {
    const answer = [
      ...sentGeneral(),
      say('respondent', 'answer', 4),
      ...serve('share', { doc: document('answer'), text: 'answer', to: 'melder', on: 5 }),
    ]
    const { events } = given(...history(...answer)).when({
      type: 'EndHearing',
      end: 'exchanged',
      context: context({ at: day(6) }),
    })
    expect(events.map((one) => one.type)).toEqual(['HearingEnded'])
  })
})
