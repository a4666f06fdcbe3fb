import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BLOCK, readTarHeader, TAR_FILE_MAX, tarHeader, tarPadding } from './tar-format.ts'

const header = (): Uint8Array => Uint8Array.from(tarHeader('log/tile/entries/000.p/40', 28_123))

describe('a header of a tar', () => {
  test('says path and size', () => {
    const path = fc.stringMatching(/^[a-z0-9./_-]{1,100}$/)
    fc.assert(
      fc.property(path, fc.integer({ min: 0, max: TAR_FILE_MAX }), (name, size) => {
        expect(readTarHeader(tarHeader(name, size))).toEqual({ path: name, size })
      }),
    )
  })

  test('with any one bit flipped is none', () => {
    for (let bit = 0; bit < BLOCK * 8; bit += 1) {
      const bytes = header()
      bytes[Math.floor(bit / 8)] = (bytes[Math.floor(bit / 8)] ?? 0) ^ (1 << (bit % 8))
      expect(readTarHeader(bytes), `bit ${bit}`).toBeUndefined()
    }
  })

  test('fills up to whole blocks', () => {
    expect([0, 1, 512, 513].map((size) => tarPadding(size).length)).toEqual([0, 511, 0, 511])
  })
})
