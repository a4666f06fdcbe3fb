/** From a draft to a hearing that may begin, and what the case tells it on the way. */
import { accept, reject } from '@wederhoor/decider/decider'
import type { HearingEvent } from '../events.ts'
import type {
  ChangeHandler,
  HearingDecision,
  NoteAnonymity,
  NoteCaseClosed,
  NoteCaseReopened,
  NotePermission,
  NoteWithdrawal,
  PrepareHearing,
  ReviseDraft,
} from './commands.ts'
import { fits, refused } from './gate.ts'
import { draftOf, type ExistingHearing, type Hearing, type Permission } from './state.ts'
import { reopened } from './terms.ts'
import { tiesIn, tiesOf } from './ties.ts'

/** A handler who is tied to a party, or was involved in the conduct, does not handle it. */
export function prepare(command: PrepareHearing, state: Hearing): HearingDecision {
  if (state.status !== 'unknown') {
    return state.draft === command.document ? accept() : reject({ reason: 'already-prepared' })
  }
  const { type: _type, context, facts, ...prepared } = command
  const ties = tiesOf(facts, prepared)
  if (ties.length > 0) return refused(command, 'handler-has-tie', { ties: [...ties] })
  if (prepared.kind === 'complaint' && prepared.anonymity !== 'known-to-respondent') {
    return refused(command, 'anonymous')
  }
  const { at, actor } = context
  return accept({ type: 'HearingPrepared', ...prepared, by: actor.pseudonym, at })
}

/** A changed text is another text: the permission for the old one does not carry over. */
export function revise(command: ReviseDraft, state: ExistingHearing): HearingDecision {
  const draft = draftOf(state)
  if (draft?.digest === command.content.sealed) return accept()
  if (state.status === 'skipped') return reject({ reason: 'respondent-skipped' })
  if (state.status !== 'prepared' && state.status !== 'opened') return overOr(state, 'already-sent')
  const standing = draft?.for.respondent.is
  if (standing !== 'due' && standing !== 'asked') return reject({ reason: 'already-sent' })
  const { content, context } = command
  return accept({
    type: 'DraftRevised',
    by: context.actor.pseudonym,
    melder: state.parties.melder,
    document: state.draft,
    content,
    at: context.at,
  })
}

export function changeHandler(command: ChangeHandler, state: ExistingHearing): HearingDecision {
  const { facts, context } = command
  if (state.handler === context.actor.pseudonym) return accept()
  const ties = tiesIn(facts, context.actor.pseudonym, state)
  if (ties.length > 0) return refused(command, 'handler-has-tie', { ties: [...ties] })
  return accept({ type: 'HandlerChanged', by: context.actor.pseudonym, at: context.at })
}

/** Permission for exactly this draft opens the hearing; any other is only remembered. */
export function notePermission(command: NotePermission, state: ExistingHearing): HearingDecision {
  const { permission, act, receiver, digest, context } = command
  if (state.permissions[permission] !== undefined) return accept()
  if (receiver !== state.parties.respondent) return accept()
  const { at } = context
  const noted: HearingEvent = { type: 'PermissionNoted', permission, act, receiver, digest, at }
  const draft = draftOf(state)
  if (state.status !== 'prepared' || draft === undefined || !fits(command, state, draft)) {
    return accept(noted)
  }
  const { hearing, parties, organisation } = state
  const { respondent } = parties
  return accept<HearingEvent>(noted, {
    type: 'HearingOpened',
    hearing,
    permission,
    respondent,
    organisation,
    at,
  })
}

/**
 * A withdrawn permission for the draft ends the hearing, whoever was reached is owed a closing notice. One for a
 * reply that has not left yet takes that reply back. What has left has left.
 */
export function noteWithdrawal(command: NoteWithdrawal, state: ExistingHearing): HearingDecision {
  const known = state.permissions[command.permission]
  if (known === undefined || known.withdrawn) return accept()
  const { permission, context } = command
  const { at, actor } = context
  const noted: HearingEvent = { type: 'PermissionWithdrawalNoted', permission, at }
  const draft = draftOf(state)
  if (draft !== undefined && fits(known, state, draft)) {
    if (state.status === 'ended') return accept(noted)
    const { hearing } = state
    return accept<HearingEvent>(noted, {
      type: 'HearingEnded',
      hearing,
      end: 'withdrawn',
      by: actor.pseudonym,
      at,
    })
  }
  return accept(noted, ...retracted(state, known, at))
}

function retracted(
  state: ExistingHearing,
  permission: Permission,
  at: NoteWithdrawal['context']['at'],
): readonly HearingEvent[] {
  return Object.values(state.documents)
    .filter((one) => one.author === 'melder' && one.id !== state.draft)
    .filter((one) => fits(permission, state, one))
    .filter((one) => one.for.respondent.is === 'due' || one.for.respondent.is === 'asked')
    .map(({ id }) => ({ type: 'StatementRetracted', document: id, at }))
}

export function noteAnonymity(command: NoteAnonymity, state: ExistingHearing): HearingDecision {
  if (state.anonymity === command.anonymity) return accept()
  return accept({ type: 'AnonymityNoted', anonymity: command.anonymity, at: command.context.at })
}

/** Closing a case does not wait for a mute respondent: what still runs is detached. It ends every permission. */
export function noteCaseClosed(command: NoteCaseClosed, state: ExistingHearing): HearingDecision {
  if (state.caseClosed) return accept()
  const { at } = command.context
  if (state.status === 'ended') return accept({ type: 'CaseClosedNoted', at })
  return accept({ type: 'HearingDetached', hearing: state.hearing, at })
}

export function noteCaseReopened(
  command: NoteCaseReopened,
  state: ExistingHearing,
): HearingDecision {
  if (!state.caseClosed) return accept()
  const { at } = command.context
  if (state.status === 'detached') return accept(reopened(state, 'case-reopened', at))
  const noted: HearingEvent = { type: 'CaseReopenedNoted', at }
  return state.reopens === undefined || state.withdrawn
    ? accept(noted)
    : accept<HearingEvent>(noted, reopened(state, state.reopens, at))
}

export function overOr(
  state: ExistingHearing,
  reason: 'already-sent' | 'not-served-yet',
): HearingDecision {
  if (state.status === 'ended') return reject({ reason: 'hearing-over', end: state.end })
  if (state.status === 'detached') return reject({ reason: 'hearing-over', end: 'detached' })
  return reject({ reason })
}
