/** Which facts of a case run against a clock. */
import type { DeadlineChanges } from '@wederhoor/calendar/deadlines'
import { type CaseDeadline, dangerDeadline, replyDeadline } from './domain/case/commands.ts'
import { isAnswer } from './domain/case/evolve.ts'
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
    case 'DeputyNamed':
    case 'DeputyEnded':
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
