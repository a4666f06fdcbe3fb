/**
 * Whatever the sides say, and however it travels: no findings, and no end as exchanged, while somebody may still react
 * to what was delivered to them. Read from the events alone; the decider is asked at every step.
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
  permissionOf,
  permitOf,
  prepare,
  request,
  respondent,
  say,
  sealed,
  termFrom,
  untied,
} from './builders.ts'
import type { HearingCommand } from './commands.ts'
import { actFor } from './gate.ts'
import { hearingDecider } from './hearing.ts'
import type { Hearing, HearingFile } from './state.ts'

const steps = ['say', 'deliver', 'deliver', 'send', 'prove', 'bounce', 'decline'] as const
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

const asked = (index: number): readonly HearingCommand[] => {
  const at = (attempt: string) => context({ at: day(index), attempt: `${attempt} ${index}` })
  const findings = { document: document(`f ${index}`), content: sealed<never>('f'), facts: untied }
  return [
    { type: 'MakeFindings', ...findings, context: at('find') },
    { type: 'EndHearing', end: 'exchanged', context: at('end') },
  ]
}

function unanswered(events: readonly HearingEvent[]): readonly string[] {
  return of(events, 'DeliveryProven').flatMap((proof) => {
    const { request: id, to } = proof
    const out = events.findIndex((one) => one.type === 'DocumentDispatched' && one.request === id)
    const spoke = of(events.slice(out), 'StatementReceived').some((one) => one.author === to)
    const since = events.slice(events.indexOf(proof))
    const declined = of(since, 'HearingDeclined').some((one) => one.party === to)
    return spoke || declined ? [] : [`${proof.document} for ${to}`]
  })
}

test('2, 4. every statement that was delivered is answered, declined or its term is over first', () => {
  let concluded = 0
  fc.assert(
    fc.property(walks, (walk) => {
      const events: HearingEvent[] = [...history(prepare())]
      const state = () => events.reduce(hearingDecider.evolve, hearingDecider.initial as Hearing)
      for (const [index, step] of walk.entries()) {
        const before = state()
        if (before.status === 'unknown') continue
        for (const command of commandsOf(step, before, index + 1)) {
          const decision = hearingDecider.decide(command, state())
          if (decision.kind === 'accepted') events.push(...decision.events)
        }
        for (const command of asked(index + 1)) {
          const decision = hearingDecider.decide(command, state())
          const concludes =
            decision.kind === 'accepted' && decision.events.some((one) => one.type !== 'ActRefused')
          if (!concludes) continue
          concluded += 1
          expect(unanswered(events), command.type).toEqual([])
        }
      }
    }),
    { numRuns: 300, seed: 20240301 },
  )
  expect(concluded).toBeGreaterThan(100)
})
