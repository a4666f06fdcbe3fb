/** Which stored events of referral the other services hear, and how. Pure. */
import {
  personPointed,
  referralAccepted,
  referralContactMade,
  referralDone,
  referralOffered,
  referralOverdue,
  referralPermitRequested,
  referralRecalled,
  referralRefused,
  referralSeen,
} from '@wederhoor/contracts/events/referral'
import { publish } from '@wederhoor/contracts/published'
import type { AnyReferralEvent } from './domain/events.ts'

/** `dossier` is the entry's; a covenant has none, and is nobody's business but ours. */
export function announce(
  event: AnyReferralEvent,
  dossier: string,
): ReturnType<typeof publish> | undefined {
  switch (event.type) {
    case 'PersonPointed': {
      const { partner, at } = event
      return publish(personPointed, dossier, { dossier, partner, form: 'told', at })
    }
    case 'PersonCalledTogether': {
      const { partner, at } = event
      return publish(personPointed, dossier, { dossier, partner, form: 'called-together', at })
    }
    case 'PermitRequested': {
      const { referral, request, partner: receiver, digest, at } = event
      const asked = {
        dossier,
        request,
        referral,
        act: 'refer-with-data',
        receiver,
        digest,
        at,
      } as const
      return publish(referralPermitRequested, dossier, asked)
    }
    case 'ReferralOffered': {
      const { referral, partner, acceptDueAt: dueAt, at } = event
      return publish(referralOffered, dossier, { dossier, referral, partner, dueAt, at })
    }
    case 'ReferralSeen':
      return publish(referralSeen, dossier, { dossier, ...told(event) })
    case 'ReferralAccepted':
      return publish(referralAccepted, dossier, { dossier, ...told(event) })
    case 'ReferralRefused':
      return publish(referralRefused, dossier, { dossier, ...told(event), reason: event.reason })
    case 'ContactMade':
      return publish(referralContactMade, dossier, { dossier, ...told(event) })
    case 'ReferralDone':
      return publish(referralDone, dossier, { dossier, ...told(event), outcome: event.outcome })
    case 'ReferralOverdue':
      return publish(referralOverdue, dossier, { dossier, ...told(event), step: event.step })
    case 'ReferralRecalled':
      return publish(referralRecalled, dossier, { dossier, ...told(event), opened: event.opened })
    case 'ReferralDrafted':
    case 'ReferralWithheld':
    case 'PermitReceived':
    case 'PermitRefused':
    case 'PermitCancelled':
    case 'OfferWithheld':
    case 'ReferralDropped':
    case 'ReferralDetached':
    case 'StuckCaseRaised':
    case 'EscalationTakenUp':
    case 'CovenantRegistered':
    case 'CovenantRevoked':
      return undefined
  }
}

const told = ({
  referral,
  partner,
  at,
}: {
  readonly referral: string
  readonly partner: string
  readonly at: string
}) => ({ referral, partner, at })
