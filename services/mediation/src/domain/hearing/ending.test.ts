import { specification } from '@wederhoor/decider/specification'
import { describe, expect, test } from 'vitest'
import type { HearingEvent } from '../events.ts'
import {
  answered,
  ask,
  bothHeard,
  context,
  day,
  dispatch,
  document,
  grant,
  hearing,
  history,
  opened,
  organisation,
  permit,
  person,
  prepare,
  prove,
  reach,
  refusal,
  remind,
  reminded,
  request,
  sealed,
  sent,
  serve,
  served,
  shared,
  silent,
  stateAfter,
  untied,
  withdraw,
} from './builders.ts'
import type { EndHearing, HearingCommand, MakeFindings } from './commands.ts'
import { hearingDecider } from './hearing.ts'
import { closingNoticeOwed } from './state.ts'

const { given } = specification(hearingDecider)
const types = (events: readonly HearingEvent[]) => events.map((one) => one.type)
const last = day(100)

const end = (how: EndHearing['end']): HearingCommand => ({
  type: 'EndHearing',
  end: how,
  context: context({ at: last }),
})
const endedAs = (how: EndHearing['end']) =>
  ({ type: 'HearingEnded', hearing, end: how, by: person('handler'), at: last }) as const
const find = (change: Partial<MakeFindings> = {}): HearingCommand => ({
  type: 'MakeFindings',
  document: document('findings'),
  content: sealed('findings'),
  facts: untied,
  context: context({ at: last }),
  ...change,
})
const who = { who: { at: last } }
const report: HearingCommand = {
  type: 'AddReport',
  document: document('report'),
  content: sealed('report'),
  context: context({ at: day(7) }),
}

describe('findings', () => {
  test.each([
    ['nothing was served', opened],
    ['delivery is not proven', sent],
    ['the term of the respondent runs', served],
    ['the respondent was reminded and may still answer', reminded],
    ['the answer has not been shared', answered],
    ['the term of the melder runs', shared],
  ])('are refused while %s, on record (invariant 2)', (_when, stage) => {
    given(...history(...stage()))
      .when(find())
      .then(refusal('make-findings', stage === answered ? 'file-unequal' : 'not-yet-heard', who))
  })

  test('may be made when both are heard and have the same file', () => {
    expect(types(given(...history(...bothHeard())).when(find()).events)).toEqual(['FindingsMade'])
  })

  test('may be made about a respondent who kept silent after proof, term and reminder', () => {
    expect(types(given(...history(...silent())).when(find()).events)).toEqual(['FindingsMade'])
  })

  test('are refused while a report has not reached both', () => {
    given(...history(...bothHeard(), report))
      .when(find())
      .then(refusal('make-findings', 'file-unequal', who))
  })

  test('are refused while a report is on its way and not proven delivered', () => {
    const on = { at: day(8) }
    const sentReport = [
      ...bothHeard(),
      report,
      permit('report', 'serve-answer'),
      ask('r2', document('report'), 'respondent', on),
      grant('r2', { text: 'report', act: 'serve-answer' }, on),
      dispatch('r2', on),
    ]
    given(...history(...sentReport))
      .when(find())
      .then(refusal('make-findings', 'file-unequal', who))
    const both = [
      ...sentReport,
      prove('r2', 9),
      ...serve('r1', { doc: document('report'), text: 'report', to: 'melder', on: 10 }),
    ]
    const proven = given(...history(...both)).when(find())
    expect(types(proven.events)).toEqual(['FindingsMade'])
  })

  test('are not made by somebody tied to a party', () => {
    given(...history(...bothHeard()))
      .when(find({ facts: { ...untied, organisations: [organisation] } }))
      .then(refusal('make-findings', 'handler-has-tie', { ties: ['employer'], ...who }))
  })

  test('are not made by somebody who was found tied and does not name the tie again', () => {
    const tied = find({ facts: { ...untied, organisations: [organisation] } })
    given(...history(...bothHeard(), tied))
      .when(find())
      .then(refusal('make-findings', 'handler-has-tie', { ties: ['declared'], ...who }))
  })

  test('end the hearing only when both have them', () => {
    const made = [...bothHeard(), find(), permit('findings', 'serve-answer')]
    given(...history(...made))
      .when(end('findings'))
      .then(refusal('end-hearing', 'file-unequal', who))
    const served_ = [
      ...made,
      ...serve('f2', { doc: document('findings'), text: 'findings', to: 'respondent', on: 99 }),
      ...serve('f1', { doc: document('findings'), text: 'findings', to: 'melder', on: 99 }),
    ]
    given(...history(...served_))
      .when(end('findings'))
      .then(endedAs('findings'))
  })

  test('are not needed: exchanging is an end', () => {
    given(...history(...bothHeard()))
      .when(end('exchanged'))
      .then(endedAs('exchanged'))
    given(...history(...bothHeard()))
      .when(end('findings'))
      .thenRefused({ reason: 'no-findings' })
  })
})

