/**
 * The evidence of one log, decided about by people: a new epoch and an exchange of keys take two, of whom the second is
 * never the first. Checks by officers and failures are recorded as they come.
 */
import { accept, type Decider, type Decision, reject } from '@wederhoor/decider/decider'
import { derivedId } from '@wederhoor/decider/derived-id'
import type {
  BeginEpoch,
  ConfirmEpoch,
  ConfirmRotation,
  EvidenceCommand,
  EvidenceRejection,
  NoteRotated,
  ProposeEpoch,
  ProposeRotation,
  RecordCheck,
  RecordFailure,
} from './evidence-commands.ts'
import type { EvidenceEvent, EvidenceEventOf } from './evidence-events.ts'
import { type Proposal, proposalName } from './proposal-name.ts'

type EvidenceDecision = Decision<EvidenceEvent, EvidenceRejection>

export interface Evidence {
  /** Proposed and not begun. */
  readonly epoch: EvidenceEventOf<'EpochProposed'> | undefined
  /** The one that began last. */
  readonly begun: EvidenceEventOf<'EpochBegun'> | undefined
  /** Name of the proposal that it carried out. */
  readonly begunFrom: string | undefined
  readonly rotation: EvidenceEventOf<'LogKeyRotationProposed'> | undefined
  readonly rotated: EvidenceEventOf<'LogKeyRotated'> | undefined
  readonly rotatedFrom: string | undefined
  /** Oldest first. */
  readonly checks: readonly EvidenceEventOf<'LedgerChecked'>[]
  readonly failures: readonly EvidenceEventOf<'VerificationFailed'>[]
}

/** One stream for a log, found again from its own origin. */
export const evidenceStream = (log: string): string =>
  `evidence-${derivedId(evidenceNamespace, log)}`
const evidenceNamespace = '0c1f1f6e-7a5c-5d0e-9d5b-52a0d7f3c7c4'

export const evidenceDecider: Decider<EvidenceCommand, EvidenceEvent, Evidence, EvidenceRejection> =
  {
    initial: {
      epoch: undefined,
      begun: undefined,
      begunFrom: undefined,
      rotation: undefined,
      rotated: undefined,
      rotatedFrom: undefined,
      checks: [],
      failures: [],
    },
    decide,
    evolve,
  }

function decide(command: EvidenceCommand, state: Evidence): EvidenceDecision {
  switch (command.type) {
    case 'ProposeEpoch':
      return proposeEpoch(command, state)
    case 'ConfirmEpoch':
      return confirmEpoch(command, state)
    case 'BeginEpoch':
      return begin(command, state)
    case 'ProposeRotation':
      return proposeRotation(command, state)
    case 'ConfirmRotation':
      return confirmRotation(command, state)
    case 'NoteRotated':
      return noteRotated(command, state)
    case 'RecordCheck':
      return recordCheck(command, state)
    case 'RecordFailure':
      return recordFailure(command, state)
  }
}

/** A proposal stands until it is carried out; a better one with the same number takes its place. */
function proposeEpoch(
  { type: _, context, ...said }: ProposeEpoch,
  state: Evidence,
): EvidenceDecision {
  const { epoch } = state
  const { actor, at } = context
  const by = actor.pseudonym
  if (epoch !== undefined && epoch.by === by && isSameProposal(epoch, said)) return accept()
  return accept({ type: 'EpochProposed', ...said, by, at })
}

function confirmEpoch(command: ConfirmEpoch, state: Evidence): EvidenceDecision {
  const { number, proposal, context } = command
  const { epoch, begun, begunFrom } = state
  // It began and was not finished, or is confirmed twice.
  if (begun?.number === number)
    return begunFrom === proposal ? accept() : reject({ reason: 'proposal-changed' })
  if (epoch?.number !== number) return reject({ reason: 'nothing-proposed' })
  if (proposalName(epoch) !== proposal) return reject({ reason: 'proposal-changed' })
  if (epoch.by === context.actor.pseudonym) return reject({ reason: 'same-person' })
  return accept()
}

function begin({ context, ...said }: BeginEpoch, state: Evidence): EvidenceDecision {
  const { epoch, begun, begunFrom } = state
  if (begun?.number === said.number)
    return begunFrom === said.proposal ? accept() : reject({ reason: 'proposal-changed' })
  if (epoch?.number !== said.number) return reject({ reason: 'nothing-proposed' })
  if (proposalName(epoch) !== said.proposal) return reject({ reason: 'proposal-changed' })
  if (epoch.by === said.decidedBy) return reject({ reason: 'same-person' })
  const { log, incident, witnessed, by } = epoch
  const { number, origin, survived, decidedBy } = said
  // After a crash the guard has moved already: then what it knew stands in the proposal.
  const guarded = said.guarded ?? epoch.guarded
  const facts = { log, number, origin, incident, witnessed, guarded, survived }
  return accept({ type: 'EpochBegun', ...facts, proposedBy: by, decidedBy, at: context.at })
}

