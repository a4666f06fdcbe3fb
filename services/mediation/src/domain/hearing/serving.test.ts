import { specification } from '@wederhoor/decider/specification'
import { describe, expect, test } from 'vitest'
import {
  answered,
  ask,
  code,
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
  permit,
  permitOf,
  person,
  prove,
  refusal,
  request,
  respondent,
  say,
  sent,
  serve,
  served,
  shared,
  stateAfter,
  termFrom,
  withdraw,
} from './builders.ts'
import type { HearingCommand } from './commands.ts'
import { hearingDecider } from './hearing.ts'

const { given } = specification(hearingDecider)

const anonymity = (
  value: 'known-to-us' | 'known-to-respondent',
  on = day(0, 14),
): HearingCommand => ({
  type: 'NoteAnonymity',
  anonymity: value,
  context: context({ at: on }),
})
const lose = (name: string, reason: string): HearingCommand => ({
  type: 'LosePermit',
  request: request(name),
  reason: code<'permit-lost'>(reason),
  context: context(),
})
const undelivered = (name: string): HearingCommand => ({
  type: 'ReportUndelivered',
  request: request(name),
  reason: code<'niet-bezorgd'>('onbekend-adres'),
  context: context({ at: day(2) }),
})
const asked = () => [...opened(), ask('serve')]
const granted = () => [...asked(), grant('serve')]

describe('an opened hearing', () => {
  test('asks case for a permit for exactly this act, receiver and text', () => {
    given(...history(...opened()))
      .when(ask('serve'))
      .then({
        type: 'PermitRequested',
        hearing,
        request: request('serve'),
        purpose: 'serve',
        document: complaint,
        to: 'respondent',
        act: 'serve-complaint',
        receiver: respondent,
        digest: digest('complaint'),
        by: person('handler'),
        at: day(0),
      })
  })

  test('asks once at a time', () => {
    given(...history(...asked()))
      .when(ask('serve-again'))
      .thenRefused({ reason: 'already-asked' })
  })

  test('refuses the respondent when anonymity is no longer lifted (invariant 1)', () => {
    given(...history(...opened(), anonymity('known-to-us')))
      .when(ask('serve'))
      .then(refusal('request-serving', 'anonymous'))
  })
})

describe('a complaint that waits for its permit', () => {
  test('is not sent without one', () => {
    given(...history(...asked()))
      .when(dispatch('serve'))
      .thenRefused({ reason: 'no-permit-yet' })
  })

  test('takes only the permit for what was asked', () => {
    given(...history(...asked()))
      .when(grant('serve', { text: 'other' }))
      .thenRefused({ reason: 'other-permit' })
    given(...history(...asked()))
      .when(grant('serve', { text: 'complaint', to: 'melder' }))
      .thenRefused({ reason: 'other-permit' })
  })

  test('may be asked again when case refused', () => {
    const state = stateAfter(...asked(), lose('serve', 'no-permission'), ask('again'))
    expect(state.status === 'opened' && state.documents[complaint]?.for.respondent).toEqual({
      is: 'asked',
      request: request('again'),
    })
  })
})

describe('a complaint with a permit', () => {
  test('is dispatched citing it', () => {
    given(...history(...granted()))
      .when(dispatch('serve'))
      .then({
        type: 'DocumentDispatched',
        request: request('serve'),
        permit: permitOf('serve'),
        document: complaint,
        to: 'respondent',
        channel: code<'kanaal'>('post'),
        codeDigest: undefined,
        by: person('handler'),
        at: day(0),
      })
  })

  test('is not dispatched under another permit', () => {
    given(...history(...granted()))
      .when({ ...dispatch('serve'), permit: permitOf('other') } as HearingCommand)
      .thenRefused({ reason: 'other-permit' })
  })

  test('stays when the permit expired, on record, and may be asked again', () => {
    const short = [
      ...asked(),
      grant('serve', { text: 'complaint', validUntil: day(0, 13) }),
      dispatch('serve', { at: day(0, 14) }),
    ]
    given(...history(...short.slice(0, -1)))
      .when(dispatch('serve', { at: day(0, 14) }))
      .then(
        refusal('dispatch', 'permit-expired', {
          request: request('serve'),
          who: { at: day(0, 14) },
        }),
      )
    const state = stateAfter(...short, ask('again'))
    expect(state.status === 'opened' && state.requests[request('again')]?.stage.is).toBe('asked')
  })

  test('goes out on the last millisecond of its permit', () => {
    const events = history(
      ...asked(),
      grant('serve', { text: 'complaint', validUntil: day(0, 13) }),
      dispatch('serve', { at: day(0, 13) }),
    )
    expect(events.at(-1)?.type).toBe('DocumentDispatched')
  })

  test('stays when case cancelled the permit', () => {
    given(...history(...granted(), lose('serve', 'cancelled')))
      .when(dispatch('serve'))
      .then(refusal('dispatch', 'permit-lost', { request: request('serve') }))
  })

  test('stays when the withdrawal came first, even if the cancelling is still on its way', () => {
    given(...history(...granted(), withdraw('complaint')))
      .when(dispatch('serve'))
      .then(refusal('dispatch', 'withdrawn', { request: request('serve') }))
  })

  test('stays when the melder chose anonymity again', () => {
    given(...history(...granted(), anonymity('known-to-us')))
      .when(dispatch('serve'))
      .then(refusal('dispatch', 'anonymous', { request: request('serve') }))
  })
})

