/** Which facts of a hearing run against a clock. */
import type { DeadlineChanges } from '@wederhoor/calendar/deadlines'
import type { Dues, HearingEvent, Side } from './domain/events.ts'
import type { DeadlineKind } from './domain/hearing/commands.ts'

export function deadlinesOf(event: HearingEvent): DeadlineChanges<DeadlineKind> {
  switch (event.type) {
    case 'TermStarted':
      return { set: running(event.party, event.dues) }
    case 'TermExtended':
    case 'HearingReopened':
      return {
        set: [
          ...(event.melder === undefined ? [] : running('melder', event.melder)),
          ...(event.respondent === undefined ? [] : running('respondent', event.respondent)),
        ],
      }
    case 'ReminderSent': {
      const { to, silenceDueAt } = event
      return {
        set: [{ kind: `silence-${to}`, dueAt: silenceDueAt }],
        clear: [`reminder-${to}`],
      }
    }
    case 'StatementReceived':
      return { clear: kindsOf(event.author) }
    case 'HearingDeclined':
    case 'SilenceRecorded':
      return { clear: kindsOf(event.party) }
    case 'HearingEnded':
    case 'HearingDetached':
      return { clear: [...kindsOf('melder'), ...kindsOf('respondent')] }
    default:
      return {}
  }
}

const kindsOf = (side: Side): readonly DeadlineKind[] => [`reminder-${side}`, `silence-${side}`]

const running = (side: Side, dues: Dues) =>
  [
    { kind: `reminder-${side}`, dueAt: dues.reminderDueAt },
    { kind: `silence-${side}`, dueAt: dues.silenceDueAt },
  ] as const
