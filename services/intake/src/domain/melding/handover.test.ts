import { fold } from '@wederhoor/decider/decider'
import { specification } from '@wederhoor/decider/specification'
import type { Instant } from '@wederhoor/vault/fields'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deadlinesOf } from '../../deadlines.ts'
import type { MeldingEvent } from '../events.ts'
import {
  acceptDueAt,
  accepted,
  assignDueAt,
  at,
  context,
  desk,
  ended,
  ending,
  escalated,
  firstContactDueAt,
  offerDueAt,
  offered,
  offerTo,
  reason,
  refused,
  register,
  registered,
  sealed,
} from './builders.ts'
import type { MeldingCommand, MeldingDeadline } from './commands.ts'
import { meldingDecider } from './melding.ts'

const { given } = specification(meldingDecider)
const late = at('2024-03-06T00:00:00.000Z')
const assignAgainDueAt = at('2024-03-07T22:59:59.999Z')
const reached = (deadline: MeldingDeadline, dueAt: Instant) =>
  ({
    type: 'DeadlineReached',
    deadline,
    dueAt,
    assignDueAt: assignAgainDueAt,
    context: context({ at: late }),
  }) as const

const accept = (name: string) =>
  ({ type: 'AcceptHandover', desk: desk(name), context: context() }) as const
const refuse = (name: string, next = 'desk-b') =>
  ({
    type: 'RefuseHandover',
    desk: desk(name),
    reason: reason('buiten-gebied'),
    refusalsMax: 2,
    next: offerTo(next, 'best-fit'),
    assignDueAt,
    context: context(),
  }) as const
const assign = (name: string) =>
  ({ type: 'AssignDesk', offer: offerTo(name), context: context() }) as const

describe('an offered melding', () => {
  const history = [registered(), offered('desk-a')]

  test('is the desk’s only when the desk accepts (ROU-02)', () => {
    given(...history)
      .when(accept('desk-a'))
      .then(accepted('desk-a'))
  })

  test('is handed over with whether the melder set a rule for safe contact (procedure §1)', () => {
    given(registered({ safeContact: sealed('rule') }), offered('desk-a'))
      .when(accept('desk-a'))
      .then(accepted('desk-a', 1, 'rule-set'))
  })

  test('cannot be accepted by another desk', () => {
    given(...history)
      .when(accept('desk-b'))
      .thenRefused({ reason: 'not-offered-to-this-desk' })
  })

  test('goes to the next desk after a first refusal', () => {
    given(...history)
      .when(refuse('desk-a'))
      .then(refused('desk-a'), offered('desk-b', 2, 'best-fit'))
  })

  test('goes to the national layer after the second refusal', () => {
    given(...history, refused('desk-a'), offered('desk-b', 2, 'best-fit'))
      .when(refuse('desk-b', 'desk-c'))
      .then(refused('desk-b', 2), escalated('refusals'))
  })

  test('escalates on silence (ROU-03)', () => {
    given(...history)
      .when(reached('acceptance', acceptDueAt))
      .then(
        { type: 'HandoverLapsed', attempt: 1, desk: desk('desk-a'), at: late },
        { type: 'HandoverEscalated', why: 'silence', at: late, assignDueAt: assignAgainDueAt },
      )
  })

  test('ignores a deadline that no longer stands', () => {
    given(...history)
      .when(reached('acceptance', offerDueAt))
      .thenNothing()
  })

  test('of a caller who is put through is theirs when that desk picks up, and no other’s (INT-20)', () => {
    const putThrough = [registered(), offered('desk-a', 1, 'put-through')]
    given(registered())
      .when({
        type: 'OfferHandover',
        offer: offerTo('desk-a', 'put-through'),
        context: context(),
      })
      .then(offered('desk-a', 1, 'put-through'))
    given(...putThrough)
      .when(accept('desk-a'))
      .then(accepted('desk-a'))
    given(...putThrough)
      .when(accept('desk-b'))
      .thenRefused({ reason: 'not-offered-to-this-desk' })
  })
})

