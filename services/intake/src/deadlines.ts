/** Which facts of a melding run against a clock. */
import type { MeldingEvent } from './domain/events.ts'

export type MeldingDeadline = 'offer' | 'acceptance'

export interface DeadlineChanges<Kind extends string> {
  readonly set?: readonly { readonly kind: Kind; readonly dueAt: string }[]
  readonly clear?: readonly Kind[]
}

export function deadlinesOf(event: MeldingEvent): DeadlineChanges<MeldingDeadline> {
  switch (event.type) {
    case 'MeldingRegistered':
      return { set: [{ kind: 'offer', dueAt: event.offerDueAt }] }
    case 'HandoverOffered':
      return { set: [{ kind: 'acceptance', dueAt: event.dueAt }], clear: ['offer'] }
    case 'HandoverAccepted':
    case 'HandoverEscalated':
    case 'MeldingEnded':
      return { clear: ['offer', 'acceptance'] }
    case 'HandoverRefused':
    case 'HandoverLapsed':
      return { clear: ['acceptance'] }
    case 'MeldingAddedTo':
    case 'MeldingClassified':
    case 'AnonymityChosen':
    case 'QuestionAsked':
    case 'QuestionAnswered':
      return {}
  }
}
