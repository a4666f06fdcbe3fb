/**
 * A dictionary attack: somebody holds tiles, a bundle without texts, and the template of a letter, and tries every name and
 * every likely entry. The 128 random bits of each salt and of each entry's `n` are all that stands in between, so these
 * tests use the codec and the disclosures as the services do.
 */
import { createHash } from 'node:crypto'
import { type Entry, encodeEntry, newNonce } from '@wederhoor/ledger/entry'
import { leafHash } from '@wederhoor/ledger/tree'
import { digestOf, disclose, readDisclosure } from '@wederhoor/vault/disclosure'
import { describe, expect, test } from 'vitest'
import { entriesOf } from '../builders.ts'

const names = ['Zoë Überprüfung-Ångström', 'Jan Jansen', 'Fatima el Amrani', 'Wei Chen']
const letterTo = (name: string) => ({
  text: `Geachte ${name}, over u is een melding gedaan.`,
  annexes: [],
})
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Every way to hash a guess that needs no secret. */
function guesses(value: unknown): readonly string[] {
  const json = JSON.stringify(value)
  const spelled = [
    json,
    Buffer.from(json, 'utf8').toString('base64url'),
    ...['', '0', 'salt'].flatMap((salt) => {
      const array = JSON.stringify([salt, '/content', value])
      return [array, Buffer.from(array, 'utf8').toString('base64url')]
    }),
  ]
  return spelled.map((text) => createHash('sha256').update(text).digest('base64url'))
}

describe('letters made from one template', () => {
  test('cannot be found by trying every name: the salt is missing', () => {
    const committed = new Set(
      names.map((name) => disclose('/content', letterTo(name)).digest as string),
    )
    const tried = names.flatMap((name) => guesses(letterTo(name)))
    expect(tried.filter((digest) => committed.has(digest))).toEqual([])
  })

  test('are found at once by whoever has the salt: the attack itself is sound', () => {
    const { text, digest } = disclose('/content', letterTo(names[0] ?? ''))
    const salt = readDisclosure(text)?.salt
    const found = names.filter((name) => {
      const array = JSON.stringify([salt, '/content', letterTo(name)])
      return digestOf(Buffer.from(array, 'utf8').toString('base64url')) === digest
    })
    expect(found).toEqual([names[0]])
  })

  test('do not show that two of them are the same: each has a salt of 128 bits of its own', () => {
    const same = Array.from({ length: 1_000 }, () => disclose('/content', letterTo('Jan Jansen')))
    const salts = same.map(({ text }) => readDisclosure(text)?.salt ?? '')
    expect(new Set(same.map(({ digest }) => digest)).size).toBe(1_000)
    expect(new Set(salts).size).toBe(1_000)
    for (const salt of salts) expect(Buffer.from(salt, 'base64url')).toHaveLength(16)
  })
})

describe('leaf hashes in public tiles', () => {
  /** All but `n` is known or can be tried. */
  function entryWith(n: string): Entry {
    const [entry] = entriesOf([
      { stream: 'hearing-x', type: 'ReminderDue', recordedAt: '2024-03-01T09:00:00.000Z' },
    ])
    if (entry === undefined) throw new Error('no entry')
    return { ...entry, n }
  }
  const leafWith = (n: string): string => hex(leafHash(encodeEntry(entryWith(n))))

  test('do not show what an entry says, even if everything else of it is known', () => {
    const nonce = newNonce()
    const published = leafWith(nonce)
    const tried = ['', '0', 'AAAAAAAAAAAAAAAAAAAAAA', newNonce(), newNonce()].map(leafWith)
    expect(tried).not.toContain(published)
    expect(leafWith(nonce)).toBe(published)
  })

  test('do not show that two entries are alike: each has 128 bits of its own', () => {
    const nonces = Array.from({ length: 1_000 }, newNonce)
    expect(new Set(nonces.map(leafWith)).size).toBe(1_000)
    for (const nonce of nonces) expect(Buffer.from(nonce, 'base64url')).toHaveLength(16)
  })
})
