import { describe, expect, test } from 'vitest'
import { canonicalJson } from './canonical-json.ts'
import { decodeEntry, type Entry, encodeEntry, newNonce, type Pseudonym } from './entry.ts'

const entry: Entry = {
  v: 1,
  ledger: 'ledger.example/simulated',
  dossier: '6f6ad6a4-1a5a-4a51-9d4e-2f5a0a0c7b11',
  stream: 'thing-1',
  revision: 0,
  id: '0195a0e2-7f3d-7c31-8a37-0d4a8a0a1d01',
  type: 'ThingHappened',
  schemaVersion: 1,
  n: 'AAAAAAAAAAAAAAAAAAAAAA',
  recordedAt: '2026-03-02T09:00:00.000Z',
  occurredAt: '2026-03-01T18:30:00.000Z',
  actor: {
    role: 'worker',
    desk: null,
    pseudonym: '11111111-2222-4333-8444-555555555555' as Pseudonym,
  },
  power: { code: 'power', version: '2026-01' },
  policy: '2026-01',
  causation: null,
  correlation: null,
  trace: null,
  data: { count: 3 },
  c: { '/story': 'x'.repeat(43) },
}

const bytesOf = (value: unknown): Uint8Array => Buffer.from(canonicalJson(value), 'utf8')

describe('an entry', () => {
  test('is read back as it was written', () => {
    expect(decodeEntry(encodeEntry(entry))).toEqual(entry)
  })

  test('has bytes that do not depend on the order its fields were set in', () => {
    const backwards = Object.fromEntries(Object.entries(entry).reverse()) as unknown as Entry
    expect(Buffer.from(encodeEntry(backwards))).toEqual(Buffer.from(encodeEntry(entry)))
  })

  test('is not followed by bytes that change only its nonce: the leaf hash cannot be guessed', () => {
    const nonces = new Set(Array.from({ length: 1_000 }, newNonce))
    expect(nonces.size).toBe(1_000)
    for (const nonce of nonces) expect(Buffer.from(nonce, 'base64url')).toHaveLength(16)
  })
})

describe('bytes that are no entry', () => {
  test.each([
    ['an empty text', Buffer.alloc(0)],
    ['half an entry', encodeEntry(entry).subarray(0, 100)],
    ['a list', bytesOf([])],
    ['another version', bytesOf({ ...entry, v: 2 })],
    [
      'ill-formed UTF-8',
      Buffer.concat([Buffer.from('"'), Buffer.from([0xc3, 0x28]), Buffer.from('"')]),
    ],
    ['a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), encodeEntry(entry)])],
  ])('%s is refused', (_name, bytes) => {
    expect(() => decodeEntry(bytes)).toThrow(TypeError)
  })

  test.each(Object.keys(entry))('an entry without its %s is refused', (name) => {
    expect(() => decodeEntry(bytesOf({ ...entry, [name]: undefined }))).toThrow(TypeError)
  })

  test.each(['data', 'c', 'actor', 'power'])(
    'an entry whose %s is null or a list is refused',
    (name) => {
      expect(() => decodeEntry(bytesOf({ ...entry, [name]: null }))).toThrow(TypeError)
      expect(() => decodeEntry(bytesOf({ ...entry, [name]: [] }))).toThrow(TypeError)
    },
  )
})
