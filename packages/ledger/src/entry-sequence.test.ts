import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from './canonical-json.ts'
import { type Entry, encodeEntry, type Pseudonym } from './entry.ts'
import { entrySequence } from './entry-sequence.ts'
import { plainEntryReader } from './plain-entry.ts'
import { strictEntry } from './strict-entry.ts'
import { UUID_WORDS, writeUuid } from './uuid-words.ts'

const LEDGER = 'ledger.example/log.a'
const uuidOf = (value: number): string =>
  `0195a0e2-7f3d-4c31-8a37-${value.toString(16).padStart(12, '0')}`

const base: Entry = {
  v: 1,
  ledger: LEDGER,
  dossier: uuidOf(1),
  stream: `thing-${uuidOf(2)}`,
  revision: 0,
  id: uuidOf(3),
  type: 'ThingHappened',
  schemaVersion: 1,
  n: 'AAAAAAAAAAAAAAAAAAAAAA',
  recordedAt: '2026-03-02T09:00:00.000Z',
  occurredAt: '2026-03-01T18:30:00.000Z',
  actor: { role: 'worker', desk: null, pseudonym: uuidOf(4) as Pseudonym },
  power: { code: 'power', version: '2026-01' },
  policy: '2026-01',
  causation: null,
  correlation: uuidOf(5),
  trace: null,
  data: { count: 3, list: [1, 'two', null], nested: { three: -3 }, nothing: {}, none: [] },
  c: { '/story': 'x'.repeat(43) },
}

type Change = { readonly [Name in keyof Entry]?: unknown }
const bytesOf = (change: Change = {}): Buffer =>
  Buffer.from(canonicalJson({ ...base, ...change }), 'utf8')

/** What the sequence says of the last of these entries, behind one from which it learns their form. */
function lastOf(...changes: readonly Change[]): unknown {
  const sequence = entrySequence({ ledger: LEDGER, size: changes.length })
  const { data } = { ...base, ...changes[0] }
  sequence.next(bytesOf({ data, stream: `first-${uuidOf(8)}`, id: uuidOf(9) }))
  return changes.map((change) => sequence.next(bytesOf(change))).at(-1)
}

const at = (revision: number, more: Change = {}): Change => ({
  id: uuidOf(100 + revision),
  revision,
  ...more,
})

/** Both forms of the same entry: one that is recognised, and one that has to be parsed because of its escape. */
const forms: readonly (readonly [string, Change])[] = [
  ['in the plain form', {}],
  ['in another form', { data: { text: 'a "quote", Zoë' } }],
]

describe.each(forms)('entries %s', (_name, form) => {
  const next = (...changes: readonly Change[]) =>
    lastOf(...changes.map((change) => ({ ...form, ...change })))

  test('follow one another by revision in each stream', () => {
    expect(next(at(0), at(1), at(2))).toMatchObject({ category: 'thing' })
    const other = { stream: `thing-${uuidOf(77)}`, id: uuidOf(200) }
    expect(next(at(0), at(0, other))).toMatchObject({ category: 'thing' })
    const named = { stream: 'thing-by-name', id: uuidOf(201) }
    expect(next(at(0), at(0, named))).toMatchObject({ category: 'thing' })
    expect(next(at(0, named), at(1, { stream: 'thing-by-name' }))).toMatchObject({})
  })

  test.each([
    ['the first is missing', [at(1)]],
    ['one is missing', [at(0), at(2)]],
    ['one comes twice', [at(0), at(0, { id: uuidOf(300) })]],
    [
      'one is of a stream that only looks the same',
      [at(0), at(1, { stream: `other-${uuidOf(2)}` })],
    ],
    [
      'one is of a stream of capitals',
      [at(0), at(1, { stream: `thing-${uuidOf(2).toUpperCase()}` })],
    ],
    ['one is of a stream named otherwise', [at(0), at(1, { stream: 'thing-by-name' })]],
  ])('are bad where %s', (_case, changes) => {
    expect(next(...changes)).toMatch(/revision/)
  })

  test('are bad where an id comes twice, also in another stream', () => {
    const other = { stream: `other-${uuidOf(9)}` }
    expect(next(at(0), { ...at(0), ...other })).toMatch(/same id/)
    expect(next(at(0), { ...at(1), id: uuidOf(100) })).toMatch(/same id/)
    expect(next(at(0, { id: 'by name' }), at(1, { id: 'by name' }))).toMatch(/same id/)
    expect(next(at(0, { id: 'by name' }), at(1, { id: 'by another' }))).toMatchObject({})
  })

  test('are bad where one is of another ledger', () => {
    expect(next({ ledger: 'ledger.example/other' })).toMatch(/another ledger/)
    expect(next({ ledger: 'ledger.exampleXlog.a' })).toMatch(/another ledger/)
  })

  test.each(['', 'thing', 'Thing-1', '-1', 'thing-', `${'t'.repeat(41)}-1`, 'thing-a b'])(
    'are bad where the stream is %j',
    (stream) => {
      expect(next({ stream })).toMatch(/no stream/)
    },
  )

  test('are no entries where a member is missing or of another kind', () => {
    for (const name of Object.keys(base)) {
      expect(next({ [name]: undefined })).toMatch(/no entry/)
      if (name !== 'dossier') expect(next({ [name]: [] })).toMatch(/no entry/)
    }
    expect(next({ revision: -1 })).toMatch(/no entry/)
    expect(next({ revision: 0.5 })).toMatch(/no entry/)
  })
})

