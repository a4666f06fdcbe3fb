/** What happens to a signal after it was sent: received, answered or overdue, followed up, and advice asked back. */
import { accept, reject } from '@wederhoor/decider/decider'
import type {
  AnswerSignal,
  AskAdvice,
  DeadlineReached,
  GiveAdvice,
  ReceiveSignal,
  RecordFollowUp,
  SignalDecision,
} from './commands.ts'
import type { SentSignal } from './state.ts'

/** Sent is not received: it has arrived when the addressee has opened it. */
export function receive({ addressee, context }: ReceiveSignal, state: SentSignal): SignalDecision {
  if (addressee !== state.addressee) return reject({ reason: 'not-the-addressee' })
  if (state.received) return accept()
  const { signal } = state
  const by = context.actor.pseudonym
  return accept({ type: 'SignalReceived', signal, addressee, by, at: context.at })
}

/** A late answer is an answer. */
export function answer(command: AnswerSignal, state: SentSignal): SignalDecision {
  const { type: _type, context, ...facts } = command
  if (facts.addressee !== state.addressee) return reject({ reason: 'not-the-addressee' })
  if (state.said.includes(facts.text.sealed)) return accept()
  if (state.status === 'answered') return reject({ reason: 'already-answered' })
  const { signal } = state
  const { at } = context
  const late = state.status === 'overdue' || at > state.dueAt
  const by = context.actor.pseudonym
  return accept({ type: 'SignalAnswered', signal, ...facts, by, late, at })
}

export function followUp(command: RecordFollowUp, state: SentSignal): SignalDecision {
  const { type: _type, context, addressee, ...facts } = command
  if (addressee !== undefined && addressee !== state.addressee)
    return reject({ reason: 'not-the-addressee' })
  if (state.said.includes(facts.text.sealed)) return accept()
  if (state.status !== 'answered') return reject({ reason: 'not-answered' })
  const { signal } = state
  const from = addressee === undefined ? 'office' : 'addressee'
  const by = context.actor.pseudonym
  return accept({ type: 'FollowUpRecorded', signal, by, from, ...facts, at: context.at })
}

/** One question at a time: a date for its reply runs. */
export function askAdvice(command: AskAdvice, state: SentSignal): SignalDecision {
  const { advice, addressee, text, dueAt, context } = command
  if (addressee !== state.addressee) return reject({ reason: 'not-the-addressee' })
  if (state.advices.includes(advice)) return accept()
  if (state.openAdvice !== undefined) return reject({ reason: 'advice-is-open' })
  const { signal } = state
  const by = context.actor.pseudonym
  return accept({ type: 'AdviceAsked', signal, advice, by, text, at: context.at, dueAt })
}

export function giveAdvice(command: GiveAdvice, state: SentSignal): SignalDecision {
  const { advice, text, context } = command
  if (state.said.includes(text.sealed)) return accept()
  if (state.openAdvice?.advice !== advice) return reject({ reason: 'no-such-advice' })
  const { signal } = state
  const by = context.actor.pseudonym
  return accept({ type: 'AdviceGiven', signal, advice, by, text, at: context.at })
}

/** Only the very deadline that still stands; whatever was done or moved meanwhile has no consequence. */
export function deadlineReached(command: DeadlineReached, state: SentSignal): SignalDecision {
  const { deadline, dueAt, context } = command
  const { signal, addressee } = state
  const { at } = context
  switch (deadline) {
    case 'answer': {
      const stands = state.status === 'sent' && state.dueAt === dueAt
      return stands ? accept({ type: 'SignalOverdue', signal, addressee, at }) : accept()
    }
    case 'follow-up': {
      const stands = state.status === 'answered' && state.followUpDueAt === dueAt
      return stands ? accept({ type: 'FollowUpDue', signal, addressee, at }) : accept()
    }
    case 'advice': {
      const open = state.openAdvice
      if (open === undefined || open.dueAt !== dueAt || state.adviceOverdue.includes(open.advice))
        return accept()
      return accept({ type: 'AdviceOverdue', signal, advice: open.advice, at })
    }
  }
}
