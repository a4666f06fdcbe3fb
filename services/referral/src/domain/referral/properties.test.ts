/** What holds after any sequence of commands (procedure §5, §9). */
import { fold } from '@wederhoor/decider/decider'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Basis } from '../covenant.ts'
import type { EventNamed, ReferralEvent } from '../events.ts'
import * as build from './builders.ts'
import type { ReferralCommand, Teller } from './commands.ts'
import { referralDecider } from './referral.ts'
import { holderOf, type Referral } from './state.ts'

const moments = [build.start, build.validUntil, build.tooLate]
const context = fc.constantFrom(...moments).map((at) => build.context({ at }))
const nth = fc.constantFrom(1, 2)
const receiver = fc.constantFrom(build.huisarts, build.police)
const basis: fc.Arbitrary<Basis> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(build.minimum) },
  { weight: 1, arbitrary: fc.constant(build.under(undefined)) },
  { weight: 1, arbitrary: fc.constant(build.under(build.facts())) },
)
const teller: fc.Arbitrary<Teller> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(build.partnerOf()) },
  { weight: 1, arbitrary: fc.constant(build.partnerOf(build.police)) },
  { weight: 1, arbitrary: fc.constant(build.byPhone()) },
  { weight: 1, arbitrary: fc.constant(build.byPhone(build.desk('desk-b'))) },
)
const step = fc.constantFrom('seen', 'acceptance', 'contact', 'feedback' as const)
const dueInstants = {
  seen: build.seenDueAt,
  acceptance: build.acceptDueAt,
  contact: build.contactDueAt,
  feedback: build.feedbackDueAt,
} as const

const bare: fc.Arbitrary<ReferralCommand> = fc.oneof(
  fc.constant(build.point()),
  fc.boolean().map((yes) =>
    build.call({
      accepted: yes
        ? { contactDueAt: build.contactDueAt, feedbackDueAt: build.feedbackDueAt }
        : undefined,
    }),
  ),
  fc.tuple(receiver, basis).map(([partner, on]) => build.draftIt({ partner, basis: on })),
  nth.map(build.askPermit),
  nth.map(build.receive),
  fc
    .tuple(nth, basis)
    .map(([which, on]) => build.offerIt({ permit: build.permit(which), basis: on })),
  nth.map(
    (which) =>
      ({
        type: 'ReceivePermitRefusal',
        request: build.request(which),
        reason: build.permitRefusal('no-permission'),
        context: build.context(),
      }) as const,
  ),
  nth.map(
    (which) =>
      ({
        type: 'CancelPermit',
        request: build.request(which),
        context: build.context(),
      }) as const,
  ),
  fc.tuple(teller, basis).map(([from, on]) => build.see(from, on)),
  teller.map(build.acceptIt),
  teller.map((from) => build.refuseIt(from)),
  teller.map(build.contact),
  teller.map((from) => build.report(from)),
  fc.constantFrom(build.withdraw('permission-withdrawn'), build.withdraw('case-closed')),
  fc.constant(build.takeBack()),
  step.map(
    (deadline) =>
      ({
        type: 'DeadlineReached',
        deadline,
        dueAt: dueInstants[deadline],
        to: build.national,
        context: build.context(),
      }) as const,
  ),
  step.map((what) => ({ type: 'TakeUpEscalation', what, context: build.context() }) as const),
)
const anyCommand = fc.tuple(bare, context).map(([command, when]) => ({ ...command, context: when }))

/** Half of the sequences begin well on the way, so that the later states are visited often. */
const onTheWay = fc.constantFrom<readonly ReferralCommand[]>(
  [],
  [build.draftIt(), build.askPermit(), build.receive()],
  [build.draftIt(), build.askPermit(), build.receive(), build.offerIt(), build.see()],
  [
    build.draftIt(),
    build.askPermit(),
    build.receive(),
    build.offerIt(),
    build.see(),
    build.acceptIt(),
  ],
  [build.call()],
)
const sequences = fc
  .tuple(onTheWay, fc.array(anyCommand, { maxLength: 14 }))
  .map(([first, then]) => [...first, ...then])

const stateAfter = (history: readonly ReferralEvent[]): Referral => fold(referralDecider, history)

function run(commands: readonly ReferralCommand[]): readonly ReferralEvent[] {
  const history: ReferralEvent[] = []
  for (const command of commands) {
    const decision = referralDecider.decide(command, stateAfter(history))
    if (decision.kind === 'accepted') history.push(...decision.events)
  }
  return history
}

const named = <Type extends ReferralEvent['type']>(
  history: readonly ReferralEvent[],
  type: Type,
): readonly EventNamed<Type>[] =>
  history.filter((event) => event.type === type) as EventNamed<Type>[]

const holds = (property: (history: readonly ReferralEvent[]) => void) =>
  fc.assert(
    fc.property(sequences, (commands) => property(run(commands))),
    { numRuns: 2_000 },
  )