describe('an escalated melding', () => {
  const history = [registered(), escalated('no-connected-desk')]

  test('is assigned by the national layer', () => {
    given(...history)
      .when(assign('desk-c'))
      .then(offered('desk-c', 1, 'assigned'))
  })

  test('cannot be refused once it was assigned', () => {
    given(...history, offered('desk-c', 1, 'assigned'))
      .when(refuse('desk-c'))
      .thenRefused({ reason: 'assigned-by-the-national-layer' })
  })

  test('is not assigned while an ordinary offer is out', () => {
    given(registered(), offered('desk-a'))
      .when(assign('desk-c'))
      .thenRefused({ reason: 'nothing-to-assign' })
  })
})

describe('somebody who waits', () => {
  test('for the national layer to assign is overdue with each term that passes', () => {
    const history = [registered(), escalated('no-connected-desk')]
    const overdue = {
      type: 'AssignmentOverdue',
      times: 1,
      at: late,
      dueAt: assignDueAt,
      againDueAt: assignAgainDueAt,
    } as const
    given(...history)
      .when(reached('assignment', assignDueAt))
      .then(overdue)
    const again = {
      ...reached('assignment', assignAgainDueAt),
      assignDueAt: at('2024-03-08T22:59:59.999Z'),
    }
    given(...history, overdue)
      .when(again)
      .then({ ...overdue, times: 2, dueAt: assignAgainDueAt, againDueAt: again.assignDueAt })
    given(...history, offered('desk-c', 1, 'assigned'))
      .when(reached('assignment', assignDueAt))
      .thenNothing()
  })

  test('for a first contact is overdue, once, wherever the report waits (procedure §1)', () => {
    const overdue = { type: 'FirstContactOverdue', at: late, dueAt: firstContactDueAt } as const
    for (const waiting of [[], [offered('desk-a')], [escalated('not-offered')]]) {
      given(registered(), ...waiting)
        .when(reached('first-contact', firstContactDueAt))
        .then(overdue)
      given(registered(), ...waiting, overdue)
        .when(reached('first-contact', firstContactDueAt))
        .thenNothing()
    }
  })

  test('no longer does so once a desk accepted or it ended', () => {
    for (const over of [[offered('desk-a'), accepted('desk-a')], [ended]]) {
      given(registered(), ...over)
        .when(reached('first-contact', firstContactDueAt))
        .thenNothing()
    }
  })
})

describe('an accepted melding', () => {
  test('is not offered, refused or ended any more', () => {
    const history = [registered(), offered('desk-a'), accepted('desk-a')]
    given(...history)
      .when(refuse('desk-a'))
      .thenRefused({ reason: 'already-accepted', desk: desk('desk-a') })
    given(...history)
      .when({ type: 'EndWithoutCase', reason: ending('gehoord'), context: context() })
      .thenRefused({ reason: 'already-accepted', desk: desk('desk-a') })
  })
})

describe('an ended melding', () => {
  test('is not accepted', () => {
    given(registered(), offered('desk-a'), ended)
      .when(accept('desk-a'))
      .thenRefused({ reason: 'melding-ended' })
  })
})

const deskName = fc.constantFrom('desk-a', 'desk-b', 'desk-c')
const anyCommand: fc.Arbitrary<MeldingCommand> = fc.oneof(
  fc.boolean().map((noConnectedDesk) => register({ noConnectedDesk })),
  deskName.map((name) => register({ offer: offerTo(name) })),
  deskName.map(accept),
  fc.tuple(deskName, deskName).map(([name, next]) => refuse(name, next)),
  deskName.map(assign),
  deskName.map(
    (name) => ({ type: 'OfferHandover', offer: offerTo(name), context: context() }) as const,
  ),
  fc.constant({ type: 'EndWithoutCase', reason: ending('gehoord'), context: context() } as const),
  fc.constantFrom(
    reached('offer', offerDueAt),
    reached('acceptance', acceptDueAt),
    reached('assignment', assignDueAt),
    reached('first-contact', firstContactDueAt),
  ),
)

