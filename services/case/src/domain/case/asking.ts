/** Builders for tests: what people ask of a case, by whom it is asked coming last. */
import type { CommandContext } from '@wederhoor/decider/decider'
import type { Pseudonym } from '../events.ts'
import { danger, nextDay, reason, sealed } from './builders.ts'
import type { CaseCommand } from './commands.ts'

type Of<Type extends CaseCommand['type']> = Extract<CaseCommand, { readonly type: Type }>

export const neighbours = ['desk-b']

export const nameDeputy = (deputy: Pseudonym, context: CommandContext): Of<'NameDeputy'> => ({
  type: 'NameDeputy',
  deputy,
  context,
})
export const endDeputy = (deputy: Pseudonym, context: CommandContext): Of<'EndDeputy'> => ({
  type: 'EndDeputy',
  deputy,
  context,
})
export const offerTo = (to: Pseudonym, context: CommandContext): Of<'OfferContactPerson'> => ({
  type: 'OfferContactPerson',
  to,
  reason: 'absence',
  explanation: sealed('explanation'),
  dueAt: nextDay,
  context,
})
export const acceptOffer = (context: CommandContext): Of<'AcceptContactPerson'> => ({
  type: 'AcceptContactPerson',
  context,
})
export const refuseOffer = (context: CommandContext): Of<'RefuseContactPerson'> => ({
  type: 'RefuseContactPerson',
  reason: reason('geen-capaciteit'),
  context,
})
export const replace = (
  contactPerson: Pseudonym,
  context: CommandContext,
): Of<'ReplaceContactPerson'> => ({
  type: 'ReplaceContactPerson',
  contactPerson,
  successorDueAt: nextDay,
  context,
})
export const openDanger = (context: CommandContext): Of<'OpenAcuteDanger'> => ({
  type: 'OpenAcuteDanger',
  danger: danger(1),
  neighbours,
  context,
})
export const reviewDanger = (context: CommandContext): Of<'ReviewAcuteDanger'> => ({
  type: 'ReviewAcuteDanger',
  danger: danger(1),
  verdict: 'justified',
  neighbours,
  context,
})
