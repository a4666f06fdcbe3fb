import { describe, expect, test } from 'vitest'
import { freshBytes } from './random-stock.ts'

describe('a stock of random bytes', () => {
  test('gives as many as were asked for, and none twice, over many fillings', () => {
    const given = Array.from({ length: 3_000 }, (_, index) => freshBytes(index % 2 === 0 ? 12 : 16))
    expect(given.map((bytes) => bytes.length)).toEqual(given.map((_, i) => (i % 2 === 0 ? 12 : 16)))
    expect(new Set(given.map((bytes) => bytes.toString('hex').slice(0, 24))).size).toBe(3_000)
  })
})
