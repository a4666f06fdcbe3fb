/** Until when a partner may take for each step, as the policy in force has it. */
import { dueAt } from '@wederhoor/calendar/instants'
import { termOf } from '@wederhoor/contracts/policy-settings'
import { rulingFor } from '@wederhoor/contracts/ruling'
import type { AnswerTerms } from './domain/referral/commands.ts'

export function offerTerms(at: string) {
  const { referral } = rulingFor('refer', at).settings
  return {
    seenDueAt: dueAt(at, termOf(referral.seenWithin)),
    acceptDueAt: dueAt(at, termOf(referral.acceptWithin)),
  }
}

export function answerTerms(at: string): AnswerTerms {
  const { referral } = rulingFor('refer', at).settings
  return {
    contactDueAt: dueAt(at, termOf(referral.contactWithin)),
    feedbackDueAt: dueAt(at, termOf(referral.feedbackWithin)),
  }
}
