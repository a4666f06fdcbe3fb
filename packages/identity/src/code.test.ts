import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codeDigest, codeInFours, codeOf, parseCode } from './code.ts'

const pepper = Buffer.alloc(32, 7)
const otherPepper = Buffer.alloc(32, 8)

describe('an access code', () => {
  test('is the same for the same command and pepper, and for nothing else', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (one, two) => {
        fc.pre(one !== two)
        expect(codeOf(one, pepper)).toMatch(/^[0-9]{16}$/)
        expect(codeOf(one, pepper)).toBe(codeOf(one, pepper))
        expect(codeOf(one, pepper)).not.toBe(codeOf(two, pepper))
        expect(codeOf(one, pepper)).not.toBe(codeOf(one, otherPepper))
      }),
    )
  })

  test('has every digit equally often at every place', () => {
    const codes = 20_000
    const counts = Array.from({ length: 16 }, () => new Array<number>(10).fill(0))
    for (let index = 0; index < codes; index += 1) {
      const digits = [...codeOf(`command-${index}`, pepper)].map(Number)
      for (const [place, digit] of digits.entries()) {
        const row = counts[place] ?? []
        row[digit] = (row[digit] ?? 0) + 1
      }
    }
    // 9 degrees of freedom: by chance beyond 33.7 once in ten thousand.
    for (const row of counts) expect(chiSquare(row)).toBeLessThan(33.7)
    // Over all places together a plain `byte % 10` would give more than 100.
    const total = counts.reduce((sum, row) => sum.map((seen, digit) => seen + (row[digit] ?? 0)))
    expect(chiSquare(total)).toBeLessThan(33.7)
  })

  test('reads as fours and is understood with spaces, dashes and dots', () => {
    const code = codeOf('command', pepper)
    const fours = codeInFours(code)
    expect(fours).toMatch(/^[0-9]{4} [0-9]{4} [0-9]{4} [0-9]{4}$/)
    const typed = [
      code,
      fours,
      ` ${fours}\n`,
      fours.replaceAll(' ', '-'),
      fours.replaceAll(' ', ' – '),
    ]
    expect(typed.map(parseCode)).toEqual(typed.map(() => code))
  })

  test.each([
    '',
    '123',
    '12345678901234567',
    '1234 5678 9012 345x',
    '١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦',
    ' '.repeat(70),
  ])('is not %j', (text) => {
    expect(parseCode(text)).toBeNull()
  })

  test('is stored as a digest that depends on the pepper and does not hold it', () => {
    const code = codeOf('command', pepper)
    expect(codeDigest(code, pepper)).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(codeDigest(code, pepper)).toBe(codeDigest(code, pepper))
    expect(codeDigest(code, pepper)).not.toBe(codeDigest(code, otherPepper))
  })

  test('refuses a pepper that is too short', () => {
    expect(() => codeOf('command', Buffer.alloc(16))).toThrow()
  })
})

function chiSquare(seen: readonly number[]): number {
  const expected = seen.reduce((sum, count) => sum + count, 0) / seen.length
  return seen.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}