describe('a complaint that was sent', () => {
  test('is not served by that: no term runs', () => {
    const state = stateAfter(...sent())
    expect(state.status).toBe('opened')
    expect(state.status === 'opened' && state.voices.respondent.is).toBe('not-asked')
  })

  test('is served by proof of delivery, and only then terms run, from the delivery', () => {
    given(...history(...sent()))
      .when(prove('serve', 1))
      .then(
        {
          type: 'DeliveryProven',
          request: request('serve'),
          document: complaint,
          to: 'respondent',
          how: code<'bezorgbewijs'>('aangetekend'),
          deliveredAt: day(1),
          by: person('handler'),
          at: day(1),
        },
        {
          type: 'TermStarted',
          hearing,
          party: 'respondent',
          document: complaint,
          statement: 'complaint',
          digest: digest('complaint'),
          fromAt: day(1),
          dues: duesFrom(1),
          days: termFrom(1).days,
          at: day(1),
        },
      )
  })

  test.each([
    ['before it left', -1],
    ['in the future', 9],
  ])('is not delivered %s', (_when, on) => {
    given(...history(...sent()))
      .when(prove('serve', on, 0, { at: day(2) }))
      .thenRefused({ reason: 'impossible-time' })
  })

  test('takes no terms out of order', () => {
    const command = prove('serve', 1)
    given(...history(...sent()))
      .when({ ...command, term: { ...termFrom(1), dues: duesFrom(-40) } } as HearingCommand)
      .thenRefused({ reason: 'impossible-time' })
  })

  test('is due again when it came back', () => {
    const state = stateAfter(...sent(), undelivered('serve'))
    expect(state.status === 'opened' && state.documents[complaint]?.for.respondent.is).toBe('due')
  })

  test('is still proven delivered after a withdrawal, but no term runs and nothing more goes out', () => {
    const { state, events } = given(...history(...sent(), withdraw('complaint'))).when(
      prove('serve', 1),
    )
    expect(events.map((one) => one.type)).toEqual(['DeliveryProven'])
    expect(state.status).toBe('ended')
  })
})

describe('a served hearing', () => {
  test('cannot be undone by a letter that came back', () => {
    given(...history(...served()))
      .when(undelivered('serve'))
      .thenRefused({ reason: 'already-delivered' })
  })

  test('serves the answer to the melder under a permit, with proof of delivery too', () => {
    const state = stateAfter(...shared())
    expect(state.status === 'served' && state.documents[document('answer')]?.for.melder).toEqual({
      is: 'served',
      spoke: false,
      request: request('share'),
      at: day(6),
    })
  })

  test('needs permission for the exact reply before the respondent gets it', () => {
    const replied = [...shared(), say('melder', 'reply', 8)]
    given(...history(...replied))
      .when(ask('reply', document('reply')))
      .then(refusal('request-serving', 'no-permission'))
    const permitted = [...replied, permit('reply', 'serve-answer')]
    const serving = serve('reply', {
      doc: document('reply'),
      text: 'reply',
      to: 'respondent',
      on: 9,
    })
    const state = stateAfter(...permitted, ...serving)
    expect(state.status === 'served' && state.voices.respondent.is).toBe('waiting')
  })

  test('does not give the respondent a report for which permission was withdrawn', () => {
    const report: HearingCommand = {
      type: 'AddReport',
      document: document('report'),
      content: { sealed: digest('report') },
      context: context({ at: day(7) }),
    }
    const permitted = [...served(), report, permit('report', 'serve-answer')]
    const asking = ask('report', document('report'))
    const { events } = given(...history(...permitted)).when(asking)
    expect(events[0]?.type).toBe('PermitRequested')
    given(...history(...permitted, withdraw('report')))
      .when(asking)
      .then(refusal('request-serving', 'no-permission'))
  })

  test('does not send anyone what they wrote themselves', () => {
    given(...history(...answered()))
      .when(ask('back', document('answer'), 'respondent'))
      .thenRefused({ reason: 'not-for-this-party' })
    given(...history(...served()))
      .when(ask('back', complaint, 'melder'))
      .thenRefused({ reason: 'not-for-this-party' })
  })
})

test('a permit for the melder names the melder', () => {
  const { events } = given(...history(...answered())).when(
    ask('share', document('answer'), 'melder'),
  )
  expect(events[0]).toMatchObject({ act: 'serve-answer', receiver: melder })
})
