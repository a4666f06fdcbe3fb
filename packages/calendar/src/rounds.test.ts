import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { fixedClock } from './clock.ts'
import { rounds } from './rounds.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const PAUSE_MS = 1_000

/** Work that ends when it is told to. */
function world() {
  const clock = fixedClock('2024-03-01T09:00:00.000Z')
  const open: PromiseWithResolvers<void>[] = []
  const failures: unknown[] = []
  const again = rounds({
    work: () => {
      const one = Promise.withResolvers<void>()
      open.push(one)
      return one.promise
    },
    pauseMs: PAUSE_MS,
    clock,
    onFailure: (error) => failures.push(error),
  })
  return { again, clock, open, failures, pass: (ms: number) => vi.advanceTimersByTimeAsync(ms) }
}

describe('rounds that were started', () => {
  test('come one at a time, with the pause between them', async () => {
    const { again, open, pass } = world()
    again.start()
    await pass(5 * PAUSE_MS)
    expect(open).toHaveLength(1)
    open[0]?.resolve()
    await pass(PAUSE_MS - 1)
    expect(open).toHaveLength(1)
    await pass(1)
    expect(open).toHaveLength(2)
  })

  test('go on after one that failed, and tell of it', async () => {
    const { again, open, failures, pass } = world()
    again.start()
    const broken = new Error('broken')
    open[0]?.reject(broken)
    await pass(PAUSE_MS)
    expect(failures).toEqual([broken])
    expect(open).toHaveLength(2)
  })

  test('come at once when the clock is moved, unless one is under way', async () => {
    const { again, clock, open, pass } = world()
    again.start()
    await clock.advance(1)
    expect(open).toHaveLength(1)
    open[0]?.resolve()
    await pass(0)
    await clock.advance(1)
    expect(open).toHaveLength(2)
  })

  test('end when stopped, after the one that is under way', async () => {
    const { again, clock, open, pass } = world()
    again.start()
    let isStopped = false
    const stopping = again.stop().then(() => {
      isStopped = true
    })
    await pass(0)
    expect(isStopped).toBe(false)
    open[0]?.resolve()
    await stopping
    await clock.advance(1)
    await pass(5 * PAUSE_MS)
    expect(open).toHaveLength(1)
  })
})

describe('settled', () => {
  test('is a round that began after the call, not the one that was under way', async () => {
    const { again, open, pass } = world()
    again.start()
    const settled = again.settled()
    open[0]?.reject(new Error('of before'))
    await pass(0)
    expect(open).toHaveLength(2)
    open[1]?.resolve()
    await settled
  })

  test('fails with what its round failed with', async () => {
    const { again, open } = world()
    const settled = again.settled()
    await Promise.resolve()
    open[0]?.reject(new Error('broken'))
    await expect(settled).rejects.toThrow('broken')
  })
})
