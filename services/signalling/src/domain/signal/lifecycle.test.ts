/** Every state against every command: a missing cell does not compile. */
import { fold } from '@wederhoor/decider/decider'
import { describe, expect, test } from 'vitest'
import type { SignalEvent } from '../events.ts'
import * as build from './builders.ts'
import type { SignalCommand, SignalRejection } from './commands.ts'
import { signalDecider } from './signal.ts'
import type { SignalStatus } from './state.ts'

const histories: Readonly<Record<SignalStatus, readonly SignalEvent[]>> = {
  unknown: [],
  drafted: [...build.toDraft, build.opened],
  approved: build.toApproved,
  sent: build.toSent,
  overdue: build.toOverdue,
  answered: build.toAnswered,
}

const commands: Readonly<Record<SignalCommand['type'], SignalCommand>> = {
  DraftSignal: build.draft({ text: build.sealed('another') }),
  ReviseSignal: build.revise(),
  OpenSignal: build.openIt(build.nora),
  ApproveSignal: build.approve(),
  SendSignal: build.send(),
  ReceiveSignal: build.receive(),
  AnswerSignal: build.answer({ text: build.sealed('another') }),
  RecordFollowUp: build.followUp(),
  AskAdvice: build.ask(),
  GiveAdvice: build.give(),
  DeadlineReached: build.reached('answer', build.answerDueAt),
}

/** A reason, or the event that follows; `nothing` where it holds already. */
type Cell = SignalRejection['reason'] | SignalEvent['type'] | 'nothing'
type Row = Readonly<Record<SignalStatus, Cell>>

const table: Readonly<Record<SignalCommand['type'], Row>> = {
  DraftSignal: {
    unknown: 'SignalDrafted',
    drafted: 'already-drafted',
    approved: 'already-drafted',
    sent: 'already-drafted',
    overdue: 'already-drafted',
    answered: 'already-drafted',
  },
  ReviseSignal: {
    unknown: 'no-such-signal',
    drafted: 'SignalRevised',
    approved: 'already-approved',
    sent: 'already-approved',
    overdue: 'already-approved',
    answered: 'already-approved',
  },
  OpenSignal: {
    unknown: 'no-such-signal',
    drafted: 'SignalOpened',
    approved: 'nothing',
    sent: 'nothing',
    overdue: 'nothing',
    answered: 'nothing',
  },
  ApproveSignal: {
    unknown: 'no-such-signal',
    drafted: 'SignalApproved',
    approved: 'nothing',
    sent: 'nothing',
    overdue: 'nothing',
    answered: 'nothing',
  },
  SendSignal: {
    unknown: 'no-such-signal',
    drafted: 'not-approved',
    approved: 'SignalSent',
    sent: 'nothing',
    overdue: 'nothing',
    answered: 'nothing',
  },
  ReceiveSignal: {
    unknown: 'no-such-signal',
    drafted: 'not-sent',
    approved: 'not-sent',
    sent: 'SignalReceived',
    overdue: 'SignalReceived',
    answered: 'nothing',
  },
  AnswerSignal: {
    unknown: 'no-such-signal',
    drafted: 'not-sent',
    approved: 'not-sent',
    sent: 'SignalAnswered',
    overdue: 'SignalAnswered',
    answered: 'already-answered',
  },
  RecordFollowUp: {
    unknown: 'no-such-signal',
    drafted: 'not-sent',
    approved: 'not-sent',
    sent: 'not-answered',
    overdue: 'not-answered',
    answered: 'FollowUpRecorded',
  },
  AskAdvice: {
    unknown: 'no-such-signal',
    drafted: 'not-sent',
    approved: 'not-sent',
    sent: 'AdviceAsked',
    overdue: 'AdviceAsked',
    answered: 'AdviceAsked',
  },
  GiveAdvice: {
    unknown: 'no-such-signal',
    drafted: 'not-sent',
    approved: 'not-sent',
    sent: 'no-such-advice',
    overdue: 'no-such-advice',
    answered: 'no-such-advice',
  },
  DeadlineReached: {
    unknown: 'no-such-signal',
    drafted: 'nothing',
    approved: 'nothing',
    sent: 'SignalOverdue',
    overdue: 'nothing',
    answered: 'nothing',
  },
}

describe.each(Object.entries(table))('%s', (type, row) => {
  test.each(Object.entries(row))('on a signal that is %s: %s', (status, cell) => {
    const state = fold(signalDecider, histories[status as SignalStatus])
    expect(state.status).toBe(status)
    const decision = signalDecider.decide(commands[type as SignalCommand['type']], state)
    const [event] = decision.kind === 'accepted' ? decision.events : []
    const outcome =
      decision.kind === 'rejected' ? decision.rejection.reason : (event?.type ?? 'nothing')
    expect(outcome).toBe(cell)
  })
})