describe('a stream of a long category', () => {
  test('and a UUID is refused in both forms', () => {
    const stream = `${'t'.repeat(41)}-${uuidOf(2)}`
    expect(lastOf({ stream })).toMatch(/no stream/)
    expect(lastOf({ stream: stream.slice(1) })).toMatchObject({ category: 't'.repeat(40) })
  })
})

describe('a ledger of many entries', () => {
  test('is followed beyond the room that was made at first, and by many categories', () => {
    const sequence = entrySequence({ ledger: LEDGER, size: 0 })
    for (let turn = 0; turn < 20_000; turn += 1) {
      const category = String.fromCharCode(97 + (turn % 26), 97 + (turn % 5))
      const said = sequence.next(bytesOf({ stream: `${category}-${idOf(turn)}`, id: idOf(turn) }))
      if (typeof said === 'string') expect.fail(`${turn}: ${said}`)
    }
    expect(sequence.next(bytesOf({ stream: 'thing-new', id: idOf(12_345) }))).toMatch(/same id/)
  })
  const idOf = (turn: number): string => uuidOf(2 ** 40 + turn)
})

describe('the plain form', () => {
  const plain = plainEntryReader(LEDGER)
  plain.learn(base)

  test('is that of an entry as it is written', () => {
    const bytes = Buffer.from(encodeEntry({ ...base, revision: 1_234 }))
    const found = plain.read(bytes)
    expect(found).toMatchObject({ revision: 1_234, id: wordsOf(3), stream: wordsOf(2) })
    expect(bytes.toString('latin1', found?.categoryAt, found?.categoryEnd)).toBe('thing')
    const traced = bytesOf({ trace: '00-ab-cd-01', schemaVersion: 12 })
    expect(plain.read(traced)).toMatchObject({ revision: 0, stream: wordsOf(2) })
  })
  const wordsOf = (value: number): Uint32Array => {
    const words = new Uint32Array(UUID_WORDS)
    writeUuid(Buffer.from(uuidOf(value), 'latin1'), 0, words)
    return words
  }

  test('is known of types that were seen, and of each in several forms', () => {
    const reader = plainEntryReader(LEDGER)
    const others = [{ one: 1 }, { one: 1, two: 2 }, { one: {} }, { one: [1] }]
    for (const data of others) {
      expect(reader.read(bytesOf({ data }))).toBeUndefined()
      reader.learn({ ...base, data })
      expect(reader.read(bytesOf({ data }))).toBeDefined()
      expect(reader.read(bytesOf({ data, type: 'AnotherHappened' }))).toBeUndefined()
    }
    for (const data of others) expect(reader.read(bytesOf({ data }))).toBeDefined()
  })

  test('is never seen in bytes that are no entry: not after the change of any one byte', () => {
    const bytes = bytesOf()
    for (let index = 0; index < bytes.length; index += 1) {
      for (const byte of [0x00, 0x0a, 0x20, 0x22, 0x2c, 0x30, 0x5c, 0x5d, 0x7b, 0x7d, 0x7f, 0xc3]) {
        const changed = Buffer.from(bytes)
        changed[index] = byte
        if (plain.read(changed) !== undefined) expect(strictEntry(changed)).toBeDefined()
      }
    }
  })

  test('says of any facts what parsing says, whatever facts it learned from', () => {
    const facts = fc.dictionary(fc.constantFrom('a', 'b', '"', 'é', '__proto__'), fc.jsonValue())
    fc.assert(
      fc.property(facts, facts, (data, other) => {
        const reader = plainEntryReader(LEDGER)
        reader.learn({ ...base, data: JSON.parse(canonicalJson(data)) })
        for (const bytes of [bytesOf({ data, revision: 7 }), bytesOf({ data: other })]) {
          const found = reader.read(bytes)
          if (found !== undefined) expect(found.revision).toBe(strictEntry(bytes)?.revision)
        }
      }),
    )
  })

  test('takes no escape, no other order, no space and nothing behind', () => {
    const text = bytesOf().toString('latin1')
    expect(plain.read(Buffer.from(text, 'latin1'))).toBeDefined()
    for (const other of [
      text.replace('ThingHappened', 'Thing\\u0048appened'),
      text.replace('"v":1}', '"v":1} '),
      text.replace('"v":1}', '"v":1}}'),
      text.replace('{"actor"', ' {"actor"'),
      text.replace('"v":1}', '"v":2}'),
      text.replace('"type":"ThingHappened","v":1', '"v":1,"type":"ThingHappened"'),
      text.replace('"revision":0', '"revision":00'),
      text.replace('"revision":0', '"revision":9007199254740993'),
      text.replace('"count":3', '"count":3.0'),
      text.replace('"count":3', '"count":-0'),
      text.replace(base.c['/story'] ?? '', 'a\\b'),
      text.replace(`"${base.c['/story']}"`, '1'),
    ]) {
      expect(other).not.toBe(text)
      expect(plain.read(Buffer.from(other, 'latin1'))).toBeUndefined()
    }
  })
})
