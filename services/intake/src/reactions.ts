/**
 * What intake hears of the others: enough to tell the melder, by code, what was done (INT-09). It decides nothing.
 */
import { type CasePublished, caseEvents } from '@wederhoor/contracts/events/case'
import { type MediationPublished, mediationEvents } from '@wederhoor/contracts/events/mediation'
import { type ReferralPublished, referralEvents } from '@wederhoor/contracts/events/referral'
import { reader } from '@wederhoor/contracts/published'

export const readHeard = reader([...caseEvents, ...mediationEvents, ...referralEvents])
export type Heard = CasePublished | MediationPublished | ReferralPublished

/** The step that a melder reads, or undefined for what stays inside the house or belongs to the other party. */
export function stepHeard(event: Heard): string | undefined {
  switch (event.name) {
    case 'case-opened':
    case 'case-closed':
    case 'case-reopened':
    case 'contact-person-changed':
    case 'permission-given':
    case 'permission-withdrawn':
    case 'hearing-opened':
    case 'complaint-served':
    case 'respondent-answered':
    case 'respondent-silent':
    case 'hearing-ended':
    case 'mediation-started':
    case 'mediation-ended':
    case 'person-pointed':
    case 'referral-offered':
    case 'referral-accepted':
    case 'referral-refused':
    case 'referral-contact-made':
    case 'referral-done':
    case 'referral-recalled':
    case 'erasure-refused':
      return event.name
    case 'permit-requested':
    case 'permit-granted':
    case 'permit-refused':
    case 'permit-cancelled':
    case 'cooperation-recorded':
    case 'referral-seen':
    case 'referral-overdue':
    // Nobody reads by code any more then.
    case 'party-erased':
      return undefined
  }
}
