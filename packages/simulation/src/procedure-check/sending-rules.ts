/** What goes out: only under a permit, never naming a melder who is not known, nothing after a withdrawal. */
import type { PermitSoFar } from './dossier-so-far.ts'
import { type Fact, text } from './fact.ts'
import type { HearingSoFar } from './hearing-so-far.ts'
import type { LedgerSoFar } from './ledger-so-far.ts'

/** What is wrong with this entry, given all that stands before it; undefined when nothing is. */
export type Rule = (fact: Fact, before: LedgerSoFar) => string | undefined

const dispatches = new Set(['DocumentDispatched', 'ReminderSent'])
const harmless = new Set(['general-letter', 'closing-notice'])

export const dispatchUnderPermit: Rule = (fact, before) => {
  if (fact.type === 'ReferralOffered') return offerUnderPermit(fact, before)
  const sent = sentIn(fact, before)
  if (sent === undefined) return undefined
  if (sent === 'unknown') return 'nobody asked for a permit to send this'
  const { hearing, request } = sent
  const permit = before.dossiers.get(hearing.dossier)?.permits.get(text(fact, 'permit'))
  const digest = hearing.documents.get(request.document)?.digest
  if (permit === undefined) return 'case had not granted this permit'
  if (permit.request !== text(fact, 'request')) return 'the permit answers another request'
  if (permit.act !== request.act) return 'the permit is for another act'
  return (
    wrongWith(permit, { digest, receiver: hearing[request.to], at: fact.at }) ??
    (permit.isCancelled ? 'the permit was cancelled before' : undefined)
  )
}

/** One that a cancellation has overtaken on the way is called back; that it was, the end of the ledger shows. */
function offerUnderPermit(fact: Fact, before: LedgerSoFar): string | undefined {
  const referral = before.referrals.get(fact.stream)
  const permit = before.dossiers.get(fact.dossier ?? '')?.permits.get(text(fact, 'permit'))
  if (referral === undefined || permit === undefined) return 'case had not granted this permit'
  if (permit.act !== 'refer-with-data') return 'the permit is for another act'
  const { digest, partner: receiver } = referral
  return wrongWith(permit, { digest, receiver, at: fact.at })
}

function wrongWith(
  permit: PermitSoFar,
  sent: { readonly digest: string | undefined; readonly receiver: string; readonly at: string },
): string | undefined {
  if (sent.digest === undefined || permit.digest !== sent.digest)
    return 'the permit is for another text'
  if (permit.receiver !== sent.receiver) return 'the permit is for another receiver'
  return sent.at > permit.validUntil ? 'the permit had expired' : undefined
}

export const identityStaysHidden: Rule = (fact, before) => {
  const sent = sentIn(fact, before)
  if (sent === undefined || sent === 'unknown') return undefined
  const { hearing, request } = sent
  if (request.to === 'melder' || harmless.has(request.act)) return undefined
  const anonymity = before.dossiers.get(hearing.dossier)?.anonymity
  return anonymity === 'known-to-respondent'
    ? undefined
    : 'the melder had not let the respondent know who they are'
}

export const nothingAfterWithdrawal: Rule = (fact, before) => {
  const sent = sentIn(fact, before)
  if (sent === undefined || sent === 'unknown') return undefined
  const { hearing, request } = sent
  if (request.act === 'closing-notice') return undefined
  const permissions = [...(before.dossiers.get(hearing.dossier)?.permissions.values() ?? [])]
  const digests = [
    hearing.documents.get(hearing.draft)?.digest,
    ...(request.to === 'respondent' ? [hearing.documents.get(request.document)?.digest] : []),
  ]
  const isWithdrawn = digests.some((digest) => {
    const exact = permissions.filter(
      (one) => one.digest === digest && one.receiver === hearing.respondent,
    )
    return exact.length > 0 && exact.every((one) => one.isWithdrawn)
  })
  return isWithdrawn ? 'the melder had withdrawn, and only a closing notice goes out' : undefined
}

function sentIn(fact: Fact, before: LedgerSoFar) {
  if (!dispatches.has(fact.type)) return undefined
  const hearing = before.hearings.get(fact.stream)
  const request = hearing?.requests.get(text(fact, 'request'))
  return hearing === undefined || request === undefined
    ? 'unknown'
    : { hearing: hearing satisfies HearingSoFar, request }
}
