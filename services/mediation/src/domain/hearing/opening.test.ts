import { specification } from '@wederhoor/decider/specification'
import type { Uuid } from '@wederhoor/vault/fields'
import { describe, expect, test } from 'vitest'
import {
  answered,
  ask,
  bothHeard,
  complaint,
  context,
  day,
  digest,
  dispatch,
  document,
  duesFrom,
  grant,
  hearing,
  history,
  melder,
  opened,
  organisation,
  permissionOf,
  permit,
  person,
  prepare,
  refusal,
  request,
  respondent,
  say,
  sealed,
  sent,
  served,
  stateAfter,
  untied,
  withdraw,
} from './builders.ts'
import type { HearingCommand } from './commands.ts'
import { hearingDecider } from './hearing.ts'

const { given } = specification(hearingDecider)

const revise = (text: string): HearingCommand => ({
  type: 'ReviseDraft',
  content: sealed(text),
  context: context(),
})
const ended = {
  type: 'HearingEnded',
  hearing,
  end: 'withdrawn',
  by: person('handler'),
  at: day(0),
} as const
const withdrawalOf = (text: string) =>
  ({ type: 'PermissionWithdrawalNoted', permission: permissionOf(text), at: day(0) }) as const

describe('no hearing yet', () => {
  test('is prepared as a draft, and not opened by it (WED-02)', () => {
    const { state } = given().when(prepare())
    expect(state.status).toBe('prepared')
  })

  test.each([
    ['employer', { ...untied, organisations: [organisation] }],
    ['employer', { ...untied, organisations: ['12345678-000012345678' as Uuid<'OrganisationId'>] }],
    ['declared', { ...untied, declaredTies: [respondent] }],
    ['declared', { ...untied, declaredTies: [melder] }],
    ['declared', { ...untied, declaredTies: [organisation] }],
    ['role', { ...untied, roles: ['involved-in-conduct'] }],
    ['role', { ...untied, roles: ['mediator'] }],
  ] as const)('refuses a handler tied as %s, and records it', (tie, facts) => {
    given()
      .when(prepare({ facts }))
      .then(refusal('prepare-hearing', 'handler-has-tie', { ties: [tie] }))
  })

  test('takes a handler of another organisation', () => {
    const facts = { ...untied, organisations: ['87654321' as Uuid<'OrganisationId'>] }
    expect(given().when(prepare({ facts })).state.status).toBe('prepared')
  })

  test.each(['unknown-to-us', 'known-to-us'] as const)(
    'refuses a complaint of a melder who is %s: at most a general letter (ANO-04)',
    (anonymity) => {
      given().when(prepare({ anonymity })).then(refusal('prepare-hearing', 'anonymous'))
      const { state } = given().when(prepare({ anonymity, kind: 'general-letter' }))
      expect(state.status).toBe('prepared')
    },
  )

  test('cannot be asked for anything', () => {
    given().when(ask('serve')).thenRefused({ reason: 'no-such-hearing' })
  })
})

describe('a prepared hearing', () => {
  test('opens when the melder permits exactly this text', () => {
    const permission = permissionOf('complaint')
    given(...history(prepare()))
      .when(permit('complaint'))
      .then(
        {
          type: 'PermissionNoted',
          permission,
          act: 'serve-complaint',
          receiver: respondent,
          digest: digest('complaint'),
          at: day(0),
        },
        { type: 'HearingOpened', hearing, permission, respondent, organisation, at: day(0) },
      )
  })

  test.each([
    ['another text', permit('other')],
    ['another act', permit('complaint', 'general-letter')],
    ['another receiver', { ...permit('complaint'), receiver: melder } as HearingCommand],
  ])('does not open on permission for %s', (_what, command) => {
    expect(given(...history(prepare())).when(command).state.status).toBe('prepared')
  })

  test('asks no permit, and records that it was refused one', () => {
    given(...history(prepare()))
      .when(ask('serve'))
      .then(refusal('request-serving', 'no-permission'))
  })

  test('is prepared once', () => {
    given(...history(prepare()))
      .when(prepare())
      .thenNothing()
    given(...history(prepare()))
      .when(prepare({ document: 'e7c5e0d2-56f0-4c1a-9f7d-8a2b3c4d5e6f' as Uuid<'DocumentId'> }))
      .thenRefused({ reason: 'already-prepared' })
  })
})

describe('an opened hearing', () => {
  test('needs permission again for a changed text, and drops what it had asked', () => {
    const state = stateAfter(...opened(), ask('serve'), revise('better'))
    expect(state.status).toBe('prepared')
    given(...history(...opened(), ask('serve'), revise('better')))
      .when(ask('again'))
      .then(refusal('request-serving', 'no-permission'))
    expect(stateAfter(...opened(), revise('better'), permit('better')).status).toBe('opened')
  })

  test('does not change a text that is on its way', () => {
    given(...history(...sent()))
      .when(revise('better'))
      .thenRefused({ reason: 'already-sent' })
  })

  test('ends when the melder withdraws, and tells nobody who heard nothing', () => {
    given(...history(...opened()))
      .when(withdraw('complaint'))
      .then(withdrawalOf('complaint'), ended)
    given(...history(...opened(), withdraw('complaint')))
      .when({
        type: 'DraftClosingNotice',
        document: complaint.replace('a', 'b') as typeof complaint,
        content: sealed('notice'),
        context: context(),
      })
      .thenRefused({ reason: 'nobody-to-tell' })
  })

  test('does not end for the permission of an earlier draft', () => {
    given(...history(...opened(), revise('better'), permit('better')))
      .when(withdraw('complaint'))
      .then(withdrawalOf('complaint'))
  })

  test('is taken over by an untied handler only', () => {
    const takeOver = (facts = untied): HearingCommand => ({
      type: 'ChangeHandler',
      facts,
      context: context({ by: 'colleague' }),
    })
    given(...history(...opened()))
      .when(takeOver())
      .then({ type: 'HandlerChanged', by: person('colleague'), at: day(0) })
    given(...history(...opened()))
      .when(takeOver({ ...untied, roles: ['representative'] }))
      .then(
        refusal('change-handler', 'handler-has-tie', { ties: ['role'], who: { by: 'colleague' } }),
      )
  })
})

