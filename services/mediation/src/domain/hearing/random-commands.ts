/** For property tests: the command that a random move comes to in a state. */
import type { Uuid } from '@wederhoor/vault/fields'
import type { Side } from '../events.ts'
import {
  code,
  complaint,
  context,
  day,
  digest,
  duesFrom,
  permissionOf,
  permitOf,
  prepare,
  respondent,
  sealed,
  termFrom,
  untied,
} from './builders.ts'
import type { HearingCommand } from './commands.ts'
import type { Hearing } from './state.ts'
import { isRunning } from './terms.ts'

export const people = ['handler', 'second', 'third', 'melder', 'respondent'] as const
export const kinds = [
  'permit',
  'permit',
  'withdraw',
  'anonymity',
  'ask',
  'ask',
  'ask',
  'grant',
  'grant',
  'grant',
  'lose',
  'dispatch',
  'dispatch',
  'dispatch',
  'prove',
  'prove',
  'prove',
  'undelivered',
  'say',
  'say',
  'decline',
  'extend',
  'reminder',
  'silence',
  'remind',
  'cooperate',
  'report',
  'notice',
  'open',
  'open',
  'withhold',
  'confirm',
  'confirm',
  'lift',
  'skip',
  'confirm-skip',
  'findings',
  'findings',
  'end',
  'close',
  'reopen',
  'revise',
  'serve-it',
  'serve-it',
  'serve-it',
  'withhold-it',
  'withhold-it',
  'skip-it',
  'retract-it',
] as const

/** Picks the newest. */
export const last = 30

export interface Move {
  readonly kind: (typeof kinds)[number]
  readonly pick: number
  readonly side: Side
  readonly by: (typeof people)[number]
  readonly days: number
}

const chosenOf = <One>(list: readonly One[], pick: number): One | undefined =>
  pick === last ? list.at(-1) : list[pick % Math.max(1, list.length)]

