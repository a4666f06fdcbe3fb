/** Contact with people: the note of every day, what they show, the first contact from the first knock, and the reply clock (CAS-04). */
import { accept, reject } from '@wederhoor/decider/decider'
import type { CaseEvent, CaseEventOf } from '../events.ts'
import type { AddFile, CaseDecision, NoteContact, SetSafeContact } from './commands.ts'
import { cancelPermits } from './permit.ts'
import type { ExistingCase } from './state.ts'

export function noteContact(command: NoteContact, state: ExistingCase): CaseDecision {
  const { type: _type, context, replyDueAt, ...facts } = command
  if (state.notes.some((one) => one.note === facts.note)) return accept()
  if (facts.answers !== undefined && !state.notes.some((one) => one.note === facts.answers)) {
    return reject({ reason: 'nothing-to-answer' })
  }
  const by = context.actor.pseudonym
  const isWaiting = facts.direction === 'in' && facts.result === 'message'
  const noted: CaseEventOf<'ContactNoted'> = {
    type: 'ContactNoted',
    ...facts,
    ...(isWaiting ? { replyDueAt } : {}),
    by,
    at: context.at,
  }
  if (!isFirstContact(command, state)) return accept<CaseEvent>(noted)
  const late = context.at > state.firstContact.dueAt
  return accept<CaseEvent>(noted, { type: 'FirstContactMade', by, late, at: context.at })
}

/** Far more than anybody shows; whoever has a code cannot fill the disk. */
const FILES_MAX = 200

/** Passes a closed case: a letter comes when it comes. */
export function addFile(
  { type: _type, context, ...facts }: AddFile,
  state: ExistingCase,
): CaseDecision {
  if (state.files.some((one) => one.file === facts.file)) return accept()
  if (state.files.length >= FILES_MAX) return reject({ reason: 'too-many-files' })
  return accept({ type: 'FileAdded', ...facts, by: context.actor.pseudonym, at: context.at })
}

/** Somebody spoke with the melder. A message left or received is not yet contact. */
const isFirstContact = (command: NoteContact, state: ExistingCase): boolean =>
  state.status === 'open' &&
  state.firstContact.kind !== 'made' &&
  command.party === state.melder &&
  command.result === 'reached'

/** A rule that lets nothing out also stops what a permit was granted for. */
export function setSafeContact(command: SetSafeContact, state: ExistingCase): CaseDecision {
  const { party, outgoing, rule, context } = command
  if (state.safeContactRules.includes(rule.sealed)) return accept()
  const { at } = context
  const set: CaseEvent = {
    type: 'SafeContactSet',
    party,
    outgoing,
    rule,
    by: context.actor.pseudonym,
    at,
  }
  if (outgoing === 'allowed') return accept(set)
  const stopped = cancelPermits(
    state,
    { why: 'not-safe', at },
    (permit) => String(permit.receiver) === String(party),
  )
  return accept(set, ...stopped)
}
