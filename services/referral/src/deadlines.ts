/** Which facts of a referral run against a clock: each step that is expected of the partner. */
import type { DeadlineChanges } from '@wederhoor/calendar/deadlines'
import type { PartnerStep, ReferralEvent } from './domain/events.ts'

export function deadlinesOf(event: ReferralEvent): DeadlineChanges<PartnerStep> {
  switch (event.type) {
    case 'PersonCalledTogether':
      return { set: [{ kind: 'acceptance', dueAt: event.acceptDueAt }] }
    case 'ReferralOffered':
      return {
        set: [
          { kind: 'seen', dueAt: event.seenDueAt },
          { kind: 'acceptance', dueAt: event.acceptDueAt },
        ],
      }
    case 'ReferralSeen':
      return { clear: ['seen'] }
    case 'ReferralAccepted':
      return {
        clear: ['seen', 'acceptance'],
        set: [
          { kind: 'contact', dueAt: event.contactDueAt },
          { kind: 'feedback', dueAt: event.feedbackDueAt },
        ],
      }
    case 'ContactMade':
      return { clear: ['contact'] }
    case 'ReferralRefused':
    case 'ReferralDone':
    case 'ReferralRecalled':
    case 'ReferralDetached':
      return { clear: ['seen', 'acceptance', 'contact', 'feedback'] }
    case 'PersonPointed':
    case 'ReferralDrafted':
    case 'ReferralWithheld':
    case 'PermitRequested':
    case 'PermitReceived':
    case 'PermitRefused':
    case 'PermitCancelled':
    case 'OfferWithheld':
    case 'ReferralOverdue':
    case 'ReferralDropped':
    case 'StuckCaseRaised':
    case 'EscalationTakenUp':
      return {}
  }
}
