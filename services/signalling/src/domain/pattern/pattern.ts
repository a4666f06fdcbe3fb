/**
 * A pattern: one organisation of the reference register, named at several desks within a window (SIG-20). The stream
 * holds one line per report that names it, whatever the branch or the spelling. It begins with an organisation and ends
 * with one: a person or a sole trader never gets a stream.
 */
import {
  accept,
  type Command,
  type Decider,
  type Decision,
  reject,
} from '@wederhoor/decider/decider'
import type { EventOf } from '@wederhoor/vault/fields'
import type { organisationNamed, PatternEvent } from '../events.ts'

type Naming = EventOf<typeof organisationNamed>

export type NameOrganisation = Command<
  'NameOrganisation',
  Omit<Naming, 'type' | 'at'> & {
    /** What the register says it is. */
    readonly standing: 'legal-person' | 'no-legal-person' | 'not-in-register'
    /** At how many desks it becomes a pattern (policy). */
    readonly desksMin: number
  }
>

export type PatternRejection = { readonly reason: 'no-legal-person' | 'not-in-register' }

export interface Pattern {
  readonly namings: readonly Pick<Naming, 'count' | 'desk' | 'namedAt' | 'windowEndsAt'>[]
  readonly detected: boolean
}

export const patternDecider: Decider<NameOrganisation, PatternEvent, Pattern, PatternRejection> = {
  initial: { namings: [], detected: false },
  decide,
  evolve(state, event) {
    if (event.type === 'PatternDetected') return { ...state, detected: true }
    const { count, desk, namedAt, windowEndsAt } = event
    return { ...state, namings: [...state.namings, { count, desk, namedAt, windowEndsAt }] }
  },
}

function decide(
  command: NameOrganisation,
  state: Pattern,
): Decision<PatternEvent, PatternRejection> {
  const { type: _type, context, standing, desksMin, ...named } = command
  if (standing !== 'legal-person') return reject({ reason: standing })
  if (state.namings.some((one) => one.count === named.count)) return accept()
  const { at } = context
  const naming: PatternEvent = { type: 'OrganisationNamed', ...named, at }
  const together = state.detected ? undefined : widest([...state.namings, named], desksMin)
  if (together === undefined) return accept(naming)
  const { pattern, organisation } = named
  return accept<PatternEvent>(naming, {
    type: 'PatternDetected',
    pattern,
    organisation,
    ...together,
    at,
  })
}

/**
 * The window with the most reports among those with enough desks. Each report opens one, so that the order in which they
 * arrive makes no difference.
 */
function widest(namings: Pattern['namings'], desksMin: number) {
  const windows = namings.map((first) => {
    const within = namings.filter(
      (one) => one.namedAt >= first.namedAt && one.namedAt <= first.windowEndsAt,
    )
    return { desks: new Set(within.map((one) => one.desk)).size, reports: within.length }
  })
  const enough = windows.filter(({ desks }) => desks >= Math.max(2, desksMin))
  return enough.toSorted((left, right) => right.reports - left.reports)[0]
}
