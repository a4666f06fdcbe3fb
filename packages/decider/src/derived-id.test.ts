import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { derivedId, eventId } from './derived-id.ts'

describe('a derived id', () => {
  test('is the UUIDv5 of RFC 9562 appendix A.4', () => {
    const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8'
    expect(derivedId(dns, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2')
  })

  test('is the same for the same cause and name, and another for any other', () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.uuid(),
        fc.string(),
        fc.string(),
        (cause, other, name, otherName) => {
          expect(derivedId(cause, name)).toBe(derivedId(cause, name))
          expect(derivedId(cause, name) === derivedId(other, otherName)).toBe(
            cause === other && name === otherName,
          )
        },
      ),
    )
  })

  test('of an event follows from its command and its place', () => {
    const command = '0b8a4c35-7a0f-4b0e-9d6c-1c0d6b1a2f10'
    const ids = Array.from({ length: 50 }, (_, index) => eventId(command, index))
    expect(new Set(ids).size).toBe(50)
    expect(ids[1]).toBe(derivedId(command, '1'))
  })
})
