import { type CommandContext, fold } from '@wederhoor/decider/decider'
import { derivedId } from '@wederhoor/decider/derived-id'
import { specification } from '@wederhoor/decider/specification'
import type { Digest, Instant, Sealed, Uuid } from '@wederhoor/vault/fields'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Side } from '../events.ts'
import type { MediationEvent } from '../mediation-events.ts'
import type { MediationCommand } from './commands.ts'
import { type Mediation, mediationDecider } from './mediation.ts'

const { given } = specification(mediationDecider)
const id = <Brand extends string>(name: string) =>
  derivedId('7e57ab1e-0000-4000-8000-000000000001', name) as Uuid<Brand>
const at = '2024-03-01T12:00:00.000Z' as Instant
const mediation = id<'MediationId'>('mediation')
const track = id<'PartyId'>('track')
const sealed = <Content>(name: string): Sealed<Content> => ({
  sealed: name.padEnd(43, '0') as Digest,
})
const context = (by = 'mediator'): CommandContext => ({
  id: id('command'),
  at,
  occurredAt: at,
  dossier: id('dossier'),
  actor: { role: 'mediator', desk: null, pseudonym: id(`person ${by}`) },
  power: { code: 'bemiddeling', version: '1' },
  policy: '2024-01',
  causation: null,
  correlation: null,
  trace: null,
})
const parties = { melder: id<'PartyId'>('melder'), respondent: id<'PartyId'>('respondent') }
const propose = (otherRoles: readonly string[] = []): MediationCommand => ({
  type: 'ProposeMediation',
  mediation,
  ...parties,
  track,
  otherRoles: otherRoles as Uuid<'dossier-role'>[],
  context: context(),
})
const agree = (side: Side): MediationCommand => ({
  type: 'AgreeToMediate',
  side,
  agreement: sealed(`agreement ${side}`),
  context: context(side),
})
const session = (by = 'mediator'): MediationCommand => ({
  type: 'RecordSession',
  session: id('session'),
  notes: sealed('notes'),
  context: context(by),
})
const end = (agreed: boolean, by = 'mediator'): MediationCommand => ({
  type: 'EndMediation',
  agreed: agreed ? sealed('agreed') : undefined,
  context: context(by),
})
const stop = (side: Side): MediationCommand => ({
  type: 'StopMediation',
  side,
  context: context(side),
})
const release = (side: Side): MediationCommand => ({
  type: 'ReleaseAgreement',
  side,
  context: context(side),
})
const closed: MediationCommand = { type: 'NoteCaseClosed', context: context('reaction') }

function history(...commands: readonly MediationCommand[]): readonly MediationEvent[] {
  const events: MediationEvent[] = []
  for (const command of commands) {
    const decision = mediationDecider.decide(command, fold(mediationDecider, events))
    if (decision.kind === 'accepted') events.push(...decision.events)
  }
  return events
}
const started = () => [propose(), agree('melder'), agree('respondent')]
const types = (events: readonly MediationEvent[]) => events.map((one) => one.type)

describe('a mediation', () => {
  test.each(['handler', 'contact-person', 'second-person'])(
    'has no mediator who is also %s in the dossier, on record',
    (role) => {
      given()
        .when(propose([role]))
        .then({
          type: 'MediatorRefused',
          roles: [role as Uuid<'dossier-role'>],
          attempt: id('command'),
          by: id('person mediator'),
          at,
        })
    },
  )

  test('starts only with the written agreement of both (MED-03)', () => {
    expect(types(history(propose(), agree('melder')))).not.toContain('MediationStarted')
    expect(types(history(propose(), agree('melder'), agree('melder')))).not.toContain(
      'MediationStarted',
    )
    expect(types(history(...started()))).toContain('MediationStarted')
  })

  test('ends when a party stops, at any moment, without reason and without saying who', () => {
    for (const before of [[propose()], [propose(), agree('melder')], started()]) {
      given(...history(...before))
        .when(stop('respondent'))
        .then({
          type: 'MediationEnded',
          mediation,
          agreement: false,
          track,
          agreed: undefined,
          at,
        })
    }
  })

  test('keeps what is said under its own key', () => {
    const [recorded] = given(...history(...started())).when(session()).events
    expect(recorded).toMatchObject({ type: 'SessionRecorded', track })
  })

  test('is recorded and concluded by its mediator only', () => {
    given(...history(...started()))
      .when(session('somebody'))
      .thenRefused({ reason: 'only-the-mediator' })
    given(...history(...started()))
      .when(end(true, 'somebody'))
      .thenRefused({ reason: 'only-the-mediator' })
  })

  test('reaches no agreement before it started', () => {
    given(...history(propose(), agree('melder')))
      .when(end(true))
      .thenRefused({ reason: 'not-started' })
  })

  test('ends when the case closes, and an ended one stays as it ended', () => {
    expect(types(history(...started(), closed)).at(-1)).toBe('MediationEnded')
    given(...history(...started(), end(true)))
      .when(closed)
      .thenNothing()
  })

  test('lets the agreement out when both release it, and not by one (MED-04, invariant 10)', () => {
    const agreed = [...started(), end(true)]
    expect(types(history(...agreed, release('melder')))).not.toContain('AgreementReleased')
    expect(types(history(...agreed, release('melder'), release('respondent')))).toContain(
      'AgreementReleased',
    )
    given(...history(...started(), end(false)))
      .when(release('melder'))
      .thenRefused({ reason: 'no-agreement' })
  })
})

