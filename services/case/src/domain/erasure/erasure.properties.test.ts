/** What holds whatever is asked, in whatever order. */
import { fold } from '@wederhoor/decider/decider'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  defence,
  erase,
  hold,
  lift,
  noteCompleted,
  noteErased,
  noteFinal,
  noteIncomplete,
  noteOverdue,
  people,
  place,
  refuse,
  request,
  review,
  running,
} from '../../testing/erasures.ts'
import type { ErasureEvent } from '../erasure-events.ts'
import type { ErasureCommand } from './commands.ts'
import { erasureDecider } from './erasure.ts'

const somebody = fc.constantFrom(...people)
const index = fc.integer({ min: 1, max: 2 })

const anyCommand: fc.Arbitrary<ErasureCommand> = fc.oneof(
  { weight: 3, arbitrary: somebody.map(request) },
  { weight: 1, arbitrary: fc.tuple(index, somebody).map(([one, by]) => place(one, by)) },
  { weight: 2, arbitrary: fc.tuple(index, somebody).map(([one, by]) => lift(one, by)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(somebody, fc.boolean(), fc.boolean(), fc.boolean())
      .map(([by, runs, heard, weighed]) =>
        erase(by, {
          running: runs ? [running] : [],
          heardByAnother: heard,
          ...(weighed ? { defence } : {}),
        }),
      ),
  },
  { weight: 4, arbitrary: somebody.map((by) => erase(by)) },
  { weight: 1, arbitrary: somebody.map(refuse) },
  {
    weight: 6,
    arbitrary: fc.constantFrom<ErasureCommand>(
      noteErased,
      noteOverdue,
      noteIncomplete,
      noteCompleted,
      noteFinal,
      review(1),
    ),
  },
)
const courses = fc.array(anyCommand, { minLength: 20, maxLength: 60 })

interface Told {
  readonly command: ErasureCommand
  readonly before: readonly ErasureEvent[]
  readonly events: readonly ErasureEvent[]
}

function play(commands: readonly ErasureCommand[]): readonly Told[] {
  const history: ErasureEvent[] = []
  return commands.map((command) => {
    const before = [...history]
    const decision = erasureDecider.decide(command, fold(erasureDecider, before))
    const events = decision.kind === 'accepted' ? decision.events : []
    history.push(...events)
    return { command, before, events }
  })
}

/** Each event of a type in random histories; a property that hardly ever meets its event shows nothing. */
function each<Type extends ErasureEvent['type']>(
  type: Type,
  check: (event: Extract<ErasureEvent, { type: Type }>, told: Told) => void,
): void {
  let met = 0
  fc.assert(
    fc.property(courses, (commands) => {
      for (const told of play(commands)) {
        for (const event of told.events) {
          if (event.type !== type) continue
          met += 1
          check(event as Extract<ErasureEvent, { type: Type }>, told)
        }
      }
    }),
    { numRuns: 400 },
  )
  expect(met).toBeGreaterThan(20)
}

const standing = (history: readonly ErasureEvent[]) =>
  [hold(1), hold(2)].filter((one) => {
    const last = history.findLast(
      (event) =>
        (event.type === 'LegalHoldPlaced' || event.type === 'LegalHoldLifted') &&
        event.hold === one,
    )
    return last?.type === 'LegalHoldPlaced'
  })

describe('any history of an erasure', () => {
  test('the same asked again adds nothing', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 30 }), anyCommand, (commands, command) => {
        const once = play([...commands, command])
        const history = once.flatMap((told) => told.events)
        const again = erasureDecider.decide(command, fold(erasureDecider, history))
        expect(again.kind === 'accepted' ? again.events : []).toEqual([])
      }),
      { numRuns: 400 },
    )
  })

  test('nobody is erased while a hold stands', () => {
    each('PartyErased', (_event, { before }) => expect(standing(before)).toEqual([]))
  })

  test('two persons: who decides did not ask, lifted no hold and handled nothing (procedure §9.6)', () => {
    each('ErasureGranted', (event, { before, command }) => {
      const asked = before.findLast((one) => one.type === 'ErasureRequested')
      expect(asked?.type === 'ErasureRequested' && asked.by).not.toBe(event.by)
      const lifters = before.flatMap((one) => (one.type === 'LegalHoldLifted' ? [one.by] : []))
      expect(lifters).not.toContain(event.by)
      expect(command.type === 'DecideErasure' && command.hands.includes(event.by)).toBe(false)
    })
  })

  test('nothing is granted over the unweighed defence of another', () => {
    each('ErasureGranted', (event, { command }) => {
      if (command.type === 'DecideErasure' && command.heardByAnother)
        expect(event.defence).toBeDefined()
    })
  })

  test('erased is granted before, completed erased before, final completed before, each once', () => {
    const order = ['ErasureGranted', 'PartyErased', 'ErasureCompleted', 'ErasureFinal'] as const
    for (const [place, type] of order.slice(1).entries())
      each(type, (_event, { before }) => {
        expect(before.filter((one) => one.type === order[place])).toHaveLength(1)
        expect(before.filter((one) => one.type === type)).toHaveLength(0)
      })
  })
})
