import { describe, expect, test } from 'vitest'
import { progressBar } from './cli-progress.ts'

function written(isTTY: boolean): {
  readonly lines: string[]
  readonly bar: ReturnType<typeof progressBar>
} {
  const lines: string[] = []
  const stream = { isTTY, write: (text: string) => lines.push(text) > 0 }
  return { lines, bar: progressBar(stream) }
}

describe('the progress bar', () => {
  test('fills on a terminal, draws nothing twice, and is gone at the end', () => {
    const { lines, bar } = written(true)
    bar.show(0, 200)
    bar.show(100, 200)
    bar.show(101, 200)
    bar.show(200, 200)
    bar.end()
    expect(lines).toHaveLength(4)
    expect(lines[1]).toContain('50%')
    expect(lines[2]).toContain('100%')
    expect(lines[3]?.trim()).toBe('')
  })

  test('is not there where nobody looks', () => {
    const { lines, bar } = written(false)
    bar.show(1, 2)
    bar.end()
    expect(lines).toEqual([])
  })
})
