import { describe, expect, test } from 'vitest'
import {
  ask,
  code,
  complaint,
  context,
  day,
  dispatch,
  document,
  duesFrom,
  grant,
  opened,
  permit,
  prepare,
  prove,
  reach,
  request,
  say,
  sealed,
  served,
  silent,
  stateAfter,
  untied,
  withdraw,
} from './builders.ts'
import type { HearingCommand } from './commands.ts'
import { hearingDecider } from './hearing.ts'
import { lifecycle } from './lifecycle.ts'
import type { Hearing } from './state.ts'

const later = { at: day(50), attempt: 'later', by: 'second' }
const ctx = context(later)
const skip: readonly HearingCommand[] = [
  { type: 'ProposeSkip', context: context() },
  { type: 'OpenDocument', document: complaint, context: context({ by: 'second' }) },
  { type: 'ConfirmSkip', facts: untied, context: context({ by: 'second' }) },
]

/** One history per status. */
const histories: Readonly<
  Record<Exclude<Hearing['status'], 'unknown'>, readonly HearingCommand[]>
> = {
  prepared: [prepare()],
  opened: opened(),
  served: served(),
  skipped: [...opened(), ...skip],
  ended: [...silent(), { type: 'EndHearing', end: 'exchanged', context: context({ at: day(40) }) }],
  detached: [...served(), { type: 'NoteCaseClosed', context: context({ at: day(3) }) }],
}

/** One plausible command of each kind, by somebody who has done nothing before. */
const commands: Readonly<Record<HearingCommand['type'], HearingCommand>> = {
  PrepareHearing: { ...prepare(), context: ctx },
  ReviseDraft: { type: 'ReviseDraft', content: sealed('better'), context: ctx },
  ChangeHandler: { type: 'ChangeHandler', facts: untied, context: ctx },
  NotePermission: permit('other', 'serve-complaint', later),
  NoteWithdrawal: withdraw('complaint', later),
  NoteAnonymity: { type: 'NoteAnonymity', anonymity: 'known-to-us', context: ctx },
  NoteCaseClosed: { type: 'NoteCaseClosed', context: ctx },
  NoteCaseReopened: { type: 'NoteCaseReopened', context: ctx },
  RequestServing: ask('lifecycle', complaint, 'respondent', later),
  RequestReminder: {
    type: 'RequestReminder',
    request: request('reminder'),
    to: 'respondent',
    context: ctx,
  },
  ReceivePermit: grant('serve', { text: 'complaint' }, later),
  LosePermit: {
    type: 'LosePermit',
    request: request('serve'),
    reason: code<'permit-lost'>('cancelled'),
    context: ctx,
  },
  Dispatch: dispatch('serve', later),
  ProveDelivery: prove('serve', 50, 0, later),
  ReportUndelivered: {
    type: 'ReportUndelivered',
    request: request('serve'),
    reason: code<'niet-bezorgd'>('retour'),
    context: ctx,
  },
  ReceiveStatement: say('respondent', 'answer', 50, later),
  DeclineToBeHeard: {
    type: 'DeclineToBeHeard',
    party: 'respondent',
    channel: code<'kanaal'>('post'),
    context: ctx,
  },
  ExtendTerm: {
    type: 'ExtendTerm',
    ground: code<'verlengingsgrond'>('vakantie'),
    extraDays: 60,
    extensionsMax: 1,
    respondent: duesFrom(1, 60),
    context: ctx,
  },
  DeadlineReached: reach('reminder-respondent', duesFrom(1).reminderDueAt),
  RecordCooperation: {
    type: 'RecordCooperation',
    request: request('serve'),
    cooperation: code<'medewerking'>('werkt-mee'),
    context: ctx,
  },
  AddReport: {
    type: 'AddReport',
    document: document('report'),
    content: sealed('report'),
    context: ctx,
  },
  DraftClosingNotice: {
    type: 'DraftClosingNotice',
    document: document('notice'),
    content: sealed('notice'),
    context: ctx,
  },
  OpenDocument: { type: 'OpenDocument', document: complaint, context: context({ by: 'third' }) },
  ProposeWithholding: {
    type: 'ProposeWithholding',
    document: complaint,
    from: 'respondent',
    ground: code<'inhoudingsgrond'>('veiligheid'),
    context: ctx,
  },
  ConfirmWithholding: {
    type: 'ConfirmWithholding',
    document: complaint,
    from: 'respondent',
    facts: untied,
    context: ctx,
  },
  LiftWithholding: {
    type: 'LiftWithholding',
    document: complaint,
    from: 'respondent',
    context: ctx,
  },
  ProposeSkip: { type: 'ProposeSkip', context: ctx },
  ConfirmSkip: { type: 'ConfirmSkip', facts: untied, context: ctx },
  MakeFindings: {
    type: 'MakeFindings',
    document: document('findings'),
    content: sealed('findings'),
    facts: untied,
    context: ctx,
  },
  EndHearing: { type: 'EndHearing', end: 'passed-on', context: ctx },
}

/** The last event, `nothing`, a reason, or `refused: <reason>` where the refusal stays in the record. */
function outcomeOf(status: Hearing['status'], command: HearingCommand): string {
  const state = status === 'unknown' ? hearingDecider.initial : stateAfter(...histories[status])
  expect(state.status).toBe(status)
  const decision = hearingDecider.decide(command, state)
  if (decision.kind === 'rejected') return decision.rejection.reason
  const last = decision.events.at(-1)
  if (last === undefined) return 'nothing'
  return last.type === 'ActRefused' ? `refused: ${last.reason}` : last.type
}

describe.each(Object.entries(lifecycle))('%s', (type, row) => {
  const command = commands[type as HearingCommand['type']]

  test.each(Object.entries(row))('on a hearing that is %s: %s', (status, outcome) => {
    expect(outcomeOf(status as Hearing['status'], command)).toBe(outcome)
  })

  test('on no hearing', () => {
    const outcome = type === 'PrepareHearing' ? 'HearingPrepared' : 'no-such-hearing'
    expect(outcomeOf('unknown', command)).toBe(outcome)
  })
})
