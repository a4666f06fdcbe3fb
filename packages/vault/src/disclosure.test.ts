import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digestOf, disclose, readDisclosure } from './disclosure.ts'

describe('the examples of RFC 9901', () => {
  test('the disclosure of §4.2.1 has the digest of §4.2.3', () => {
    const text = 'WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0'
    expect(digestOf(text)).toBe('X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0')
    expect(readDisclosure(text)).toEqual({
      salt: '_26bc4LT-ac6q2KI6cBW5es',
      path: 'family_name',
      value: 'Möbius',
    })
  })
})

describe('a disclosure', () => {
  test('says what was committed to, for any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { text, digest } = disclose('/story', value)
        expect(digestOf(text)).toBe(digest)
        expect(readDisclosure(text)).toMatchObject({
          path: '/story',
          value: JSON.parse(JSON.stringify(value)),
        })
      }),
    )
  })

  test('of the same value is another each time, with 128 bits of salt', () => {
    const all = Array.from({ length: 50 }, () => disclose('/name', 'Zoë'))
    expect(new Set(all.map((one) => one.digest)).size).toBe(50)
    for (const { text } of all) {
      expect(Buffer.from(readDisclosure(text)?.salt ?? '', 'base64url')).toHaveLength(16)
    }
  })

  test.each([
    '',
    'bm90IEpTT04',
    Buffer.from('[1,"/a",2]').toString('base64url'),
    Buffer.from('["s","/a"]').toString('base64url'),
  ])('is not read from %j', (text) => {
    expect(readDisclosure(text)).toBeUndefined()
  })
})
