/** Which facts of a melding run against a clock: whoever waits has one, until a desk accepted or it ended. */
import type { DeadlineChanges } from '@wederhoor/calendar/deadlines'
import type { MeldingEvent } from './domain/events.ts'
import type { MeldingDeadline } from './domain/melding/commands.ts'

export function deadlinesOf(event: MeldingEvent): DeadlineChanges<MeldingDeadline> {
  switch (event.type) {
    case 'MeldingRegistered':
      return {
        set: [
          { kind: 'offer', dueAt: event.offerDueAt },
          { kind: 'first-contact', dueAt: event.firstContactDueAt },
        ],
      }
    case 'HandoverOffered':
      return { set: [{ kind: 'acceptance', dueAt: event.dueAt }], clear: ['offer', 'assignment'] }
    case 'HandoverEscalated': {
      const dueAt = event.assignDueAt ?? event.at
      return { set: [{ kind: 'assignment', dueAt }], clear: ['offer', 'acceptance'] }
    }
    case 'AssignmentOverdue':
      return { set: [{ kind: 'assignment', dueAt: event.againDueAt }] }
    case 'FirstContactOverdue':
      return { clear: ['first-contact'] }
    // The term for a first contact was handed over: it goes on in the case.
    case 'HandoverAccepted':
    case 'MeldingEnded':
      return { clear: ['offer', 'acceptance', 'assignment', 'first-contact'] }
    case 'HandoverRefused':
    case 'HandoverLapsed':
      return { clear: ['acceptance'] }
    case 'MeldingAddedTo':
    case 'MeldingClassified':
    case 'AnonymityChosen':
    case 'QuestionAsked':
    case 'QuestionAnswered':
    case 'ErasureWished':
      return {}
  }
}
