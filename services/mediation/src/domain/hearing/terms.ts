/** Terms of both sides: the same length, from proven delivery, one reminder, then recorded silence. */
import { accept, reject } from '@wederhoor/decider/decider'
import type { Uuid } from '@wederhoor/vault/fields'
import type { Days, Dues, HearingEvent, HearingEventOf, Side } from '../events.ts'
import type { DeadlineReached, ExtendTerm, HearingDecision, ProveDelivery } from './commands.ts'
import {
  type ExistingHearing,
  type HearingDocument,
  type HearingFile,
  isOver,
  sides,
  type Voice,
} from './state.ts'

/**
 * Whether delivery of this document asks its receiver to react within a term: every statement does, the last as much as
 * the first. A general letter asks nothing. Proof that comes in after an end starts a term too, for when it opens again.
 */
export function startsTerm(state: ExistingHearing, document: HearingDocument): boolean {
  return !state.withdrawn && state.kind !== 'general-letter' && document.round >= 1
}

export function termStarted(
  command: ProveDelivery,
  state: ExistingHearing,
  delivery: { readonly served: HearingDocument; readonly to: Side },
): HearingDecision {
  const { term, deliveredAt, context } = command
  const { served, to } = delivery
  const statement = served.kind
  if (statement !== 'complaint' && statement !== 'answer' && statement !== 'reply') return accept()
  const { days, dues } = term
  if (!inOrder(deliveredAt, dues)) return reject({ reason: 'impossible-time' })
  if (!sameLength(state, days)) return reject({ reason: 'unequal-terms' })
  const { hearing } = state
  const { id: document, digest } = served
  const { at } = context
  return accept({
    type: 'TermStarted',
    hearing,
    party: to,
    document,
    statement,
    digest,
    fromAt: deliveredAt,
    dues,
    days,
    at,
  })
}

function inOrder(from: string, dues: Dues): boolean {
  const { answerDueAt, reminderDueAt, silenceDueAt } = dues
  return from < answerDueAt && answerDueAt < reminderDueAt && reminderDueAt < silenceDueAt
}

/** What the first was given, and what was added for both since, everybody is given. */
function sameLength(state: HearingFile, days: Days): boolean {
  const first = state.days
  if (first === undefined) return true
  const { extraDays } = state
  return (
    days.answer === first.answer + extraDays &&
    days.reminder === first.reminder + extraDays &&
    days.silence === first.silence + extraDays
  )
}

type Running = Extract<Voice, { is: 'waiting' | 'reminder-due' | 'reminded' }>

export const isRunning = (voice: Voice): voice is Running =>
  voice.is === 'waiting' || voice.is === 'reminder-due' || voice.is === 'reminded'

/** Who was reminded, or is silent, by this request is not if it came back: a reminder is due again. */
export function unreminded(state: HearingFile, request: string): Running | undefined {
  const asked = state.requests[request]
  if (asked?.purpose !== 'remind') return undefined
  const voice = state.voices[asked.to]
  const rested = voice.is === 'reminded' || voice.is === 'silent'
  return rested && voice.document === asked.document ? { ...voice, is: 'reminder-due' } : undefined
}

/** A term that ran when the hearing was over runs on: whatever passed meanwhile first brings the reminder. */
export function reopened(
  state: HearingFile,
  because: HearingEventOf<'HearingReopened'>['because'],
  at: HearingEventOf<'HearingReopened'>['at'],
): HearingEvent {
  const melder = runningDues(state, 'melder')
  const respondent = runningDues(state, 'respondent')
  return { type: 'HearingReopened', because, melder, respondent, at }
}

/** An extension for one is an extension for both: for what runs now, and for what either is asked later. */
export function extendTerm(command: ExtendTerm, state: ExistingHearing): HearingDecision {
  if (isOver(state)) return reject({ reason: 'no-running-term' })
  const running = sides.filter((side) => isRunning(state.voices[side]))
  if (running.length === 0) return reject({ reason: 'no-running-term' })
  if (running.every((side) => sameDues(runningDues(state, side), command[side]))) return accept()
  if (state.extensions >= command.extensionsMax) return reject({ reason: 'extended-before' })
  const fair = sides.every((side) => extendsTerm(runningDues(state, side), command[side]))
  if (!fair) return reject({ reason: 'unequal-terms' })
  const { ground, extraDays, melder, respondent, context } = command
  return accept({
    type: 'TermExtended',
    by: context.actor.pseudonym,
    ground,
    extraDays,
    melder,
    respondent,
    told: ['melder', 'respondent'],
    at: context.at,
  })
}

function runningDues(state: HearingFile, side: Side): Dues | undefined {
  const voice = state.voices[side]
  return isRunning(voice) ? voice.dues : undefined
}

/** New ends for whoever has a running term, later than before; none for whoever has not. */
function extendsTerm(before: Dues | undefined, after: Dues | undefined): boolean {
  if (before === undefined || after === undefined) return before === after
  return (
    inOrder(before.answerDueAt, after) &&
    after.reminderDueAt > before.reminderDueAt &&
    after.silenceDueAt > before.silenceDueAt
  )
}

const sameDues = (one: Dues | undefined, another: Dues | undefined): boolean =>
  one?.answerDueAt === another?.answerDueAt &&
  one?.reminderDueAt === another?.reminderDueAt &&
  one?.silenceDueAt === another?.silenceDueAt

/**
 * Silence is set by the clock, only after proven delivery, the term and the reminder. A deadline that no longer stands
 * changes nothing, and without a reminder there is no silence.
 */
export function deadlineReached(command: DeadlineReached, state: ExistingHearing): HearingDecision {
  if (isOver(state) || state.withdrawn) return accept()
  const { deadline, dueAt, context } = command
  const { at } = context
  const [kind, side] = split(deadline)
  const voice = state.voices[side]
  if (at <= dueAt) return accept()
  if (kind === 'reminder') {
    return voice.is === 'waiting' && voice.dues.reminderDueAt === dueAt
      ? accept({ type: 'ReminderDue', party: side, at })
      : accept()
  }
  if (voice.is !== 'reminded' || voice.dues.silenceDueAt !== dueAt) return accept()
  return accept(...silence(command, state, { side, request: voice.request }))
}

const noAnswer = 'geen-antwoord' as Uuid<'medewerking'>

function silence(
  command: DeadlineReached,
  state: HearingFile,
  who: { readonly side: Side; readonly request: Running['request'] },
): readonly HearingEvent[] {
  const { hearing } = state
  const { side, request } = who
  const { at, actor } = command.context
  const nextStep = side === 'respondent' ? 'melder-chooses' : 'office-goes-on'
  const silent: HearingEvent = {
    type: 'SilenceRecorded',
    hearing,
    party: side,
    endedAt: command.dueAt,
    nextStep,
    at,
  }
  if (side === 'melder') return [silent]
  const by = actor.pseudonym
  return [silent, { type: 'CooperationRecorded', hearing, request, cooperation: noAnswer, by, at }]
}

function split(deadline: DeadlineReached['deadline']): readonly ['reminder' | 'silence', Side] {
  switch (deadline) {
    case 'reminder-melder':
      return ['reminder', 'melder']
    case 'reminder-respondent':
      return ['reminder', 'respondent']
    case 'silence-melder':
      return ['silence', 'melder']
    case 'silence-respondent':
      return ['silence', 'respondent']
  }
}