describe('any sequence of commands', () => {
  test('visits every state, or these properties would say nothing', () => {
    const visited = new Set<string>()
    holds((history) => {
      for (let length = 0; length <= history.length; length += 1)
        visited.add(stateAfter(history.slice(0, length)).status)
    })
    expect([...visited].sort()).toEqual([
      'accepted',
      'contacted',
      'done',
      'drafted',
      'dropped',
      'offered',
      'permit-requested',
      'permitted',
      'pointed',
      'recalled',
      'refused',
      'seen',
      'unknown',
      'withheld',
    ])
  })

  test('offers nothing without a permit that was live, for this content, and not used before', () => {
    holds((history) => {
      const used = new Set<string>()
      for (const [index, offered] of history.entries()) {
        if (offered.type !== 'ReferralOffered') continue
        const before = history.slice(0, index)
        const received = named(before, 'PermitReceived').find(
          (one) => one.permit === offered.permit,
        )
        if (received === undefined) throw new Error('offered without a permit')
        expect(offered.at <= received.validUntil).toBe(true)
        const asked = named(before, 'PermitRequested').findLast(() => true)
        expect(asked?.request).toBe(received.request)
        expect(asked?.digest).toBe(named(before, 'ReferralDrafted')[0]?.content.sealed)
        const dead = named(before, 'PermitCancelled').some(
          (one) => one.request === received.request,
        )
        expect(dead).toBe(false)
        expect(used.has(offered.permit)).toBe(false)
        used.add(offered.permit)
      }
    })
  })

  test('makes the partner holder by acceptance alone (procedure §9.7)', () => {
    holds((history) => {
      for (const [index, event] of history.entries()) {
        const before = stateAfter(history.slice(0, index))
        const after = stateAfter(history.slice(0, index + 1))
        if (after.status === 'unknown') continue
        const was = before.status === 'unknown' ? 'desk' : holderOf(before)
        if (was === 'desk' && holderOf(after) === 'partner')
          expect(event.type).toBe('ReferralAccepted')
        if (was === 'partner' && holderOf(after) === 'desk')
          expect(['ReferralDone', 'ReferralRecalled']).toContain(event.type)
      }
    })
  })

  test('sends nothing on after a withdrawal: no offer, no opening, no acceptance (procedure §9.5)', () => {
    holds((history) => {
      const end = history.findIndex(
        (event) => event.type === 'ReferralRecalled' || event.type === 'ReferralDropped',
      )
      if (end < 0) return
      const later = history.slice(end + 1).map((event) => event.type)
      expect(later.filter((type) => type !== 'EscalationTakenUp')).toEqual([])
    })
  })

  test('escalates each step at most once, and only what was still expected', () => {
    holds((history) => {
      const steps = named(history, 'ReferralOverdue').map((event) => event.step)
      expect(new Set(steps).size).toBe(steps.length)
      for (const [index, event] of history.entries()) {
        if (event.type !== 'ReferralOverdue') continue
        const before = stateAfter(history.slice(0, index))
        if (before.status === 'unknown') throw new Error('overdue before it began')
        expect(before.due[event.step]).toBe(event.dueAt)
      }
    })
  })

  test('escalates every step that is still expected when its instant has passed', () => {
    holds((history) => {
      const state = stateAfter(history)
      if (state.status === 'unknown') return
      for (const deadline of ['seen', 'acceptance', 'contact', 'feedback'] as const) {
        const dueAt = state.due[deadline]
        if (dueAt === undefined || state.overdue.includes(deadline)) continue
        const context = build.context({ at: dueAt })
        const to = build.national
        const command = { type: 'DeadlineReached', deadline, dueAt, to, context } as const
        const decision = referralDecider.decide(command, state)
        expect(decision.kind === 'accepted' && decision.events).toHaveLength(1)
      }
    })
  })

  test('leaves nobody waiting without a clock, once it is out and the case is open', () => {
    holds((history) => {
      const state = stateAfter(history)
      if (state.status === 'offered' || state.status === 'seen')
        expect(state.due.acceptance).toBe(build.acceptDueAt)
      if ((state.status === 'accepted' || state.status === 'contacted') && !state.detached)
        expect(state.due.feedback).toBe(build.feedbackDueAt)
    })
  })

  test('tells police and prosecution nothing without a covenant that is cited (REF-07)', () => {
    const covenanted = fc.array(
      anyCommand.map((command) =>
        'basis' in command && command.basis?.kind === 'minimum'
          ? { ...command, basis: build.under(undefined) }
          : command,
      ),
      { maxLength: 14 },
    )
    fc.assert(
      fc.property(covenanted, (commands) => {
        for (const offered of named(run(commands), 'ReferralOffered'))
          expect(offered.covenant).toBe(build.covenantId)
      }),
    )
  })

  test('asked twice adds nothing', () => {
    fc.assert(
      fc.property(sequences, anyCommand, (commands, command) => {
        const history = run(commands)
        const first = referralDecider.decide(command, stateAfter(history))
        if (first.kind === 'rejected') return
        const again = referralDecider.decide(command, stateAfter([...history, ...first.events]))
        expect(again.kind === 'rejected' || again.events.length === 0).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})
