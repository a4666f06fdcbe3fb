/**
 * Who may ask what of a case: staff of the desk that holds it, a deputy wherever they work, the national layer, and the
 * melder by code about their own permission.
 */
import type { CommandContext } from '@wederhoor/decider/decider'
import type { CaseRejection, StaffCommand } from './commands.ts'
import type { ExistingCase } from './state.ts'

export const leadRole = 'team-lead'
export const nationalRole = 'national-coordinator'
/** Somebody who came by the melder's code; no account has this role. */
export const melderRole = 'melder'

/**
 * `assigned`: contact person or deputy; a deputy acts at once, without a handover. `lead`: of the holding desk, or the
 * national layer. `colleague`: of the holding desk. `melder`: whose case it is. `outside`: everybody else.
 */
export type Standing = 'assigned' | 'lead' | 'colleague' | 'melder' | 'outside'

type Person = Pick<CommandContext['actor'], 'role' | 'desk' | 'pseudonym'>
type Assignment = Pick<ExistingCase, 'desk' | 'melder' | 'contactPerson' | 'deputies'>

export function standingOf({ role, desk, pseudonym }: Person, state: Assignment): Standing {
  if (role === melderRole) return pseudonym === String(state.melder) ? 'melder' : 'outside'
  if (role === nationalRole) return 'lead'
  if (desk === state.desk && role === leadRole) return 'lead'
  if (state.contactPerson === pseudonym || state.deputies.includes(pseudonym)) return 'assigned'
  return desk === state.desk ? 'colleague' : 'outside'
}

/**
 * `steer`: who is assigned, or a lead. `help`: any colleague too, because a knock is never sent away for want of the
 * right person. `lead`: it is about the contact person. `named`: the decision itself looks for the one it is about.
 */
type Need = 'steer' | 'help' | 'lead' | 'named'

const needs: Readonly<Record<StaffCommand['type'], Need>> = {
  NameDeputy: 'steer',
  EndDeputy: 'steer',
  OfferContactPerson: 'steer',
  AcceptContactPerson: 'named',
  RefuseContactPerson: 'named',
  ReplaceContactPerson: 'lead',
  NoteContact: 'help',
  AddFile: 'help',
  RecordWish: 'help',
  RecordLegalView: 'steer',
  TakeRole: 'steer',
  SetSafeContact: 'help',
  GivePermission: 'steer',
  DeclinePermission: 'help',
  WithdrawPermission: 'help',
  ReportAcuteDanger: 'help',
  OpenAcuteDanger: 'named',
  ReviewAcuteDanger: 'named',
  CloseCase: 'steer',
  ReopenCase: 'help',
}

/** What the melder decides by their own hand. */
const own: readonly StaffCommand['type'][] = [
  'GivePermission',
  'DeclinePermission',
  'WithdrawPermission',
]

/** Why this person may not, or undefined. A witness decides nothing about the case of another (WIT-02). */
export function refusalFor(command: StaffCommand, state: ExistingCase): CaseRejection | undefined {
  const standing = standingOf(command.context.actor, state)
  if (standing === 'melder') {
    // Whoever tells something may show it, a witness too; it is theirs alone.
    if (command.type === 'AddFile' && command.party === state.melder) return undefined
    if (!own.includes(command.type)) return { reason: 'not-of-this-desk' }
    return state.melderDecides ? undefined : { reason: 'melder-does-not-decide' }
  }
  switch (needs[command.type]) {
    case 'named':
      return undefined
    case 'help':
      return standing === 'outside' ? { reason: 'not-of-this-desk' } : undefined
    case 'steer':
      if (standing === 'outside') return { reason: 'not-of-this-desk' }
      return standing === 'colleague' ? { reason: 'not-assigned' } : undefined
    case 'lead':
      if (standing === 'outside') return { reason: 'not-of-this-desk' }
      return standing === 'lead' ? undefined : { reason: 'only-the-team-lead' }
  }
}