describe('any history of commands', () => {
  const histories = fc.array(anyCommand, { maxLength: 12 })

  /** The rows that the events leave behind: clears first, then sets, as `deadlines` writes them. */
  function clocksOf(history: readonly MeldingEvent[]): Map<MeldingDeadline, Instant> {
    const rows = new Map<MeldingDeadline, Instant>()
    for (const event of history) {
      const { set = [], clear = [] } = deadlinesOf(event)
      for (const kind of clear) rows.delete(kind)
      for (const { kind, dueAt } of set) rows.set(kind, dueAt as Instant)
    }
    return rows
  }

  function run(
    commands: readonly MeldingCommand[],
    each: (events: readonly MeldingEvent[]) => void,
  ): MeldingEvent[] {
    const history: MeldingEvent[] = []
    for (const command of commands) {
      const decision = meldingDecider.decide(command, fold(meldingDecider, history))
      if (decision.kind === 'accepted') history.push(...decision.events)
      each(history)
    }
    return history
  }

  test('a dossier always has exactly one holder, and only an acceptance changes it (procedure §9.7)', () => {
    fc.assert(
      fc.property(histories, (commands) => {
        run(commands, (history) => {
          const acceptances = history.filter((event) => event.type === 'HandoverAccepted')
          expect(acceptances.length).toBeLessThanOrEqual(1)
          const state = fold(meldingDecider, history)
          if (state.status === 'accepted') expect(state.desk).toBe(acceptances[0]?.desk)
          if (acceptances.length === 1 && state.status !== 'accepted')
            throw new Error('a holder got lost')
        })
      }),
    )
  })

  test('a desk takes over only what was offered to that very desk (ROU-02)', () => {
    fc.assert(
      fc.property(histories, (commands) => {
        const history = run(commands, () => undefined)
        for (const [index, event] of history.entries()) {
          if (event.type !== 'HandoverAccepted') continue
          const offer = history.slice(0, index).findLast((one) => one.type === 'HandoverOffered')
          expect(offer).toMatchObject({ desk: event.desk, attempt: event.attempt })
        }
      }),
      { numRuns: 300 },
    )
  })

  test('nobody waits without a clock: until a desk accepted or it ended, a deadline stands that its decider heeds', () => {
    const met = new Set<string>()
    fc.assert(
      fc.property(histories, (commands) => {
        const history = run(commands, () => undefined)
        const state = fold(meldingDecider, history)
        const standing = clocksOf(history)
        met.add(state.status)
        if (state.status === 'unknown' || state.status === 'accepted' || state.status === 'ended') {
          expect([...standing]).toEqual([])
          return
        }
        const moves = { held: 'offer', offered: 'acceptance', escalated: 'assignment' } as const
        expect([...standing.keys()]).toContain(moves[state.status])
        expect(standing.has('first-contact')).toBe(!state.firstContactOverdue)
        for (const [kind, dueAt] of standing) {
          const command = { ...reached(kind, dueAt), assignDueAt: at('2024-04-01T21:59:59.999Z') }
          const decision = meldingDecider.decide(command, state)
          if (decision.kind === 'rejected') throw new Error(decision.rejection.reason)
          // What it leads to leaves a clock behind in its turn.
          expect(clocksOf([...history, ...decision.events]).get(kind)).not.toBe(dueAt)
          expect(clocksOf([...history, ...decision.events]).size).toBeGreaterThan(0)
        }
      }),
      { numRuns: 300 },
    )
    expect([...met].sort()).toEqual([
      'accepted',
      'ended',
      'escalated',
      'held',
      'offered',
      'unknown',
    ])
  })

  test('asked twice adds nothing', () => {
    fc.assert(
      fc.property(histories, anyCommand, (commands, command) => {
        const history = run(commands, () => undefined)
        const first = meldingDecider.decide(command, fold(meldingDecider, history))
        if (first.kind === 'rejected') return
        const again = meldingDecider.decide(
          command,
          fold(meldingDecider, [...history, ...first.events]),
        )
        expect(again.kind === 'rejected' || again.events.length === 0).toBe(true)
      }),
    )
  })
})