describe('a hearing whose case closes', () => {
  const close: HearingCommand = { type: 'NoteCaseClosed', context: context({ at: day(3) }) }
  const reopen: HearingCommand = { type: 'NoteCaseReopened', context: context({ at: day(4) }) }

  test('does not wait for a mute respondent: it is detached', () => {
    given(...history(...served()))
      .when(close)
      .then({ type: 'HearingDetached', hearing, at: day(3) })
  })

  test('comes back with its case', () => {
    given(...history(...served(), close))
      .when(reopen)
      .then({
        type: 'HearingReopened',
        because: 'case-reopened',
        melder: undefined,
        respondent: duesFrom(1),
        at: day(4),
      })
    expect(stateAfter(...served(), close, reopen).status).toBe('served')
  })

  test('sends nothing while detached, and records the refusal', () => {
    const history_ = history(...answered(), { ...close, context: context({ at: day(6) }) })
    given(...history_)
      .when({
        ...ask('share', document('answer'), 'melder'),
      })
      .then(refusal('request-serving', 'case-closed'))
  })

  test('ends the permissions with the case: it asks again after a reopening', () => {
    const back = [...opened(), close, reopen]
    expect(stateAfter(...back).status).toBe('prepared')
    given(...history(...back))
      .when(ask('serve', complaint, 'respondent', { at: day(5) }))
      .then(refusal('request-serving', 'no-permission', { who: { at: day(5) } }))
    const anew = { ...permit('complaint'), permission: permissionOf('anew') } as HearingCommand
    expect(stateAfter(...back, anew).status).toBe('opened')
  })

  test('lets no report out after a withdrawal, on a permission from before the closing', () => {
    const report = document('report')
    const allow = (name: string, on: number): HearingCommand =>
      ({
        ...permit('report', 'serve-answer', { at: day(on) }),
        permission: permissionOf(name),
      }) as HearingCommand
    const granted = [
      ...served(),
      {
        type: 'AddReport',
        document: report,
        content: sealed('report'),
        context: context({ at: day(2) }),
      } as HearingCommand,
      allow('before', 2),
      close,
      reopen,
      allow('after', 5),
      ask('report', report, 'respondent', { at: day(6) }),
      grant('report', { text: 'report', act: 'serve-answer' }, { at: day(6) }),
    ]
    given(...history(...granted, withdraw('after', { at: day(7) })))
      .when(dispatch('report', { at: day(8) }))
      .then(
        refusal('dispatch', 'no-permission', {
          request: request('report'),
          who: { at: day(8) },
        }),
      )
  })

  test('hears a withdrawal of what the closing ended', () => {
    const { events, state } = given(...history(...served(), close)).when(withdraw('complaint'))
    expect(events.map((one) => one.type)).toEqual(['PermissionWithdrawalNoted', 'HearingEnded'])
    expect('withdrawn' in state && state.withdrawn).toBe(true)
  })

  test('opens an ended hearing for a late answer only when the case opens again', () => {
    const exchanged: HearingCommand = {
      type: 'EndHearing',
      end: 'exchanged',
      context: context({ at: day(8) }),
    }
    const late = [...bothHeard(), exchanged, close, say('respondent', 'late', 20)]
    expect(stateAfter(...late).status).toBe('ended')
    const { events, state } = given(...history(...late)).when(reopen)
    expect(events.map((one) => one.type)).toEqual(['CaseReopenedNoted', 'HearingReopened'])
    expect(state.status).toBe('served')
    const quiet = given(...history(...bothHeard(), exchanged, close)).when(reopen)
    expect(quiet.state.status).toBe('ended')
  })

  test('keeps an answer that comes later', () => {
    const { state } = given(...history(...served(), close)).when(say('respondent', 'answer', 9))
    expect(state.status).toBe('detached')
    expect(Object.keys('documents' in state ? state.documents : {})).toHaveLength(2)
  })
})

describe('a reply that the melder takes back', () => {
  const replied = () => [
    ...answered(),
    say('melder', 'reply', 7, { by: 'melder' }),
    permit('reply', 'serve-answer'),
  ]

  test('is retracted while it is still here', () => {
    const events = history(...replied(), ask('reply', document('reply')))
    const { events: added, state } = given(...events).when(withdraw('reply'))
    expect(added.map((one) => one.type)).toEqual([
      'PermissionWithdrawalNoted',
      'StatementRetracted',
    ])
    expect('requests' in state && state.requests[request('reply')]?.stage.is).toBe('lost')
    expect(state.status).toBe('served')
  })
})
