/** What the sides say: always accepted, attributed, sealed under whoever said it, and due to the other side. */
import { accept, reject } from '@wederhoor/decider/decider'
import type { HearingEvent, Side } from '../events.ts'
import type {
  DeclineToBeHeard,
  HearingDecision,
  ReceiveStatement,
  RecordCooperation,
} from './commands.ts'
import { refused } from './gate.ts'
import { type ExistingHearing, type HearingFile, other, reached } from './state.ts'
import { isRunning, reopened } from './terms.ts'

/** A late answer is accepted like any other: it reopens silence, findings and an ended hearing. */
export function receiveStatement(
  command: ReceiveStatement,
  state: ExistingHearing,
): HearingDecision {
  const { type: _type, context, author, document, content, ...how } = command
  const known = state.documents[document]
  if (known !== undefined) {
    return known.digest === content.sealed ? accept() : reject({ reason: 'document-exists' })
  }
  if (!reached(state)) return reject({ reason: 'not-served-yet' })
  if (author === 'melder' && state.kind === 'general-letter') return refused(command, 'anonymous')
  const { hearing, parties } = state
  const { at, actor } = context
  const over = state.status === 'ended' || state.status === 'detached'
  const received: HearingEvent = {
    type: 'StatementReceived',
    hearing,
    author,
    party: parties[author],
    document,
    content,
    ...how,
    late: over || state.voices[author].is === 'silent',
    round: 1 + lastRoundFor(state, author),
    by: actor.pseudonym,
    at,
  }
  return accept(received, ...whatReopens(state, author, at))
}

/** The highest round of the other side that this side has, or may have: what is sent may have come. */
function lastRoundFor(state: HearingFile, side: Side): number {
  return Object.values(state.documents)
    .filter((one) => one.author === other(side))
    .filter((one) => one.for[side].is === 'served' || one.for[side].is === 'sent')
    .reduce((highest, one) => Math.max(highest, one.round), 0)
}

function whatReopens(
  state: ExistingHearing,
  author: Side,
  at: ReceiveStatement['context']['at'],
): readonly HearingEvent[] {
  if (state.withdrawn) return []
  const events: HearingEvent[] = []
  if (state.status === 'ended' && !state.caseClosed)
    events.push(reopened(hasSpoken(state, author), 'late-answer', at))
  if (state.findings !== undefined) {
    events.push({ type: 'FindingsReopened', document: state.findings, at })
  }
  return events
}

/** Whoever answers has no term any more. */
const hasSpoken = (state: ExistingHearing, author: Side): ExistingHearing => ({
  ...state,
  voices: { ...state.voices, [author]: { is: 'heard' } },
})

/** Said by the party itself: the office never waives for it. A later answer is welcome all the same. */
export function declineToBeHeard(
  command: DeclineToBeHeard,
  state: ExistingHearing,
): HearingDecision {
  const { party, channel, context } = command
  const voice = state.voices[party]
  if (voice.is === 'declined') return accept()
  if (voice.is === 'heard') return reject({ reason: 'already-heard' })
  const asked =
    isRunning(voice) || voice.is === 'silent' || (party === 'respondent' && reached(state))
  if (!asked) return reject({ reason: 'not-asked-to-react' })
  return accept({
    type: 'HearingDeclined',
    party,
    channel,
    by: context.actor.pseudonym,
    at: context.at,
  })
}

/** Only what was delivered can be answered or left unanswered (WED-03). */
export function recordCooperation(
  command: RecordCooperation,
  state: ExistingHearing,
): HearingDecision {
  const { request, cooperation, context } = command
  const asked = state.requests[request]
  if (asked === undefined) return reject({ reason: 'no-such-request' })
  if (asked.to !== 'respondent' || asked.act === 'closing-notice') {
    return reject({ reason: 'not-for-this-party' })
  }
  if (asked.stage.is !== 'delivered') return reject({ reason: 'not-delivered' })
  if (asked.cooperation === cooperation) return accept()
  const { hearing } = state
  const { actor, at } = context
  return accept({
    type: 'CooperationRecorded',
    hearing,
    request,
    cooperation,
    by: actor.pseudonym,
    at,
  })
}