/** A command that might well be possible now: it names what is there, and sometimes what is not. */
export function commandOf(one: Move, state: Hearing, now: number, index: number): HearingCommand {
  const ctx = context({ at: day(now), by: one.by, attempt: `move ${index}` })
  if (state.status === 'unknown') return { ...prepare(), context: ctx }
  const documents = Object.values(state.documents)
  const requests = Object.values(state.requests)
  const doc = chosenOf(documents, one.pick)?.id ?? complaint
  const text = state.documents[doc]?.digest ?? digest('none')
  const request =
    requests.at(-1 - (one.pick % 3))?.id ?? (`${complaint}` as Uuid<'PermitRequestId'>)
  const asked = state.requests[request]
  const fresh = <Brand extends string>() => permissionOf(`fresh ${index}`) as string as Uuid<Brand>
  const voice = state.voices[one.side]
  const dues = 'dues' in voice ? voice.dues : duesFrom(now)
  switch (one.kind) {
    case 'permit': {
      const act = state.documents[doc]?.kind === 'complaint' ? 'serve-complaint' : 'serve-answer'
      return {
        type: 'NotePermission',
        permission: fresh(),
        act,
        receiver: respondent,
        digest: text,
        context: ctx,
      }
    }
    case 'withdraw': {
      const permissions = Object.keys(state.permissions)
      const chosen = chosenOf(permissions, one.pick) ?? complaint
      return { type: 'NoteWithdrawal', permission: chosen as Uuid<'PermissionId'>, context: ctx }
    }
    case 'anonymity':
      return {
        type: 'NoteAnonymity',
        anonymity: one.pick % 2 === 0 ? 'known-to-respondent' : 'known-to-us',
        context: ctx,
      }
    case 'ask':
      return { type: 'RequestServing', request: fresh(), document: doc, to: one.side, context: ctx }
    case 'remind':
      return { type: 'RequestReminder', request: fresh(), to: one.side, context: ctx }
    case 'grant':
      return {
        type: 'ReceivePermit',
        request,
        permit: permitOf(request),
        validUntil: day(now + (one.pick % 3)),
        act: asked?.act ?? 'serve-answer',
        receiver: state.parties[asked?.to ?? 'respondent'],
        digest: asked?.digest ?? text,
        context: ctx,
      }
    case 'lose':
      return { type: 'LosePermit', request, reason: code<'permit-lost'>('cancelled'), context: ctx }
    case 'dispatch':
      return {
        type: 'Dispatch',
        request,
        permit: permitOf(request),
        channel: code<'kanaal'>('post'),
        silenceDueAt: day(now + 14),
        context: ctx,
      }
    case 'prove':
      return {
        type: 'ProveDelivery',
        request,
        how: code<'bezorgbewijs'>('aangetekend'),
        deliveredAt: day(now),
        term: termFrom(now, one.pick % 4 === 0 ? 3 : state.extraDays),
        context: ctx,
      }
    case 'undelivered':
      return {
        type: 'ReportUndelivered',
        request,
        reason: code<'niet-bezorgd'>('retour'),
        context: ctx,
      }
    case 'say':
      return {
        type: 'ReceiveStatement',
        author: one.side,
        document: fresh(),
        content: sealed(`text ${index}`),
        form: code<'hoorvorm'>('schriftelijk'),
        channel: code<'kanaal'>('post'),
        recordedBy: 'office',
        context: ctx,
      }
    case 'decline':
      return {
        type: 'DeclineToBeHeard',
        party: one.side,
        channel: code<'kanaal'>('post'),
        context: ctx,
      }
    case 'extend': {
      const longer = (side: Side) =>
        isRunning(state.voices[side]) ? duesFrom(now + 40) : undefined
      return {
        type: 'ExtendTerm',
        ground: code<'verlengingsgrond'>('vakantie'),
        extraDays: 7,
        extensionsMax: 2,
        melder: longer('melder'),
        respondent: longer('respondent'),
        context: ctx,
      }
    }
    case 'reminder':
      return {
        type: 'DeadlineReached',
        deadline: `reminder-${one.side}`,
        dueAt: dues.reminderDueAt,
        context: ctx,
      }
    case 'silence':
      return {
        type: 'DeadlineReached',
        deadline: `silence-${one.side}`,
        dueAt: dues.silenceDueAt,
        context: ctx,
      }
    case 'cooperate':
      return {
        type: 'RecordCooperation',
        request,
        cooperation: code<'medewerking'>('weigert'),
        context: ctx,
      }
    case 'report':
      return {
        type: 'AddReport',
        document: fresh(),
        content: sealed(`report ${index}`),
        context: ctx,
      }
    case 'notice':
      return {
        type: 'DraftClosingNotice',
        document: fresh(),
        content: sealed(`notice ${index}`),
        context: ctx,
      }
    case 'open':
      return { type: 'OpenDocument', document: doc, context: ctx }
    case 'withhold':
      return {
        type: 'ProposeWithholding',
        document: doc,
        from: one.side,
        ground: code<'inhoudingsgrond'>('veiligheid'),
        context: ctx,
      }
    case 'confirm':
      return {
        type: 'ConfirmWithholding',
        document: doc,
        from: one.side,
        facts: untied,
        context: ctx,
      }
    case 'lift':
      return { type: 'LiftWithholding', document: doc, from: one.side, context: ctx }
    case 'skip':
      return { type: 'ProposeSkip', context: ctx }
    case 'confirm-skip':
      return { type: 'ConfirmSkip', facts: untied, context: ctx }
    case 'findings':
      return {
        type: 'MakeFindings',
        document: fresh(),
        content: sealed(`findings ${index}`),
        facts: untied,
        context: ctx,
      }
    case 'end':
      return {
        type: 'EndHearing',
        context: ctx,
        end:
          (
            [
              'exchanged',
              'exchanged',
              'findings',
              'findings',
              'agreement',
              'passed-on',
              'withdrawn',
            ] as const
          )[one.pick % 7] ?? 'exchanged',
      }
    case 'close':
      return { type: 'NoteCaseClosed', context: ctx }
    case 'reopen':
      return { type: 'NoteCaseReopened', context: ctx }
    case 'serve-it':
    case 'retract-it':
    case 'withhold-it':
    case 'skip-it':
    case 'revise':
      return { type: 'ReviseDraft', content: sealed(`draft ${index}`), context: ctx }
  }
}
