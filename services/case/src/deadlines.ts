/** Which facts of a case and of an erasure run against a clock. */
import type { DeadlineChanges } from '@wederhoor/calendar/deadlines'
import { type CaseDeadline, dangerDeadline, replyDeadline } from './domain/case/commands.ts'
import { isAnswer } from './domain/case/evolve.ts'
import { type ErasureDeadline, holdDeadline } from './domain/erasure/commands.ts'
import type { ErasureEvent } from './domain/erasure-events.ts'
import type { CaseEvent } from './domain/events.ts'

export function deadlinesOf(event: CaseEvent): DeadlineChanges<CaseDeadline> {
  switch (event.type) {
    case 'CaseOpened':
    case 'CaseReopened':
      return { set: [{ kind: 'first-contact', dueAt: event.firstContactDueAt }] }
    case 'FirstContactMade':
    case 'FirstContactOverdue':
      return { clear: ['first-contact'] }
    case 'ContactPersonOffered':
      return { set: [{ kind: 'contact-person', dueAt: event.dueAt }] }
    case 'ContactPersonRefused':
    case 'ContactPersonOfferLapsed':
      return { clear: ['contact-person'] }
    case 'ContactPersonChanged':
      return { clear: ['contact-person', 'successor'] }
    case 'ContactPersonLeft':
      return { set: [{ kind: 'successor', dueAt: event.successorDueAt }] }
    case 'SuccessorOverdue':
      return { clear: ['successor'] }
    case 'ContactNoted':
      return {
        ...(event.replyDueAt === undefined
          ? {}
          : { set: [{ kind: replyDeadline(event.note), dueAt: event.replyDueAt }] }),
        ...(event.answers === undefined || !isAnswer(event)
          ? {}
          : { clear: [replyDeadline(event.answers)] }),
      }
    case 'ReplyOverdue':
      return { clear: [replyDeadline(event.note)] }
    case 'AcuteDangerReported':
      return { set: [{ kind: dangerDeadline(event.danger), dueAt: event.reviewDueAt }] }
    case 'AcuteDangerReviewed':
    case 'DangerReviewOverdue':
      return { clear: [dangerDeadline(event.danger)] }
    // An unreviewed danger and an unanswered message run on: closing does not answer them.
    case 'CaseClosed':
      return { clear: ['first-contact', 'contact-person'] }
    case 'MelderErased':
      return { clear: ['first-contact', 'contact-person', ...event.notes.map(replyDeadline)] }
    case 'DeputyNamed':
    case 'DeputyEnded':
    case 'FileAdded':
    case 'WishRecorded':
    case 'LegalViewRecorded':
    case 'RoleTaken':
    case 'SafeContactSet':
    case 'AnonymityChanged':
    case 'PermissionGiven':
    case 'PermissionDeclined':
    case 'PermissionWithdrawn':
    case 'PermitGranted':
    case 'PermitRefused':
    case 'PermitCancelled':
    case 'AcuteDangerOpened':
      return {}
  }
}

export function erasureDeadlinesOf(event: ErasureEvent): DeadlineChanges<ErasureDeadline> {
  switch (event.type) {
    case 'LegalHoldPlaced':
      return { set: [{ kind: holdDeadline(event.hold), dueAt: event.reviewDueAt }] }
    case 'LegalHoldLifted':
    case 'LegalHoldOverdue':
      return { clear: [holdDeadline(event.hold)] }
    case 'ErasureRequested':
      return { set: [{ kind: 'answer', dueAt: event.answerDueAt }] }
    case 'ErasureOverdue':
    case 'ErasureRefused':
      return { clear: ['answer'] }
    case 'ErasureGranted':
      return { clear: ['answer'], set: [{ kind: 'erase', dueAt: justBefore(event.at) }] }
    case 'ErasureIncomplete': {
      const kind = event.stage === 'backups' ? 'final' : 'erase'
      return { set: [{ kind, dueAt: event.againDueAt }] }
    }
    case 'ErasureCompleted':
      return { clear: ['erase'], set: [{ kind: 'final', dueAt: event.finalDueAt }] }
    case 'ErasureFinal':
      return { clear: ['final'] }
    case 'PartyErased':
      return {}
  }
}

/** A due instant is reached by the first one after it: what is due at once was due a moment ago. */
const justBefore = (at: string): string => new Date(Date.parse(at) - 1).toISOString()
