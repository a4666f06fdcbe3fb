/** Who holds a matter changes on acceptance only; where two persons are asked for, they are two. */
import { type Fact, text } from './fact.ts'
import type { Side } from './hearing-so-far.ts'
import type { LedgerSoFar } from './ledger-so-far.ts'
import type { Rule } from './sending-rules.ts'

export const holderByAcceptance: Rule = (fact, before) => {
  const dossier = before.dossiers.get(fact.dossier ?? '')
  switch (fact.type) {
    case 'HandoverAccepted': {
      const { offer } = dossier ?? {}
      const isOffered =
        offer?.desk === text(fact, 'desk') && offer.attempt === String(fact.data['attempt'])
      return isOffered ? undefined : 'nothing was offered to this desk'
    }
    case 'CaseOpened':
      return dossier?.acceptedBy === text(fact, 'desk') ? undefined : 'this desk had not accepted'
    case 'ContactPersonChanged': {
      const person = text(fact, 'contactPerson')
      if (dossier?.contactPersonOfferedTo !== person) return 'it was not offered to this person'
      return fact.by === person ? undefined : 'somebody else accepted for the contact person'
    }
    case 'ReferralAccepted': {
      const referral = before.referrals.get(fact.stream)
      if (referral?.isOut !== true) return 'nothing was offered to this partner'
      if (referral.isRecalled) return 'it was called back before'
      return referral.isSeen ? undefined : 'the partner had not seen it'
    }
    default:
      return undefined
  }
}

export const twoPersons: Rule = (fact, before) => {
  switch (fact.type) {
    case 'DocumentWithheld': {
      const document = before.hearings.get(fact.stream)?.documents.get(text(fact, 'document'))
      const first = document?.withholdingProposedBy.get(text(fact, 'from') as Side)
      return second(fact, first, document?.openedBy)
    }
    case 'RespondentSkipped': {
      const hearing = before.hearings.get(fact.stream)
      const draft = hearing?.documents.get(hearing.draft)
      return second(fact, hearing?.skipProposedBy, draft?.openedBy)
    }
    case 'AcuteDangerReviewed': {
      const danger = before.dossiers.get(fact.dossier ?? '')?.dangers.get(text(fact, 'danger'))
      return second(fact, danger?.reportedBy, danger?.openedBy)
    }
    case 'SignalApproved':
      return secondOfSignal(fact, before)
    default:
      return undefined
  }
}

function secondOfSignal(fact: Fact, before: LedgerSoFar): string | undefined {
  const signal = before.signals.get(fact.stream)
  if (signal?.writers.has(fact.by)) return 'the second person is the first'
  const [writer] = signal?.writers ?? []
  return second(fact, writer, signal?.openedBy)
}

function second(
  { by }: Fact,
  first: string | undefined,
  openedBy: ReadonlySet<string> | undefined,
): string | undefined {
  if (first === undefined || first === '') return 'there was no first person'
  if (first === by) return 'the second person is the first'
  return openedBy?.has(by) === true ? undefined : 'the second person had not opened it'
}
