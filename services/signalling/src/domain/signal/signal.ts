/**
 * A signal: drafted by an analyst, approved by a second person who has read it, sent to a ministry or municipality with a
 * date, answered or overdue, and followed up (SIG-09, SIG-11). It asks and tells; it compels nobody.
 */
import { accept, type Decider, reject } from '@wederhoor/decider/decider'
import type { Uuid } from '@wederhoor/vault/fields'
import type { SignalEvent, SignalNamed } from '../events.ts'
import { answer, askAdvice, deadlineReached, followUp, giveAdvice, receive } from './answering.ts'
import type {
  DraftSignal,
  OpenSignal,
  ReviseSignal,
  SendSignal,
  SignalCommand,
  SignalDecision,
  SignalRejection,
} from './commands.ts'
import { type ExistingSignal, evolve, isSent, type Signal } from './state.ts'

export const signalDecider: Decider<SignalCommand, SignalEvent, Signal, SignalRejection> = {
  initial: { status: 'unknown' },
  decide,
  evolve,
}

function decide(command: SignalCommand, state: Signal): SignalDecision {
  if (command.type === 'DraftSignal') return draft(command, state)
  if (state.status === 'unknown') return reject({ reason: 'no-such-signal' })
  switch (command.type) {
    case 'ReviseSignal':
      return revise(command, state)
    case 'OpenSignal':
      return openText(command, state)
    case 'ApproveSignal':
      return approve(command, state)
    case 'SendSignal':
      return send(command, state)
  }
  if (!isSent(state)) return unsent(command)
  switch (command.type) {
    case 'ReceiveSignal':
      return receive(command, state)
    case 'AnswerSignal':
      return answer(command, state)
    case 'RecordFollowUp':
      return followUp(command, state)
    case 'AskAdvice':
      return askAdvice(command, state)
    case 'GiveAdvice':
      return giveAdvice(command, state)
    case 'DeadlineReached':
      return deadlineReached(command, state)
  }
}

/** Before it was sent no deadline stands and nobody outside knows of it. */
const unsent = (command: SignalCommand): SignalDecision =>
  command.type === 'DeadlineReached' ? accept() : reject({ reason: 'not-sent' })

function draft(command: DraftSignal, state: Signal): SignalDecision {
  const { type: _type, context, ...facts } = command
  if (state.status !== 'unknown') {
    return state.said[0] === facts.text.sealed ? accept() : reject({ reason: 'already-drafted' })
  }
  if (facts.until < facts.from) return reject({ reason: 'period-ends-before-it-begins' })
  if ((facts.basis === 'pattern') !== (facts.pattern !== undefined))
    return reject({ reason: 'pattern-missing' })
  return accept({ type: 'SignalDrafted', ...facts, by: context.actor.pseudonym, at: context.at })
}

/** A changed text is another text: whoever had read the old one has not read this one. */
function revise({ text, context }: ReviseSignal, state: ExistingSignal): SignalDecision {
  if (state.said.includes(text.sealed)) return accept()
  if (state.status !== 'drafted') return reject({ reason: 'already-approved' })
  const { signal } = state
  return accept({
    type: 'SignalRevised',
    signal,
    by: context.actor.pseudonym,
    text,
    at: context.at,
  })
}

/** Says that this person was shown this text. After approval it proves nothing any more. */
function openText({ context }: OpenSignal, state: ExistingSignal): SignalDecision {
  const by = context.actor.pseudonym
  if (state.status !== 'drafted' || state.openedBy.includes(by)) return accept()
  const { signal, text: textDigest } = state
  return accept({ type: 'SignalOpened', signal, by, textDigest, at: context.at })
}

/** Why this person may not approve the text as it stands; undefined: they may. */
export function approvalBar(
  state: ExistingSignal,
  by: Uuid<'Pseudonym'>,
): SignalNamed<'ApprovalRefused'>['why'] | undefined {
  if (state.authors.includes(by)) return 'same-person'
  return state.openedBy.includes(by) ? undefined : 'not-opened'
}

function approve(
  { context }: Extract<SignalCommand, { type: 'ApproveSignal' }>,
  state: ExistingSignal,
): SignalDecision {
  if (state.status !== 'drafted') return accept()
  const { signal, text: textDigest } = state
  const by = context.actor.pseudonym
  const { at } = context
  const why = approvalBar(state, by)
  if (why === undefined) return accept({ type: 'SignalApproved', signal, by, textDigest, at })
  const known = state.refusals.some(
    (one) => one.by === by && one.why === why && one.textDigest === textDigest,
  )
  return known ? accept() : accept({ type: 'ApprovalRefused', signal, by, why, textDigest, at })
}

function send({ context, dueAt }: SendSignal, state: ExistingSignal): SignalDecision {
  if (isSent(state)) return accept()
  if (state.status !== 'approved') return reject({ reason: 'not-approved' })
  const { signal, addressee } = state
  const by = context.actor.pseudonym
  return accept({ type: 'SignalSent', signal, by, addressee, at: context.at, dueAt })
}
