/**
 * After which facts a hearing is sealed: whenever something reached a party or the office decided that it does not, and
 * whenever it is over. A seal covers all that stands before it, so one seal may follow several of these.
 */
import type { HearingEvent } from '../events.ts'

const sealedAfter = [
  // It left the house: from here on the office cannot say that something else was in the letter.
  'DocumentDispatched',
  // The same text again, under a permit of its own.
  'ReminderSent',
  // The party has it, and its term runs.
  'DeliveryProven',
  // In the place of a serving: from here on the files of both differ, and it stands fast that and when two persons said so.
  'DocumentWithheld',
  // In the place of every serving to the respondent.
  'RespondentSkipped',
  // Over, in each of the ways in which a hearing ends.
  'HearingEnded',
  'HearingDetached',
] as const satisfies readonly HearingEvent['type'][]

const types: ReadonlySet<string> = new Set(sealedAfter)

export const isSealedAfter = (type: string): boolean => types.has(type)
