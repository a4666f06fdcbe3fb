/**
 * Whatever the sides say, and however it travels: no findings, and no end as exchanged, while somebody may still react
 * to what was delivered to them, and no end at all while only one side has a text of the office. Read from the events alone; the decider is asked at every step.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { HearingEvent, HearingEventOf, RequestId, Side } from '../events.ts'
import {
  code,
  context,
  day,
  document,
  history,
  melder,
  opened,
  permissionOf,
  permitOf,
  request,
  respondent,
  say,
  sealed,
  termFrom,
  untied,
} from './builders.ts'
import type { EndHearing, HearingCommand } from './commands.ts'
import { actFor } from './gate.ts'
import { hearingDecider } from './hearing.ts'
import { type Hearing, type HearingFile, other } from './state.ts'

const steps = [
  'say',
  'deliver',
  'deliver',
  'send',
  'prove',
  'bounce',
  'decline',
  'report',
  'find',
] as const
interface Step {
  readonly kind: (typeof steps)[number]
  readonly side: Side
  readonly pick: number
}

const walks = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom(...steps),
    side: fc.constantFrom('melder', 'respondent'),
    pick: fc.nat(3),
  }),
  { minLength: 10, maxLength: 40 },
)

const of = <Type extends HearingEvent['type']>(events: readonly HearingEvent[], type: Type) =>
  events.filter((one): one is HearingEventOf<Type> => one.type === type)

function commandsOf(step: Step, state: HearingFile, index: number): readonly HearingCommand[] {
  const ctx = (name: string) => context({ at: day(index), attempt: `${name} ${index}` })
  const { side, pick } = step
  const sent = Object.values(state.requests).filter((one) => one.stage.is === 'sent')
  switch (step.kind) {
    case 'say':
      return [say(side, `words ${index}`, index, { attempt: `say ${index}` })]
    case 'send':
      return sending(state, side, pick, index)
    case 'deliver': {
      const commands = sending(state, side, pick, index)
      return commands.length === 0 ? [] : [...commands, proof(request(`request ${index}`), index)]
    }
    case 'prove':
      return chosen(sent, pick).map(({ id }) => proof(id, index))
    case 'bounce':
      return chosen(sent, pick).map(({ id }) => ({
        type: 'ReportUndelivered',
        request: id,
        reason: code<'niet-bezorgd'>('retour'),
        context: ctx('bounce'),
      }))
    case 'report': {
      const text = { document: document(`report ${index}`), content: sealed<never>(`r ${index}`) }
      return [{ type: 'AddReport', ...text, context: ctx('report') }]
    }
    case 'find':
      return [findings(index)]
    case 'decline': {
      const channel = code<'kanaal'>('telefoon')
      return [{ type: 'DeclineToBeHeard', party: side, channel, context: ctx('decline') }]
    }
  }
}

const proof = (id: RequestId, index: number): HearingCommand => ({
  type: 'ProveDelivery',
  request: id,
  how: code<'bezorgbewijs'>('aangetekend'),
  deliveredAt: day(index),
  term: termFrom(index),
  context: context({ at: day(index), attempt: `prove ${index}` }),
})

function sending(
  state: HearingFile,
  side: Side,
  pick: number,
  index: number,
): readonly HearingCommand[] {
  const due = Object.values(state.documents).filter((one) => one.for[side].is === 'due')
  return chosen(due, pick).flatMap((one): HearingCommand[] => {
    const ctx = (name: string) => context({ at: day(index), attempt: `${name} ${index}` })
    const { id, digest } = one
    const act = actFor(one)
    const name = `request ${index}`
    const to = side === 'melder' ? melder : respondent
    const permission = permissionOf(name)
    const permit = permitOf(name)
    return [
      { type: 'NotePermission', permission, act, receiver: respondent, digest, context: ctx('p') },
      { type: 'RequestServing', request: request(name), document: id, to: side, context: ctx('r') },
      {
        type: 'ReceivePermit',
        request: request(name),
        permit,
        validUntil: day(1_000),
        act,
        receiver: to,
        digest,
        context: ctx('g'),
      },
      {
        type: 'Dispatch',
        request: request(name),
        permit,
        channel: code<'kanaal'>('post'),
        context: ctx('d'),
      },
    ]
  })
}

const chosen = <One>(list: readonly One[], pick: number): readonly One[] =>
  list.length === 0 ? [] : list.slice(pick % list.length, (pick % list.length) + 1)

const findings = (index: number): HearingCommand => ({
  type: 'MakeFindings',
  document: document(`findings ${index}`),
  content: sealed<never>(`f ${index}`),
  facts: untied,
  context: context({ at: day(index), attempt: `find ${index}` }),
})
const ending = (end: EndHearing['end'], index: number): HearingCommand => ({
  type: 'EndHearing',
  end,
  context: context({ at: day(index), attempt: `${end} ${index}` }),
})

const officeTexts = (events: readonly HearingEvent[]) =>
  [...of(events, 'DocumentAdded'), ...of(events, 'FindingsMade')].map((one) => one.document)

function unanswered(events: readonly HearingEvent[]): readonly string[] {
  const ofOffice = officeTexts(events)
  return of(events, 'DeliveryProven').flatMap((proof) => {
    if (ofOffice.includes(proof.document)) return []
    const { request: id, to } = proof
    const out = events.findIndex((one) => one.type === 'DocumentDispatched' && one.request === id)
    const spoke = of(events.slice(out), 'StatementReceived').some((one) => one.author === to)
    const since = events.slice(events.indexOf(proof))
    const declined = of(since, 'HearingDeclined').some((one) => one.party === to)
    return spoke || declined ? [] : [`${proof.document} for ${to}`]
  })
}

/** Texts of the office that went to one side and were not proven delivered to the other. */
function halfServed(events: readonly HearingEvent[], to: Side): readonly string[] {
  return officeTexts(events).flatMap((id) => {
    const out = of(events, 'DocumentDispatched').some((one) => one.document === id && one.to === to)
    const back = of(events, 'DeliveryFailed').some((one) => one.document === id && one.to === to)
    const proven = of(events, 'DeliveryProven').some(
      (one) => one.document === id && one.to === other(to),
    )
    return out && !back && !proven ? [id] : []
  })
}

