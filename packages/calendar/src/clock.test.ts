import { describe, expect, test } from 'vitest'
import { fixedClock } from './clock.ts'

const start = '2024-01-15T09:00:00.000Z'

describe('a fixed clock', () => {
  test('stands still until it is moved', async () => {
    const clock = fixedClock(start)
    expect(await clock.now()).toBe(start)
    expect(await clock.advance(60_000)).toBe('2024-01-15T09:01:00.000Z')
    expect(await clock.setTo('2024-01-16T00:00:00.000Z')).toBe('2024-01-16T00:00:00.000Z')
    expect(await clock.now()).toBe('2024-01-16T00:00:00.000Z')
  })

  test('refuses to go backwards and keeps its time', async () => {
    const clock = fixedClock(start)
    await expect(clock.advance(-1)).rejects.toMatchObject({ code: 'clock-backwards' })
    await expect(clock.setTo('2024-01-15T08:59:59.999Z')).rejects.toMatchObject({
      code: 'clock-backwards',
    })
    expect(await clock.now()).toBe(start)
  })

  test('wakes who listens, and no longer who has stopped', async () => {
    const clock = fixedClock(start)
    const heard: string[] = []
    const stop = clock.onAdvance((now) => heard.push(now))
    await clock.advance(1)
    stop()
    await clock.advance(1)
    expect(heard).toEqual(['2024-01-15T09:00:00.001Z'])
  })
})
