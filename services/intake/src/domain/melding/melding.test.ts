import { specification } from '@wederhoor/decider/specification'
import type { Uuid } from '@wederhoor/vault/fields'
import { describe, test } from 'vitest'
import {
  context,
  desk,
  ended,
  ending,
  escalated,
  melder,
  offered,
  offerTo,
  question,
  register,
  registered,
  sealed,
  start,
} from './builders.ts'
import { meldingDecider } from './melding.ts'

const { given } = specification(meldingDecider)

describe('no melding yet', () => {
  test('a report is taken in its own words and offered to the desk that serves the place (INT-04, ROU-01)', () => {
    given()
      .when(register({ offer: offerTo('desk-a') }))
      .then(registered(), offered('desk-a'))
  })

  test('a place without a connected desk goes to the national net at once (ROU-08)', () => {
    given()
      .when(register({ noConnectedDesk: true }))
      .then(registered(), escalated('no-connected-desk'))
  })

  test('a call may be held without an offer, and then a term runs (INT-08)', () => {
    given().when(register()).then(registered())
  })

  test('nothing else can be asked of it', () => {
    given()
      .when({ type: 'AcceptHandover', desk: desk('desk-a'), context: context() })
      .thenRefused({
        reason: 'no-such-melding',
      })
  })
})

describe('a held melding', () => {
  test('may end without a case: somebody was heard and told where to go (INT-08)', () => {
    given(registered())
      .when({ type: 'EndWithoutCase', reason: ending('gehoord'), context: context() })
      .then(ended)
  })

  test('takes what the melder adds, and the same words twice once', () => {
    const add = {
      type: 'AddToMelding',
      from: 'melder',
      text: sealed<string>('more'),
      context: context(),
    } as const
    given(registered())
      .when(add)
      .then({ type: 'MeldingAddedTo', melder, from: 'melder', text: add.text, at: start })
  })

  test('only the melder changes anonymity (ANO-02)', () => {
    given(registered())
      .when({
        type: 'ChooseAnonymity',
        anonymity: 'known-to-respondent',
        chosenBy: 'staff',
        context: context(),
      })
      .thenRefused({ reason: 'only-the-melder-chooses' })
  })

  test('somebody unknown to us gives contact before being known (ANO-03)', () => {
    given(registered({ anonymity: 'unknown-to-us' }))
      .when({
        type: 'ChooseAnonymity',
        anonymity: 'known-to-us',
        chosenBy: 'melder',
        context: context(),
      })
      .thenRefused({ reason: 'contact-needed' })
  })

  test('counts a report once, however often it is classified', () => {
    const classify = (name: string) =>
      ({
        type: 'ClassifyMelding',
        melder,
        desk: desk('desk-a'),
        grounds: sealed<string[]>(`grounds-${name}`),
        terreinen: sealed<string[]>('terreinen'),
        natures: sealed<string[]>('natures'),
        counted: sealed<never>('counted'),
        context: context(),
      }) as const
    const { type: _type, context: _context, ...facts } = classify('first')
    const by = context().actor.pseudonym
    const first = { type: 'MeldingClassified', ...facts, by, at: start } as const
    given(registered()).when(classify('first')).then(first)
    const { counted: _counted, ...again } = first
    given(registered(), first)
      .when(classify('second'))
      .then({ ...again, grounds: sealed<string[]>('grounds-second') })
  })

  test('asks a question once and takes the answer by code (ANO-03)', () => {
    const text = sealed<string>('question')
    const asked = {
      type: 'QuestionAsked',
      melder,
      question,
      text,
      by: context().actor.pseudonym,
      at: start,
    } as const
    given(registered())
      .when({ type: 'AskQuestion', question, text, context: context() })
      .then(asked)
    const answer = sealed<string>('answer')
    given(registered(), asked)
      .when({ type: 'AnswerQuestion', question, text: answer, context: context() })
      .then({ type: 'QuestionAnswered', melder, question, text: answer, at: start })
    given(registered())
      .when({
        type: 'AnswerQuestion',
        question: crypto.randomUUID() as Uuid<'QuestionId'>,
        text: answer,
        context: context(),
      })
      .thenRefused({ reason: 'no-such-question' })
  })
})
