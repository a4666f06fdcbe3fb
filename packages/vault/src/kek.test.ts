import { describe, expect, test } from 'vitest'
import { passingKek } from './kek.ts'

const dataKey = Buffer.alloc(32, 7)

describe('a wrapped key', () => {
  test('opens only with the same KEK for the same purpose, unchanged', async () => {
    const kek = passingKek()
    const key = await kek.wrap(dataKey, 'one')
    expect(Buffer.from(key.wrapped).includes(dataKey)).toBe(false)
    expect(Buffer.from(await kek.unwrap(key, 'one'))).toEqual(dataKey)
    await expect(kek.unwrap(key, 'other')).rejects.toMatchObject({ code: 'tampered' })
    await expect(passingKek().unwrap(key, 'one')).rejects.toMatchObject({ code: 'key-missing' })
    for (let at = 0; at < key.wrapped.length; at += 1) {
      const wrapped = Buffer.from(key.wrapped)
      wrapped.writeUInt8(wrapped.readUInt8(at) ^ 0x80, at)
      const changed = kek.unwrap({ ...key, wrapped }, 'one')
      await expect(changed).rejects.toMatchObject({ code: 'tampered' })
    }
  })
})

describe('a ring of two epochs', () => {
  test('wraps with the newer, unwraps with both, and wraps anew what the older had wrapped', async () => {
    const kek = passingKek()
    const before = await kek.wrap(dataKey, 'one')
    const current = await kek.beginEpoch()
    expect(await kek.epochs()).toEqual([before.kek, current])
    expect((await kek.wrap(dataKey, 'one')).kek).toBe(current)
    expect(Buffer.from(await kek.unwrap(before, 'one'))).toEqual(dataKey)
    const after = await kek.rewrap(before, 'one')
    expect(after.kek).toBe(current)
    expect(Buffer.from(await kek.unwrap(after, 'one'))).toEqual(dataKey)
    await expect(kek.rewrap(before, 'other')).rejects.toMatchObject({ code: 'tampered' })
  })

  test('unwraps nothing of the older once that was discarded, and never discards the newest', async () => {
    const kek = passingKek()
    const before = await kek.wrap(dataKey, 'one')
    const current = await kek.beginEpoch()
    await kek.discard(before.kek)
    await kek.discard(before.kek)
    expect(await kek.epochs()).toEqual([current])
    await expect(kek.unwrap(before, 'one')).rejects.toMatchObject({ code: 'key-missing' })
    await expect(kek.discard(current)).rejects.toMatchObject({ code: 'key-missing' })
  })

  test('discards with an epoch all that are older', async () => {
    const kek = passingKek()
    const second = await kek.beginEpoch()
    const third = await kek.beginEpoch()
    await kek.discard(second)
    expect(await kek.epochs()).toEqual([third])
  })
})
