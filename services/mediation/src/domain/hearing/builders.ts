/** Builders for tests: commands of a hearing with fixed ids and instants, and histories made of them. */
import type { CommandContext } from '@wederhoor/decider/decider'
import { fold } from '@wederhoor/decider/decider'
import { derivedId } from '@wederhoor/decider/derived-id'
import type { Digest, Instant, Sealed, Uuid } from '@wederhoor/vault/fields'
import type { DocumentId, Dues, HearingEvent, OutgoingAct, RequestId, Side } from '../events.ts'
import type { ActorFacts, HearingCommand, PrepareHearing, ProveDelivery } from './commands.ts'
import { hearingDecider } from './hearing.ts'

const seed = '7e57ab1e-0000-4000-8000-000000000000'
const id = <Brand extends string>(name: string) => derivedId(seed, name) as Uuid<Brand>

export const at = (text: string): Instant => text as Instant
/** Day 0 is 1 March 2024, noon. */
export const day = (number: number, hour = 12): Instant =>
  new Date(Date.UTC(2024, 2, 1 + number, hour)).toISOString() as Instant

export const hearing = id<'HearingId'>('hearing')
export const melder = id<'PartyId'>('melder')
export const respondent = id<'PartyId'>('respondent')
export const office = id<'PartyId'>('office')
export const complaint = id<'DocumentId'>('complaint')
export const organisation = '12345678' as Uuid<'OrganisationId'>
export const document = (name: string): DocumentId => id<'DocumentId'>(name)
export const request = (name: string): RequestId => id<'PermitRequestId'>(`request ${name}`)
export const permitOf = (name: string) => id<'PermitId'>(`permit ${name}`)
export const permissionOf = (name: string) => id<'PermissionId'>(`permission ${name}`)
export const person = (name: string) => id<'Pseudonym'>(`person ${name}`)
export const code = <List extends string>(value: string) => value as Uuid<List>

/** A commitment that differs for each name. */
export const digest = (name: string): Digest =>
  name.replaceAll(' ', '-').padEnd(43, '0').slice(0, 43) as Digest
export const sealed = <Content>(name: string): Sealed<Content> => ({ sealed: digest(name) })

export interface Who {
  readonly at?: Instant
  readonly by?: string
  readonly attempt?: string
}

export function context(who: Who = {}): CommandContext {
  const now = who.at ?? day(0)
  return {
    id: id(`command ${who.attempt ?? 'one'}`),
    at: now,
    occurredAt: now,
    dossier: '9c1d2e3f-4a5b-4c6d-8e7f-901234567890',
    actor: { role: 'caseworker', desk: 'desk-a', pseudonym: person(who.by ?? 'handler') },
    power: { code: 'hoor-en-wederhoor', version: '1' },
    policy: '2024-01',
    causation: null,
    correlation: null,
    trace: null,
  }
}

export const untied: ActorFacts = { organisations: [], declaredTies: [], roles: [] }

const prepared = {
  hearing,
  melder,
  respondent,
  office,
  organisation,
  kind: 'complaint',
  anonymity: 'known-to-respondent',
  document: complaint,
  content: sealed('complaint'),
} as const

export function prepare(change: Partial<PrepareHearing> = {}, who: Who = {}): PrepareHearing {
  return {
    type: 'PrepareHearing',
    context: context(who),
    ...prepared,
    facts: untied,
    ...change,
  } as PrepareHearing
}

export const permit = (
  text: string,
  act: OutgoingAct = 'serve-complaint',
  who: Who = {},
): HearingCommand => ({
  type: 'NotePermission',
  permission: permissionOf(text),
  act,
  receiver: respondent,
  digest: digest(text),
  context: context(who),
})

export const withdraw = (text: string, who: Who = {}): HearingCommand => ({
  type: 'NoteWithdrawal',
  permission: permissionOf(text),
  context: context(who),
})

export const ask = (
  name: string,
  doc: DocumentId = complaint,
  to: Side = 'respondent',
  who: Who = {},
): HearingCommand => ({
  type: 'RequestServing',
  request: request(name),
  document: doc,
  to,
  context: context(who),
})

export const grant = (
  name: string,
  of: { text: string; act?: OutgoingAct; to?: Side; validUntil?: Instant } = { text: 'complaint' },
  who: Who = {},
): HearingCommand => ({
  type: 'ReceivePermit',
  request: request(name),
  permit: permitOf(name),
  validUntil: of.validUntil ?? day(400),
  act: of.act ?? 'serve-complaint',
  receiver: of.to === 'melder' ? melder : respondent,
  digest: digest(of.text),
  context: context(who),
})

export const dispatch = (name: string, who: Who = {}, silenceDueAt?: Instant): HearingCommand => ({
  type: 'Dispatch',
  request: request(name),
  permit: permitOf(name),
  channel: code<'kanaal'>('post'),
  silenceDueAt,
  context: context(who),
})

export const termFrom = (start: number, extra = 0): ProveDelivery['term'] => ({
  days: { answer: 14 + extra, reminder: 15 + extra, silence: 29 + extra },
  dues: duesFrom(start, extra),
})

