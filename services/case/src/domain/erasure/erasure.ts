/**
 * The erasure of one party in one dossier: asked for, perhaps held back, decided by somebody else, carried out in steps
 * that each may fail and are then taken up again. It has two dates: when the live stores are empty of it, and when no
 * backup opens it either.
 */
import { accept, type Decider, reject } from '@wederhoor/decider/decider'
import { derivedId } from '@wederhoor/decider/derived-id'
import type { ErasureEvent, RefusalGround } from '../erasure-events.ts'
import type {
  DecideErasure,
  ErasureCommand,
  ErasureDecision,
  ErasureRejection,
  LiftLegalHold,
  NoteCompleted,
  NoteErased,
  NoteFinal,
  NoteIncomplete,
  NoteOverdue,
  PlaceLegalHold,
  RequestErasure,
  ReviewHold,
} from './commands.ts'
import { evolve } from './evolve.ts'
import { type Erasure, type ErasureOf, standingHolds } from './state.ts'

/** One stream for a party in a dossier, found again from both. */
export const erasureStream = (dossier: string, party: string): string =>
  `erasure-${derivedId(dossier, `erasure ${party}`)}`

export const erasureDecider: Decider<ErasureCommand, ErasureEvent, Erasure, ErasureRejection> = {
  initial: { status: 'none', holds: [], lifters: [] },
  decide,
  evolve,
}

function decide(command: ErasureCommand, state: Erasure): ErasureDecision {
  switch (command.type) {
    case 'RequestErasure':
      return request(command, state)
    case 'PlaceLegalHold':
      return placeHold(command, state)
    case 'LiftLegalHold':
      return liftHold(command, state)
    case 'DecideErasure':
      return decideErasure(command, state)
    case 'NoteOverdue':
      return noteOverdue(command, state)
    case 'NoteErased':
      return noteErased(command, state)
    case 'NoteIncomplete':
      return noteIncomplete(command, state)
    case 'NoteCompleted':
      return noteCompleted(command, state)
    case 'NoteFinal':
      return noteFinal(command, state)
    case 'ReviewHold':
      return reviewHold(command, state)
  }
}

/** The one ground that the clock decides about. */
const TERM_PASSED = 'bewaartermijn-verstreken'

/** From the decision on there is no way back: what is being destroyed cannot be held. */
const isDecided = (
  state: Erasure,
): state is ErasureOf<'granted' | 'erased' | 'completed' | 'final'> =>
  state.status !== 'none' && state.status !== 'requested' && state.status !== 'refused'

/** Also after a refusal: whoever was refused may ask again. */
function request(command: RequestErasure, state: Erasure): ErasureDecision {
  if (state.status === 'requested' || isDecided(state)) return accept()
  const { party, ground, how, by, answerDueAt, retainedUntil, context } = command
  const isRetained = retainedUntil === undefined || context.at <= retainedUntil
  if (String(ground) === TERM_PASSED && isRetained) return reject({ reason: 'retention-runs' })
  const asker = (by ?? context.actor.pseudonym) as typeof context.actor.pseudonym
  const asked = { party, ground, how, answerDueAt, by: asker, at: context.at }
  return accept({ type: 'ErasureRequested', ...asked })
}

/** May stand before anybody asks. */
function placeHold(command: PlaceLegalHold, state: Erasure): ErasureDecision {
  const { hold, party, ground, reviewDueAt, context } = command
  if (state.holds.some((one) => one.hold === hold)) return accept()
  if (isDecided(state)) return reject({ reason: 'already-decided' })
  const by = context.actor.pseudonym
  return accept({ type: 'LegalHoldPlaced', hold, party, ground, reviewDueAt, by, at: context.at })
}

function liftHold({ hold, context }: LiftLegalHold, state: Erasure): ErasureDecision {
  const found = state.holds.find((one) => one.hold === hold)
  if (found === undefined) return reject({ reason: 'no-such-hold' })
  if (found.standing === 'lifted') return accept()
  return accept({ type: 'LegalHoldLifted', hold, by: context.actor.pseudonym, at: context.at })
}

