import { readdirSync, readFileSync } from 'node:fs'
import { canonicalJson } from '@wederhoor/ledger/canonical-json'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { actors, entriesOf, streams, type Written, walked } from '../builders.ts'
import { clockChanges } from './clocks.ts'
import { categoryOf, foldDossier } from './dossier-state.ts'

const at = '2024-05-01T09:00:00.000Z'
const stateAfter = (count: number) => foldDossier(entriesOf(walked.slice(0, count)))
const kindsOf = (stream: string, count: number) =>
  Object.keys(stateAfter(count).streams[stream]?.clocks ?? {}).sort()
const next = (...more: readonly Omit<Written, 'recordedAt'>[]) =>
  foldDossier(entriesOf([...walked, ...more.map((one) => ({ ...one, recordedAt: at }))]))

describe('who holds a dossier', () => {
  test('is intake until a desk has accepted: an offer moves nothing (ROU-02)', () => {
    expect(stateAfter(0).holder).toBeNull()
    expect(stateAfter(1).holder?.office).toBe('intake')
    expect(stateAfter(2).holder?.office).toBe('intake')
    expect(stateAfter(3).holder).toMatchObject({ office: 'loket-utrecht', person: null })
  })

  test('is the contact person of the case, and whoever stands in when that person leaves (CAS-03)', () => {
    expect(stateAfter(4).holder).toMatchObject({ office: 'loket-utrecht', person: actors.anna })
    expect(stateAfter(11).holder).toMatchObject({ office: 'loket-utrecht', person: actors.bram })
  })

  test('stays the desk when a partner accepts a referral: the partner holds the referral (REF-02)', () => {
    expect(stateAfter(9).streams[streams.referral]?.holder?.office).toBe('loket-utrecht')
    expect(stateAfter(10).streams[streams.referral]?.holder?.office).toBe(
      'politie-midden-nederland',
    )
    expect(stateAfter(10).holder?.office).toBe('loket-utrecht')
  })

  test('is still known after the case was closed, and holds it again when it is reopened', () => {
    const closed = next({ stream: streams.case, type: 'CaseClosed' })
    expect(closed).toMatchObject({ open: false, holder: { office: 'loket-utrecht' } })
    const reopened = next(
      { stream: streams.case, type: 'CaseClosed' },
      { stream: streams.case, type: 'CaseReopened', data: { firstContactDueAt: at } },
    )
    expect(reopened).toMatchObject({ open: true, holder: { person: actors.bram } })
  })
})

describe('the terms that run', () => {
  test('begin and end with their entries', () => {
    expect(kindsOf(streams.melding, 1)).toEqual(['first-contact', 'offer'])
    expect(kindsOf(streams.melding, 2)).toEqual(['acceptance', 'first-contact'])
    expect(kindsOf(streams.melding, 3)).toEqual([])
    expect(kindsOf(streams.case, 4)).toEqual(['first-contact'])
    expect(kindsOf(streams.case, 5)).toEqual([])
    expect(kindsOf(streams.hearing, 6)).toEqual(['reminder-respondent', 'silence-respondent'])
    expect(kindsOf(streams.hearing, 7)).toEqual([])
    expect(kindsOf(streams.referral, 9)).toEqual(['acceptance', 'seen'])
    expect(kindsOf(streams.referral, 10)).toEqual(['contact', 'feedback'])
    expect(kindsOf(streams.case, 11)).toEqual(['successor'])
  })

  test('of a message end with a note that answers it, not with one that reached nobody', () => {
    const note = '11111111-1111-4111-8111-111111111111'
    const message = {
      stream: streams.case,
      type: 'ContactNoted',
      data: { note, direction: 'in', result: 'message', replyDueAt: at },
    }
    const reply = (result: string) => ({
      stream: streams.case,
      type: 'ContactNoted',
      data: { note: 'x', direction: 'out', result, answers: note },
    })
    const running = (...more: readonly Omit<Written, 'recordedAt'>[]) =>
      Object.keys(next(...more).streams[streams.case]?.clocks ?? {})
    expect(running(message)).toContain(`reply-${note}`)
    expect(running(message, reply('no-answer'))).toContain(`reply-${note}`)
    expect(running(message, reply('reached'))).not.toContain(`reply-${note}`)
  })

  test('that passed in silence at a partner still run: late is welcome', () => {
    const overdue = { stream: streams.referral, type: 'ReferralOverdue', data: { step: 'contact' } }
    expect(Object.keys(next(overdue).streams[streams.referral]?.clocks ?? {})).toContain('contact')
  })
})

