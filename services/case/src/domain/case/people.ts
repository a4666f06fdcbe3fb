/** The fixed contact person, deputies, and a handover that counts only when the next one accepts (CAS-01, CAS-03). */
import { accept, reject } from '@wederhoor/decider/decider'
import type {
  AcceptContactPerson,
  CaseDecision,
  EndDeputy,
  NameDeputy,
  OfferContactPerson,
  RefuseContactPerson,
  ReplaceContactPerson,
} from './commands.ts'
import type { ExistingCase } from './state.ts'

export function nameDeputy(command: NameDeputy, state: ExistingCase): CaseDecision {
  const { deputy, context } = command
  if (deputy === state.contactPerson || state.deputies.includes(deputy)) return accept()
  return accept({ type: 'DeputyNamed', deputy, by: context.actor.pseudonym, at: context.at })
}

export function endDeputy(command: EndDeputy, state: ExistingCase): CaseDecision {
  const { deputy, context } = command
  if (!state.deputies.includes(deputy)) return accept()
  return accept({ type: 'DeputyEnded', deputy, by: context.actor.pseudonym, at: context.at })
}

/** A newer offer replaces an older one; the present contact person holds on until somebody accepts. */
export function offerContactPerson(command: OfferContactPerson, state: ExistingCase): CaseDecision {
  const { type: _type, context, ...facts } = command
  const isSettled = facts.to === state.contactPerson && state.successor === undefined
  if (isSettled || state.offer?.to === facts.to) return accept()
  return accept({
    type: 'ContactPersonOffered',
    melder: state.melder,
    ...facts,
    by: context.actor.pseudonym,
    at: context.at,
  })
}

export function acceptContactPerson(
  { context }: AcceptContactPerson,
  state: ExistingCase,
): CaseDecision {
  const contactPerson = context.actor.pseudonym
  if (state.offer?.to !== contactPerson) {
    return state.contactPerson === contactPerson
      ? accept()
      : reject({ reason: 'not-offered-to-you' })
  }
  return accept({
    type: 'ContactPersonChanged',
    contactPerson,
    previous: state.contactPerson,
    at: context.at,
  })
}

export function refuseContactPerson(
  { context, reason }: RefuseContactPerson,
  state: ExistingCase,
): CaseDecision {
  const by = context.actor.pseudonym
  if (state.offer === undefined && state.refusedBy === by) return accept()
  if (state.offer?.to !== by) return reject({ reason: 'not-offered-to-you' })
  return accept({ type: 'ContactPersonRefused', by, reason, at: context.at })
}

/** Somebody is gone: the first deputy stands in at once, the team lead where there is none, until a handover. */
export function replaceContactPerson(
  command: ReplaceContactPerson,
  state: ExistingCase,
): CaseDecision {
  const { contactPerson, successorDueAt, context } = command
  if (contactPerson !== state.contactPerson) return accept()
  const by = context.actor.pseudonym
  const interim = state.deputies[0] ?? by
  if (interim === contactPerson) return reject({ reason: 'deputy-needed' })
  return accept({
    type: 'ContactPersonLeft',
    contactPerson,
    interim,
    successorDueAt,
    by,
    at: context.at,
  })
}
