import { reportCounted } from '@wederhoor/contracts/events/intake'
import { organisations } from '@wederhoor/contracts/organisations'
import { rulingFor } from '@wederhoor/contracts/ruling'
import { fold } from '@wederhoor/decider/decider'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PatternEvent } from './domain/events.ts'
import { patternDecider } from './domain/pattern/pattern.ts'
import { context } from './domain/signal/builders.ts'
import { namingOf, patternOf, patternStream, type ReportCounted, readHeard } from './reactions.ts'

const { settings } = rulingFor('detect-pattern', '2024-06-01')
const company = '99001013'
const namesake = '99002026'
const soleTrader = '99003039'

function report(change: Partial<Record<string, unknown>>): ReportCounted {
  const data = {
    count: '00000000-0000-4000-8000-000000000001',
    month: '2024-03',
    grounds: ['geslacht'],
    terreinen: ['arbeidsmarkt'],
    natures: ['ongelijke-behandeling'],
    melderKind: 'slachtoffer',
    desk: 'loket-utrecht',
    newPerson: true,
    newEvent: true,
    ...change,
  }
  const event = readHeard({ type: reportCounted.type, data })
  if (event?.name !== 'report-counted') throw new TypeError('not a report')
  return event
}

const counted = '2024-03-20T10:00:00.000Z'
const naming = (change: Partial<Record<string, unknown>>, time = counted) =>
  namingOf(report(change), time, settings)

describe('a counted report', () => {
  test('without an organisation names nobody', () => {
    expect(naming({})).toBeUndefined()
  })

  test('names one organisation, whatever the branch (SIG-20)', () => {
    const branch = naming({ organisation: `${company}-000000101302` })
    expect(branch?.stream).toBe(naming({ organisation: company })?.stream)
    expect(branch?.command).toMatchObject({ organisation: company, standing: 'legal-person' })
  })

  test('of a namesake names another organisation', () => {
    expect(naming({ organisation: namesake })?.stream).not.toBe(patternStream(patternOf(company)))
  })

  test('of a sole trader or of a number that is not in the register says so, and is refused by the rule', () => {
    expect(naming({ organisation: soleTrader })?.command.standing).toBe('no-legal-person')
    expect(naming({ organisation: '12345678' })?.command.standing).toBe('not-in-register')
  })

  test('that is classified late stays in its month', () => {
    const { namedAt } = naming({ organisation: company }, '2024-08-01T10:00:00.000Z')?.command ?? {}
    expect(namedAt).toBe('2024-03-31T21:59:59.999Z')
    expect(naming({ organisation: company })?.command).toMatchObject({
      namedAt: counted,
      windowEndsAt: '2025-03-20T22:59:59.999Z',
    })
  })
})

const day = fc.integer({ min: 0, max: 900 })
const many = fc.array(
  fc.record({
    organisation: fc.constantFrom(
      company,
      `${company}-000000101302`,
      namesake,
      '99004052',
      soleTrader,
      '12345678',
    ),
    desk: fc.constantFrom('loket-utrecht', 'loket-rotterdam', 'loket-fryslan', 'landelijk'),
    day,
  }),
  { maxLength: 30, size: 'max' },
)

interface Named {
  readonly organisation: string
  readonly desk: string
  readonly day: number
}
const timeOf = (nth: number): string =>
  new Date(Date.UTC(2024, 0, 1, 12) + nth * 86_400_000).toISOString()
const deliveryOf = ({ organisation, desk, day: nth }: Named, index: number) => {
  const time = timeOf(nth)
  const count = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`
  return { event: report({ organisation, desk, count, month: time.slice(0, 7) }), time }
}

function historiesOf(deliveries: readonly ReturnType<typeof deliveryOf>[]) {
  const streams = new Map<string, PatternEvent[]>()
  for (const { event, time } of deliveries) {
    const one = namingOf(event, time, settings)
    if (one === undefined) continue
    const events = streams.get(one.stream) ?? []
    const decision = patternDecider.decide(
      { ...one.command, context: context() },
      fold(patternDecider, events),
    )
    if (decision.kind === 'rejected') continue
    events.push(...decision.events)
    streams.set(one.stream, events)
  }
  return streams
}

/** Straight from the rule: some 365 days, counted from a report, hold three desks. */
function isPattern(number: string, named: readonly Named[]): boolean {
  const own = named.filter((one) => one.organisation.startsWith(number))
  return own.some((first) => {
    const within = own.filter((one) => one.day >= first.day && one.day <= first.day + 365)
    return new Set(within.map((one) => one.desk)).size >= 3
  })
}

describe('any deliveries, shuffled and repeated', () => {
  const shuffled = many.chain((named) => {
    const deliveries = named.map(deliveryOf)
    return fc.record({
      named: fc.constant(named),
      deliveries: fc.shuffledSubarray([...deliveries, ...deliveries], {
        minLength: deliveries.length * 2,
      }),
    })
  })

  test('give one pattern for an organisation that is one, and none otherwise (SIG-20)', () => {
    let patterns = 0
    fc.assert(
      fc.property(shuffled, ({ named, deliveries }) => {
        const streams = historiesOf(deliveries)
        for (const number of [company, namesake, '99004052']) {
          const events = streams.get(patternStream(patternOf(number))) ?? []
          const detected = events.filter((event) => event.type === 'PatternDetected')
          expect(detected.length).toBe(isPattern(number, named) ? 1 : 0)
          patterns += detected.length
        }
      }),
      { seed: 20, numRuns: 300 },
    )
    expect(patterns).toBeGreaterThan(0)
  })

  test('never make a stream of a person, a sole trader or somebody unknown', () => {
    const legalPersons = new Set(
      organisations
        .filter((one) => one.legalPerson)
        .map((one) => patternStream(patternOf(one.number))),
    )
    fc.assert(
      fc.property(shuffled, ({ deliveries }) => {
        for (const stream of historiesOf(deliveries).keys())
          expect(legalPersons.has(stream)).toBe(true)
      }),
    )
  })
})
