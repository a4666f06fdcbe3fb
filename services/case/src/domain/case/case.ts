/** A case: from the acceptance by a desk until it closes, and again after a return. Holds the melder's permission. */
import { accept, type Decider, reject } from '@wederhoor/decider/decider'
import type { CaseEvent } from '../events.ts'
import { refusalFor } from './access.ts'
import {
  type CaseCommand,
  type CaseDecision,
  type CaseRejection,
  type ChangeAnonymity,
  type CloseCase,
  type DeadlineReached,
  dangerDeadline,
  type NoteErasure,
  type OpenCase,
  type RecordLegalView,
  type RecordWish,
  type ReopenCase,
  replyDeadline,
  type StaffCommand,
  type TakeRole,
} from './commands.ts'
import { addFile, noteContact, setSafeContact } from './contact.ts'
import { openAcuteDanger, reportAcuteDanger, reviewAcuteDanger } from './danger.ts'
import { evolve } from './evolve.ts'
import {
  acceptContactPerson,
  endDeputy,
  nameDeputy,
  offerContactPerson,
  refuseContactPerson,
  replaceContactPerson,
} from './people.ts'
import { declinePermission, givePermission, withdrawPermission } from './permission.ts'
import { acts, cancelPermits, decidePermit, reveals } from './permit.ts'
import type { Case, ExistingCase } from './state.ts'

export const caseDecider: Decider<CaseCommand, CaseEvent, Case, CaseRejection> = {
  initial: { status: 'unknown', answered: [], asked: [] },
  decide,
  evolve,
}

function decide(command: CaseCommand, state: Case): CaseDecision {
  switch (command.type) {
    case 'OpenCase':
      return openCase(command, state)
    case 'ChangeAnonymity':
      return changeAnonymity(command, state)
    case 'DecidePermit':
      return decidePermit(command, state)
    case 'NoteErasure':
      return noteErasure(command, state)
    case 'DeadlineReached':
      return deadlineReached(command, state)
  }
  return asked(command, state)
}

/**
 * What staff ask: first who asks, then whether the case still stands open for it. A knock, a withdrawal, danger and
 * safety pass a closed case as well.
 */
function asked(command: StaffCommand, state: Case): CaseDecision {
  if (state.status === 'unknown') return reject({ reason: 'no-such-case' })
  const refusal = refusalFor(command, state)
  if (refusal !== undefined) return reject(refusal)
  switch (command.type) {
    case 'NoteContact':
      return noteContact(command, state)
    case 'AddFile':
      return addFile(command, state)
    case 'SetSafeContact':
      return setSafeContact(command, state)
    case 'WithdrawPermission':
      return withdrawPermission(command, state)
    case 'ReportAcuteDanger':
      return reportAcuteDanger(command, state)
    case 'OpenAcuteDanger':
      return openAcuteDanger(command, state)
    case 'ReviewAcuteDanger':
      return reviewAcuteDanger(command, state)
    case 'CloseCase':
      return close(command, state)
    case 'ReopenCase':
      return reopen(command, state)
  }
  return state.status === 'closed' ? reject({ reason: 'case-closed' }) : askedOfOpen(command, state)
}

type PassesClosed =
  | 'NoteContact'
  | 'AddFile'
  | 'SetSafeContact'
  | 'WithdrawPermission'
  | 'ReportAcuteDanger'
  | 'OpenAcuteDanger'
  | 'ReviewAcuteDanger'
  | 'CloseCase'
  | 'ReopenCase'

function askedOfOpen(
  command: Exclude<StaffCommand, { readonly type: PassesClosed }>,
  state: ExistingCase,
): CaseDecision {
  switch (command.type) {
    case 'NameDeputy':
      return nameDeputy(command, state)
    case 'EndDeputy':
      return endDeputy(command, state)
    case 'OfferContactPerson':
      return offerContactPerson(command, state)
    case 'AcceptContactPerson':
      return acceptContactPerson(command, state)
    case 'RefuseContactPerson':
      return refuseContactPerson(command, state)
    case 'ReplaceContactPerson':
      return replaceContactPerson(command, state)
    case 'RecordWish':
      return recordWish(command, state)
    case 'RecordLegalView':
      return recordLegalView(command, state)
    case 'TakeRole':
      return takeRole(command, state)
    case 'GivePermission':
      return givePermission(command, state)
    case 'DeclinePermission':
      return declinePermission(command, state)
  }
}

function openCase(command: OpenCase, state: Case): CaseDecision {
  const { type: _type, context, ...facts } = command
  if (state.status === 'unknown') return accept({ type: 'CaseOpened', ...facts, at: context.at })
  return state.desk === facts.desk
    ? accept()
    : reject({ reason: 'already-opened', desk: state.desk })
}

