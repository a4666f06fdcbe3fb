/** Random histories of commands, for tests: mostly plausible people, ids that meet, and clocks that run. */
import { fold } from '@wederhoor/decider/decider'
import fc from 'fast-check'
import type { CaseEvent } from '../events.ts'
import {
  anna,
  ask,
  asLead,
  at,
  bram,
  carla,
  close,
  context,
  danger,
  digest,
  firstContactDueAt,
  give,
  later,
  lead,
  melder,
  nextDay,
  note,
  noteOf,
  open,
  partner,
  permission,
  permit,
  reached,
  reason,
  receiver,
  reopen,
  report,
  request,
  respondent,
  sealed,
  start,
  stranger,
  termPassed,
  withdraw,
} from './builders.ts'
import { caseDecider } from './case.ts'
import type { CaseCommand } from './commands.ts'

const staff = fc.constantFrom(anna, bram, carla, lead, stranger)
const seat = fc.tuple(staff, fc.constantFrom('desk-a', 'desk-b'), fc.constantFrom(start, later))
const anybody = seat.map(([by, desk, when]) =>
  by === lead ? asLead({ desk, at: when }) : context({ by, desk, at: when }),
)
const number = fc.integer({ min: 1, max: 4 })
const text = fc.constantFrom(digest('complaint'), digest('another'))
const to = fc.constantFrom(receiver(respondent), receiver(melder), partner)
const permittedAct = fc.constantFrom('serve-complaint', 'serve-answer', 'general-letter')
const anyAct = fc.oneof(permittedAct, fc.constant('closing-notice' as const))

const permissions = fc.oneof(
  fc
    .record({
      permission: number.map(permission),
      act: permittedAct,
      receiver: to,
      digest: text,
      context: anybody,
    })
    .map((one) => give(one)),
  fc.constantFrom(
    withdraw(),
    withdraw({ kind: 'receiver', receiver: receiver(respondent) }),
    withdraw({ kind: 'permission', permission: permission(1) }),
  ),
  fc
    .record({ act: permittedAct, receiver: to, digest: text, context: anybody })
    .map((one) => ({ type: 'DeclinePermission', ...one }) as const),
)
const permits = fc
  .record({
    number: fc.integer({ min: 1, max: 6 }),
    act: anyAct,
    receiver: to,
    digest: text,
    when: fc.constantFrom(start, later),
  })
  .map(({ number: asked, when, ...one }) =>
    ask({ ...one, request: request(asked), permit: permit(asked), context: context({ at: when }) }),
  )
const people = fc.oneof(
  fc
    .record({ deputy: staff, context: anybody })
    .map((one) => ({ type: 'NameDeputy', ...one }) as const),
  fc
    .record({ deputy: staff, context: anybody })
    .map((one) => ({ type: 'EndDeputy', ...one }) as const),
  fc.record({ to: staff, context: anybody }).map(
    (one) =>
      ({
        type: 'OfferContactPerson',
        reason: 'absence',
        explanation: sealed<string>('explanation'),
        dueAt: nextDay,
        ...one,
      }) as const,
  ),
  anybody.map((by) => ({ type: 'AcceptContactPerson', context: by }) as const),
  anybody.map(
    (by) =>
      ({ type: 'RefuseContactPerson', reason: reason('geen-capaciteit'), context: by }) as const,
  ),
  fc
    .record({ contactPerson: staff, context: anybody })
    .map((one) => ({ type: 'ReplaceContactPerson', successorDueAt: nextDay, ...one }) as const),
)
const life = fc.oneof(
  anybody.map((by) => close({ context: by })),
  anybody.map((by) => ({ ...reopen, context: by })),
  fc
    .constantFrom('known-to-us' as const, 'known-to-respondent' as const)
    .map((anonymity) => ({ type: 'ChangeAnonymity', anonymity, context: context() }) as const),
  fc
    .record({
      party: fc.constantFrom(melder, respondent),
      outgoing: fc.constantFrom('allowed' as const, 'none' as const),
      rule: fc.integer().map((seed) => sealed<string>(`rule${seed}`)),
      context: anybody,
    })
    .map((one) => ({ type: 'SetSafeContact', ...one }) as const),
)
const dangers = fc.oneof(
  anybody.map((by) => ({ ...report, context: by })),
  anybody.map(
    (by) =>
      ({
        type: 'OpenAcuteDanger',
        danger: danger(1),
        neighbours: ['desk-b'],
        context: by,
      }) as const,
  ),
  anybody.map(
    (by) =>
      ({
        type: 'ReviewAcuteDanger',
        danger: danger(1),
        verdict: 'justified',
        neighbours: ['desk-b'],
        context: by,
      }) as const,
  ),
)
const contacts = fc.oneof(
  fc
    .record({
      note: number.map(note),
      direction: fc.constantFrom('in' as const, 'out' as const),
      result: fc.constantFrom('reached' as const, 'message' as const, 'no-answer' as const),
      answers: fc.option(number.map(note), { nil: undefined }),
      context: anybody,
    })
    .map((one) => noteOf(one)),
  fc.constantFrom(
    reached('first-contact', firstContactDueAt),
    reached('first-contact', termPassed),
    reached('contact-person', nextDay),
    reached('successor', nextDay),
    reached(`danger-${danger(1)}`, nextDay),
    reached(`reply-${note(1)}`, firstContactDueAt),
  ),
)
export const anyCommand: fc.Arbitrary<CaseCommand> = fc.oneof(
  { arbitrary: permissions, weight: 4 },
  { arbitrary: permits, weight: 4 },
  { arbitrary: people, weight: 3 },
  { arbitrary: life, weight: 2 },
  { arbitrary: dangers, weight: 1 },
  { arbitrary: contacts, weight: 2 },
  { arbitrary: fc.constantFrom(open(), open({ anonymity: 'known-to-us' })), weight: 1 },
)
/** Most histories have a case from the start; some begin with whatever comes first. */
export const histories = fc
  .tuple(
    fc.constantFrom<readonly CaseCommand[]>(
      [open()],
      [open({ anonymity: 'known-to-us' })],
      [open({ melderDecides: false })],
      [],
    ),
    fc.array(anyCommand, { maxLength: 25 }),
  )
  .map(([first, rest]) => [...first, ...rest])

/** What happened of what was asked, the refused left out. */
export function historyOf(commands: readonly CaseCommand[]): readonly CaseEvent[] {
  const history: CaseEvent[] = []
  for (const command of commands) {
    const decision = caseDecider.decide(command, fold(caseDecider, history))
    if (decision.kind === 'accepted') history.push(...decision.events)
  }
  return history
}