function proposeRotation(command: ProposeRotation, { rotation }: Evidence): EvidenceDecision {
  const { log, step, newest, keys, context } = command
  const by = context.actor.pseudonym
  if (rotation !== undefined && rotation.step === step && rotation.by === by) return accept()
  if (rotation !== undefined && rotation.step !== step)
    return reject({ reason: 'other-proposal-stands' })
  if (step === 'begin' && keys > 1) return reject({ reason: 'overlap-stands' })
  if (step === 'end' && keys < 2) return reject({ reason: 'no-overlap' })
  return accept({ type: 'LogKeyRotationProposed', log, step, newest, by, at: context.at })
}

function confirmRotation(command: ConfirmRotation, state: Evidence): EvidenceDecision {
  const { step, proposal, context } = command
  const { rotation, rotated, rotatedFrom } = state
  if (rotation === undefined && rotated?.step === step)
    return rotatedFrom === proposal ? accept() : reject({ reason: 'proposal-changed' })
  if (rotation?.step !== step) return reject({ reason: 'nothing-proposed' })
  if (proposalName(rotation) !== proposal) return reject({ reason: 'proposal-changed' })
  if (rotation.by === context.actor.pseudonym) return reject({ reason: 'same-person' })
  return accept()
}

function noteRotated(command: NoteRotated, state: Evidence): EvidenceDecision {
  const { step, newest, proposal, context } = command
  const { rotation, rotated, rotatedFrom } = state
  if (rotation === undefined && rotated?.step === step)
    return rotatedFrom === proposal ? accept() : reject({ reason: 'proposal-changed' })
  if (rotation?.step !== step) return reject({ reason: 'nothing-proposed' })
  if (proposalName(rotation) !== proposal) return reject({ reason: 'proposal-changed' })
  const decidedBy = context.actor.pseudonym
  const { log, by: proposedBy } = rotation
  if (proposedBy === decidedBy) return reject({ reason: 'same-person' })
  return accept({ type: 'LogKeyRotated', log, step, newest, proposedBy, decidedBy, at: context.at })
}

/** What an officer found is an incident too. The same signed outcome counts once. */
function recordCheck(
  { type: _, context, writtenAt, ...check }: RecordCheck,
  state: Evidence,
): EvidenceDecision {
  if (state.checks.some(({ signature }) => signature === check.signature)) return accept()
  const { at } = context
  const { size, checkedAt } = check
  if (size === 0) return reject({ reason: 'nothing-checked' })
  if (later(checkedAt, at) > CLOCKS_APART_MS) return reject({ reason: 'checked-in-the-future' })
  const last = state.checks.at(-1)?.checkedAt
  const isEarly =
    (writtenAt !== undefined && later(writtenAt, checkedAt) > CLOCKS_APART_MS) ||
    (last !== undefined && checkedAt < last)
  if (isEarly) return reject({ reason: 'checked-too-early' })
  const checked = { type: 'LedgerChecked', ...check, by: context.actor.pseudonym, at } as const
  if (check.outcome === 'verified') return accept(checked)
  const { log, position } = check
  const facts = { log, size, position, reason: 'found-by-officer', detectedBy: 'officer' } as const
  return accept<EvidenceEvent>(checked, { type: 'VerificationFailed', ...facts, at })
}

/** How far an officer's clock may be from ours. */
const CLOCKS_APART_MS = 300_000
const later = (one: string, other: string): number => Date.parse(one) - Date.parse(other)

/** Once for each incident, whoever sees it again and however large the log has become since. */
function recordFailure(command: RecordFailure, { failures }: Evidence): EvidenceDecision {
  const { type: _, context, ...failure } = command
  const { reason, position, size } = failure
  const isKnown = failures.some(
    (one) =>
      one.reason === reason &&
      one.position === position &&
      (position !== undefined || one.size === size),
  )
  if (isKnown) return accept()
  return accept({ type: 'VerificationFailed', ...failure, at: context.at })
}

function evolve(state: Evidence, event: EvidenceEvent): Evidence {
  switch (event.type) {
    case 'EpochProposed':
      return { ...state, epoch: event }
    case 'EpochBegun':
      return { ...state, epoch: undefined, begun: event, begunFrom: nameOf(state.epoch) }
    case 'LogKeyRotationProposed':
      return { ...state, rotation: event }
    case 'LogKeyRotated':
      return {
        ...{ ...state, rotation: undefined, rotated: event },
        rotatedFrom: nameOf(state.rotation),
      }
    case 'LedgerChecked':
      return { ...state, checks: [...state.checks, event] }
    case 'VerificationFailed':
      return { ...state, failures: [...state.failures, event] }
  }
}

const nameOf = (event: Proposal | undefined) =>
  event === undefined ? undefined : proposalName(event)

const isSameProposal = (
  one: EvidenceEventOf<'EpochProposed'>,
  other: Omit<ProposeEpoch, 'type' | 'context'>,
): boolean =>
  one.number === other.number &&
  one.incident === other.incident &&
  one.witnessed?.origin === other.witnessed?.origin &&
  one.witnessed?.size === other.witnessed?.size &&
  one.witnessed?.root === other.witnessed?.root
