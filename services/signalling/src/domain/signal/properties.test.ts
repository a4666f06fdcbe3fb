/** What holds after any sequence of commands (SIG-09, SIG-11; procedure §9.6). */
import { fold } from '@wederhoor/decider/decider'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SignalEvent } from '../events.ts'
import * as build from './builders.ts'
import type { SignalCommand } from './commands.ts'
import { signalDecider } from './signal.ts'

const human = fc.constantFrom(build.sara, build.stef, build.nora)
const nth = fc.constantFrom(1, 2)
const addressee = fc.constantFrom(build.szw, build.szw, build.szw, build.bzk)
const moment = fc.constantFrom(build.start, build.tooLate)

const command: fc.Arbitrary<SignalCommand> = fc.oneof(
  human.map((by) => build.draft({ context: build.context({ by }) })),
  fc.tuple(fc.constantFrom('one', 'two'), human).map(([name, by]) => build.revise(name, by)),
  { weight: 3, arbitrary: human.map(build.openIt) },
  { weight: 3, arbitrary: human.map(build.approve) },
  { weight: 2, arbitrary: fc.constant(build.send()) },
  addressee.map(build.receive),
  fc.tuple(addressee, moment, fc.constantFrom('answer', 'other')).map(([from, at, text]) =>
    build.answer({
      addressee: from,
      context: build.context({ by: build.minister, at }),
      text: build.sealed(text),
    }),
  ),
  fc.constantFrom('done', 'under-way' as const).map((progress) =>
    build.followUp({
      progress,
      text: build.sealed(progress),
      nextDueAt: progress === 'done' ? undefined : build.tooLate,
    }),
  ),
  fc.tuple(nth, addressee).map(([which, from]) => build.ask(which, from)),
  nth.map(build.give),
  fc.constantFrom(
    build.reached('answer', build.answerDueAt),
    build.reached('answer', build.tooLate),
    build.reached('follow-up', build.followUpDueAt),
    build.reached('follow-up', build.tooLate),
    build.reached('advice', build.adviceDueAt),
  ),
)
/** Half of them begin with a signal that was sent, so that what comes after is met often enough. */
const sequence = fc
  .tuple(
    fc.constantFrom([], [build.draft(), build.openIt(), build.approve(), build.send()]),
    fc.array(command, { maxLength: 60, size: 'max' }),
  )
  .map(([first, then]) => [...first, ...then])

/** Runs them; each command is asked twice, and the second time adds nothing. */
function historyOf(commands: readonly SignalCommand[]): readonly SignalEvent[] {
  const events: SignalEvent[] = []
  for (const one of commands) {
    const decision = signalDecider.decide(one, fold(signalDecider, events))
    if (decision.kind === 'rejected') continue
    events.push(...decision.events)
    const again = signalDecider.decide(one, fold(signalDecider, events))
    expect(again).toEqual({ kind: 'accepted', events: [] })
  }
  return events
}

const before = (events: readonly SignalEvent[], type: SignalEvent['type']) => {
  const index = events.findIndex((event) => event.type === type)
  return index < 0 ? undefined : events.slice(0, index)
}

describe('whatever is asked of a signal', () => {
  test('asked twice adds nothing, and each act of the course happens once at most', () => {
    fc.assert(
      fc.property(sequence, (commands) => {
        const types = historyOf(commands).map((event) => event.type)
        const once = [
          'SignalDrafted',
          'SignalApproved',
          'SignalSent',
          'SignalReceived',
          'SignalOverdue',
          'SignalAnswered',
        ]
        for (const type of once)
          expect(types.filter((one) => one === type).length).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('it is approved by a person who wrote none of it and opened the very text', () => {
    fc.assert(
      fc.property(sequence, (commands) => {
        const events = historyOf(commands)
        const approval = events.find((event) => event.type === 'SignalApproved')
        if (approval === undefined) return
        const earlier = before(events, 'SignalApproved') ?? []
        const written = earlier.flatMap((event) =>
          event.type === 'SignalDrafted' || event.type === 'SignalRevised' ? [event] : [],
        )
        expect(written.map((event) => event.by)).not.toContain(approval.by)
        expect(approval.textDigest).toBe(written.at(-1)?.text.sealed)
        expect(
          earlier.some(
            (event) =>
              event.type === 'SignalOpened' &&
              event.by === approval.by &&
              event.textDigest === approval.textDigest,
          ),
        ).toBe(true)
      }),
    )
  })

  test('nothing leaves before approval, and nobody answers what was not sent', () => {
    fc.assert(
      fc.property(sequence, (commands) => {
        const events = historyOf(commands)
        const types = (type: SignalEvent['type']) => before(events, type)?.map((one) => one.type)
        expect(types('SignalSent') ?? ['SignalApproved']).toContain('SignalApproved')
        for (const later of ['SignalReceived', 'SignalAnswered', 'SignalOverdue'] as const)
          expect(types(later) ?? ['SignalSent']).toContain('SignalSent')
        expect(types('FollowUpRecorded') ?? ['SignalAnswered']).toContain('SignalAnswered')
      }),
    )
  })

  test('it is never overdue after an answer, and an answer after it is late', () => {
    fc.assert(
      fc.property(sequence, (commands) => {
        const events = historyOf(commands)
        const types = (type: SignalEvent['type']) => before(events, type)?.map((one) => one.type)
        expect(types('SignalOverdue') ?? []).not.toContain('SignalAnswered')
        const answer = events.find((event) => event.type === 'SignalAnswered')
        if (answer === undefined) return
        const wasOverdue = types('SignalAnswered')?.includes('SignalOverdue') === true
        expect(answer.late).toBe(wasOverdue || answer.at > build.answerDueAt)
        expect(answer.addressee).toBe(build.szw)
      }),
    )
  })

  test('each question that was answered was asked, and one at a time waits', () => {
    fc.assert(
      fc.property(sequence, (commands) => {
        let open: string | undefined
        for (const event of historyOf(commands)) {
          if (event.type === 'AdviceAsked') {
            expect(open).toBeUndefined()
            open = event.advice
          }
          if (event.type === 'AdviceGiven') {
            expect(open).toBe(event.advice)
            open = undefined
          }
        }
      }),
    )
  })

  test('random sequences do reach an answer and a refusal: the properties above are not empty', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(sequence, (commands) => {
        for (const event of historyOf(commands)) seen.add(event.type)
      }),
      { seed: 7, numRuns: 300 },
    )
    expect([...seen]).toEqual(
      expect.arrayContaining(['SignalAnswered', 'SignalOverdue', 'ApprovalRefused', 'AdviceGiven']),
    )
  })
})
