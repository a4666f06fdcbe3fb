import { AssertionError } from 'node:assert'
import type { CommandContext } from '@wederhoor/decider/decider'
import type { NewEntry, Position, StoredEntry } from '@wederhoor/event-store/port'
import { decodeEntry } from '@wederhoor/ledger/entry'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { enclosing } from './enclosed.ts'
import { type AnyEventOf, eventCodec, UnknownEventVersion } from './event-codec.ts'
import {
  code,
  event,
  type Instant,
  instant,
  maybe,
  open,
  type Sealed,
  sensitive,
  uuid,
} from './fields.ts'
import type { SealedRow } from './storage.ts'

const reported = event('StoryReported', 1, {
  teller: open('a random id', uuid('PartyId')),
  kind: open('a coded fact', code('kind')),
  dueAt: maybe(open('the clock is everybody’s', instant)),
  story: sensitive('teller', z.string()),
  contact: maybe(sensitive('teller', z.object({ email: z.string() }))),
})
const letter = event('LetterSent', 1, {
  from: open('a random id', uuid('PartyId')),
  to: open('a random id', uuid('PartyId')),
  text: sensitive('from', z.string()),
  name: maybe(sensitive('to', z.string())),
  note: maybe(sensitive('from', z.string())),
})
const FROM = '0b8a4c35-7a0f-4b0e-9d6c-1c0d6b1a2f11'
const TO = '0b8a4c35-7a0f-4b0e-9d6c-1c0d6b1a2f12'
const closed = event('StoryClosed', 1, { count: open('a number', z.number().int()) })
const events = { reported, closed }
type StoryEvent = AnyEventOf<typeof events>

const context: CommandContext = {
  id: '3f1d3c2e-52a4-5b9a-8f41-0a7b7a7a0001',
  at: instant.parse('2026-03-02T09:00:00.000Z'),
  occurredAt: instant.parse('2026-03-01T18:30:00.000Z'),
  dossier: '6f6ad6a4-1a5a-4a51-9d4e-2f5a0a0c7b11',
  actor: {
    role: 'worker',
    desk: 'north',
    pseudonym: uuid('Pseudonym').parse('11111111-2222-4333-8444-555555555555'),
  },
  power: { code: 'power', version: '2026-01' },
  policy: '2026-01',
  causation: null,
  correlation: '3f1d3c2e-52a4-5b9a-8f41-0a7b7a7a0002',
  trace: null,
}
const place = { stream: 'story-1', revision: 4, id: '3f1d3c2e-52a4-5b9a-8f41-0a7b7a7a0003' }
const commitment = 'Qg_O64zqAxe412a108iroIEMEtRU0sHsbXy_2VrkAPo'
const sealed = { sealed: commitment }
const codec = eventCodec({ ledger: 'ledger.example', events })

const example = {
  type: 'StoryReported',
  teller: '0b8a4c35-7a0f-4b0e-9d6c-1c0d6b1a2f10',
  kind: 'by-letter',
  story: { sealed: commitment },
} as unknown as Extract<StoryEvent, { type: 'StoryReported' }>

function stored(entry: NewEntry): StoredEntry {
  return { ...entry, position: '1' as Position, stream: place.stream, revision: place.revision }
}

describe('an event with open and sensitive fields', () => {
  test('names each party once to whose content it commits, so that a fence can refuse it', () => {
    const both = { ...example, contact: { sealed: commitment } } as typeof example
    expect(codec.encode(both, place, context).owners).toEqual([example.teller])
    const named = eventCodec({ ledger: 'ledger.example', events: [letter] })
    const sent = {
      type: 'LetterSent',
      from: FROM,
      to: TO,
      text: sealed,
      name: sealed,
      note: sealed,
    }
    expect(named.encode(sent as never, place, context).owners?.toSorted()).toEqual([FROM, TO])
    const unnoted = { type: 'LetterSent', from: FROM, to: TO, text: sealed }
    expect(named.encode(unnoted as never, place, context).owners).toEqual([FROM])
  })

  test('tells the store what it commits to, and encloses what is not kept yet', () => {
    const row = { digest: commitment } as SealedRow
    const carried = { ...example, story: enclosing(row) } as typeof example
    expect(codec.encode(carried, place, context).commitments).toEqual([
      { digest: commitment, enclosed: row },
    ])
    expect(codec.encode(example, place, context).commitments).toEqual([{ digest: commitment }])
    expect(codec.encode({ type: 'StoryClosed', count: 3 }, place, context)).not.toHaveProperty(
      'commitments',
    )
  })

  test('names nobody where it seals nothing, or belongs to no dossier', () => {
    const open = { type: 'StoryClosed', count: 1 } as const
    expect(codec.encode(open, place, context)).not.toHaveProperty('owners')
    const nowhere = { ...context, dossier: null }
    expect(codec.encode(example, place, nowhere)).not.toHaveProperty('owners')
  })

  test('becomes an entry that holds open facts in data and commitments in c', () => {
    const entry = decodeEntry(codec.encode(example, place, context).bytes)
    expect(entry).toMatchObject({
      v: 1,
      ledger: 'ledger.example',
      stream: 'story-1',
      revision: 4,
      id: place.id,
      type: 'StoryReported',
      schemaVersion: 1,
      recordedAt: context.at,
      occurredAt: context.occurredAt,
      actor: context.actor,
      power: context.power,
      policy: '2026-01',
      causation: null,
      correlation: context.correlation,
      data: { teller: example.teller, kind: 'by-letter' },
      c: { '/story': commitment },
    })
    expect(Object.keys(entry.data)).not.toContain('story')
  })

  test('is read back flat, its sensitive content as the commitment', () => {
    const recorded = codec.decode(stored(codec.encode(example, place, context)))
    expect(recorded?.event).toEqual(example)
    expect(recorded?.position).toBe('1')
    expect(recorded?.entry.dossier).toBe(context.dossier)
  })

  test('gets a new nonce each time, so that two equal events are two different leaves', () => {
    const [one, other] = [
      codec.encode(example, place, context),
      codec.encode(example, place, context),
    ]
    expect(Buffer.from(one.bytes).equals(Buffer.from(other.bytes))).toBe(false)
  })

  test('is typed by its declaration', () => {
    type Reported = Extract<StoryEvent, { type: 'StoryReported' }>
    expectTypeOf<Reported['story']>().toEqualTypeOf<Sealed<string>>()
    expectTypeOf<Reported['dueAt']>().toEqualTypeOf<Instant | undefined>()
    expectTypeOf<StoryEvent['type']>().toEqualTypeOf<'StoryReported' | 'StoryClosed'>()
    const list = [reported, closed] as const
    expectTypeOf<AnyEventOf<typeof list>>().toEqualTypeOf<StoryEvent>()
  })
})

