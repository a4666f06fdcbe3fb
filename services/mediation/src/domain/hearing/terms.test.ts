import { specification } from '@wederhoor/decider/specification'
import { describe, expect, test } from 'vitest'
import type { Dues, HearingEvent, Side } from '../events.ts'
import {
  answered,
  ask,
  code,
  complaint,
  context,
  day,
  dispatch,
  document,
  duesFrom,
  grant,
  hearing,
  history,
  permit,
  person,
  prove,
  reach,
  refusal,
  remind,
  reminded,
  request,
  respondent,
  say,
  sent,
  serve,
  served,
  shared,
  silent,
  stateAfter,
  termFrom,
  withdraw,
} from './builders.ts'
import type { HearingCommand } from './commands.ts'
import { hearingDecider } from './hearing.ts'

const { given } = specification(hearingDecider)
const types = (events: readonly HearingEvent[]) => events.map((one) => one.type)
const voice = (side: Side, ...commands: readonly HearingCommand[]) => {
  const state = stateAfter(...commands)
  return 'voices' in state ? state.voices[side].is : undefined
}

const extend = (
  extraDays: number,
  dues: Partial<Record<Side, Dues>>,
  extensionsMax = 1,
): HearingCommand => ({
  type: 'ExtendTerm',
  ground: code<'verlengingsgrond'>('vakantie'),
  extraDays,
  extensionsMax,
  ...dues,
  context: context({ at: day(4) }),
})

describe('a respondent whose term runs', () => {
  test('is reminded once, on day 15 after proven delivery', () => {
    const due = duesFrom(1).reminderDueAt
    const { events } = given(...history(...served())).when(reach('reminder-respondent', due))
    expect(types(events)).toEqual(['ReminderDue'])
    given(...history(...served()))
      .when(reach('reminder-respondent', duesFrom(2).reminderDueAt))
      .thenNothing()
  })

  test('is never silent before a reminder was sent (invariant 2)', () => {
    given(...history(...served()))
      .when(reach('silence-respondent', duesFrom(1).silenceDueAt))
      .thenNothing()
    given(...history(...served(), reach('reminder-respondent', duesFrom(1).reminderDueAt)))
      .when(reach('silence-respondent', duesFrom(1).silenceDueAt))
      .thenNothing()
  })

  test('is not late on the very instant of the due date', () => {
    const due = duesFrom(1).reminderDueAt
    given(...history(...served()))
      .when({
        ...reach('reminder-respondent', due),
        context: context({ at: due }),
      } as HearingCommand)
      .thenNothing()
  })

  test('who answered is not reminded', () => {
    given(...history(...answered()))
      .when(reach('reminder-respondent', duesFrom(1).reminderDueAt))
      .thenNothing()
  })

  test('is not silent when nothing was delivered', () => {
    given(...history(...sent()))
      .when(reach('silence-respondent', duesFrom(1).silenceDueAt))
      .thenNothing()
  })

  test('is not silent after the melder withdrew: the clock stopped', () => {
    given(...history(...reminded(), withdraw('complaint', { at: day(20) })))
      .when(reach('silence-respondent', day(31, 22)))
      .thenNothing()
  })
})

