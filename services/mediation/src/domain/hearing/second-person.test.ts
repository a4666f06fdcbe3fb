import { specification } from '@wederhoor/decider/specification'
import { describe, expect, test } from 'vitest'
import {
  answered,
  ask,
  code,
  complaint,
  context,
  day,
  document,
  history,
  opened,
  organisation,
  person,
  prepare,
  refusal,
  sealed,
  sent,
  served,
  shared,
  stateAfter,
  untied,
} from './builders.ts'
import type { ActorFacts, HearingCommand } from './commands.ts'
import { hearingDecider } from './hearing.ts'

const { given } = specification(hearingDecider)
const answer = document('answer')

const propose = (by = 'handler', doc = answer): HearingCommand => ({
  type: 'ProposeWithholding',
  document: doc,
  from: 'melder',
  ground: code<'inhoudingsgrond'>('privacy-derde'),
  context: context({ at: day(6), by }),
})
const open = (by: string, doc = answer): HearingCommand => ({
  type: 'OpenDocument',
  document: doc,
  context: context({ at: day(6), by }),
})
const confirm = (by: string, facts: ActorFacts = untied): HearingCommand => ({
  type: 'ConfirmWithholding',
  document: answer,
  from: 'melder',
  facts,
  context: context({ at: day(6), by }),
})
const lift: HearingCommand = {
  type: 'LiftWithholding',
  document: answer,
  from: 'melder',
  context: context({ at: day(7) }),
}
const proposed = () => [...answered(), propose()]

describe('a document that one side should not get', () => {
  test('is withheld on a ground by a second person who has opened it (invariant 3)', () => {
    given(...history(...proposed(), open('second')))
      .when(confirm('second'))
      .then({
        type: 'DocumentWithheld',
        document: answer,
        from: 'melder',
        ground: code<'inhoudingsgrond'>('privacy-derde'),
        proposedBy: person('handler'),
        by: person('second'),
        at: day(6),
      })
  })

  test('is not withheld by the same person (invariant 6)', () => {
    given(...history(...proposed(), open('handler')))
      .when(confirm('handler'))
      .then(refusal('confirm-withholding', 'same-person', { who: { at: day(6) } }))
  })

  test('is not withheld by somebody who has not opened it', () => {
    given(...history(...proposed(), open('handler')))
      .when(confirm('second'))
      .then(refusal('confirm-withholding', 'not-opened', { who: { at: day(6), by: 'second' } }))
  })

  test('is not withheld by somebody tied to a party', () => {
    given(...history(...proposed(), open('second')))
      .when(confirm('second', { ...untied, organisations: [organisation] }))
      .then(
        refusal('confirm-withholding', 'handler-has-tie', { who: { at: day(6), by: 'second' } }),
      )
  })

  test('is not withheld without a proposal', () => {
    given(...history(...answered(), open('second')))
      .when(confirm('second'))
      .thenRefused({ reason: 'nothing-proposed' })
  })

  test('is not sent while withheld, and is due again when that is lifted', () => {
    const withheld = [...proposed(), open('second'), confirm('second')]
    given(...history(...withheld))
      .when(ask('share', answer, 'melder'))
      .thenRefused({ reason: 'withheld' })
    const state = stateAfter(...withheld, lift)
    expect('documents' in state && state.documents[answer]?.for.melder.is).toBe('due')
  })

  test('cannot be withheld any more when that side has it', () => {
    given(...history(...shared()))
      .when(propose())
      .thenRefused({ reason: 'already-sent' })
  })

  test('is never the complaint: a respondent is served or skipped', () => {
    given(...history(...opened()))
      .when({ ...propose('handler', complaint), from: 'respondent' } as HearingCommand)
      .thenRefused({ reason: 'skipped-not-withheld' })
  })
})

describe('a respondent who is not asked, for safety', () => {
  const proposeSkip: HearingCommand = { type: 'ProposeSkip', context: context() }
  const confirmSkip = (by: string): HearingCommand => ({
    type: 'ConfirmSkip',
    facts: untied,
    context: context({ by }),
  })
  const ready = () => [...opened(), proposeSkip, open('second', complaint)]
  const skipped = () => [...ready(), confirmSkip('second')]

  test('takes two persons', () => {
    given(...history(...ready()))
      .when(confirmSkip('second'))
      .then({
        type: 'RespondentSkipped',
        proposedBy: person('handler'),
        by: person('second'),
        at: day(0),
      })
    given(...history(...opened(), proposeSkip, open('handler', complaint)))
      .when(confirmSkip('handler'))
      .then(refusal('confirm-skip', 'same-person'))
    given(...history(...opened(), proposeSkip))
      .when(confirmSkip('second'))
      .then(refusal('confirm-skip', 'not-opened', { who: { by: 'second' } }))
    given(...history(...opened()))
      .when(confirmSkip('second'))
      .thenRefused({ reason: 'nothing-proposed' })
  })

  test('is not skipped on a text that the second person has not read', () => {
    const revise: HearingCommand = {
      type: 'ReviseDraft',
      content: sealed('changed'),
      context: context({ attempt: 'revise' }),
    }
    given(...history(...ready(), revise))
      .when(confirmSkip('second'))
      .then(refusal('confirm-skip', 'not-opened', { who: { by: 'second' } }))
    const { events } = given(...history(...ready(), revise, open('second', complaint))).when(
      confirmSkip('second'),
    )
    expect(events[0]?.type).toBe('RespondentSkipped')
  })

  test('is sent nothing from then on', () => {
    given(...history(...skipped()))
      .when(ask('serve'))
      .then(refusal('request-serving', 'respondent-skipped'))
  })

  test('is never the subject of findings', () => {
    given(...history(...skipped()))
      .when({
        type: 'MakeFindings',
        document: document('findings'),
        content: sealed('findings'),
        facts: untied,
        context: context(),
      })
      .then(refusal('make-findings', 'not-yet-heard'))
    const { state } = given(...history(...skipped())).when({
      type: 'EndHearing',
      end: 'passed-on',
      context: context(),
    })
    expect(state.status).toBe('ended')
  })

  test('cannot be skipped once reached', () => {
    given(...history(...sent()))
      .when(proposeSkip)
      .thenRefused({ reason: 'already-sent' })
    given(...history(...served()))
      .when(proposeSkip)
      .thenRefused({ reason: 'already-sent' })
  })

  test('may be skipped before the melder permitted anything', () => {
    const events = history(prepare(), proposeSkip, open('second', complaint), confirmSkip('second'))
    expect(events.at(-1)?.type).toBe('RespondentSkipped')
  })
})
