/** The procedure's invariants over random histories of commands. */
import { fold } from '@wederhoor/decider/decider'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CaseEvent, CaseEventOf } from '../events.ts'
import {
  acceptOffer,
  endDeputy,
  nameDeputy,
  offerTo,
  openDanger,
  refuseOffer,
  replace,
  reviewDanger,
} from './asking.ts'
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
  fc.constantFrom(
    reached('first-contact', firstContactDueAt),
    reached('first-contact', termPassed),
    reached('contact-person', nextDay),
    reached('successor', nextDay),
    reached(`danger-${danger(1)}`, nextDay),
    reached(`reply-${note(1)}`, firstContactDueAt),
  ),
)
const anyCommand: fc.Arbitrary<CaseCommand> = fc.oneof(
  { arbitrary: permissions, weight: 4 },
  { arbitrary: permits, weight: 4 },
  { arbitrary: people, weight: 3 },
  { arbitrary: life, weight: 2 },
  { arbitrary: dangers, weight: 1 },
  { arbitrary: contacts, weight: 2 },
  { arbitrary: fc.constantFrom(open(), open({ anonymity: 'known-to-us' })), weight: 1 },
)
/** Most histories have a case from the start; some begin with whatever comes first. */
const histories = fc
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
function historyOf(commands: readonly CaseCommand[]): readonly CaseEvent[] {
  const history: CaseEvent[] = []
  for (const command of commands) {
    const decision = caseDecider.decide(command, fold(caseDecider, history))
    if (decision.kind === 'accepted') history.push(...decision.events)
  }
  return history
}

/** For each event of a type: what stood before it. */
function each<Type extends CaseEvent['type']>(
  type: Type,
  check: (event: CaseEventOf<Type>, before: readonly CaseEvent[]) => void,
): void {
  fc.assert(
    fc.property(histories, (commands) => {
      const history = historyOf(commands)
      history.forEach((event, index) => {
        if (event.type === type) check(event as CaseEventOf<Type>, history.slice(0, index))
      })
    }),
    { numRuns: 400 },
  )
}

const last = <Type extends CaseEvent['type']>(history: readonly CaseEvent[], ...types: Type[]) =>
  history.findLast((event): event is CaseEventOf<Type> =>
    (types as readonly string[]).includes(event.type),
  )

