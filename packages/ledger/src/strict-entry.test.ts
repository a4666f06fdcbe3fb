import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { entrySequence } from './entry-sequence.ts'
import { isUnambiguous, strictEntry } from './strict-entry.ts'

const LEDGER = 'ledger.example/log'
const ID = '0195a0e2-7f3d-4c31-8a37-0000000000aa'
const OTHER = '0195a0e2-7f3d-4c31-8a37-0000000000bb'
const DATA = '{"count":3,"nested":{"one":1}}'
const CANONICAL = `{"actor":{"desk":null,"pseudonym":"p","role":"r"},"c":{},"causation":null,"correlation":"${ID}","data":${DATA},"dossier":"${ID}","id":"${ID}","ledger":"${LEDGER}","n":"n","occurredAt":"t","policy":"p","power":{"code":"c","version":"1"},"recordedAt":"t","revision":0,"schemaVersion":1,"stream":"thing-${ID}","trace":null,"type":"T","v":1}`
const bytesOf = (json: string): Buffer => Buffer.from(json, 'utf8')
/** Behind an entry from which its form is learned. */
function judged(json: string): unknown {
  const sequence = entrySequence({ ledger: LEDGER, size: 2 })
  sequence.next(
    bytesOf(CANONICAL.replace(`"id":"${ID}"`, `"id":"${OTHER}"`).replace('thing-', 'other-')),
  )
  return sequence.next(bytesOf(json))
}

describe('an entry that two readers could take in two ways', () => {
  test.each([
    ['facts', DATA, '{"count":3,"count":4}'],
    ['facts, one of them escaped', DATA, '{"count":3,"coun\\u0074":4}'],
    ['nested facts', DATA, '{"nested":{"one":1,"one":2}}'],
    ['facts in a list', DATA, '{"list":[{"one":1,"one":2}]}'],
    ['commitments', '"c":{}', '"c":{"/a":"x","/a":"y"}'],
    ['streams', '"stream":', '"stream":"thing-1","stream":'],
    ['actors', '"role":"r"', '"role":"r","role":"s"'],
    ['names that are halves of surrogate pairs', DATA, '{"\\ud800":1,"\\ud801":2}'],
  ])('is none: two %s of one name', (_what, from, to) => {
    const json = CANONICAL.replace(from, to)
    expect(json).not.toBe(CANONICAL)
    expect(strictEntry(bytesOf(json))).toBeUndefined()
    expect(judged(json)).toBe('This is no entry of a ledger.')
  })

  test('is one as long as each name stands once in its object', () => {
    for (const data of [
      '{"a":{"x":1},"b":{"x":1}}',
      '{"data":{"data":{"id":"}{"}}}',
      '{"":"\\u0000\\n\\"\\\\","1":1e+21,"__proto__":-0.1,"😀":[{}],"דּ":null}',
      '{"Zoë":1}',
    ]) {
      const json = CANONICAL.replace(DATA, data)
      expect(strictEntry(bytesOf(json))).toMatchObject({ id: ID })
      expect(judged(json)).toMatchObject({ category: 'thing' })
    }
  })

  test('is told apart whatever the names and values are', () => {
    const name = fc.constantFrom('a', 'b', 'ab', 'ba', 'data', 'id', '{', '}:', ',')
    const members = fc.array(fc.tuple(name, fc.constantFrom('1', '"a"', '"}"', '{"a":{}}', '[]')))
    fc.assert(
      fc.property(members, members, (data, c) => {
        const object = (all: readonly (readonly [string, string])[]): string =>
          `{${all.map(([key, value]) => `"${key}":${value}`).join(',')}}`
        const texts = c.map(([key]) => [key, '"x"'] as const)
        const json = CANONICAL.replace(DATA, () => object(data)).replace(
          '"c":{}',
          () => `"c":${object(texts)}`,
        )
        const isSorted = [data, c].every((all) =>
          all.every(([key], at) => at === 0 || (all[at - 1]?.[0] ?? '') < key),
        )
        expect(typeof judged(json) === 'string').toBe(!isSorted)
        expect(strictEntry(bytesOf(json)) === undefined).toBe(!isSorted)
      }),
    )
  })

  test.each([
    ['space before it', /^/, ' '],
    ['a line break behind it', /$/, '\n'],
    ['space within', ':3', ': 3'],
    ['members in another order', DATA, '{"nested":{"one":1},"count":3}'],
    ['an escape that is not needed', '"count"', '"coun\\u0074"'],
    ['an escaped slash', '"t"', '"\\/"'],
    ['a number of another spelling', ':3', ':3.0'],
    ['minus nothing', ':3', ':-0'],
    ['a number that no reader holds', ':3', ':9007199254740993'],
    ['a number beyond all numbers', ':3', ':1e400'],
    ['a byte order mark', /^/, '\ufeff'],
  ])('is none with %s', (_what, from, to) => {
    const json = CANONICAL.replace(from, to)
    expect(json).not.toBe(CANONICAL)
    expect(strictEntry(bytesOf(json))).toBeUndefined()
    expect(judged(json)).toMatch(/no entry/)
  })

  test('is none where lists stand in each other too deep', () => {
    const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`
    expect(isUnambiguous(nested(1_000))).toBe(true)
    expect(isUnambiguous(nested(1_001))).toBe(false)
    expect(judged(CANONICAL.replace(DATA, `{"a":${nested(30_000)}}`))).toMatch(/no entry/)
  })

  test.each(['1.0', '1e0', '10e-1', '-1'])('is none with a schema version of %s', (number) => {
    const json = CANONICAL.replace('"schemaVersion":1', `"schemaVersion":${number}`)
    expect(judged(json)).toMatch(/no entry/)
  })
})