describe('the facts of a stream', () => {
  test('are merged by name, the last one standing; sealed content shows as its commitment', () => {
    const { facts, commitments } = stateAfter(3).streams[streams.melding] ?? {}
    expect(facts).toMatchObject({ channel: 'website', desk: 'loket-utrecht', attempt: 1 })
    expect(commitments).toEqual({ '/story': expect.stringMatching(/^[\w-]{43}$/) })
  })

  test('count each type, and name the last ones of each stream', () => {
    const state = stateAfter(11)
    expect(state.entries).toBe(11)
    expect(Object.values(state.types).reduce((sum, one) => sum + one)).toBe(11)
    expect(state.streams[streams.case]).toMatchObject({
      entries: 3,
      revision: 2,
      lastTypes: ['CaseOpened', 'FirstContactMade', 'ContactPersonLeft'],
    })
    expect(state).toMatchObject({
      firstRecordedAt: '2024-03-01T09:00:00.000Z',
      lastRecordedAt: '2024-03-21T09:00:00.000Z',
    })
  })
})

const types = [
  ...new Set(walked.map(({ type }) => type)),
  'CaseClosed',
  'CaseReopened',
  'SomethingElse',
  'constructor',
]
const someWritten = fc.array(
  fc.record({
    stream: fc.constantFrom(...Object.values(streams), 'strange', '-x'),
    type: fc.constantFrom(...types),
    data: fc.dictionary(fc.constantFrom('desk', 'dueAt', 'dues', 'party'), fc.jsonValue()),
    c: fc.constant({}),
    recordedAt: fc.constantFrom('2024-03-01T09:00:00.000Z', '2024-03-02T09:00:00.000Z'),
  }),
  { maxLength: 25 },
)

describe('any entries whatever', () => {
  test('fold the same way in one go and one by one, from any point on', () => {
    fc.assert(
      fc.property(someWritten, fc.nat(25), (written, cut) => {
        const entries = entriesOf(written)
        const whole = foldDossier(entries)
        const resumed = foldDossier(entries.slice(cut), foldDossier(entries.slice(0, cut)))
        expect(canonicalJson(resumed)).toBe(canonicalJson(whole))
        expect(whole.entries).toBe(entries.length)
      }),
    )
  })

  test('of a matter that was registered leave it with a holder (procedure: invariant 7)', () => {
    fc.assert(
      fc.property(someWritten, (written) => {
        expect(foldDossier(entriesOf([...walked, ...written])).holder).not.toBeNull()
      }),
    )
  })
})

/**
 * The reviewed lists of stored fields tell which types carry a term. Audit imports no service, so this is what keeps its
 * table from falling behind: a type with a term that is neither here nor in the table fails.
 */
describe('every stored event that carries a term', () => {
  const services = new URL('../../../', import.meta.url)
  /** What passed, was claimed or was known before; it starts nothing. */
  const noTerm = /^HandoverAccepted firstContactDueAt$|Overdue dueAt$/
  const categories = ['melding', 'case', 'hearing', 'mediation', 'referral', 'erasure']
  const carried = readdirSync(services)
    // A signal belongs to no dossier, so that no replay ever meets it.
    .filter((service) => service !== 'signalling')
    .flatMap((service) => linesOf(service).filter(isTerm))

  function linesOf(service: string): readonly string[] {
    try {
      const file = new URL(`${service}/src/open-fields.golden.txt`, services)
      return readFileSync(file, 'utf8').split('\n')
    } catch {
      return []
    }
  }

  function isTerm(line: string): boolean {
    const [, type, field] = /^(\w+)\.v\d+ (\w+)\??: open/.exec(line) ?? []
    return field !== undefined && type !== undefined && /(^d|D)ueAt$/.test(field)
  }

  test.each(carried)('moves a clock here: %s', (line) => {
    const [, type = '', field = ''] = /^(\w+)\.v\d+ (\w+)\??:/.exec(line) ?? []
    const known = noTerm.test(`${type} ${field}`)
    const facts = { [field]: at, party: 'melder', to: 'melder', note: 'x', danger: 'x' }
    const starts = categories.flatMap((category) => clockChanges(category, type, facts).starts)
    expect(known || starts.some(({ dueAt }) => dueAt === at), line).toBe(true)
  })

  test('was found in the lists', () => {
    expect(carried.length).toBeGreaterThan(3)
    expect(categoryOf('case-1')).toBe('case')
  })
})
