import { specification } from '@wederhoor/decider/specification'
import { describe, expect, test } from 'vitest'
import type { HearingEvent, Side } from '../events.ts'
import {
  answered,
  bothHeard,
  code,
  context,
  day,
  digest,
  document,
  hearing,
  history,
  opened,
  person,
  prove,
  reminded,
  request,
  respondent,
  say,
  sealed,
  sent,
  served,
  shared,
  silent,
  stateAfter,
  withdraw,
} from './builders.ts'
import type { HearingCommand } from './commands.ts'
import { hearingDecider } from './hearing.ts'

const { given } = specification(hearingDecider)
const types = (events: readonly HearingEvent[]) => events.map((one) => one.type)

const decline = (party: Side, by: string): HearingCommand => ({
  type: 'DeclineToBeHeard',
  party,
  channel: code<'kanaal'>('telefoon'),
  context: context({ at: day(20), by }),
})
const cooperate = (name: string, value: string, attempt = 'one'): HearingCommand => ({
  type: 'RecordCooperation',
  request: request(name),
  cooperation: code<'medewerking'>(value),
  context: context({ at: day(20), attempt }),
})

describe('a served respondent', () => {
  test('answers, attributed and under their own key', () => {
    given(...history(...served()))
      .when(say('respondent', 'answer', 5, { by: 'respondent' }))
      .then({
        type: 'StatementReceived',
        hearing,
        author: 'respondent',
        party: respondent,
        document: document('answer'),
        content: sealed('answer'),
        form: code<'hoorvorm'>('schriftelijk'),
        channel: code<'kanaal'>('post'),
        recordedBy: 'office',
        late: false,
        round: 2,
        by: person('respondent'),
        at: day(5),
      })
  })

  test('may answer more than once; the same answer again adds nothing', () => {
    given(...history(...answered()))
      .when(say('respondent', 'answer', 6))
      .thenNothing()
    const { events } = given(...history(...answered())).when(say('respondent', 'more', 6))
    expect(types(events)).toEqual(['StatementReceived'])
  })

  test('cannot put another text in the place of an answer', () => {
    const other = { ...say('respondent', 'answer', 6), content: { sealed: digest('other') } }
    given(...history(...answered()))
      .when(other as HearingCommand)
      .thenRefused({ reason: 'document-exists' })
  })

  test('declines to be heard themselves', () => {
    given(...history(...reminded()))
      .when(decline('respondent', 'respondent'))
      .then({
        type: 'HearingDeclined',
        party: 'respondent',
        channel: code<'kanaal'>('telefoon'),
        by: person('respondent'),
        at: day(20),
      })
  })

  test('may answer after having declined', () => {
    const { state } = given(...history(...served(), decline('respondent', 'respondent'))).when(
      say('respondent', 'answer', 21),
    )
    expect('voices' in state && state.voices.respondent.is).toBe('heard')
  })
})

describe('a respondent whose letter is on its way', () => {
  test('may answer before its delivery is proven', () => {
    const { events } = given(...history(...sent())).when(say('respondent', 'answer', 1))
    expect(types(events)).toEqual(['StatementReceived'])
    const proven = given(...history(...sent(), say('respondent', 'answer', 1))).when(
      prove('serve', 2),
    )
    expect('voices' in proven.state && proven.state.voices.respondent.is).toBe('heard')
  })
})

describe('a respondent who was sent nothing', () => {
  test('has nothing to answer or to decline', () => {
    given(...history(...opened()))
      .when(say('respondent', 'answer', 1))
      .thenRefused({ reason: 'not-served-yet' })
    given(...history(...opened()))
      .when(decline('respondent', 'respondent'))
      .thenRefused({ reason: 'not-asked-to-react' })
  })
})

describe('a late answer', () => {
  test('after silence is accepted, marked late, and due to the melder', () => {
    const { events, state } = given(...history(...silent())).when(say('respondent', 'answer', 60))
    expect(events[0]).toMatchObject({ type: 'StatementReceived', late: true })
    expect('documents' in state && state.documents[document('answer')]?.for.melder.is).toBe('due')
    expect('voices' in state && state.voices.respondent.is).toBe('heard')
  })

  test('reopens findings, which then go to nobody (invariant 4)', () => {
    const findings: HearingCommand = {
      type: 'MakeFindings',
      document: document('findings'),
      content: sealed('findings'),
      facts: { organisations: [], declaredTies: [], roles: [] },
      context: context({ at: day(8) }),
    }
    const { events, state } = given(...history(...bothHeard(), findings)).when(
      say('respondent', 'more', 9),
    )
    expect(types(events)).toEqual(['StatementReceived', 'FindingsReopened'])
    expect('documents' in state && state.documents[document('findings')]?.for).toEqual({
      melder: { is: 'not-for' },
      respondent: { is: 'not-for' },
    })
  })

  test('reopens a hearing that ended as exchanged', () => {
    const end: HearingCommand = {
      type: 'EndHearing',
      end: 'exchanged',
      context: context({ at: day(8) }),
    }
    const { events, state } = given(...history(...bothHeard(), end)).when(
      say('respondent', 'more', 90),
    )
    expect(types(events)).toEqual(['StatementReceived', 'HearingReopened'])
    expect(events[0]).toMatchObject({ late: true })
    expect(state.status).toBe('served')
  })

  test('after a withdrawal is kept and goes no further', () => {
    const { events, state } = given(...history(...served(), withdraw('complaint'))).when(
      say('respondent', 'answer', 9),
    )
    expect(types(events)).toEqual(['StatementReceived'])
    expect(state.status).toBe('ended')
  })
})

describe('a melder with the answer', () => {
  test('has the same term, replies or says that there is nothing to add', () => {
    const waiting = stateAfter(...shared())
    expect('voices' in waiting && waiting.voices.melder.is).toBe('waiting')
    const heard = stateAfter(...shared(), say('melder', 'reply', 9))
    expect('voices' in heard && heard.voices.melder.is).toBe('heard')
    const declined = stateAfter(...shared(), decline('melder', 'melder'))
    expect('voices' in declined && declined.voices.melder.is).toBe('declined')
  })
})

describe('cooperation', () => {
  test.each(['werkt-mee', 'weigert', 'ontwijkt', 'formeel-of-onzinnig', 'wil-andere-vorm'])(
    'is recorded as %s for a delivered request (WED-03)',
    (value) => {
      const { events } = given(...history(...served())).when(cooperate('serve', value))
      expect(events[0]).toMatchObject({ type: 'CooperationRecorded', cooperation: value })
    },
  )

  test('is not recorded for what was never delivered', () => {
    given(...history(...sent()))
      .when(cooperate('serve', 'weigert'))
      .thenRefused({ reason: 'not-delivered' })
  })

  test('is asked of the respondent only', () => {
    given(...history(...shared()))
      .when(cooperate('share', 'weigert'))
      .thenRefused({ reason: 'not-for-this-party' })
  })

  test('may be corrected', () => {
    const { events } = given(...history(...silent())).when(cooperate('serve', 'ontwijkt'))
    expect(types(events)).toEqual(['CooperationRecorded'])
  })
})
