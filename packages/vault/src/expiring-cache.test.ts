import { describe, expect, test, vi } from 'vitest'
import { expiringCache } from './expiring-cache.ts'

function world(limits: { liveMs: number; entriesMax: number }) {
  let time = 0
  const loads: string[] = []
  const cache = expiringCache<string>({ ...limits, now: () => time })
  const get = (key: string) =>
    cache.get(key, async () => {
      loads.push(key)
      if (key === 'bad') throw new Error('not now')
      return key
    })
  return { cache, get, loads, pass: (ms: number) => (time += ms) }
}

describe('a cache', () => {
  test('loads once for all who ask at the same time, and again after its time', async () => {
    const { get, loads, pass } = world({ liveMs: 60_000, entriesMax: 10 })
    expect(await Promise.all([get('a'), get('a')])).toEqual(['a', 'a'])
    pass(59_999)
    await get('a')
    expect(loads).toEqual(['a'])
    pass(1)
    await get('a')
    expect(loads).toEqual(['a', 'a'])
  })

  test('forgets a failure at once', async () => {
    const { get, loads } = world({ liveMs: 60_000, entriesMax: 10 })
    await expect(get('bad')).rejects.toThrow()
    await expect(get('bad')).rejects.toThrow()
    expect(loads).toEqual(['bad', 'bad'])
  })

  test('holds no more than it may: the oldest goes', async () => {
    const { get, loads } = world({ liveMs: 60_000, entriesMax: 2 })
    for (const key of ['a', 'b', 'c', 'c', 'b', 'a']) await get(key)
    expect(loads).toEqual(['a', 'b', 'c', 'a'])
  })

  test('forgets everything when told to', async () => {
    const { cache, get, loads } = world({ liveMs: 60_000, entriesMax: 2 })
    await get('a')
    cache.clear()
    await get('a')
    expect(loads).toEqual(['a', 'a'])
  })
})

describe('a cache that nobody asks any more', () => {
  test('lets go of what has expired by itself: a key in clear does not outlive its minute', async () => {
    vi.useFakeTimers()
    try {
      const cache = expiringCache<string>({ liveMs: 60_000, entriesMax: 10, now: Date.now })
      await cache.get('a', async () => 'a')
      vi.advanceTimersByTime(30_000)
      await cache.get('b', async () => 'b')
      vi.advanceTimersByTime(30_000)
      expect(cache.size()).toBe(1)
      vi.advanceTimersByTime(30_000)
      expect(cache.size()).toBe(0)
      await cache.get('c', async () => 'c')
      vi.advanceTimersByTime(60_000)
      expect(cache.size()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  test('forgets one that it is told to forget', async () => {
    const cache = expiringCache<string>({ liveMs: 60_000, entriesMax: 10 })
    await cache.get('a', async () => 'a')
    await cache.get('b', async () => 'b')
    cache.forget('a')
    cache.forget('never there')
    expect(cache.size()).toBe(1)
    expect(await cache.get('a', async () => 'new')).toBe('new')
    cache.clear()
    expect(cache.size()).toBe(0)
  })
})
