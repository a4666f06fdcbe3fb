/**
 * What signalling does when the others say something. Pure. A count that names an organisation becomes a naming of it,
 * under the number that all its branches and spellings share; a namesake has another number.
 */

import { addDays, addMonths } from '@wederhoor/calendar/dates'
import { dueAt, endOfDay, type Instant, instant } from '@wederhoor/calendar/instants'
import { type IntakePublished, reportCounted } from '@wederhoor/contracts/events/intake'
import { cooperationRecorded, hearingOpened } from '@wederhoor/contracts/events/mediation'
import { organisation, registerNumber } from '@wederhoor/contracts/organisations'
import { termOf } from '@wederhoor/contracts/policy-settings'
import { reader } from '@wederhoor/contracts/published'
import type { Ruling } from '@wederhoor/contracts/ruling'
import { derivedId } from '@wederhoor/decider/derived-id'
import type { Uuid } from '@wederhoor/vault/fields'
import type { NameOrganisation } from './domain/pattern/pattern.ts'

export const readHeard = reader([reportCounted, hearingOpened, cooperationRecorded])

export type ReportCounted = Extract<IntakePublished, { name: 'report-counted' }>

export interface NamingReaction {
  readonly stream: string
  readonly command: Omit<NameOrganisation, 'context'>
}

/** `time`: when the report was counted. Undefined for a report that names no organisation. */
export function namingOf(
  event: ReportCounted,
  time: string,
  settings: Ruling['settings'],
): NamingReaction | undefined {
  if (event.organisation === undefined) return undefined
  const number = registerNumber(event.organisation)
  const pattern = patternOf(number)
  const namedAt = whenNamed(event.month, time)
  const { patternWindow, patternDesks } = settings.signalling
  return {
    stream: patternStream(pattern),
    command: {
      type: 'NameOrganisation',
      pattern: pattern as Uuid<'PatternId'>,
      organisation: number as Uuid<'RegisterNumber'>,
      count: event.count,
      desk: event.desk,
      month: event.month,
      namedAt,
      windowEndsAt: dueAt(namedAt, termOf(patternWindow)),
      standing: standingOf(event.organisation),
      desksMin: patternDesks.value,
    },
  }
}

/** Who classifies late does not move a report into another window: it is at most as young as its month. */
function whenNamed(month: string, time: string): Instant {
  const monthEndsAt = endOfDay(addDays(addMonths(`${month}-01`, 1), -1))
  const countedAt = instant(new Date(time).toISOString())
  const isLate = countedAt > monthEndsAt
  return isLate ? monthEndsAt : countedAt
}

function standingOf(id: string): NameOrganisation['standing'] {
  const found = organisation(id)
  if (found === undefined) return 'not-in-register'
  return found.legalPerson ? 'legal-person' : 'no-legal-person'
}

/** One register number, one pattern: the number is public, so the id may be derived from it. */
export const patternOf = (number: string): string => derivedId(registerNamespace, number)
const registerNamespace = 'c2a4f0d1-6b1e-4f7c-9a55-3d0c7e8b9f21'

export const patternStream = (pattern: string): string => `pattern-${pattern}`
