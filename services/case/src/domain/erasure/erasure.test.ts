/** Every command in every status, and the rules that a status alone does not show. */
import { fold } from '@wederhoor/decider/decider'
import { describe, expect, test } from 'vitest'
import {
  completed,
  defence,
  erase,
  erased,
  final,
  granted,
  hold,
  holdGround,
  lift,
  lifted,
  noteCompleted,
  noteErased,
  noteFinal,
  noteIncomplete,
  noteOverdue,
  officer,
  otherOfficer,
  place,
  placed,
  refuse,
  refused,
  request,
  requested,
  review,
  reviewDueAt,
  running,
} from '../../testing/erasures.ts'
import { anna, at, bram, melder } from '../case/builders.ts'
import type { ErasureEvent, ErasureGround } from '../erasure-events.ts'
import type { ErasureCommand, ErasureRejection } from './commands.ts'
import { erasureDecider, erasureStream } from './erasure.ts'
import type { Erasure } from './state.ts'

const commands: {
  readonly [Type in ErasureCommand['type']]: Extract<ErasureCommand, { readonly type: Type }>
} = {
  RequestErasure: request(),
  PlaceLegalHold: place(),
  LiftLegalHold: lift(),
  DecideErasure: erase(),
  NoteOverdue: noteOverdue,
  NoteErased: noteErased,
  NoteIncomplete: noteIncomplete,
  NoteCompleted: noteCompleted,
  NoteFinal: noteFinal,
  ReviewHold: review(),
}

const statuses = [
  'none',
  'requested',
  'refused',
  'granted',
  'erased',
  'completed',
  'final',
] as const satisfies readonly Erasure['status'][]

const histories: Readonly<Record<Erasure['status'], readonly ErasureEvent[]>> = {
  none: [],
  requested: [requested],
  refused: [requested, refused],
  granted: [requested, granted],
  erased: [requested, granted, erased],
  completed: [requested, granted, erased, completed],
  final: [requested, granted, erased, completed, final],
}

type Cell = readonly ErasureEvent['type'][] | ErasureRejection['reason']
type Row = readonly [Cell, Cell, Cell, Cell, Cell, Cell, Cell]

const late: Cell = 'already-decided'
const table: Readonly<Record<ErasureCommand['type'], Row>> = {
  RequestErasure: [['ErasureRequested'], [], ['ErasureRequested'], [], [], [], []],
  PlaceLegalHold: [
    ['LegalHoldPlaced'],
    ['LegalHoldPlaced'],
    ['LegalHoldPlaced'],
    late,
    late,
    late,
    late,
  ],
  LiftLegalHold: [
    'no-such-hold',
    'no-such-hold',
    'no-such-hold',
    'no-such-hold',
    'no-such-hold',
    'no-such-hold',
    'no-such-hold',
  ],
  DecideErasure: ['nothing-requested', ['ErasureGranted'], [], [], [], [], []],
  NoteOverdue: [[], ['ErasureOverdue'], [], [], [], [], []],
  NoteErased: ['not-granted', 'not-granted', 'not-granted', ['PartyErased'], [], [], []],
  NoteIncomplete: [
    'not-granted',
    'not-granted',
    'not-granted',
    ['ErasureIncomplete'],
    ['ErasureIncomplete'],
    [],
    [],
  ],
  NoteCompleted: [
    'not-erased',
    'not-erased',
    'not-erased',
    'not-erased',
    ['ErasureCompleted'],
    [],
    [],
  ],
  NoteFinal: [
    'not-erased',
    'not-erased',
    'not-erased',
    'not-erased',
    'not-erased',
    ['ErasureFinal'],
    [],
  ],
  ReviewHold: [[], [], [], [], [], [], []],
}

describe.each(statuses)('an erasure that is %s', (status) => {
  test.each(Object.values(commands))('answers $type', (command) => {
    const decision = erasureDecider.decide(command, fold(erasureDecider, histories[status]))
    const answer: Cell =
      decision.kind === 'accepted'
        ? decision.events.map((event) => event.type)
        : decision.rejection.reason
    expect(answer).toEqual(table[command.type][statuses.indexOf(status)])
  })
})

