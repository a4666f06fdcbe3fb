/** A hearing of both sides: each is asked, each gets what the other got, and nothing goes out unpermitted. */
import { accept, type Decider, reject } from '@wederhoor/decider/decider'
import type { HearingEvent } from '../events.ts'
import { declineToBeHeard, receiveStatement, recordCooperation } from './answering.ts'
import type { HearingCommand, HearingDecision, HearingRejection } from './commands.ts'
import { addReport, draftClosingNotice, endHearing, makeFindings } from './ending.ts'
import { evolve } from './evolve.ts'
import {
  changeHandler,
  noteAnonymity,
  noteCaseClosed,
  noteCaseReopened,
  notePermission,
  noteWithdrawal,
  prepare,
  revise,
} from './opening.ts'
import {
  confirmSkip,
  confirmWithholding,
  liftWithholding,
  openDocument,
  proposeSkip,
  proposeWithholding,
} from './second-person.ts'
import {
  dispatch,
  losePermit,
  proveDelivery,
  receivePermit,
  reportUndelivered,
  requestReminder,
  requestServing,
} from './serving.ts'
import type { Hearing } from './state.ts'
import { deadlineReached, extendTerm } from './terms.ts'

export const hearingDecider: Decider<HearingCommand, HearingEvent, Hearing, HearingRejection> = {
  initial: { status: 'unknown' },
  decide,
  evolve,
}

function decide(command: HearingCommand, state: Hearing): HearingDecision {
  if (state.refused === command.context.id) return accept()
  if (command.type === 'PrepareHearing') return prepare(command, state)
  if (state.status === 'unknown') return reject({ reason: 'no-such-hearing' })
  switch (command.type) {
    case 'ReviseDraft':
      return revise(command, state)
    case 'ChangeHandler':
      return changeHandler(command, state)
    case 'NotePermission':
      return notePermission(command, state)
    case 'NoteWithdrawal':
      return noteWithdrawal(command, state)
    case 'NoteAnonymity':
      return noteAnonymity(command, state)
    case 'NoteCaseClosed':
      return noteCaseClosed(command, state)
    case 'NoteCaseReopened':
      return noteCaseReopened(command, state)
    case 'RequestServing':
      return requestServing(command, state)
    case 'RequestReminder':
      return requestReminder(command, state)
    case 'ReceivePermit':
      return receivePermit(command, state)
    case 'LosePermit':
      return losePermit(command, state)
    case 'Dispatch':
      return dispatch(command, state)
    case 'ProveDelivery':
      return proveDelivery(command, state)
    case 'ReportUndelivered':
      return reportUndelivered(command, state)
    case 'ReceiveStatement':
      return receiveStatement(command, state)
    case 'DeclineToBeHeard':
      return declineToBeHeard(command, state)
    case 'ExtendTerm':
      return extendTerm(command, state)
    case 'DeadlineReached':
      return deadlineReached(command, state)
    case 'RecordCooperation':
      return recordCooperation(command, state)
    case 'AddReport':
      return addReport(command, state)
    case 'DraftClosingNotice':
      return draftClosingNotice(command, state)
    case 'OpenDocument':
      return openDocument(command, state)
    case 'ProposeWithholding':
      return proposeWithholding(command, state)
    case 'ConfirmWithholding':
      return confirmWithholding(command, state)
    case 'LiftWithholding':
      return liftWithholding(command, state)
    case 'ProposeSkip':
      return proposeSkip(command, state)
    case 'ConfirmSkip':
      return confirmSkip(command, state)
    case 'MakeFindings':
      return makeFindings(command, state)
    case 'EndHearing':
      return endHearing(command, state)
  }
}
