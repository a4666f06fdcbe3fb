/** Of one referral: what was drafted for whom, and how far it came. */
import { type Fact, text } from './fact.ts'

export interface ReferralSoFar {
  readonly dossier: string
  readonly partner: string
  digest: string
  isOut: boolean
  isSeen: boolean
  isRecalled: boolean
  /** Offered although its permit was cancelled already: the cancellation had not arrived, and must call it back. */
  overtakenAt: number | undefined
}

export function noteReferral(
  referrals: Map<string, ReferralSoFar>,
  fact: Fact,
  isPermitCancelled: boolean,
): void {
  const known = referrals.get(fact.stream) ?? {
    dossier: fact.dossier ?? '',
    partner: text(fact, 'partner'),
    digest: '',
    isOut: false,
    isSeen: false,
    isRecalled: false,
    overtakenAt: undefined,
  }
  referrals.set(fact.stream, known)
  switch (fact.type) {
    case 'ReferralDrafted':
      known.digest = fact.commitments['/content'] ?? ''
      return
    case 'ReferralOffered':
      known.isOut = true
      if (isPermitCancelled) known.overtakenAt = fact.position
      return
    case 'PersonCalledTogether':
      known.isOut = true
      return
    case 'ReferralSeen':
      known.isSeen = true
      return
    case 'ReferralRecalled':
      known.isRecalled = true
  }
}