/** A hold turns a decision to erase into a recorded refusal. What was refused is asked for again, not decided again. */
function decideErasure(command: DecideErasure, state: Erasure): ErasureDecision {
  if (state.status === 'none') return reject({ reason: 'nothing-requested' })
  if (state.status === 'refused') return accept()
  if (isDecided(state))
    return command.verdict === 'erase' ? accept() : reject({ reason: 'already-decided' })
  const by = command.context.actor.pseudonym
  if (state.requestedBy === by || state.lifters.includes(by))
    return reject({ reason: 'same-person' })
  if (command.hands.includes(by)) return reject({ reason: 'handled-it' })
  const { party, ground } = state
  const { at } = command.context
  const refused = (grounds: readonly RefusalGround[]): ErasureDecision =>
    accept({ type: 'ErasureRefused', party, grounds: [...grounds], by, at })
  if (command.verdict === 'refuse') return refused([command.ground])
  const holding = [...command.running, ...standingHolds(state).map((one) => one.ground)]
  if (holding.length > 0)
    return refused([...new Set(holding)] as readonly string[] as RefusalGround[])
  const { defence } = command
  if (command.heardByAnother && defence === undefined)
    return reject({ reason: 'defence-not-weighed' })
  return accept({ type: 'ErasureGranted', party, ground, defence, by, at })
}

function noteOverdue({ dueAt, context }: NoteOverdue, state: Erasure): ErasureDecision {
  if (state.status !== 'requested' || state.answerDueAt !== dueAt || state.overdue) return accept()
  return accept({ type: 'ErasureOverdue', party: state.party, dueAt, at: context.at })
}

function noteErased({ digests, context }: NoteErased, state: Erasure): ErasureDecision {
  if (state.status !== 'granted')
    return isDecided(state) ? accept() : reject({ reason: 'not-granted' })
  const { party, ground, decider } = state
  return accept({ type: 'PartyErased', party, digests, ground, decider, at: context.at })
}

function noteIncomplete(command: NoteIncomplete, state: Erasure): ErasureDecision {
  if (!isDecided(state)) return reject({ reason: 'not-granted' })
  if (state.status === 'final') return accept()
  const { left, againDueAt, context } = command
  // Only the answer that it stands was lost: an attempt before the day of the backups would end their epochs too soon.
  if (state.status === 'completed' && context.at <= state.finalDueAt) return accept()
  if (state.incomplete?.againDueAt === againDueAt) return accept()
  const stage = state.status === 'completed' ? 'backups' : 'live-stores'
  const tries = state.tries + 1
  const { party } = state
  return accept({
    type: 'ErasureIncomplete',
    party,
    stage,
    left: [...left],
    tries,
    againDueAt,
    at: context.at,
  })
}

function noteCompleted(command: NoteCompleted, state: Erasure): ErasureDecision {
  if (state.status === 'completed' || state.status === 'final') return accept()
  if (state.status !== 'erased') return reject({ reason: 'not-erased' })
  const { type: _type, context, ...facts } = command
  return accept({ type: 'ErasureCompleted', party: state.party, ...facts, at: context.at })
}

function noteFinal({ context }: NoteFinal, state: Erasure): ErasureDecision {
  if (state.status === 'final') return accept()
  if (state.status !== 'completed') return reject({ reason: 'not-erased' })
  return accept({ type: 'ErasureFinal', party: state.party, at: context.at })
}

/** A review that was not held lifts nothing: it is seen that it is late. */
function reviewHold({ hold, dueAt, context }: ReviewHold, state: Erasure): ErasureDecision {
  const found = state.holds.find((one) => one.hold === hold)
  if (found?.standing !== 'stands' || found.reviewDueAt !== dueAt) return accept()
  return accept({ type: 'LegalHoldOverdue', hold, dueAt, at: context.at })
}
