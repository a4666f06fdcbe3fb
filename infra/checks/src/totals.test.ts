import { describe, expect, test } from 'vitest'
import { exitCodeOf, lastLines } from './totals.ts'

describe('a finished run', () => {
  test('ends in its count, alone on the last line', () => {
    expect(lastLines({ passed: 3, failed: 1, notRun: [] }).at(-1)).toBe('3 passed, 1 failed')
  })

  test('names what did not run before the count', () => {
    const lines = lastLines({ passed: 3, failed: 0, notRun: ['kafka.int.test.ts: a broker'] })
    expect(lines).toEqual([
      '',
      'Did not run:',
      '  kafka.int.test.ts: a broker',
      '',
      '3 passed, 0 failed',
    ])
  })

  test('is good only when something passed and nothing failed', () => {
    expect(exitCodeOf({ passed: 1, failed: 0, notRun: ['a'] })).toBe(0)
    expect(exitCodeOf({ passed: 9, failed: 1, notRun: [] })).toBe(1)
    expect(exitCodeOf({ passed: 0, failed: 0, notRun: ['all'] })).toBe(1)
  })
})
