/** Terms of a hearing as the policy in force has them, and as this hearing has already given them. */
import { dueAt } from '@wederhoor/calendar/instants'
import { rulingFor } from '@wederhoor/contracts/ruling'
import type { At, Days, Dues } from './domain/events.ts'
import type { ProveDelivery } from './domain/hearing/commands.ts'
import type { HearingFile } from './domain/hearing/state.ts'

const daysAfter = (from: string, count: number): At =>
  dueAt(from, { unit: 'days', count, kind: 'own' }) as At

/** What the first party was given the next one is given too, with whatever was added since: the policy may have changed. */
export function termFrom(
  deliveredAt: string,
  state: HearingFile,
  at: string,
): ProveDelivery['term'] {
  const first = state.days ?? policyDays(at)
  const { extraDays } = state
  const days: Days = {
    answer: first.answer + extraDays,
    reminder: first.reminder + extraDays,
    silence: first.silence + extraDays,
  }
  const dues: Dues = {
    answerDueAt: daysAfter(deliveredAt, days.answer),
    reminderDueAt: daysAfter(deliveredAt, days.reminder),
    silenceDueAt: daysAfter(deliveredAt, days.silence),
  }
  return { days, dues }
}

function policyDays(at: string): Days {
  const { mediation } = rulingFor('serve', at).settings
  return {
    answer: mediation.answerWithin.value,
    reminder: mediation.remindAfter.value,
    silence: mediation.silentAfter.value,
  }
}

/** After a reminder there is as much time as the policy leaves between the reminder and silence. */
export function silenceAfterReminder(at: string, state: HearingFile): At {
  const { reminder, silence } = state.days ?? policyDays(at)
  return daysAfter(at, silence - reminder)
}

export function extended(dues: Dues, extraDays: number): Dues {
  return {
    answerDueAt: daysAfter(dues.answerDueAt, extraDays),
    reminderDueAt: daysAfter(dues.reminderDueAt, extraDays),
    silenceDueAt: daysAfter(dues.silenceDueAt, extraDays),
  }
}

export const extensionsMax = (at: string): number =>
  rulingFor('extend-hearing', at).settings.mediation.extensionsMax.value
