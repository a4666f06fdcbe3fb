/** Which facts of a signal run against a clock: the answer, what came of it, and our own reply to a question. */
import type { DeadlineChanges } from '@wederhoor/calendar/deadlines'
import type { SignalEvent } from './domain/events.ts'
import type { SignalDeadline } from './domain/signal/commands.ts'

export function deadlinesOf(event: SignalEvent): DeadlineChanges<SignalDeadline> {
  switch (event.type) {
    case 'SignalSent':
      return { set: [{ kind: 'answer', dueAt: event.dueAt }] }
    case 'SignalAnswered':
      return { clear: ['answer'], ...followUp(event.followUpDueAt) }
    case 'FollowUpRecorded':
      return { clear: ['follow-up'], ...followUp(event.nextDueAt) }
    case 'AdviceAsked':
      return { set: [{ kind: 'advice', dueAt: event.dueAt }] }
    case 'AdviceGiven':
      return { clear: ['advice'] }
    case 'SignalDrafted':
    case 'SignalRevised':
    case 'SignalOpened':
    case 'SignalApproved':
    case 'ApprovalRefused':
    case 'SignalReceived':
    case 'SignalOverdue':
    case 'FollowUpDue':
    case 'AdviceOverdue':
      return {}
  }
}

const followUp = (dueAt: string | undefined): DeadlineChanges<SignalDeadline> =>
  dueAt === undefined ? {} : { set: [{ kind: 'follow-up', dueAt }] }
