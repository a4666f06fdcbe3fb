/** What a refusal of a rule is over HTTP: every reason has a status and words, or this does not compile. */
import { denied, type Problem, problem, refuse } from '@wederhoor/http/problem'
import type { CovenantRejection } from '../domain/covenant.ts'
import type { WithheldReason } from '../domain/events.ts'
import type { ReferralRejection } from '../domain/referral/commands.ts'

type Reason = ReferralRejection['reason']

const statuses: Readonly<Record<Reason, number>> = {
  'no-such-referral': 404,
  'already-begun': 409,
  'case-closed': 409,
  'no-fields': 400,
  'not-the-holding-desk': 403,
  'not-a-draft': 409,
  'permit-does-not-match': 409,
  'no-live-permit': 409,
  'not-offered-to-this-organisation': 403,
  'basis-gone': 409,
  'not-seen-yet': 409,
  'not-accepted-yet': 409,
  'already-accepted': 409,
  'referral-recalled': 409,
  'not-out': 409,
  'nothing-to-take-up': 409,
}

const texts: Readonly<Record<Reason, string>> = {
  'no-such-referral': 'There is no such referral.',
  'already-begun': 'This referral has begun already; another one gets another number.',
  'case-closed': 'The case is closed. Open it again before you refer.',
  'no-fields': 'Say which data goes over, or tell the person where to go.',
  'not-the-holding-desk': 'Another desk holds this case.',
  'not-a-draft': 'This referral has gone out or ended already.',
  'permit-does-not-match': 'This permit is for another text, receiver or request.',
  'no-live-permit': 'There is no live permit for this.',
  'not-offered-to-this-organisation': 'This was not offered to your organisation.',
  'basis-gone': 'There is no valid covenant for this any more; ask the desk that sent it.',
  'not-seen-yet': 'Open it first, then accept.',
  'not-accepted-yet': 'Accept it first.',
  'already-accepted': 'The partner has accepted this and is responsible for it now.',
  'referral-recalled': 'This was recalled: it opens no more. Do nothing further with it.',
  'not-out': 'This referral has ended, or has not gone out.',
  'nothing-to-take-up': 'Nothing of the kind was escalated.',
}

/** Refused access is noted in the access log, also where the rule and not the role refused it. */
export function refusal(rejection: ReferralRejection): Problem {
  const { reason } = rejection
  switch (reason) {
    case 'not-offered-to-this-organisation':
      return denied('other-organisation', texts[reason])
    case 'not-the-holding-desk':
      return denied('other-desk', texts[reason])
    case 'referral-recalled':
    case 'basis-gone':
      return problem(statuses[reason], { code: reason, detail: texts[reason], denied: reason })
    default:
      return refuse(rejection, statuses, texts)
  }
}

const withheldTexts: Readonly<Record<WithheldReason, string>> = {
  'no-covenant': 'Police and prosecution get data only under a covenant, and there is none.',
  'covenant-revoked': 'The covenant was revoked.',
  'covenant-not-in-period': 'The covenant does not hold today.',
  'covenant-of-others': 'This desk or this partner is no party to the covenant.',
  'covenant-for-another-purpose': 'The covenant is for another purpose.',
  'fields-outside-covenant': 'The covenant does not name all of these fields.',
  'fields-beyond-minimum': 'Without a covenant only the minimum of fields goes over.',
}

/** Not allowed to go over. The refusal itself stands in the case history. */
export const withheld = (why: WithheldReason): Problem =>
  problem(409, { code: why, detail: `${withheldTexts[why]} You can tell the person where to go.` })

const covenantStatuses: Readonly<Record<CovenantRejection['reason'], number>> = {
  'no-such-covenant': 404,
  'covenant-revoked': 409,
  'version-out-of-order': 409,
  'period-empty': 400,
}

const covenantTexts: Readonly<Record<CovenantRejection['reason'], string>> = {
  'no-such-covenant': 'There is no such covenant.',
  'covenant-revoked': 'The covenant was revoked; a new one begins at version 1.',
  'version-out-of-order': 'A covenant goes from each version to the next and never changes in one.',
  'period-empty': 'The last day lies before the first.',
}

export const covenantRefusal = (rejection: CovenantRejection): Problem =>
  refuse(rejection, covenantStatuses, covenantTexts)
