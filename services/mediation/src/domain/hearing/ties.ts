/** Ties of somebody who handles or signs: computed from recorded facts, never from a tick. */
import type { OrganisationId, PartyId, Tie } from '../events.ts'
import type { ActorFacts } from './commands.ts'
import type { ExistingHearing } from './state.ts'

export interface Parties {
  readonly melder: PartyId
  readonly respondent: PartyId
  readonly organisation?: OrganisationId | undefined
}

/** A branch is tied when its organisation is: the register number stands before the dash. */
export function tiesOf(facts: ActorFacts, parties: Parties): readonly Tie[] {
  const ties: Tie[] = []
  const { melder, respondent, organisation } = parties
  const same = (one: string) =>
    organisation !== undefined && numberOf(one) === numberOf(organisation)
  if (facts.organisations.some(same)) ties.push('employer')
  if (
    facts.declaredTies.some((one) => one === melder || one === respondent || isNumber(one, same))
  ) {
    ties.push('declared')
  }
  if (facts.roles.length > 0) ties.push('role')
  return ties
}

/** The same within a hearing: a tie that was recorded of somebody stays theirs, whether they name it again or not. */
export const tiesIn = (
  facts: ActorFacts,
  by: string,
  state: Pick<ExistingHearing, 'parties' | 'organisation' | 'tied'>,
): readonly Tie[] => {
  const { melder, respondent } = state.parties
  const ties = tiesOf(facts, { melder, respondent, organisation: state.organisation })
  return ties.length === 0 && state.tied.some((one) => one === by) ? ['declared'] : ties
}

const organisationForm = /^\d{8}(-\d{12})?$/
const numberOf = (organisation: string): string => organisation.slice(0, 8)
const isNumber = (one: string, same: (one: string) => boolean): boolean =>
  organisationForm.test(one) && same(one)