describe('findings that the respondent has', () => {
  const withRespondent = () => [
    ...bothHeard(),
    find(),
    permit('findings', 'serve-answer'),
    ...serve('f2', { doc: document('findings'), text: 'findings', to: 'respondent', on: 99 }),
  ]
  const toMelder = ask('f1', document('findings'), 'melder', { at: last })

  test('came first: the melder cannot read them and then refuse them to the respondent', () => {
    const made = [...bothHeard(), find(), permit('findings', 'serve-answer')]
    const under = ask('f2', document('findings'), 'respondent', { at: last })
    for (const stage of [made, [...made, under]]) {
      given(...history(...stage))
        .when(toMelder)
        .thenRefused({ reason: 'respondent-first' })
    }
    const { events } = given(...history(...withRespondent())).when(toMelder)
    expect(types(events)).toEqual(['PermitRequested'])
  })

  test.each(['agreement', 'passed-on', 'exchanged', 'findings'] as const)(
    'are with the melder as well before it ends as %s (invariant 3)',
    (how) => {
      given(...history(...withRespondent()))
        .when(end(how))
        .then(refusal('end-hearing', 'file-unequal', who))
    },
  )

  test('still go to the melder who withdrew: that carries nothing further', () => {
    const { events } = given(
      ...history(...withRespondent(), withdraw('complaint', { at: last })),
    ).when(toMelder)
    expect(types(events)).toEqual(['PermitRequested'])
  })
})

describe('an exchange', () => {
  test.each([
    ['the respondent may still answer', served, 'not-yet-heard'],
    ['the answer has not been shared', answered, 'file-unequal'],
    ['the melder may still react', shared, 'not-yet-heard'],
  ] as const)('does not end while %s', (_when, stage, reason) => {
    given(...history(...stage()))
      .when(end('exchanged'))
      .then(refusal('end-hearing', reason, who))
  })

  test('ends with a respondent who kept silent: silence has a next step (WED-07)', () => {
    given(...history(...silent()))
      .when(end('exchanged'))
      .then(endedAs('exchanged'))
  })

  test('does not end on silence of the melder before the melder was reminded', () => {
    const due = [...shared(), reach('reminder-melder', day(21, 22))]
    given(...history(...due))
      .when(end('exchanged'))
      .then(refusal('end-hearing', 'not-yet-heard', who))
    const quiet = [
      ...due,
      ...remind('nudge', 'melder', 22),
      grant('nudge', { text: 'answer', to: 'melder', act: 'serve-answer' }, { at: day(22) }),
      dispatch('nudge', { at: day(22) }, day(36)),
      reach('silence-melder', day(36)),
    ]
    given(...history(...quiet))
      .when(end('exchanged'))
      .then(endedAs('exchanged'))
  })
})

describe('other ends', () => {
  test('an agreement needs a served hearing, not equal standing', () => {
    given(...history(...answered()))
      .when(end('agreement'))
      .then(endedAs('agreement'))
    given(...history(...opened()))
      .when(end('agreement'))
      .thenRefused({ reason: 'not-served-yet' })
  })

  test('passing on is possible at any time', () => {
    for (const stage of [opened, sent, served, silent]) {
      given(...history(...stage()))
        .when(end('passed-on'))
        .then(endedAs('passed-on'))
    }
  })

  test('only the melder withdraws what the melder permitted; an unpermitted draft is put away', () => {
    given(...history(...opened()))
      .when(end('withdrawn'))
      .thenRefused({ reason: 'only-the-melder-withdraws' })
    given(...history(prepare()))
      .when(end('withdrawn'))
      .then(endedAs('withdrawn'))
  })

  test('nothing that was granted before leaves after the end', () => {
    given(...history(...opened(), ask('serve'), grant('serve'), end('passed-on')))
      .when(dispatch('serve'))
      .then(refusal('dispatch', 'permit-lost', { request: request('serve') }))
  })

  test('an end is an end', () => {
    given(...history(...silent(), end('exchanged')))
      .when(end('passed-on'))
      .thenRefused({ reason: 'hearing-over', end: 'exchanged' })
  })
})

describe('a withdrawn hearing (invariant 5)', () => {
  const notice: HearingCommand = {
    type: 'DraftClosingNotice',
    document: document('notice'),
    content: sealed('notice'),
    context: context({ at: day(9) }),
  }
  const withdrawn = () => [...answered(), withdraw('complaint', { at: day(8) })]

  test.each([
    ['the answer to the melder', ask('share', document('answer'), 'melder', { at: day(9) })],
  ])('lets %s no longer out', (_what, command) => {
    given(...history(...withdrawn()))
      .when(command)
      .then(refusal('request-serving', 'withdrawn', { who: { at: day(9) } }))
  })

  test('tells whoever was served that it ended, under a permit', () => {
    const told = [
      ...withdrawn(),
      notice,
      ...serve('tell', {
        doc: document('notice'),
        text: 'notice',
        to: 'respondent',
        act: 'closing-notice',
        on: 10,
      }),
    ]
    const state = stateAfter(...told)
    const before = stateAfter(...withdrawn(), notice)
    expect(before.status !== 'unknown' && closingNoticeOwed(before)).toBe(true)
    expect(state.status !== 'unknown' && closingNoticeOwed(state)).toBe(false)
    expect('documents' in state && state.documents[document('notice')]?.for).toEqual({
      melder: { is: 'not-for' },
      respondent: { is: 'served', request: request('tell'), at: day(10), spoke: false },
    })
  })

  test('tells as well whoever the letter was only on its way to', () => {
    const { events } = given(...history(...sent(), withdraw('complaint'))).when(notice)
    expect(types(events)).toEqual(['DocumentAdded'])
  })

  test('tells once', () => {
    given(...history(...withdrawn(), notice))
      .when({ ...notice, document: document('notice 2') } as HearingCommand)
      .thenRefused({ reason: 'document-exists' })
  })

  test('has nothing to tell while it runs', () => {
    given(...history(...answered()))
      .when(notice)
      .thenRefused({ reason: 'nobody-to-tell' })
  })
})

test('proof of delivery needs no more than what was sent', () => {
  given(...history(...opened(), ask('serve'), grant('serve')))
    .when(prove('serve', 1))
    .thenRefused({ reason: 'not-sent' })
})
