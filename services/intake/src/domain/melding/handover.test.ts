import { fold } from '@wederhoor/decider/decider'
import { specification } from '@wederhoor/decider/specification'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MeldingEvent } from '../events.ts'
import {
  acceptDueAt,
  accepted,
  at,
  context,
  desk,
  ended,
  ending,
  escalated,
  offerDueAt,
  offered,
  offerTo,
  reason,
  refused,
  register,
  registered,
  sealed,
} from './builders.ts'
import type { MeldingCommand } from './commands.ts'
import { meldingDecider } from './melding.ts'

const { given } = specification(meldingDecider)
const late = at('2024-03-06T00:00:00.000Z')

const accept = (name: string) =>
  ({ type: 'AcceptHandover', desk: desk(name), context: context() }) as const
const refuse = (name: string, next = 'desk-b') =>
  ({
    type: 'RefuseHandover',
    desk: desk(name),
    reason: reason('buiten-gebied'),
    refusalsMax: 2,
    next: offerTo(next, 'best-fit'),
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
      .when({
        type: 'DeadlineReached',
        deadline: 'acceptance',
        dueAt: acceptDueAt,
        context: context({ at: late }),
      })
      .then(
        { type: 'HandoverLapsed', attempt: 1, desk: desk('desk-a'), at: late },
        { type: 'HandoverEscalated', why: 'silence', at: late },
      )
  })

  test('ignores a deadline that no longer stands', () => {
    given(...history)
      .when({
        type: 'DeadlineReached',
        deadline: 'acceptance',
        dueAt: offerDueAt,
        context: context(),
      })
      .thenNothing()
  })

  test('is the desk’s at once when a caller is put through and the desk picks up (INT-20)', () => {
    given(registered())
      .when({ type: 'PutThrough', desk: desk('desk-a'), dueAt: acceptDueAt, context: context() })
      .then(offered('desk-a', 1, 'put-through'), accepted('desk-a'))
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
  fc.constantFrom('offer' as const, 'acceptance' as const).map(
    (deadline) =>
      ({
        type: 'DeadlineReached',
        deadline,
        dueAt: deadline === 'offer' ? offerDueAt : acceptDueAt,
        context: context({ at: late }),
      }) as const,
  ),
)

describe('any history of commands', () => {
  const histories = fc.array(anyCommand, { maxLength: 12 })

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

  test('nobody waits without a clock: what is held or offered has a due instant, else it is with the national layer', () => {
    fc.assert(
      fc.property(histories, (commands) => {
        const state = fold(
          meldingDecider,
          run(commands, () => undefined),
        )
        if (state.status === 'held') expect(state.offerDueAt).toBe(offerDueAt)
        if (state.status === 'offered') expect(state.offer.dueAt).toBe(acceptDueAt)
      }),
    )
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