describe('an event that does not fit its declaration', () => {
  const encode = (wrong: object) => () =>
    codec.encode({ ...example, ...wrong } as unknown as StoryEvent, place, context)

  test.each([
    ['an open field of another form', { kind: 'A sentence about Zoë.' }],
    ['a missing open field', { kind: undefined }],
    ['a missing sensitive field', { story: undefined }],
    ['a sensitive field that was not sealed', { story: 'what happened' }],
    ['a commitment of another length', { story: { sealed: 'abc' } }],
    ['an undeclared field', { remark: 'x' }],
    ['an undeclared type', { type: 'StoryBurned' }],
  ])('%s is a bug', (_name, wrong) => {
    expect(encode(wrong)).toThrow(AssertionError)
  })

  test('is not quoted in the message, which may end in a log', () => {
    expect(encode({ kind: 'A sentence about Zoë.' })).toThrow(
      /^StoryReported: kind does not fit its schema$/,
    )
  })

  test('may not exceed what an entry holds', () => {
    const big = event('Big', 1, { items: open('codes', z.array(code('item'))) })
    const bigCodec = eventCodec({ ledger: 'l', events: [big] })
    const items = Array.from({ length: 3000 }, () => 'x'.repeat(20)) as never
    expect(() => bigCodec.encode({ type: 'Big', items }, place, context)).toThrow(AssertionError)
  })
})

describe('declarations', () => {
  test('name the party of a sensitive field as an open field of the same event', () => {
    const orphan = event('Orphan', 1, { story: sensitive('nobody', z.string()) })
    expect(() => eventCodec({ ledger: 'l', events: [orphan] })).toThrow(AssertionError)
  })

  test('are given once per type', () => {
    expect(() => eventCodec({ ledger: 'l', events: [closed, closed] })).toThrow(AssertionError)
  })

  test('of a later version need an upcaster from each earlier one', () => {
    const third = event('StoryClosed', 3, { count: open('a number', z.number()) })
    const upcasters = { StoryClosed: { 2: (fields: object) => ({ ...fields }) } }
    expect(() => eventCodec({ ledger: 'l', events: [third], upcasters })).toThrow(AssertionError)
  })
})

describe('an entry of another version', () => {
  const second = event('StoryClosed', 2, {
    count: open('a number', z.number()),
    outcome: open('a code', code('outcome')),
  })
  const newer = eventCodec({
    ledger: 'ledger.example',
    events: [second],
    upcasters: { StoryClosed: { 1: (fields) => ({ ...fields, outcome: 'unknown' }) } },
  })

  test('older: is upcast on reading, and its bytes stay', () => {
    const entry = codec.encode({ type: 'StoryClosed', count: 2 }, place, context)
    const before = Buffer.from(entry.bytes)
    const recorded = newer.decode(stored(entry))
    expect(recorded?.event).toEqual({ type: 'StoryClosed', count: 2, outcome: 'unknown' })
    expect(recorded?.entry.schemaVersion).toBe(1)
    expect(Buffer.from(entry.bytes)).toEqual(before)
  })

  test('newer: stops the reader instead of being ignored', () => {
    const entry = newer.encode(
      { type: 'StoryClosed', count: 2, outcome: 'done' as never },
      place,
      context,
    )
    expect(() => codec.decode(stored(entry))).toThrow(UnknownEventVersion)
  })

  test('unknown type: is somebody else’s', () => {
    expect(
      codec.decode(stored({ ...codec.encode(example, place, context), type: 'SomethingElse' })),
    ).toBeUndefined()
  })

  test('an unknown code stays readable', () => {
    const entry = codec.encode({ ...example, kind: 'by-pigeon' as never }, place, context)
    expect(codec.decode(stored(entry))?.event).toMatchObject({ kind: 'by-pigeon' })
  })
})
