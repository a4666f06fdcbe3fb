import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { packedTable } from './packed-table.ts'

describe('a packed table', () => {
  test('answers as a map does', () => {
    const steps = fc.array(fc.tuple(fc.string({ maxLength: 3 }), fc.double({ noNaN: true })))
    fc.assert(
      fc.property(steps, (puts) => {
        const table = packedTable(true)
        const map = new Map<string, number>()
        for (const [text, value] of puts) {
          expect(table.get(text)).toBe(map.get(text))
          table.put(text, value)
          map.set(text, value)
        }
        for (const [text, value] of map) expect(table.get(text)).toBe(value)
      }),
    )
  })

  test('loses nothing as it grows', () => {
    const table = packedTable(true)
    for (let number = 0; number < 20_000; number += 1) table.put(`text ${number}`, number)
    for (let number = 0; number < 20_000; number += 1)
      expect(table.get(`text ${number}`)).toBe(number)
    expect(table.get('another')).toBeUndefined()
  })

  test('that keeps no values still knows what it saw', () => {
    const table = packedTable(false)
    table.put('seen', 7)
    expect([table.get('seen'), table.get('not seen')]).toEqual([0, undefined])
  })
})