/** Plays a walk, and after each step asks these: `check` sees the history before whatever was then accepted. */
function always(
  ask: (index: number) => readonly HearingCommand[],
  check: (events: readonly HearingEvent[]) => void,
): number {
  let accepted = 0
  const play = (walk: readonly Step[]) => {
    const events: HearingEvent[] = [...history(...opened())]
    const state = () => events.reduce(hearingDecider.evolve, hearingDecider.initial as Hearing)
    for (const [index, step] of walk.entries()) {
      const before = state()
      if (before.status === 'unknown') continue
      for (const command of commandsOf(step, before, index + 1)) {
        const decision = hearingDecider.decide(command, state())
        if (decision.kind === 'accepted') events.push(...decision.events)
      }
      for (const command of ask(index + 1)) {
        const decision = hearingDecider.decide(command, state())
        if (decision.kind === 'rejected') continue
        if (decision.events.every((one) => one.type === 'ActRefused')) continue
        accepted += 1
        check(events)
      }
    }
  }
  fc.assert(fc.property(walks, play), { numRuns: 300, seed: 20240301 })
  return accepted
}

test('2, 4. every statement that was delivered is answered, declined or its term is over first', () => {
  const concluded = always(
    (index) => [findings(index), ending('exchanged', index)],
    (events) => expect(unanswered(events)).toEqual([]),
  )
  expect(concluded).toBeGreaterThan(100)
})

test('3. at every end both have what either was served of the office', () => {
  const ends = ['exchanged', 'findings', 'agreement', 'passed-on'] as const
  let shared = 0
  const ended = always(
    (index) => ends.map((end) => ending(end, index)),
    (events) => {
      if (of(events, 'DocumentAdded').length > 0) shared += 1
      expect(halfServed(events, 'melder')).toEqual([])
      expect(halfServed(events, 'respondent')).toEqual([])
    },
  )
  expect(ended).toBeGreaterThan(100)
  expect(shared).toBeGreaterThan(100)
})

test('3, 5. whenever the melder withdraws, the respondent has what the melder has of the office', () => {
  const at = (index: number) => context({ at: day(index), attempt: `withdraw ${index}` })
  const withdrawn = always(
    (index) => [
      { type: 'NoteWithdrawal', permission: permissionOf('complaint'), context: at(index) },
    ],
    (events) => expect(halfServed(events, 'melder')).toEqual([]),
  )
  expect(withdrawn).toBeGreaterThan(100)
})
