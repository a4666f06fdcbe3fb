import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addressOf,
  decodeMessage,
  encodeMessage,
  packWire,
  unpackWire,
  type Wire,
} from './cloudevents.ts'
import type { Message } from './port.ts'

const message: Message = {
  id: '6f1d3c9e-8f0b-5c3e-9a51-2d7d0f9b8a11',
  source: 'urn:nld:oin:00000099000000000001:systeem:case',
  type: 'nl.example.case.opened.v1',
  subject: '0b5f6f6e-6f0a-4b9c-8a56-1d5c3c2b1a00',
  sequence: 7,
  time: '2026-01-05T09:00:00.000Z',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  data: { b: 1, a: 'één' },
}

describe('a published event', () => {
  test('is a CloudEvent 1.0 in binary mode: attributes in headers, data alone in the value', () => {
    const wire = encodeMessage(message)
    expect(wire.key).toBe(message.subject)
    expect(Buffer.from(wire.value).toString()).toBe('{"a":"één","b":1}')
    expect(wire.headers).toEqual({
      ce_specversion: '1.0',
      ce_id: message.id,
      ce_source: message.source,
      ce_type: message.type,
      ce_subject: message.subject,
      ce_time: message.time,
      ce_sequence: '7',
      ce_sequencetype: 'Integer',
      'content-type': 'application/json',
      traceparent: message.traceparent,
    })
  })

  test('comes back as it was, whatever its data', () => {
    const data = fc.dictionary(
      fc.string({ unit: 'grapheme' }).filter((name) => name !== '__proto__'),
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), fc.constant(null)),
    )
    const traceparent = fc.constantFrom(message.traceparent, null)
    fc.assert(
      fc.property(
        data,
        traceparent,
        fc.integer({ min: 1, max: 1e12 }),
        (data, traceparent, sequence) => {
          const sent = { ...message, data: { ...data }, traceparent, sequence }
          expect(decodeMessage(encodeMessage(sent))).toEqual(sent)
        },
      ),
    )
  })

  test('with more data than 64 KB is refused', () => {
    const large = { ...message, data: { text: 'é'.repeat(33_000) } }
    expect(() => encodeMessage(large)).toThrow(
      expect.objectContaining({ code: 'message-too-large' }),
    )
  })
})

describe('bytes from elsewhere', () => {
  const wire = encodeMessage(message)
  const broken: Record<string, Wire> = {
    'no headers': { ...wire, headers: {} },
    'another version of CloudEvents': {
      ...wire,
      headers: { ...wire.headers, ce_specversion: '0.3' },
    },
    'sequence 0': { ...wire, headers: { ...wire.headers, ce_sequence: '0' } },
    'another key than the subject': { ...wire, key: 'other' },
    'no key': { ...wire, key: null },
    'a tombstone': { ...wire, value: new Uint8Array() },
    'null data': { ...wire, value: Buffer.from('null') },
    'an array': { ...wire, value: Buffer.from('[]') },
    'broken UTF-8': { ...wire, value: Buffer.from([0x7b, 0xff, 0x7d]) },
  }
  for (const [name, one] of Object.entries(broken)) {
    test(`with ${name} are no message`, () => expect(decodeMessage(one)).toBeUndefined())
  }

  test('never make the decoder throw, and come back whole from the parking table', () => {
    const anyWire = fc.record({
      key: fc.option(fc.string(), { nil: null }),
      headers: fc.dictionary(fc.constantFrom(...Object.keys(wire.headers)), fc.string()),
      value: fc.uint8Array(),
    })
    fc.assert(
      fc.property(anyWire, (one) => {
        decodeMessage(one)
        const back = unpackWire(packWire(one))
        expect({ ...back, headers: { ...back.headers } }).toEqual({
          ...one,
          headers: { ...one.headers },
          value: Buffer.from(one.value),
        })
      }),
    )
  })

  test('tell their source and sequence when their headers do, even if the data are broken', () => {
    expect(addressOf({ ...wire, value: Buffer.from([0xff]) })).toEqual({
      source: message.source,
      sequence: 7,
    })
    expect(addressOf({ ...wire, headers: {} })).toBeUndefined()
  })
})