test('in any order: asked twice adds nothing, both agree before it starts, both release before it leaves', () => {
  const all = [
    propose(),
    agree('melder'),
    agree('respondent'),
    session(),
    session('somebody'),
    end(true),
    end(false),
    stop('melder'),
    stop('respondent'),
    release('melder'),
    release('respondent'),
    closed,
  ]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...all), { maxLength: 25 }), (commands) => {
      const events: MediationEvent[] = []
      for (const command of commands) {
        const decision = mediationDecider.decide(command, fold(mediationDecider, events))
        if (decision.kind === 'rejected') continue
        events.push(...decision.events)
        const again = mediationDecider.decide(command, fold(mediationDecider, events))
        expect(again).toEqual({ kind: 'accepted', events: [] })
      }
      const before = (type: MediationEvent['type']) => {
        const index = events.findIndex((one) => one.type === type)
        return index < 0 ? undefined : events.slice(0, index)
      }
      const beforeStart = before('MediationStarted')
      if (beforeStart) {
        expect(beforeStart.filter((one) => one.type === 'PartyAgreed')).toHaveLength(2)
      }
      const beforeRelease = before('AgreementReleased')
      if (beforeRelease) {
        expect(beforeRelease.filter((one) => one.type === 'ReleaseGiven')).toHaveLength(2)
      }
      expect(events.filter((one) => one.type === 'MediationEnded').length).toBeLessThan(2)
    }),
    { seed: 7, numRuns: 300 },
  )
})

type Outcome = 'events' | 'nothing' | string
const statuses: Readonly<Record<Mediation['status'], readonly MediationCommand[]>> = {
  unknown: [],
  proposed: [propose()],
  started: started(),
  ended: [...started(), end(true)],
}
const commands: Readonly<Record<MediationCommand['type'], MediationCommand>> = {
  ProposeMediation: propose(),
  AgreeToMediate: agree('melder'),
  StopMediation: stop('melder'),
  RecordSession: session(),
  EndMediation: end(false),
  ReleaseAgreement: release('melder'),
  NoteCaseClosed: closed,
}
const none = 'no-such-mediation'
/** Every command in every state. */
const table: Readonly<
  Record<Mediation['status'], Readonly<Record<MediationCommand['type'], Outcome>>>
> = {
  unknown: {
    ProposeMediation: 'events',
    AgreeToMediate: none,
    StopMediation: none,
    RecordSession: none,
    EndMediation: none,
    ReleaseAgreement: none,
    NoteCaseClosed: none,
  },
  proposed: {
    ProposeMediation: 'nothing',
    AgreeToMediate: 'events',
    StopMediation: 'events',
    RecordSession: 'not-started',
    EndMediation: 'events',
    ReleaseAgreement: 'no-agreement',
    NoteCaseClosed: 'events',
  },
  started: {
    ProposeMediation: 'nothing',
    AgreeToMediate: 'nothing',
    StopMediation: 'events',
    RecordSession: 'events',
    EndMediation: 'events',
    ReleaseAgreement: 'no-agreement',
    NoteCaseClosed: 'events',
  },
  ended: {
    ProposeMediation: 'nothing',
    AgreeToMediate: 'mediation-ended',
    StopMediation: 'nothing',
    RecordSession: 'mediation-ended',
    EndMediation: 'mediation-ended',
    ReleaseAgreement: 'events',
    NoteCaseClosed: 'nothing',
  },
}

describe.each(Object.entries(table))('a mediation that is %s', (status, row) => {
  test.each(Object.entries(row))('on %s: %s', (type, outcome) => {
    const state = fold(mediationDecider, history(...statuses[status as Mediation['status']]))
    const command = commands[type as MediationCommand['type']]
    const decision = mediationDecider.decide(command, state)
    const found =
      decision.kind === 'rejected'
        ? decision.rejection.reason
        : decision.events.length > 0
          ? 'events'
          : 'nothing'
    expect(found).toBe(outcome)
  })
})