/** Before there is a case the change is not lost: the acceptance carries the state as it is by then. */
function changeAnonymity(command: ChangeAnonymity, state: Case): CaseDecision {
  const { anonymity, context } = command
  if (state.status === 'unknown' || state.melderErased || state.anonymity === anonymity)
    return accept()
  const changed: CaseEvent = { type: 'AnonymityChanged', anonymity, at: context.at }
  const after = { ...state, anonymity }
  const stopped = cancelPermits(state, { why: 'anonymous', at: context.at }, ({ act, receiver }) =>
    reveals(act, receiver, after),
  )
  return accept(changed, ...stopped)
}

function recordWish(command: RecordWish, state: ExistingCase): CaseDecision {
  const { wish, ownPart, context } = command
  if (state.wish === wish.sealed) return accept()
  const by = context.actor.pseudonym
  return accept({ type: 'WishRecorded', melder: state.melder, wish, ownPart, by, at: context.at })
}

function recordLegalView({ view, context }: RecordLegalView, state: ExistingCase): CaseDecision {
  if (state.legalView === view.sealed) return accept()
  const by = context.actor.pseudonym
  return accept({ type: 'LegalViewRecorded', melder: state.melder, view, by, at: context.at })
}

function takeRole({ role, context }: TakeRole, state: ExistingCase): CaseDecision {
  if (state.role === role) return accept()
  return accept({ type: 'RoleTaken', role, by: context.actor.pseudonym, at: context.at })
}

/** Waits for nobody, and never asks for the melder's view. What a permit was out for stays here, a last notice not. */
function close(command: CloseCase, state: ExistingCase): CaseDecision {
  if (state.status === 'closed') return accept()
  const { outcome, reasons, context } = command
  const { at } = context
  const by = context.actor.pseudonym
  const stopped = cancelPermits(
    state,
    { why: 'case-closed', at },
    (permit) => !acts[permit.act].afterClosing,
  )
  return accept(...stopped, { type: 'CaseClosed', melder: state.melder, outcome, reasons, by, at })
}

function reopen(command: ReopenCase, state: ExistingCase): CaseDecision {
  if (state.status === 'open') return accept()
  if (state.melderErased) return reject({ reason: 'melder-erased' })
  const { why, firstContactDueAt, context } = command
  return accept({
    type: 'CaseReopened',
    why,
    firstContactDueAt,
    by: context.actor.pseudonym,
    at: context.at,
  })
}

/** Ends an open case without reasons: there is nobody left to whom they could be told. Permits towards others go with it. */
function noteErasure({ party, context }: NoteErasure, state: Case): CaseDecision {
  if (state.status === 'unknown' || state.melder !== party || state.melderErased) return accept()
  const { melder, status } = state
  const { at } = context
  const stopped = cancelPermits(
    state,
    { why: 'case-closed', at },
    (permit) => permit.receiver === String(melder) || !acts[permit.act].afterClosing,
  )
  const waiting = state.notes.filter((one) => one.party === melder && one.reply !== 'none')
  const notes = waiting.map((one) => one.note)
  return accept(...stopped, { type: 'MelderErased', melder, wasOpen: status === 'open', notes, at })
}

/** A deadline that no longer stands changes nothing. */
function deadlineReached({ deadline, dueAt, context }: DeadlineReached, state: Case): CaseDecision {
  if (state.status === 'unknown') return accept()
  const { at } = context
  const danger = state.dangers.find((one) => dangerDeadline(one.danger) === deadline)
  if (danger?.review === 'due' && danger.reviewDueAt === dueAt) {
    return accept({ type: 'DangerReviewOverdue', danger: danger.danger, dueAt, at })
  }
  const note = state.notes.find((one) => replyDeadline(one.note) === deadline)
  if (
    note !== undefined &&
    note.reply !== 'none' &&
    note.reply.kind === 'due' &&
    note.reply.dueAt === dueAt
  ) {
    return accept({ type: 'ReplyOverdue', note: note.note, dueAt, at })
  }
  const { successor } = state
  if (deadline === 'successor' && successor?.kind === 'due' && successor.dueAt === dueAt) {
    return accept({ type: 'SuccessorOverdue', dueAt, at })
  }
  return state.status === 'open' ? openDeadlineReached({ deadline, dueAt, at }, state) : accept()
}

function openDeadlineReached(
  {
    deadline,
    dueAt,
    at,
  }: Pick<DeadlineReached, 'deadline' | 'dueAt'> & { readonly at: DeadlineReached['dueAt'] },
  state: ExistingCase,
): CaseDecision {
  const { firstContact, offer } = state
  if (deadline === 'first-contact' && firstContact.kind === 'due' && firstContact.dueAt === dueAt) {
    return accept({ type: 'FirstContactOverdue', dueAt, at })
  }
  if (deadline === 'contact-person' && offer?.dueAt === dueAt) {
    return accept({ type: 'ContactPersonOfferLapsed', to: offer.to, at })
  }
  return accept()
}
