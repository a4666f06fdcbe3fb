/** A melding: from its first words until a desk has accepted it, or it ended without a case. */
import { accept, type Decider, reject } from '@wederhoor/decider/decider'
import type { Sealed } from '@wederhoor/vault/fields'
import type { MeldingEvent } from '../events.ts'
import type {
  AddToMelding,
  AnswerQuestion,
  AskErasure,
  AskQuestion,
  ChooseAnonymity,
  ClassifyMelding,
  EndWithoutCase,
  MeldingCommand,
  MeldingDecision,
  MeldingRejection,
  RegisterMelding,
} from './commands.ts'
import {
  acceptHandover,
  assignDesk,
  deadlineReached,
  escalated,
  offered,
  offerHandover,
  refuseHandover,
} from './handover.ts'
import { dayOf, type ExistingMelding, evolve, type Melding } from './state.ts'

export const meldingDecider: Decider<MeldingCommand, MeldingEvent, Melding, MeldingRejection> = {
  initial: { status: 'unknown' },
  decide,
  evolve,
}

function decide(command: MeldingCommand, state: Melding): MeldingDecision {
  if (command.type === 'RegisterMelding') return register(command, state)
  if (state.status === 'unknown') return reject({ reason: 'no-such-melding' })
  switch (command.type) {
    case 'AddToMelding':
      return addTo(command, state)
    case 'ClassifyMelding':
      return classify(command, state)
    case 'ChooseAnonymity':
      return chooseAnonymity(command, state)
    case 'OfferHandover':
      return offerHandover(command, state)
    case 'AcceptHandover':
      return acceptHandover(command, state)
    case 'RefuseHandover':
      return refuseHandover(command, state)
    case 'AssignDesk':
      return assignDesk(command, state)
    case 'EndWithoutCase':
      return endWithoutCase(command, state)
    case 'AskErasure':
      return askErasure(command, state)
    case 'AskQuestion':
      return askQuestion(command, state)
    case 'AnswerQuestion':
      return answerQuestion(command, state)
    case 'DeadlineReached':
      return deadlineReached(command, state)
  }
}

/** A melding is never declined: registering has no refusal but a repeat under another command (INT-04, INT-05). */
function register(command: RegisterMelding, state: Melding): MeldingDecision {
  if (state.status !== 'unknown') {
    return saidBefore(state, command.story) ? accept() : reject({ reason: 'already-registered' })
  }
  const { type: _type, context, offer, noConnectedDesk, assignDueAt, ...facts } = command
  const registered: MeldingEvent = { type: 'MeldingRegistered', ...facts, at: context.at }
  if (offer !== undefined) return accept(registered, offered(offer, 1, context.at))
  if (noConnectedDesk) {
    return accept(registered, escalated('no-connected-desk', context.at, assignDueAt))
  }
  return accept(registered)
}

function addTo(command: AddToMelding, state: ExistingMelding): MeldingDecision {
  const { from, text, context } = command
  if (saidBefore(state, text)) return accept()
  return accept({ type: 'MeldingAddedTo', melder: state.melder, from, text, at: context.at })
}

/** Counted once however often it is classified again. */
function classify(command: ClassifyMelding, state: ExistingMelding): MeldingDecision {
  const { type: _type, context, counted, ...facts } = command
  if (saidBefore(state, facts.grounds)) return accept()
  const first = state.counted ? {} : { counted }
  return accept({
    type: 'MeldingClassified',
    ...facts,
    ...first,
    by: context.actor.pseudonym,
    at: context.at,
  })
}

function chooseAnonymity(command: ChooseAnonymity, state: ExistingMelding): MeldingDecision {
  if (command.chosenBy !== 'melder') return reject({ reason: 'only-the-melder-chooses' })
  if (command.anonymity === state.handed.anonymity) return accept()
  if (state.handed.anonymity === 'unknown-to-us' && command.contact === undefined) {
    return reject({ reason: 'contact-needed' })
  }
  const { anonymity, contact, context } = command
  return accept({
    type: 'AnonymityChosen',
    melder: state.melder,
    anonymity,
    contact,
    at: context.at,
  })
}

/** To be heard and told where to go is an end too (INT-08); only who holds the matter can end it. */
function endWithoutCase(command: EndWithoutCase, state: ExistingMelding): MeldingDecision {
  if (state.status === 'ended') return accept()
  if (state.status === 'accepted') return reject({ reason: 'already-accepted', desk: state.desk })
  const { reason, context } = command
  return accept({ type: 'MeldingEnded', reason, by: context.actor.pseudonym, at: context.at })
}

/** Whatever the melding has come to. Who was refused may ask again another day. */
function askErasure({ ground, context }: AskErasure, state: ExistingMelding): MeldingDecision {
  if (state.erasureAskedOn === dayOf(context.at)) return accept()
  return accept({ type: 'ErasureWished', melder: state.melder, ground, at: context.at })
}

function askQuestion(command: AskQuestion, state: ExistingMelding): MeldingDecision {
  if (state.questions.includes(command.question)) return accept()
  const { question, text, context } = command
  return accept({
    type: 'QuestionAsked',
    melder: state.melder,
    question,
    text,
    by: context.actor.pseudonym,
    at: context.at,
  })
}

function answerQuestion(command: AnswerQuestion, state: ExistingMelding): MeldingDecision {
  if (!state.questions.includes(command.question)) return reject({ reason: 'no-such-question' })
  const { question, text, context } = command
  if (saidBefore(state, text)) return accept()
  return accept({ type: 'QuestionAnswered', melder: state.melder, question, text, at: context.at })
}

const saidBefore = (state: ExistingMelding, text: Sealed<unknown>): boolean =>
  state.said.includes(text.sealed)
