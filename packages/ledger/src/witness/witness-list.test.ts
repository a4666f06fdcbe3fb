import { describe, expect, test } from 'vitest'
import { cosignerVkey } from '../cosignature.ts'
import { publicKeyOf, vkeyOf } from '../signed-note.ts'
import { noWitnesses, parseWitnessList, WitnessListError } from './witness-list.ts'

const keyOf = (number: number) => publicKeyOf(Buffer.alloc(32, number))
const one = cosignerVkey('witness.test/one', keyOf(1))
const two = cosignerVkey('witness.test/two', keyOf(2))

describe('a file of witnesses', () => {
  test('names each with its address, and the quorum', () => {
    const { witnesses, k } = parseWitnessList(
      `# both of our own choice\n${one} https://one.test/w\n\n${two}  http://127.0.0.1:7380/\nquorum 2\n`,
    )
    expect(witnesses.map(({ verifier, url }) => [verifier.vkey, url])).toEqual([
      [one, 'https://one.test/w'],
      [two, 'http://127.0.0.1:7380/'],
    ])
    expect(k).toBe(2)
  })

  test('that is empty names none', () => {
    expect(parseWitnessList('# none yet\n')).toEqual(noWitnesses)
  })

  test.each([
    ['no quorum', `${one} https://one.test\n`],
    ['a quorum larger than its witnesses', `${one} https://one.test\nquorum 2\n`],
    ['a quorum of nobody', `${one} https://one.test\nquorum 0\n`],
    ['a quorum and no witness', 'quorum 1\n'],
    ['two quorums', `${one} https://one.test\nquorum 1\nquorum 1\n`],
    ['one witness twice', `${one} https://one.test\n${one} https://two.test\nquorum 2\n`],
    ['a key without an address', `${one}\nquorum 1\n`],
    ['an address that is none', `${one} one.test\nquorum 1\n`],
    ['the address of a file', `${one} file:///etc/passwd\nquorum 1\n`],
    ['a key that is none', 'witness.test/one+00000000+AAAA https://one.test\nquorum 1\n'],
    ['a key of a log', `${vkeyOf('log.test/log', keyOf(1))} https://one.test\nquorum 1\n`],
  ])('with %s is refused', (_name, text) => {
    expect(() => parseWitnessList(text)).toThrow(WitnessListError)
  })
})