describe('a reminder that is due', () => {
  const due = () => [...served(), reach('reminder-respondent', duesFrom(1).reminderDueAt)]
  const askedAgain = () => [
    ...due(),
    ...remind('remind', 'respondent', 17),
    grant('remind', { text: 'complaint' }, { at: day(17) }),
  ]

  test('goes out under a permit for the same exact text', () => {
    const [command] = remind('remind', 'respondent', 17)
    const { events } = given(...history(...due())).when(command as HearingCommand)
    expect(events[0]).toMatchObject({
      type: 'PermitRequested',
      purpose: 'remind',
      act: 'serve-complaint',
      receiver: respondent,
    })
  })

  test('does not go out after a withdrawal', () => {
    given(...history(...askedAgain(), withdraw('complaint')))
      .when(dispatch('remind', { at: day(17) }, day(31)))
      .then(refusal('dispatch', 'withdrawn', { request: request('remind'), who: { at: day(17) } }))
  })

  test('never shortens the term, and gives a late reminder its own time', () => {
    const early = given(...history(...askedAgain())).when(
      dispatch('remind', { at: day(17) }, day(20)),
    )
    expect(early.events[0]).toMatchObject({ silenceDueAt: duesFrom(1).silenceDueAt })
    const late = given(...history(...askedAgain())).when(
      dispatch('remind', { at: day(40) }, day(54)),
    )
    expect(late.events[0]).toMatchObject({ silenceDueAt: day(54) })
  })

  test('is not needed when the answer came first', () => {
    given(...history(...askedAgain(), say('respondent', 'answer', 17)))
      .when(dispatch('remind', { at: day(17) }, day(31)))
      .thenRefused({ reason: 'no-reminder-due' })
  })

  test('that came back is no reminder', () => {
    const back: HearingCommand = {
      type: 'ReportUndelivered',
      request: request('remind'),
      reason: code<'niet-bezorgd'>('retour'),
      context: context({ at: day(18) }),
    }
    expect(voice('respondent', ...reminded(), back)).toBe('reminder-due')
    given(...history(...reminded(), back))
      .when(reach('silence-respondent', day(31, 22)))
      .thenNothing()
  })
})

describe('a reminded respondent', () => {
  test('is silent on day 29: a recorded outcome with an end and a next step (WED-07)', () => {
    const clock = { at: reach('silence-respondent', day(31, 22)).context.at }
    given(...history(...reminded()))
      .when(reach('silence-respondent', day(31, 22)))
      .then(
        {
          type: 'SilenceRecorded',
          hearing,
          party: 'respondent',
          endedAt: day(31, 22),
          nextStep: 'melder-chooses',
          at: clock.at as ReturnType<typeof day>,
        },
        {
          type: 'CooperationRecorded',
          hearing,
          request: request('serve'),
          cooperation: code<'medewerking'>('geen-antwoord'),
          by: person('clock'),
          at: clock.at as ReturnType<typeof day>,
        },
      )
  })

  test('is reminded once only', () => {
    given(...history(...reminded()))
      .when(reach('reminder-respondent', duesFrom(1).reminderDueAt))
      .thenNothing()
  })

  test('is silent once only', () => {
    given(...history(...silent()))
      .when(reach('silence-respondent', day(31, 22)))
      .thenNothing()
  })
})

