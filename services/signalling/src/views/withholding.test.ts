import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Sum, withheld } from './withholding.ts'

const five = 5
const table = (cells: Readonly<Record<string, number>>) => {
  const { total: _total, ...parts } = cells
  const sums: Sum[] = [{ whole: 'total', parts: Object.keys(parts) }]
  return [...withheld(new Map(Object.entries(cells)), sums, five)].sort()
}

describe('one table with its total', () => {
  test('shows everything when nothing is small', () => {
    expect(table({ total: 30, a: 10, b: 20 })).toEqual([])
  })

  test('withholds a small number and the next one, since the total gives it away (AVG-01)', () => {
    expect(table({ total: 33, a: 3, b: 10, c: 20 })).toEqual(['a', 'b'])
  })

  test('withholds a third when two small ones together are a small group', () => {
    expect(table({ total: 32, a: 1, b: 1, c: 10, d: 20 })).toEqual(['a', 'b', 'c'])
  })

  test('is content with two small ones that together are a whole group', () => {
    expect(table({ total: 26, a: 3, b: 3, c: 20 })).toEqual(['a', 'b'])
  })

  test('withholds the total when it is small, or when nothing else would hide its only part', () => {
    expect(table({ total: 4, a: 4 })).toEqual(['a', 'total'])
    const numbers = new Map(Object.entries({ total: 12, a: 12, other: 3, both: 15 }))
    const sums = [
      { whole: 'total', parts: ['a'] },
      { whole: 'both', parts: ['a', 'other'] },
    ]
    expect([...withheld(numbers, sums, five)].sort()).toEqual(['a', 'other', 'total'])
  })
})

/** Two dimensions with all margins: the case in which hiding in one direction opens another. */
const grid = fc
  .array(fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 4, maxLength: 4 }), {
    minLength: 2,
    maxLength: 5,
  })
  .map((rows) => {
    const numbers = new Map<string, number>()
    const add = (name: string, by: number) => numbers.set(name, (numbers.get(name) ?? 0) + by)
    for (const [r, row] of rows.entries())
      for (const [c, value] of row.entries()) {
        if (value === 0) continue
        for (const name of [`${r}.${c}`, `${r}.*`, `*.${c}`, '*.*']) add(name, value)
      }
    const rowNames = rows.map((_, r) => `${r}`)
    const columnNames = ['0', '1', '2', '3']
    const sums: Sum[] = [
      ...[...rowNames, '*'].map((r) => ({
        whole: `${r}.*`,
        parts: columnNames.map((c) => `${r}.${c}`),
      })),
      ...[...columnNames, '*'].map((c) => ({
        whole: `*.${c}`,
        parts: rowNames.map((r) => `${r}.${c}`),
      })),
    ]
    return { numbers, sums: sums.filter((sum) => numbers.has(sum.whole)) }
  })

/** What somebody finds who subtracts wherever one number of a sum is missing, again and again. */
function found(
  numbers: ReadonlyMap<string, number>,
  sums: readonly Sum[],
  hidden: ReadonlySet<string>,
): ReadonlySet<string> {
  const unknown = new Set(hidden)
  const result = new Set<string>()
  for (let before = -1; before !== unknown.size; ) {
    before = unknown.size
    for (const { whole, parts } of sums) {
      const missing = [whole, ...parts].filter((name) => unknown.has(name))
      const [only] = missing
      if (missing.length !== 1 || only === undefined) continue
      unknown.delete(only)
      result.add(only)
    }
  }
  for (const name of result) expect(numbers.has(name)).toBe(true)
  return result
}

describe('any two-dimensional table', () => {
  test('never shows a small number, and no chain of subtractions finds one', () => {
    let second = 0
    fc.assert(
      fc.property(grid, ({ numbers, sums }) => {
        const hidden = withheld(numbers, sums, five)
        for (const [name, number] of numbers) {
          if (number < five) expect(hidden.has(name)).toBe(true)
          else if (hidden.has(name)) second += 1
        }
        expect([...found(numbers, sums, hidden)]).toEqual([])
      }),
      { seed: 13, numRuns: 300 },
    )
    expect(second).toBeGreaterThan(0)
  })

  test('behind every shown total stands nothing, or at least two numbers that are a whole group', () => {
    fc.assert(
      fc.property(grid, ({ numbers, sums }) => {
        const hidden = withheld(numbers, sums, five)
        for (const { whole, parts } of sums) {
          if (hidden.has(whole)) continue
          const secret = parts.filter((name) => hidden.has(name))
          const together = secret.reduce((sum, name) => sum + (numbers.get(name) ?? 0), 0)
          expect(secret.length === 0 || (secret.length >= 2 && together >= five)).toBe(true)
        }
      }),
    )
  })
})
