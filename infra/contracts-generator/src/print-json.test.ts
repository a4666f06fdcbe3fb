import { describe, expect, test } from 'vitest'
import { printJson } from './print-json.ts'

describe('printed JSON', () => {
  test('breaks objects always, and arrays of plain values only where they do not fit', () => {
    const long = Array.from({ length: 12 }, (_none, index) => `a long value ${index}`)
    const text = printJson({ a: { b: 1 }, c: ['x', null], d: [], e: {}, long, f: [{ g: true }] })
    expect(text.split('\n').slice(0, 9)).toEqual([
      '{',
      '  "a": {',
      '    "b": 1',
      '  },',
      '  "c": ["x", null],',
      '  "d": [],',
      '  "e": {},',
      '  "long": [',
      '    "a long value 0",',
    ])
    expect(text.endsWith('  "f": [\n    {\n      "g": true\n    }\n  ]\n}\n')).toBe(true)
    expect(JSON.parse(text)).toEqual({
      a: { b: 1 },
      c: ['x', null],
      d: [],
      e: {},
      long,
      f: [{ g: true }],
    })
  })
})
