import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type FakeTransitServer, fakeTransitServer } from './fake-transit-server.ts'
import type { KekRing } from './kek.ts'
import { type TransitKekOptions, transitKek } from './transit-kek.ts'

const dataKey = Buffer.alloc(32, 7)
const [mount, key, token] = ['transit-of-a-test', 'case-files', 's.token-of-a-test']

describe.each(['context', 'associated_data'] as const)(
  'a KEK behind transit, bound by %s',
  (binds) => {
    let server: FakeTransitServer
    let kek: KekRing
    const kekWith = (changes: Partial<TransitKekOptions> = {}): KekRing =>
      transitKek({ address: server.address, mount, key, token: () => token, binds, ...changes })

    beforeEach(async () => {
      server = await fakeTransitServer({ mount, key, token, derived: binds === 'context' })
      kek = kekWith()
    })
    afterEach(() => server.close())

    test('wraps and unwraps for one purpose, and shows the version that did', async () => {
      const wrapped = await kek.wrap(dataKey, 'one')
      expect(wrapped.kek).toBe(`${mount}/${key}:v1`)
      expect(Buffer.from(wrapped.wrapped).toString()).toMatch(/^vault:v1:/)
      expect(Buffer.from(await kek.unwrap(wrapped, 'one'))).toEqual(dataKey)
      await expect(kek.unwrap(wrapped, 'other')).rejects.toMatchObject({
        code: 'tampered',
        cause: { code: 'refused', status: 400 },
      })
    })

    test('refuses what was wrapped by another key or version than the row says, without asking', async () => {
      const wrapped = await kek.wrap(dataKey, 'one')
      const before = server.calls.length
      const relabelled = { ...wrapped, kek: `${mount}/${key}:v2` }
      await expect(kek.unwrap(relabelled, 'one')).rejects.toMatchObject({ code: 'tampered' })
      const foreign = { ...wrapped, kek: 'transit/other:v1' }
      await expect(kek.unwrap(foreign, 'one')).rejects.toMatchObject({ code: 'key-missing' })
      const nothing = { ...wrapped, wrapped: Buffer.from('no ciphertext') }
      await expect(kek.unwrap(nothing, 'one')).rejects.toMatchObject({ code: 'tampered' })
      expect(server.calls).toHaveLength(before)
    })

    test('begins an epoch by a rotation, rewraps to it, and destroys what is older', async () => {
      const before = await kek.wrap(dataKey, 'one')
      const second = await kek.beginEpoch()
      expect(await kek.epochs()).toEqual([before.kek, second])
      const after = await kek.rewrap(before, 'one')
      expect(after.kek).toBe(second)
      expect(Buffer.from(await kek.unwrap(after, 'one'))).toEqual(dataKey)
      const rewrapsItself = server.calls.includes(`POST /v1/${mount}/rewrap/${key}`)
      expect(rewrapsItself).toBe(binds === 'context')

      await expect(kek.discard(second)).rejects.toMatchObject({ code: 'key-missing' })
      await kek.discard(before.kek)
      await kek.discard(before.kek)
      expect(await kek.epochs()).toEqual([second])
      await expect(kek.unwrap(before, 'one')).rejects.toMatchObject({
        code: 'key-missing',
        cause: { code: 'version-gone' },
      })
      expect(Buffer.from(await kek.unwrap(after, 'one'))).toEqual(dataKey)
    })

    test.each([
      [503, 'unavailable', 'sealed'],
      [403, 'unavailable', 'forbidden'],
      [429, 'unavailable', 'failed'],
      [500, 'unavailable', 'failed'],
      [404, 'key-missing', 'not-found'],
      ['nonsense', 'unavailable', 'not-understood'],
      ['elsewhere', 'unavailable', 'unreachable'],
      ['hang', 'unavailable', 'timeout'],
    ] as const)('names a failure: %s is %s, because %s', async (as, code, cause) => {
      const impatient = kekWith({ timeoutMs: as === 'hang' ? 100 : 5_000 })
      const wrapped = await kek.wrap(dataKey, 'one')
      server.fail(as)
      const failed = { code, cause: { code: cause } }
      await expect(impatient.wrap(dataKey, 'one')).rejects.toMatchObject(failed)
      await expect(impatient.unwrap(wrapped, 'one')).rejects.toMatchObject(failed)
      await expect(impatient.epochs()).rejects.toMatchObject(failed)
      server.fail(undefined)
      expect(Buffer.from(await impatient.unwrap(wrapped, 'one'))).toEqual(dataKey)
    })

    test('names a wrong token, none, a wrong key and a key store that is not there, and tells no token', async () => {
      const wrong = kekWith({ token: () => 's.wrong-token' })
      const refused = await wrong.wrap(dataKey, 'one').catch((error: unknown) => error)
      expect(refused).toMatchObject({ code: 'unavailable', cause: { code: 'forbidden' } })
      expect(String(refused)).not.toContain('s.wrong-token')
      const none = kekWith({ token: () => Promise.reject(new Error('no such file')) })
      await expect(none.wrap(dataKey, 'one')).rejects.toMatchObject({
        code: 'unavailable',
        cause: { code: 'no-token' },
      })
      await expect(kekWith({ key: 'no-such-key' }).epochs()).rejects.toMatchObject({
        code: 'key-missing',
      })
      await server.close()
      await expect(kek.wrap(dataKey, 'one')).rejects.toMatchObject({
        code: 'unavailable',
        cause: { code: 'unreachable' },
      })
    })
  },
)
