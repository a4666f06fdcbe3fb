import { specification } from '@wederhoor/decider/specification'
import { describe, expect, test } from 'vitest'
import type { HearingEvent } from '../events.ts'
import {
  code,
  context,
  day,
  document,
  history,
  refusal,
  request,
  say,
  sealed,
  silent,
  untied,
  withdraw,
} from './builders.ts'
import type { HearingCommand } from './commands.ts'
import { hearingDecider } from './hearing.ts'

const { given } = specification(hearingDecider)
const types = (events: readonly HearingEvent[]) => events.map((one) => one.type)

describe('a reminder that came back after silence was recorded', () => {
  const cameBack: HearingCommand = {
    type: 'ReportUndelivered',
    request: request('remind'),
    reason: code<'niet-bezorgd'>('onbekend-adres'),
    context: context({ at: day(60), attempt: 'back' }),
  }
  const findings: HearingCommand = {
    type: 'MakeFindings',
    document: document('findings'),
    content: sealed('findings'),
    facts: untied,
    context: context({ at: day(40) }),
  }
  const exchanged: HearingCommand = {
    type: 'EndHearing',
    end: 'exchanged',
    context: context({ at: day(40) }),
  }

  test('was no reminder: it is due again, and there is no silence (invariant 2)', () => {
    const { events, state } = given(...history(...silent())).when(cameBack)
    expect(types(events)).toEqual(['DeliveryFailed', 'ReminderDue'])
    expect('voices' in state && state.voices.respondent.is).toBe('reminder-due')
    given(...history(...silent(), cameBack))
      .when(findings)
      .then(refusal('make-findings', 'not-yet-heard', { who: { at: day(40) } }))
  })

  test('reopens findings that rested on it', () => {
    const { events, state } = given(...history(...silent(), findings)).when(cameBack)
    expect(types(events)).toEqual(['DeliveryFailed', 'FindingsReopened', 'ReminderDue'])
    expect('findings' in state && state.findings).toBe(undefined)
  })

  test('reopens a hearing that ended on it, but not one that was withdrawn', () => {
    const ended = given(...history(...silent(), exchanged)).when(cameBack)
    expect(types(ended.events)).toEqual(['DeliveryFailed', 'HearingReopened', 'ReminderDue'])
    expect(ended.state.status).toBe('served')
    const withdrawn = given(...history(...silent(), withdraw('complaint'))).when(cameBack)
    expect(types(withdrawn.events)).toEqual(['DeliveryFailed'])
  })

  test('changes nothing about somebody who answered meanwhile', () => {
    const { state } = given(...history(...silent(), say('respondent', 'late', 50))).when(cameBack)
    expect('voices' in state && state.voices.respondent.is).toBe('heard')
  })
})
