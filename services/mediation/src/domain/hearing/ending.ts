/** Texts of the office, findings, and the ways in which a hearing ends. */
import { accept, reject } from '@wederhoor/decider/decider'
import type {
  AddReport,
  DraftClosingNotice,
  EndHearing,
  HearingDecision,
  MakeFindings,
} from './commands.ts'
import { bothHeard, exchangeDone, halfServed, refused, unequal } from './gate.ts'
import { overOr } from './opening.ts'
import { type ExistingHearing, isOver, reached } from './state.ts'
import { tiesIn } from './ties.ts'

/** A report of a talk or call goes to both, and both may remark on it by a statement. */
export function addReport(command: AddReport, state: ExistingHearing): HearingDecision {
  const known = state.documents[command.document]
  if (known !== undefined) return sameText(known.digest, command)
  if (state.kind === 'general-letter') return refused(command, 'anonymous')
  if (state.status !== 'served') return overOr(state, 'not-served-yet')
  return added(command, state, 'report')
}

/** Without reasons, to a respondent who was reached; the one thing that still goes out after a withdrawal. */
export function draftClosingNotice(
  command: DraftClosingNotice,
  state: ExistingHearing,
): HearingDecision {
  const known = state.documents[command.document]
  if (known !== undefined) return sameText(known.digest, command)
  const drafted = Object.values(state.documents).some((one) => one.kind === 'closing-notice')
  if (drafted) return reject({ reason: 'document-exists' })
  if (!isOver(state) || !reached(state)) return reject({ reason: 'nobody-to-tell' })
  return added(command, state, 'closing-notice')
}

function added(
  command: AddReport | DraftClosingNotice,
  state: ExistingHearing,
  kind: 'report' | 'closing-notice',
): HearingDecision {
  const { document, content, context } = command
  const { actor, at } = context
  const { office } = state.parties
  const by = actor.pseudonym
  return accept({ type: 'DocumentAdded', kind, document, office, content, by, at })
}

function sameText(
  digest: string,
  command: AddReport | DraftClosingNotice | MakeFindings,
): HearingDecision {
  return digest === command.content.sealed ? accept() : reject({ reason: 'document-exists' })
}

/** Never before each side is heard or silent, and both have the same file. Optional, and never a judgement. */
export function makeFindings(command: MakeFindings, state: ExistingHearing): HearingDecision {
  const known = state.documents[command.document]
  if (known !== undefined) return sameText(known.digest, command)
  if (isOver(state)) return overOr(state, 'not-served-yet')
  if (state.kind === 'general-letter') return refused(command, 'anonymous')
  if (state.findings !== undefined) return reject({ reason: 'findings-stand' })
  const { document, content, facts, context } = command
  const { office } = state.parties
  const ties = tiesIn(facts, context.actor.pseudonym, state)
  if (ties.length > 0) return refused(command, 'handler-has-tie', { ties: [...ties] })
  if (state.status !== 'served' || !bothHeard(state)) return refused(command, 'not-yet-heard')
  if (unequal(state).length > 0) return refused(command, 'file-unequal')
  const { actor, at } = context
  return accept({ type: 'FindingsMade', document, office, content, by: actor.pseudonym, at })
}

export function endHearing(command: EndHearing, state: ExistingHearing): HearingDecision {
  const { end } = command
  if (state.status === 'ended') {
    return state.end === end ? accept() : reject({ reason: 'hearing-over', end: state.end })
  }
  if (state.status === 'detached') return reject({ reason: 'hearing-over', end: 'detached' })
  switch (end) {
    case 'exchanged':
      return served(command, state, exchangeDone(state))
    case 'findings':
      if (state.findings === undefined) return reject({ reason: 'no-findings' })
      return served(command, state, bothHeard(state))
    case 'agreement':
      if (state.status !== 'served') return reject({ reason: 'not-served-yet' })
      return halfServed(state) ? refused(command, 'file-unequal') : ended(command, state)
    case 'passed-on':
      return halfServed(state) ? refused(command, 'file-unequal') : ended(command, state)
    case 'withdrawn':
      // A draft that the melder never permitted is put away; what was permitted only the melder withdraws.
      return state.status === 'prepared'
        ? ended(command, state)
        : reject({ reason: 'only-the-melder-withdraws' })
  }
}

function served(command: EndHearing, state: ExistingHearing, heard: boolean): HearingDecision {
  if (state.status !== 'served' || !heard) return refused(command, 'not-yet-heard')
  if (unequal(state).length > 0) return refused(command, 'file-unequal')
  return ended(command, state)
}

function ended(command: EndHearing, state: ExistingHearing): HearingDecision {
  const { actor, at } = command.context
  const { hearing } = state
  return accept({ type: 'HearingEnded', hearing, end: command.end, by: actor.pseudonym, at })
}