describe('terms of both sides', () => {
  test('are equally long', () => {
    const delivered = serve('share', {
      doc: document('answer'),
      text: 'answer',
      to: 'melder',
      on: 6,
    }).slice(0, 3)
    const shorter = { ...termFrom(6), days: { answer: 7, reminder: 8, silence: 15 } }
    given(...history(...answered(), ...delivered))
      .when({ ...prove('share', 6), term: shorter } as HearingCommand)
      .thenRefused({ reason: 'unequal-terms' })
    expect(voice('melder', ...shared())).toBe('waiting')
  })

  test('are extended together: one is told what the other gets', () => {
    const { events } = given(...history(...served())).when(
      extend(7, { respondent: duesFrom(1, 7) }),
    )
    expect(events).toEqual([
      {
        type: 'TermExtended',
        by: person('handler'),
        ground: 'vakantie',
        extraDays: 7,
        melder: undefined,
        respondent: duesFrom(1, 7),
        told: ['melder', 'respondent'],
        at: day(4),
      },
    ])
  })

  test('stay equal after an extension: the melder gets the longer term later', () => {
    const extended = [
      ...served(),
      extend(7, { respondent: duesFrom(1, 7) }),
      say('respondent', 'answer', 18),
    ]
    const of = { doc: document('answer'), text: 'answer', to: 'melder', on: 19 } as const
    expect(() => history(...extended, ...serve('share', of))).toThrow('unequal-terms')
    expect(voice('melder', ...extended, ...serve('share', { ...of, extra: 7 }))).toBe('waiting')
  })

  test('move the deadlines of whoever waits: the old ones change nothing', () => {
    given(...history(...served(), extend(7, { respondent: duesFrom(1, 7) })))
      .when(reach('reminder-respondent', duesFrom(1).reminderDueAt))
      .thenNothing()
  })

  test('are not extended for one side while the other runs too', () => {
    const both = [
      ...shared(),
      say('melder', 'reply', 8),
      permit('reply', 'serve-answer'),
      ...serve('reply', { doc: document('reply'), text: 'reply', to: 'respondent', on: 9 }),
      say('respondent', 'more', 10),
      ...serve('more', { doc: document('more'), text: 'more', to: 'melder', on: 11 }),
    ]
    expect(voice('respondent', ...both)).toBe('heard')
    given(...history(...shared()))
      .when(extend(7, { respondent: duesFrom(1, 7), melder: duesFrom(6, 7) }))
      .thenRefused({ reason: 'unequal-terms' })
    given(...history(...shared()))
      .when(extend(7, {}))
      .thenRefused({ reason: 'unequal-terms' })
  })

  test('are extended as often as the policy says', () => {
    given(...history(...served(), extend(7, { respondent: duesFrom(1, 7) })))
      .when({
        ...extend(7, { respondent: duesFrom(1, 14) }),
        context: context({ attempt: 'two' }),
      } as HearingCommand)
      .thenRefused({ reason: 'extended-before' })
  })

  test('are not extended when nobody waits', () => {
    given(...history(...answered()))
      .when(extend(7, {}))
      .thenRefused({ reason: 'no-running-term' })
  })

  const accusedAnew = () => [
    ...shared(),
    say('melder', 'reply', 8),
    permit('reply', 'serve-answer'),
    ...serve('reply', { doc: document('reply'), text: 'reply', to: 'respondent', on: 9 }),
    say('respondent', 'rejoinder', 12),
  ]

  test('run for every statement: the last is answered, or left unanswered, like the first', () => {
    const rounds = [
      ...accusedAnew(),
      ...serve('end', { doc: document('rejoinder'), text: 'rejoinder', to: 'melder', on: 13 }),
    ]
    expect(voice('respondent', ...rounds)).toBe('heard')
    expect(voice('melder', ...rounds)).toBe('waiting')
  })

  test('run for a further accusation, also when the answer to the one before is still under way', () => {
    const further = [
      ...accusedAnew(),
      say('melder', 'more', 13),
      permit('more', 'serve-answer'),
      ...serve('more', { doc: document('more'), text: 'more', to: 'respondent', on: 14 }),
    ]
    expect(voice('respondent', ...further)).toBe('waiting')
  })

  test('run for a second answer after the melder spoke about the first', () => {
    const second = [
      ...shared(),
      say('melder', 'reply', 8),
      say('respondent', 'second', 9),
      ...serve('second', { doc: document('second'), text: 'second', to: 'melder', on: 10 }),
    ]
    expect(voice('melder', ...second)).toBe('waiting')
  })

  test('run again for what came back and was sent anew: nobody spoke about what did not come', () => {
    const anew = [
      ...sent(),
      say('respondent', 'first', 1),
      {
        type: 'ReportUndelivered',
        request: request('serve'),
        reason: code<'niet-bezorgd'>('retour'),
        context: context({ at: day(2) }),
      } as const,
      ask('anew', complaint, 'respondent', { at: day(3) }),
      grant('anew', { text: 'complaint' }, { at: day(3) }),
      dispatch('anew', { at: day(3) }),
      prove('anew', 4),
    ]
    expect(voice('respondent', ...anew)).toBe('waiting')
  })

  test('run for what was proven delivered while the case was closed, once it is open again', () => {
    const closed = [
      ...sent(),
      { type: 'NoteCaseClosed', context: context({ at: day(1) }) } as const,
      prove('serve', 2),
      { type: 'NoteCaseReopened', context: context({ at: day(3) }) } as const,
    ]
    expect(voice('respondent', ...closed)).toBe('waiting')
    expect(history(...closed).at(-1)).toMatchObject({ respondent: duesFrom(2) })
  })
})
