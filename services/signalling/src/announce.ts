/** Which stored events of signalling the other services hear, and how. Pure. */
import * as contract from '@wederhoor/contracts/events/signalling'
import { publish } from '@wederhoor/contracts/published'
import type { SignallingEvent } from './domain/events.ts'

export function announce(event: SignallingEvent): ReturnType<typeof publish> | undefined {
  switch (event.type) {
    case 'PatternDetected': {
      const { type: _type, ...facts } = event
      return publish(contract.patternDetected, event.pattern, facts)
    }
    case 'SignalSent': {
      const { signal, addressee, dueAt, at } = event
      return publish(contract.signalSent, signal, { signal, addressee, dueAt, at })
    }
    case 'SignalAnswered': {
      const { signal, addressee, action, at } = event
      return publish(contract.signalAnswered, signal, { signal, addressee, action, at })
    }
    case 'SignalOverdue': {
      const { signal, addressee, at } = event
      return publish(contract.signalOverdue, signal, { signal, addressee, at })
    }
    case 'OrganisationNamed':
    case 'SignalDrafted':
    case 'SignalRevised':
    case 'SignalOpened':
    case 'SignalApproved':
    case 'ApprovalRefused':
    case 'SignalReceived':
    case 'FollowUpDue':
    case 'FollowUpRecorded':
    case 'AdviceAsked':
    case 'AdviceGiven':
    case 'AdviceOverdue':
      return undefined
  }
}
