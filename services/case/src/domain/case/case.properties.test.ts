/** The procedure's invariants over random histories of commands. */
import { fold } from '@wederhoor/decider/decider'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  anyCommand,
  dangers,
  histories,
  historiesOf,
  historyOf,
  people,
  towardsMelder,
} from '../../testing/case-histories.ts'
import type { CaseEvent, CaseEventOf } from '../events.ts'
import { asMelder, at, context, later, lead, melder, open, stranger, withdraw } from './builders.ts'
import { caseDecider } from './case.ts'
import type { CaseCommand } from './commands.ts'
import { mayReach } from './permit.ts'

/** For each event of a type: what stood before it. A property that hardly ever meets its event shows nothing. */
function each<Type extends CaseEvent['type']>(
  type: Type,
  check: (event: CaseEventOf<Type>, before: readonly CaseEvent[]) => void,
  about = anyCommand,
  begun?: Parameters<typeof historiesOf>[1],
): void {
  let met = 0
  fc.assert(
    fc.property(historiesOf(about, begun), (commands) => {
      const history = historyOf(commands)
      for (const [index, event] of history.entries()) {
        if (event.type !== type) continue
        met += 1
        check(event as CaseEventOf<Type>, history.slice(0, index))
      }
    }),
    { numRuns: 400 },
  )
  expect(met).toBeGreaterThan(20)
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
        const reachedBefore = before.filter((one) => one.type === 'PermitGranted')
        expect(reachedBefore.map((one) => one.receiver)).toContain(granted.receiver)
        return
      }
      const given = before.findLastIndex(
        (one) => one.type === 'PermissionGiven' && one.permission === granted.permission,
      )
      const { act, receiver: towards, digest: exact } = granted
      expect(before[given]).toMatchObject({ act, receiver: towards, digest: exact })
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

  test('nothing is granted towards a melder whose rule nobody here has confirmed (procedure §9.11)', () => {
    each(
      'PermitGranted',
      (granted, before) => {
        if (granted.receiver !== String(melder)) return
        const confirmed = before.findLast(
          (one) => one.type === 'SafeContactSet' && one.party === melder,
        )
        expect(confirmed).toMatchObject({ outgoing: 'allowed' })
      },
      towardsMelder,
      [[open({ safeContact: 'rule-set' })]],
    )
  })

  test('a permission is given by staff who steer, or by the melder and nobody else', () => {
    each('PermissionGiven', (permitted, before) => {
      if (permitted.by === String(melder)) return
      const state = fold(caseDecider, before)
      if (state.status === 'unknown') throw new Error('a permission without a case')
      expect([state.contactPerson, ...state.deputies, lead]).toContain(permitted.by)
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
          expect(mayReach(one.receiver, state)).toBe(true)
          const isNamed = one.act.startsWith('serve') && one.receiver !== String(melder)
          if (isNamed) expect(state.anonymity).toBe('known-to-respondent')
          if (one.permission === undefined) continue
          const basis = state.permissions.find((given) => given.permission === one.permission)
          expect(basis?.standing).toBe('live')
        }
      }),
      { numRuns: 400 },
    )
  })

  test('a withdrawal is always a fact, whatever became of the case in the meantime (procedure §9.5)', () => {
    let met = 0
    fc.assert(
      fc.property(histories, (commands) => {
        const history = historyOf(commands)
        const told = (type: 'PermissionGiven' | 'PermissionWithdrawn', all: readonly CaseEvent[]) =>
          all.flatMap((one) => (one.type === type ? [one.permission] : [])).sort()
        const byMelder = { ...withdraw(), context: asMelder({ at: later }) }
        const decision = caseDecider.decide(byMelder, fold(caseDecider, history))
        const given = told('PermissionGiven', history)
        if (given.length === 0) return
        met += 1
        if (decision.kind === 'rejected') throw new Error(decision.rejection.reason)
        const after = [...history, ...decision.events]
        expect(told('PermissionWithdrawn', after)).toEqual(given)
      }),
      { numRuns: 400 },
    )
    expect(met).toBeGreaterThan(20)
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
    each(
      'ContactPersonChanged',
      (changed, before) => {
        const offer = last(before, 'ContactPersonOffered', 'ContactPersonChanged')
        expect(offer).toMatchObject({ type: 'ContactPersonOffered', to: changed.contactPerson })
      },
      people,
    )
    each(
      'ContactPersonLeft',
      (left, before) => {
        expect(left.interim).not.toBe(left.contactPerson)
        expect(left.contactPerson).toBe(holder(before))
      },
      people,
    )
  })

  test('who reviews a danger is another human than who reported it, and read it (procedure §9.6)', () => {
    each(
      'AcuteDangerReviewed',
      (reviewed, before) => {
        expect(last(before, 'AcuteDangerReported')?.by).not.toBe(reviewed.by)
        expect(
          before.some((one) => one.type === 'AcuteDangerOpened' && one.by === reviewed.by),
        ).toBe(true)
      },
      dangers,
    )
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
