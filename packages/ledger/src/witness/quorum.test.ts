import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cosignerVkey } from '../cosignature.ts'
import { ed25519Signer, publicKeyOf, verifierOf } from '../signed-note.ts'
import { isQuorum, quorumFault } from './quorum.ts'

const keyOf = (number: number) => publicKeyOf(Buffer.alloc(32, number))
const witnessOf = (number: number, name = `witness.test/w${number}`) =>
  verifierOf(cosignerVkey(name, keyOf(number)))
const five = [1, 2, 3, 4, 5].map((number) => witnessOf(number))

describe('a quorum of k of n', () => {
  test('is met by k different witnesses, whoever they are and whoever else signed', () => {
    const some = fc.subarray(five)
    const strangers = fc.subarray([6, 7, 8].map((number) => witnessOf(number)))
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), some, strangers, (k, signed, others) => {
        const cosigners = [...signed, ...others, ...signed].map(({ vkey }) => vkey)
        expect(isQuorum({ k, witnesses: five }, cosigners)).toBe(signed.length >= k)
      }),
    )
  })

  test.each([0, 6, 1.5, Number.NaN])('cannot be %s of 5', (k) => {
    expect(quorumFault({ k, witnesses: five })).toMatch(/from 1 to 5/)
  })

  test('is not made larger by one key under two names', () => {
    const witnesses = [witnessOf(1), witnessOf(1, 'witness.test/alias')]
    expect(quorumFault({ k: 2, witnesses })).toMatch(/named twice/)
  })

  test('takes keys of witnesses only', () => {
    const log = verifierOf(ed25519Signer('log.test/log', Buffer.alloc(32, 1)).vkey)
    expect(quorumFault({ k: 1, witnesses: [log] })).toMatch(/type 0x04/)
  })

  test('has nothing wrong with it otherwise', () => {
    expect([1, 5].map((k) => quorumFault({ k, witnesses: five }))).toEqual([undefined, undefined])
  })
})
