/** Which stored events of intake the other services hear, and how. Pure. */
import {
  anonymityChanged,
  erasureAsked,
  handoverAccepted,
  handoverEscalated,
  handoverOffered,
  handoverRefused,
  meldingEnded,
  reportCounted,
} from '@wederhoor/contracts/events/intake'
import { publish } from '@wederhoor/contracts/published'
import type { IntakeEvent } from './domain/events.ts'

/** `dossier` is the entry's; a count has none. */
export function announce(
  event: IntakeEvent,
  dossier: string,
): ReturnType<typeof publish> | undefined {
  switch (event.type) {
    case 'HandoverOffered': {
      const { desk, attempt, at, dueAt } = event
      return publish(handoverOffered, dossier, { dossier, desk, attempt, offeredAt: at, dueAt })
    }
    case 'HandoverAccepted': {
      const { type: _type, attempt: _attempt, by, at, ...handed } = event
      return publish(handoverAccepted, dossier, {
        dossier,
        ...handed,
        acceptedBy: by,
        acceptedAt: at,
      })
    }
    case 'HandoverRefused': {
      const { desk, reason, at } = event
      return publish(handoverRefused, dossier, { dossier, desk, reason, refusedAt: at })
    }
    case 'HandoverEscalated':
      return publish(handoverEscalated, dossier, {
        dossier,
        why: escalationOf(event.why),
        escalatedAt: event.at,
      })
    case 'MeldingEnded':
      return publish(meldingEnded, dossier, { dossier, reason: event.reason, endedAt: event.at })
    case 'AnonymityChosen':
      return publish(anonymityChanged, dossier, {
        dossier,
        anonymity: event.anonymity,
        changedAt: event.at,
      })
    case 'ErasureWished': {
      const { melder, ground, at } = event
      return publish(erasureAsked, dossier, { dossier, melder, ground, askedAt: at })
    }
    case 'ReportCounted': {
      const { type: _type, ...facts } = event
      return publish(reportCounted, event.count, facts)
    }
    case 'MeldingRegistered':
    case 'MeldingAddedTo':
    case 'MeldingClassified':
    case 'HandoverLapsed':
    case 'AssignmentOverdue':
    case 'FirstContactOverdue':
    case 'QuestionAsked':
    case 'QuestionAnswered':
      return undefined
  }
}

/** Intake that never offered was silent too. */
const escalationOf = (why: Extract<IntakeEvent, { type: 'HandoverEscalated' }>['why']) =>
  why === 'not-offered' ? 'silence' : why
