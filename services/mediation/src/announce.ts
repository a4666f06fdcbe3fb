/** Which stored events of mediation the other services hear, and how. Nothing of a content, and of the track only its ends. */
import {
  complaintServed,
  cooperationRecorded,
  hearingEnded,
  hearingOpened,
  hearingPermitRequested,
  mediationEnded,
  mediationStarted,
  respondentAnswered,
  respondentSilent,
} from '@wederhoor/contracts/events/mediation'
import { publish } from '@wederhoor/contracts/published'
import type { HearingEvent } from './domain/events.ts'
import type { MediationEvent } from './domain/mediation-events.ts'

export function announce(
  event: HearingEvent | MediationEvent,
  dossier: string,
): ReturnType<typeof publish> | undefined {
  switch (event.type) {
    case 'PermitRequested': {
      const { request, hearing, act, receiver, digest, at } = event
      const asked = { dossier, request, hearing, act, receiver, digest, at }
      return publish(hearingPermitRequested, dossier, asked)
    }
    case 'HearingOpened': {
      const { hearing, respondent, organisation, at } = event
      return publish(hearingOpened, dossier, { dossier, hearing, respondent, organisation, at })
    }
    case 'TermStarted': {
      if (event.statement !== 'complaint') return undefined
      const { hearing, digest, dues, fromAt } = event
      const { answerDueAt } = dues
      return publish(complaintServed, dossier, {
        dossier,
        hearing,
        digest,
        answerDueAt,
        at: fromAt,
      })
    }
    case 'StatementReceived': {
      if (event.author !== 'respondent') return undefined
      const { hearing, late, at } = event
      return publish(respondentAnswered, dossier, { dossier, hearing, late, at })
    }
    case 'SilenceRecorded': {
      if (event.party !== 'respondent') return undefined
      const { hearing, at } = event
      return publish(respondentSilent, dossier, { dossier, hearing, at })
    }
    case 'CooperationRecorded': {
      const { hearing, cooperation, at } = event
      return publish(cooperationRecorded, dossier, { dossier, hearing, cooperation, at })
    }
    case 'HearingEnded': {
      const { hearing, end, at } = event
      return publish(hearingEnded, dossier, { dossier, hearing, end, at })
    }
    case 'MediationStarted':
      return publish(mediationStarted, dossier, {
        dossier,
        mediation: event.mediation,
        at: event.at,
      })
    case 'MediationEnded': {
      const { mediation, agreement, at } = event
      return publish(mediationEnded, dossier, { dossier, mediation, agreement, at })
    }
    default:
      return undefined
  }
}
