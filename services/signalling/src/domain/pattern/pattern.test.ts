import { specification } from '@wederhoor/decider/specification'
import type { Instant, Uuid } from '@wederhoor/vault/fields'
import { describe, test } from 'vitest'
import { context } from '../signal/builders.ts'
import { type NameOrganisation, patternDecider } from './pattern.ts'

const { given } = specification(patternDecider)

const pattern = '5d3f0a7e-4d2c-5f1b-8a77-0b1c2d3e4f50' as Uuid<'PatternId'>
const organisation = '99001013' as Uuid<'RegisterNumber'>
const at = '2024-06-01T09:00:00.000Z' as Instant

function named(nth: number, desk: string, change: Partial<NameOrganisation> = {}) {
  const command: NameOrganisation = {
    type: 'NameOrganisation',
    context: context({ at }),
    pattern,
    organisation,
    count: `00000000-0000-4000-8000-00000000000${nth}` as Uuid<'CountId'>,
    desk: desk as Uuid<'desk'>,
    month: '2024-03' as NameOrganisation['month'],
    namedAt: '2024-03-04T09:00:00.000Z' as Instant,
    windowEndsAt: '2025-03-04T22:59:59.999Z' as Instant,
    standing: 'legal-person',
    desksMin: 3,
    ...change,
  }
  const { context: _context, standing: _standing, desksMin: _desksMin, ...facts } = command
  return { command, event: { ...facts, type: 'OrganisationNamed', at } as const }
}

const detected = (desks: number, reports: number) =>
  ({ type: 'PatternDetected', pattern, organisation, desks, reports, at }) as const

describe('an organisation of the register', () => {
  const [first, again, second, third] = [
    named(1, 'desk-a'),
    named(2, 'desk-a'),
    named(3, 'desk-b'),
    named(4, 'desk-c'),
  ]

  test('named often at one desk is no pattern', () => {
    given(first.event).when(again.command).then(again.event)
  })

  test('named at as many desks as the policy asks is a pattern (SIG-20)', () => {
    given(first.event, again.event, second.event)
      .when(third.command)
      .then(third.event, detected(3, 4))
  })

  test('is a pattern once: later reports are written down and nothing more', () => {
    const fourth = named(5, 'desk-d')
    given(first.event, second.event, third.event, detected(3, 3))
      .when(fourth.command)
      .then(fourth.event)
  })

  test('counts the same report once, whatever the desk says the second time', () => {
    given(first.event).when(first.command).thenNothing()
    given(first.event).when(named(1, 'desk-b').command).thenNothing()
  })

  test('is no pattern when the desks named it outside one window', () => {
    const later = named(4, 'desk-c', {
      namedAt: '2025-03-05T09:00:00.000Z' as Instant,
      windowEndsAt: '2026-03-05T22:59:59.999Z' as Instant,
    })
    given(first.event, second.event).when(later.command).then(later.event)
  })

  test('is a pattern in whatever order the reports arrive', () => {
    const early = named(4, 'desk-c', {
      namedAt: '2023-12-01T09:00:00.000Z' as Instant,
      windowEndsAt: '2024-11-30T22:59:59.999Z' as Instant,
    })
    given(first.event, second.event).when(early.command).then(early.event, detected(3, 3))
  })
})

describe('somebody else', () => {
  test.each(['no-legal-person', 'not-in-register'] as const)(
    'that is %s never gets a line, at whatever desk (SIG-20)',
    (standing) => {
      for (const desk of ['desk-a', 'desk-b', 'desk-c'])
        given()
          .when(named(1, desk, { standing }).command)
          .thenRefused({ reason: standing })
    },
  )
})
