import { mediationEvents as published } from '@wederhoor/contracts/events/mediation'
import { reader } from '@wederhoor/contracts/published'
import { describe, expect, test } from 'vitest'
import { announce } from './announce.ts'
import { deadlinesOf } from './deadlines.ts'
import {
  bothHeard,
  code,
  context,
  day,
  duesFrom,
  hearing,
  history,
  melder,
  reminded,
  respondent,
  shared,
  silent,
} from './domain/hearing/builders.ts'

const dossier = context().dossier ?? ''
const read = reader(published)
const told = (events: ReturnType<typeof history>) =>
  events.flatMap((event) => {
    const message = announce(event, dossier)
    return message === undefined ? [] : [read(message)]
  })

describe('what others hear of a hearing', () => {
  test('satisfies the contracts, in the order of what happened', () => {
    expect(told(history(...bothHeard())).map((one) => one?.name)).toEqual([
      'hearing-opened',
      'permit-requested',
      'complaint-served',
      'respondent-answered',
      'permit-requested',
    ])
    expect(
      told(history(...silent()))
        .map((one) => one?.name)
        .slice(-2),
    ).toEqual(['respondent-silent', 'cooperation-recorded'])
  })

  test('counts the term of the respondent from proven delivery, and tells no term of the melder', () => {
    const served = told(history(...shared())).filter((one) => one?.name === 'complaint-served')
    expect(served).toEqual([
      {
        name: 'complaint-served',
        dossier,
        hearing,
        digest: expect.any(String),
        answerDueAt: duesFrom(1).answerDueAt,
        at: day(1),
      },
    ])
  })

  test('names parties by their random id and nothing else of them', () => {
    const text = JSON.stringify(told(history(...bothHeard())))
    expect(text).toContain(respondent)
    const permits = told(history(...bothHeard())).filter((one) => one?.name === 'permit-requested')
    expect(permits.map((one) => 'receiver' in (one ?? {}) && one)).toMatchObject([
      { act: 'serve-complaint', receiver: respondent },
      { act: 'serve-answer', receiver: melder },
    ])
  })

  test('is nothing of the refusals, second persons and withheld documents', () => {
    const silentKinds = [
      'ActRefused',
      'DocumentWithheld',
      'SkipProposed',
      'AnonymityNoted',
    ] as const
    for (const type of silentKinds) {
      const event = { type, reason: code('x') } as unknown as Parameters<typeof announce>[0]
      expect(announce(event, dossier)).toBeUndefined()
    }
  })
})

describe('deadlines', () => {
  const kinds = (events: ReturnType<typeof history>) => {
    const standing = new Map<string, string>()
    for (const event of events) {
      const { set = [], clear = [] } = deadlinesOf(event)
      for (const kind of clear) standing.delete(kind)
      for (const one of set) standing.set(one.kind, one.dueAt)
    }
    return Object.fromEntries(standing)
  }

  test('run for whoever waits, and for nobody else', () => {
    expect(kinds(history(...shared()))).toEqual({
      'reminder-melder': duesFrom(6).reminderDueAt,
      'silence-melder': duesFrom(6).silenceDueAt,
    })
    expect(kinds(history(...bothHeard()))).toEqual({})
  })

  test('stand still while the case is closed, and run on when it is open again', () => {
    const closed = { type: 'NoteCaseClosed', context: context({ at: day(7) }) } as const
    const open = { type: 'NoteCaseReopened', context: context({ at: day(90) }) } as const
    expect(kinds(history(...shared(), closed))).toEqual({})
    expect(kinds(history(...shared(), closed, open))).toEqual({
      'reminder-melder': duesFrom(6).reminderDueAt,
      'silence-melder': duesFrom(6).silenceDueAt,
    })
  })

  test('move with a reminder, and end in silence', () => {
    expect(kinds(history(...reminded()))).toEqual({ 'silence-respondent': day(31, 22) })
    expect(kinds(history(...silent()))).toEqual({})
  })
})
