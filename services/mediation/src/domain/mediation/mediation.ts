/** A mediation: voluntary for both at any moment, sealed, and ended without reasons. */
import { accept, type Decider, reject } from '@wederhoor/decider/decider'
import type { Pseudonym, Side } from '../events.ts'
import type { MediationEvent, MediationEventOf } from '../mediation-events.ts'
import type {
  AgreeToMediate,
  EndMediation,
  MediationCommand,
  MediationDecision,
  MediationRejection,
  ProposeMediation,
  RecordSession,
  ReleaseAgreement,
} from './commands.ts'

interface Track {
  readonly mediation: MediationEventOf<'MediationProposed'>['mediation']
  readonly mediator: Pseudonym
  readonly parties: Readonly<Record<Side, MediationEventOf<'MediationProposed'>['melder']>>
  readonly track: MediationEventOf<'MediationProposed'>['track']
  readonly agreed: readonly Side[]
  readonly sessions: readonly string[]
  readonly released: readonly Side[]
}

/** `proposed` waits for the written agreement of both. */
export type Mediation =
  | { readonly status: 'unknown'; readonly refused?: string }
  | (Track & { readonly status: 'proposed' | 'started' })
  | (Track & { readonly status: 'ended'; readonly agreement: boolean })

type ExistingMediation = Exclude<Mediation, { status: 'unknown' }>

export const mediationDecider: Decider<
  MediationCommand,
  MediationEvent,
  Mediation,
  MediationRejection
> = { initial: { status: 'unknown' }, decide, evolve }

function decide(command: MediationCommand, state: Mediation): MediationDecision {
  if (command.type === 'ProposeMediation') return propose(command, state)
  if (state.status === 'unknown') return reject({ reason: 'no-such-mediation' })
  switch (command.type) {
    case 'AgreeToMediate':
      return agree(command, state)
    case 'RecordSession':
      return recordSession(command, state)
    case 'EndMediation':
      return endByMediator(command, state)
    case 'ReleaseAgreement':
      return release(command, state)
    case 'StopMediation':
    case 'NoteCaseClosed':
      return state.status === 'ended' ? accept() : accept(ended(command, state))
  }
}

/** A mediator has no other role in the dossier: not handler, not contact person, nothing. */
function propose(command: ProposeMediation, state: Mediation): MediationDecision {
  const { type: _type, context, otherRoles, ...proposed } = command
  const { at, actor, id } = context
  const by = actor.pseudonym
  if (state.status !== 'unknown') {
    return state.mediation === proposed.mediation
      ? accept()
      : reject({ reason: 'already-proposed' })
  }
  if (state.refused === id) return accept()
  if (otherRoles.length > 0) {
    const attempt = id as MediationEventOf<'MediatorRefused'>['attempt']
    return accept({ type: 'MediatorRefused', roles: [...otherRoles], attempt, by, at })
  }
  return accept({ type: 'MediationProposed', ...proposed, by, at })
}

function agree(command: AgreeToMediate, state: ExistingMediation): MediationDecision {
  const { side, agreement, context } = command
  const { at } = context
  if (state.status === 'ended') return reject({ reason: 'mediation-ended' })
  if (state.agreed.includes(side)) return accept()
  const party = state.parties[side]
  const agreed: MediationEvent = { type: 'PartyAgreed', side, party, agreement, at }
  if (state.agreed.length === 0) return accept(agreed)
  return accept<MediationEvent>(agreed, {
    type: 'MediationStarted',
    mediation: state.mediation,
    at,
  })
}

function recordSession(command: RecordSession, state: ExistingMediation): MediationDecision {
  const { session, notes, context } = command
  const { at, actor } = context
  if (state.sessions.includes(session)) return accept()
  if (actor.pseudonym !== state.mediator) return reject({ reason: 'only-the-mediator' })
  if (state.status === 'ended') return reject({ reason: 'mediation-ended' })
  if (state.status !== 'started') return reject({ reason: 'not-started' })
  const { track, mediator: by } = state
  return accept({ type: 'SessionRecorded', session, track, notes, by, at })
}

function endByMediator(command: EndMediation, state: ExistingMediation): MediationDecision {
  const { agreed, context } = command
  if (context.actor.pseudonym !== state.mediator) return reject({ reason: 'only-the-mediator' })
  if (state.status === 'ended') {
    return state.agreement === (agreed !== undefined)
      ? accept()
      : reject({ reason: 'mediation-ended' })
  }
  if (agreed !== undefined && state.status !== 'started') return reject({ reason: 'not-started' })
  return accept(ended(command, state, agreed))
}

/** Both together let the contact person have the text, so that it can be followed up (MED-04). */
function release(command: ReleaseAgreement, state: ExistingMediation): MediationDecision {
  const { side, context } = command
  const { at } = context
  if (state.status !== 'ended' || !state.agreement) return reject({ reason: 'no-agreement' })
  if (state.released.includes(side)) return accept()
  const given: MediationEvent = { type: 'ReleaseGiven', side, at }
  if (state.released.length === 0) return accept(given)
  return accept<MediationEvent>(given, {
    type: 'AgreementReleased',
    mediation: state.mediation,
    at,
  })
}

function ended(
  command: MediationCommand,
  state: ExistingMediation,
  agreed?: EndMediation['agreed'],
): MediationEvent {
  const { mediation, track } = state
  const agreement = agreed !== undefined
  return { type: 'MediationEnded', mediation, agreement, track, agreed, at: command.context.at }
}

function evolve(state: Mediation, event: MediationEvent): Mediation {
  if (event.type === 'MediationProposed') {
    const { mediation, by: mediator, melder, respondent, track } = event
    const nothingYet = { agreed: [], sessions: [], released: [] }
    const parties = { melder, respondent }
    return { status: 'proposed', mediation, mediator, parties, track, ...nothingYet }
  }
  if (state.status === 'unknown') {
    return event.type === 'MediatorRefused' ? { ...state, refused: event.attempt } : state
  }
  switch (event.type) {
    case 'PartyAgreed':
      return { ...state, agreed: [...state.agreed, event.side] }
    case 'MediationStarted':
      return { ...state, status: 'started' }
    case 'SessionRecorded':
      return { ...state, sessions: [...state.sessions, event.session] }
    case 'MediationEnded':
      return { ...state, status: 'ended', agreement: event.agreement }
    case 'ReleaseGiven':
      return { ...state, released: [...state.released, event.side] }
    case 'AgreementReleased':
    case 'MediatorRefused':
      return state
  }
}