describe('any history of commands', () => {
  test('no permit without a live permission for that very text (procedure §9.1, §9.5)', () => {
    each('PermitGranted', (granted, before) => {
      if (granted.receiver === String(melder)) return
      if (granted.act === 'closing-notice') {
        const served = before.some(
          (one) => one.type === 'PermitGranted' && one.receiver === granted.receiver,
        )
        expect(served).toBe(true)
        return
      }
      const given = before.findLastIndex(
        (one) => one.type === 'PermissionGiven' && one.permission === granted.permission,
      )
      expect(before[given]).toMatchObject({
        act: granted.act,
        receiver: granted.receiver,
        digest: granted.digest,
      })
      const undone = before
        .slice(given)
        .some(
          (one) =>
            one.type === 'CaseClosed' ||
            (one.type === 'PermissionWithdrawn' && one.permission === granted.permission),
        )
      expect(undone).toBe(false)
    })
  })

  test('nothing identifies a melder who has not lifted that (procedure §9.1, §9.9)', () => {
    each('PermitGranted', (granted, before) => {
      if (!granted.act.startsWith('serve') || granted.receiver === String(melder)) return
      expect(last(before, 'CaseOpened', 'AnonymityChanged')?.anonymity).toBe('known-to-respondent')
    })
  })

  test('nothing is granted to whom it is not safe to write, nor further on a closed case (procedure §9.11)', () => {
    each('PermitGranted', (granted, before) => {
      const rule = before.findLast(
        (one) => one.type === 'SafeContactSet' && String(one.party) === String(granted.receiver),
      )
      expect(rule).not.toMatchObject({ outgoing: 'none' })
      const isClosed =
        last(before, 'CaseClosed', 'CaseReopened', 'CaseOpened')?.type === 'CaseClosed'
      if (isClosed) expect(granted.act).toBe('closing-notice')
    })
  })

  test('whatever undoes a permission, safety, anonymity or the case leaves no usable permit behind', () => {
    fc.assert(
      fc.property(histories, (commands) => {
        const state = fold(caseDecider, historyOf(commands))
        if (state.status === 'unknown') return
        for (const one of state.permits) {
          if (one.cancelled || one.act === 'closing-notice' || one.validUntil < later) continue
          expect(state.status).toBe('open')
          expect(state.unsafe.map(String)).not.toContain(String(one.receiver))
          if (one.permission === undefined) continue
          const basis = state.permissions.find((given) => given.permission === one.permission)
          expect(basis?.standing).toBe('live')
        }
      }),
      { numRuns: 400 },
    )
  })

  test('a request gets one answer', () => {
    fc.assert(
      fc.property(histories, (commands) => {
        const answers = historyOf(commands).flatMap((event) =>
          event.type === 'PermitGranted' || event.type === 'PermitRefused' ? [event.request] : [],
        )
        expect(new Set(answers).size).toBe(answers.length)
      }),
    )
  })

  test('there is always one contact person, changed only by whoever accepts, or with a stand-in (procedure §9.7)', () => {
    each('ContactPersonChanged', (changed, before) => {
      const offer = last(before, 'ContactPersonOffered', 'ContactPersonChanged')
      expect(offer).toMatchObject({ type: 'ContactPersonOffered', to: changed.contactPerson })
    })
    each('ContactPersonLeft', (left, before) => {
      expect(left.interim).not.toBe(left.contactPerson)
      expect(left.contactPerson).toBe(holder(before))
    })
  })

  test('who reviews a danger is another human than who reported it, and read it (procedure §9.6)', () => {
    each('AcuteDangerReviewed', (reviewed, before) => {
      expect(last(before, 'AcuteDangerReported')?.by).not.toBe(reviewed.by)
      expect(before.some((one) => one.type === 'AcuteDangerOpened' && one.by === reviewed.by)).toBe(
        true,
      )
    })
  })

  test('a witness never permits anything about another (WIT-02)', () => {
    each('PermissionGiven', (_given, before) => {
      expect(last(before, 'CaseOpened')?.melderDecides).toBe(true)
    })
  })

  test('whoever works elsewhere changes nothing, unless they are assigned', () => {
    const elsewhere = context({ by: stranger, desk: 'desk-z', at: at('2024-03-01T09:01:00.000Z') })
    fc.assert(
      fc.property(histories, anyCommand, (commands, command) => {
        const heard = ['OpenCase', 'ChangeAnonymity', 'DecidePermit', 'DeadlineReached']
        fc.pre(!heard.includes(command.type))
        const state = fold(caseDecider, historyOf(commands))
        if (state.status === 'unknown') return
        fc.pre(state.contactPerson !== stranger && !state.deputies.includes(stranger))
        fc.pre(state.offer?.to !== stranger && state.refusedBy !== stranger)
        const asked = { ...command, context: elsewhere } as CaseCommand
        expect(caseDecider.decide(asked, state).kind).toBe('rejected')
      }),
    )
  })

  test('every inbound message has a reply clock until it is answered (procedure §9.12)', () => {
    each('ContactNoted', (noted) => {
      expect(noted.replyDueAt !== undefined).toBe(
        noted.direction === 'in' && noted.result === 'message',
      )
    })
  })

  test('asked twice adds nothing', () => {
    fc.assert(
      fc.property(histories, anyCommand, (commands, command) => {
        const history = historyOf(commands)
        const first = caseDecider.decide(command, fold(caseDecider, history))
        if (first.kind === 'rejected') return
        const after = fold(caseDecider, [...history, ...first.events])
        const again = caseDecider.decide(command, after)
        expect(again.kind === 'rejected' || again.events.length === 0).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

function holder(history: readonly CaseEvent[]) {
  const state = fold(caseDecider, history)
  return state.status === 'unknown' ? undefined : state.contactPerson
}
