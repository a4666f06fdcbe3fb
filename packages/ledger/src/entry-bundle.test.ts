import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeEntryBundle, encodeEntryBundle } from './entry-bundle.ts'
import { LedgerFormatError } from './ledger-format-error.ts'

const entries = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 256 })

describe('a bundle of entries', () => {
  test('is for each entry two bytes of length, high byte first, and the entry', () => {
    const bundle = encodeEntryBundle([Buffer.from('ab'), Buffer.alloc(0), Buffer.alloc(258, 7)])
    expect(Buffer.from(bundle).toString('hex')).toBe(`00026162${'0000'}0102${'07'.repeat(258)}`)
  })

  test('is read back as it was written', () => {
    fc.assert(
      fc.property(entries, (given) => {
        const read = decodeEntryBundle(encodeEntryBundle(given), given.length)
        expect(read.map((entry) => Buffer.from(entry))).toEqual(
          given.map((one) => Buffer.from(one)),
        )
      }),
    )
  })

  test('takes an entry of 65,535 bytes and no longer one', () => {
    const longest = Buffer.alloc(65_535, 1)
    expect(decodeEntryBundle(encodeEntryBundle([longest]), 1)).toHaveLength(1)
    expect(() => encodeEntryBundle([Buffer.alloc(65_536)])).toThrow(LedgerFormatError)
  })
})

describe('a bundle that is cut off', () => {
  test('anywhere is refused', () => {
    const bundle = encodeEntryBundle([Buffer.from('one'), Buffer.alloc(0), Buffer.from('three')])
    for (let length = 0; length < bundle.length; length += 1) {
      expect(() => decodeEntryBundle(bundle.subarray(0, length), 3)).toThrow(LedgerFormatError)
    }
  })

  test('or longer than its entries is refused', () => {
    const bundle = encodeEntryBundle([Buffer.from('one'), Buffer.from('two')])
    expect(() => decodeEntryBundle(bundle, 1)).toThrow(LedgerFormatError)
    expect(() => decodeEntryBundle(Buffer.concat([bundle, Buffer.of(0)]), 2)).toThrow(
      LedgerFormatError,
    )
    expect(() => decodeEntryBundle(bundle, 3)).toThrow(LedgerFormatError)
  })
})