export const duesFrom = (start: number, extra = 0): Dues => ({
  answerDueAt: day(start + 14 + extra, 22),
  reminderDueAt: day(start + 15 + extra, 22),
  silenceDueAt: day(start + 29 + extra, 22),
})

export const prove = (name: string, on: number, extra = 0, who: Who = {}): HearingCommand => ({
  type: 'ProveDelivery',
  request: request(name),
  how: code<'bezorgbewijs'>('aangetekend'),
  deliveredAt: day(on),
  term: termFrom(on, extra),
  context: context({ at: day(on), ...who }),
})

export const say = (author: Side, name: string, on: number, who: Who = {}): HearingCommand => ({
  type: 'ReceiveStatement',
  author,
  document: document(name),
  content: sealed(name),
  form: code<'hoorvorm'>('schriftelijk'),
  channel: code<'kanaal'>('post'),
  recordedBy: 'office',
  context: context({ at: day(on), ...who }),
})

export const reach = (
  deadline: Extract<HearingCommand, { type: 'DeadlineReached' }>['deadline'],
  dueAt: Instant,
): HearingCommand => ({
  type: 'DeadlineReached',
  deadline,
  dueAt,
  context: context({ at: at(new Date(Date.parse(dueAt) + 1).toISOString()), by: 'clock' }),
})

export const remind = (name: string, to: Side, on: number): readonly HearingCommand[] => [
  { type: 'RequestReminder', request: request(name), to, context: context({ at: day(on) }) },
]

/** From asking the permit to proven delivery, all on one day. */
export const serve = (
  name: string,
  of: { doc: DocumentId; text: string; to: Side; act?: OutgoingAct; on: number; extra?: number },
): readonly HearingCommand[] => [
  ask(name, of.doc, of.to, { at: day(of.on, 8) }),
  grant(name, { text: of.text, to: of.to, act: of.act ?? 'serve-answer' }, { at: day(of.on, 9) }),
  dispatch(name, { at: day(of.on, 10) }),
  prove(name, of.on, of.extra ?? 0),
]

export const opened = (): readonly HearingCommand[] => [prepare(), permit('complaint')]
export const sent = (): readonly HearingCommand[] => [
  ...opened(),
  ask('serve', complaint, 'respondent', { at: day(0, 12) }),
  grant('serve'),
  dispatch('serve', { at: day(0, 13) }),
]
/** Delivered on day 1: answer by 15, reminder on 16, silent on 30. */
export const served = (): readonly HearingCommand[] => [...sent(), prove('serve', 1)]
export const reminded = (): readonly HearingCommand[] => [
  ...served(),
  reach('reminder-respondent', duesFrom(1).reminderDueAt),
  ...remind('remind', 'respondent', 17),
  grant('remind', { text: 'complaint' }, { at: day(17) }),
  dispatch('remind', { at: day(17) }, day(31, 22)),
]
export const silent = (): readonly HearingCommand[] => [
  ...reminded(),
  reach('silence-respondent', day(31, 22)),
]
export const answered = (): readonly HearingCommand[] => [
  ...served(),
  say('respondent', 'answer', 5),
]
/** The answer was delivered to the melder on day 6. */
export const shared = (): readonly HearingCommand[] => [
  ...answered(),
  ...serve('share', { doc: document('answer'), text: 'answer', to: 'melder', on: 6 }),
]
export const bothHeard = (): readonly HearingCommand[] => [
  ...shared(),
  {
    type: 'DeclineToBeHeard',
    party: 'melder',
    channel: code<'kanaal'>('telefoon'),
    context: context({ at: day(7), by: 'melder' }),
  },
]

/** The events of these commands, each of which must be accepted. */
export function history(...commands: readonly HearingCommand[]): readonly HearingEvent[] {
  const events: HearingEvent[] = []
  for (const [index, command] of commands.entries()) {
    const attempt = { ...command, context: { ...command.context, id: id(`step ${index}`) } }
    const decision = hearingDecider.decide(attempt, fold(hearingDecider, events))
    if (decision.kind === 'rejected') {
      throw new Error(`${command.type} was refused: ${decision.rejection.reason}`)
    }
    events.push(...decision.events)
  }
  return events
}

export const stateAfter = (...commands: readonly HearingCommand[]) =>
  fold(hearingDecider, history(...commands))

/** A refusal that stays in the record, of the command that `context(who)` made. */
export const refusal = (
  act: string,
  reason: Extract<HearingEvent, { type: 'ActRefused' }>['reason'],
  more: Partial<Extract<HearingEvent, { type: 'ActRefused' }>> & { readonly who?: Who } = {},
): HearingEvent => {
  const { who = {}, ...fields } = more
  const { id: attempt, at: now, actor } = context(who)
  return {
    type: 'ActRefused',
    act: code<'command'>(act),
    reason,
    ...fields,
    attempt: attempt as Uuid<'CommandId'>,
    by: actor.pseudonym as Uuid<'Pseudonym'>,
    at: now as Instant,
  }
}
