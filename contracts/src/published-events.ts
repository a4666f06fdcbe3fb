/** Every published event of every service, in each version that was ever sent. One that stands here never leaves. */
import { caseEvents } from './events/case.ts'
import { intakeEvents } from './events/intake.ts'
import { mediationEvents } from './events/mediation.ts'
import { referralEvents } from './events/referral.ts'
import { signallingEvents } from './events/signalling.ts'
import type { PublishedDeclaration, ServiceName } from './published.ts'

export const publishedEvents: Readonly<Record<ServiceName, readonly PublishedDeclaration[]>> = {
  intake: intakeEvents,
  case: caseEvents,
  mediation: mediationEvents,
  referral: referralEvents,
  signalling: signallingEvents,
}

export const allPublishedEvents: readonly PublishedDeclaration[] =
  Object.values(publishedEvents).flat()
