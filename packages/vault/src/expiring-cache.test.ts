import { describe, expect, test } from 'vitest'
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
