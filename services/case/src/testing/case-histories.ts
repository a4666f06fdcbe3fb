/** Random histories of commands, for tests: mostly people who belong there, ids that meet, and clocks that run. */
import { fold } from '@wederhoor/decider/decider'
import fc from 'fast-check'
import {
  acceptOffer,
  endDeputy,
  nameDeputy,
  offerTo,
  openDanger,
  refuseOffer,
  replace,
  reviewDanger,
} from '../domain/case/asking.ts'
import {
  addFile,
  anna,
  ask,
  asLead,
  asMelder,
  bram,
  carla,
  close,
  context,
  danger,
  digest,
  file,
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
} from '../domain/case/builders.ts'
import { caseDecider } from '../domain/case/case.ts'
import type { CaseCommand } from '../domain/case/commands.ts'
import type { CaseEvent } from '../domain/events.ts'

/** Repeated values are likelier: most histories are of people who belong there and texts that meet. */
const staff = fc.constantFrom(anna, anna, anna, bram, bram, carla, lead, stranger)
const desks = fc.constantFrom('desk-a', 'desk-a', 'desk-a', 'desk-b')
const seat = fc.tuple(staff, desks, fc.constantFrom(start, later))
const anybody = seat.map(([by, desk, when]) =>
  by === lead ? asLead({ desk, at: when }) : context({ by, desk, at: when }),
)
const number = fc.integer({ min: 1, max: 4 })
const complaint = digest('complaint')
const text = fc.constantFrom(complaint, complaint, complaint, digest('another'))
const theOther = receiver(respondent)
const to = fc.constantFrom(theOther, theOther, theOther, receiver(melder), partner)
const serve = 'serve-complaint'
const permittedAct = fc.constantFrom(serve, serve, serve, 'serve-answer', 'general-letter')
const anyAct = fc.oneof(
  { arbitrary: permittedAct, weight: 4 },
  { arbitrary: fc.constant('closing-notice' as const), weight: 1 },
)

/** Permission is spoken to staff, or given by code. */
const permitting = fc.oneof(
  { arbitrary: anybody, weight: 4 },
  { arbitrary: fc.constantFrom(asMelder(), asMelder({ at: later })), weight: 1 },
)

const permissions = fc.oneof(
  fc
    .record({
      permission: number.map(permission),
      act: permittedAct,
      receiver: to,
      digest: text,
      context: permitting,
    })
    .map((one) => give(one)),
  fc.constantFrom(
    withdraw(),
    withdraw({ kind: 'receiver', receiver: receiver(respondent) }),
    withdraw({ kind: 'permission', permission: permission(1) }),
    { ...withdraw(), context: asMelder() },
  ),
  fc
    .record({ act: permittedAct, receiver: to, digest: text, context: permitting })
    .map((one) => ({ type: 'DeclinePermission', ...one }) as const),
)
const permits = fc
  .record({
    number: fc.integer({ min: 1, max: 12 }),
    act: anyAct,
    receiver: to,
    digest: text,
    when: fc.constantFrom(start, later),
  })
  .map(({ number: asked, when, ...one }) =>
    ask({ ...one, request: request(asked), permit: permit(asked), context: context({ at: when }) }),
  )
const safety = fc
  .record({
    party: fc.constantFrom(melder, respondent),
    outgoing: fc.constantFrom('allowed' as const, 'none' as const),
    rule: fc.integer().map((seed) => sealed<string>(`rule${seed}`)),
    context: anybody,
  })
  .map((one) => ({ type: 'SetSafeContact', ...one }) as const)
export const towardsMelder = fc.oneof(
  { arbitrary: permits.map((one) => ({ ...one, receiver: receiver(melder) })), weight: 3 },
  { arbitrary: safety, weight: 1 },
)
export const people = fc.oneof(
  fc.tuple(staff, anybody).map(([deputy, by]) => nameDeputy(deputy, by)),
  fc.tuple(staff, anybody).map(([deputy, by]) => endDeputy(deputy, by)),
  fc.tuple(staff, anybody).map(([next, by]) => offerTo(next, by)),
  anybody.map(acceptOffer),
  anybody.map(refuseOffer),
  fc.tuple(staff, anybody).map(([gone, by]) => replace(gone, by)),
)
const life = fc.oneof(
  anybody.map((by) => close({ context: by })),
  anybody.map((by) => ({ ...reopen, context: by })),
  fc
    .constantFrom('known-to-us' as const, 'known-to-respondent' as const)
    .map((anonymity) => ({ type: 'ChangeAnonymity', anonymity, context: context() }) as const),
  safety,
)
export const dangers = fc.oneof(
  anybody.map((by) => ({ ...report, context: by })),
  anybody.map(openDanger),
  anybody.map(reviewDanger),
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
  fc.tuple(number.map(file), permitting).map(([one, by]) => addFile({ file: one, context: by })),
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
  { arbitrary: dangers, weight: 2 },
  { arbitrary: contacts, weight: 2 },
  { arbitrary: fc.constantFrom(open(), open({ anonymity: 'known-to-us' })), weight: 1 },
)
/** Most histories have a case from the start; some begin with whatever comes first. */
const beginnings: readonly (readonly CaseCommand[])[] = [
  [open()],
  [open({ anonymity: 'known-to-us' })],
  [open({ melderDecides: false })],
  [open({ safeContact: 'rule-set' })],
  [],
]
export const historiesOf = (commands: fc.Arbitrary<CaseCommand>, begun = beginnings) =>
  fc
    .tuple(
      fc.constantFrom(...begun),
      fc.array(commands, { minLength: 15, maxLength: 40, size: 'max' }),
    )
    .map(([first, rest]) => [...first, ...rest])
export const histories = historiesOf(anyCommand)

/** What happened of what was asked, the refused left out. */
export function historyOf(commands: readonly CaseCommand[]): readonly CaseEvent[] {
  const history: CaseEvent[] = []
  for (const command of commands) {
    const decision = caseDecider.decide(command, fold(caseDecider, history))
    if (decision.kind === 'accepted') history.push(...decision.events)
  }
  return history
}