const decideOn = (history: readonly ErasureEvent[], command: ErasureCommand) =>
  erasureDecider.decide(command, fold(erasureDecider, history))

describe('a requested erasure', () => {
  test('is not decided by who asked, by who lifted a hold, or by who handled the dossier', () => {
    const because = (command: ErasureCommand, ...history: readonly ErasureEvent[]) => {
      const decision = decideOn([requested, ...history], command)
      return decision.kind === 'rejected' ? decision.rejection.reason : decision.events[0]?.type
    }
    expect(because(erase(anna))).toBe('same-person')
    expect(because(refuse(anna))).toBe('same-person')
    expect(because(erase(bram))).toBe('handled-it')
    expect(because(erase(otherOfficer), placed, lifted)).toBe('same-person')
    expect(because(erase(officer), placed, lifted)).toBe('ErasureGranted')
  })

  test('is refused, on record, for each ground that holds it: what runs and what somebody placed', () => {
    const decision = decideOn([requested, placed], erase(officer, { running: [running] }))
    expect(decision).toMatchObject({
      kind: 'accepted',
      events: [{ type: 'ErasureRefused', grounds: [running, holdGround], by: officer }],
    })
  })

  test('is granted only once the defence of another, who was heard on it, was weighed (procedure §7)', () => {
    const heard = { heardByAnother: true }
    expect(decideOn([requested], erase(officer, heard))).toEqual({
      kind: 'rejected',
      rejection: { reason: 'defence-not-weighed' },
    })
    expect(decideOn([requested], erase(officer, { ...heard, defence }))).toMatchObject({
      events: [{ type: 'ErasureGranted', defence }],
    })
  })
})

describe('an erasure because its term has passed', () => {
  test('is asked for only after it: not while it runs, nor where it has not begun', () => {
    const because = (retainedUntil?: typeof reviewDueAt) => ({
      ...request(),
      ground: 'bewaartermijn-verstreken' as ErasureGround,
      retainedUntil,
    })
    const runs = { kind: 'rejected', rejection: { reason: 'retention-runs' } }
    expect(decideOn([], because())).toEqual(runs)
    expect(decideOn([], because(reviewDueAt))).toEqual(runs)
    expect(decideOn([], because(at('2024-02-29T22:59:59.999Z')))).toMatchObject({
      events: [{ type: 'ErasureRequested' }],
    })
  })
})

describe('a hold', () => {
  test('whose review passed still holds; lifted it is not late any more', () => {
    const overdue: ErasureEvent = {
      type: 'LegalHoldOverdue',
      hold: hold(1),
      dueAt: reviewDueAt,
      at: reviewDueAt,
    }
    expect(decideOn([placed], review())).toMatchObject({ events: [{ type: 'LegalHoldOverdue' }] })
    expect(decideOn([placed, overdue], review())).toMatchObject({ events: [] })
    expect(decideOn([placed, lifted], review())).toMatchObject({ events: [] })
    expect(decideOn([requested, placed, overdue], erase())).toMatchObject({
      events: [{ type: 'ErasureRefused' }],
    })
  })
})

describe('a completed erasure', () => {
  test('is taken up again only from the day of the backups on: nothing moves that day forward', () => {
    const noted = (now: string) => {
      const context = { ...noteIncomplete.context, at: at(now) }
      return decideOn([requested, granted, erased, completed], { ...noteIncomplete, context })
    }
    expect(noted('2024-06-02T09:00:00.000Z')).toMatchObject({ kind: 'accepted', events: [] })
    expect(noted('2024-06-02T09:00:00.001Z')).toMatchObject({
      events: [{ type: 'ErasureIncomplete', stage: 'backups' }],
    })
  })
})

describe('the stream of an erasure', () => {
  test('is found from dossier and party, and is another for each pair', () => {
    const dossier = '9c1d2e3f-4a5b-4c6d-8e7f-901234567890'
    expect(erasureStream(dossier, melder)).toBe(erasureStream(dossier, melder))
    expect(erasureStream(melder, dossier)).not.toBe(erasureStream(dossier, melder))
    expect(erasureStream(dossier, melder)).toMatch(/^erasure-[0-9a-f-]{36}$/)
  })
})
