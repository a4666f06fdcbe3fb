import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assertHasPlace, assertSafePath, entryPath, partOf, proofPath } from './layout.ts'

const id = '5a3f9d07-c2e4-4b18-b6d9-8f1e0c7a2d65'

describe('a path in a bundle', () => {
  test.each([
    ['README.md', 'readme'],
    ['policy', 'policy'],
    ['schemas/entry.json', 'schema'],
    ['disclosures.jsonl', 'disclosures'],
    ['log/checkpoint', 'checkpoint'],
    ['log/from.checkpoint', 'from-checkpoint'],
    ['log/consistency', 'consistency'],
    ['log/tile/0/x001/067', 'tile'],
    ['log/tile/entries/000.p/12', 'tile'],
    ['entries/0', 'entry'],
    ['proofs/9007199254740991.tlog-proof', 'proof'],
    [`hearing/${id}/checkpoint`, 'hearing'],
    [`served/${'A'.repeat(43)}`, 'served'],
  ])('%s is a %s', (path, is) => {
    expect(() => assertSafePath(path)).not.toThrow()
    expect(partOf(path)).toMatchObject({ is })
  })

  test('leads back to its leaf', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (leafIndex) => {
        expect(partOf(entryPath(leafIndex))).toEqual({ is: 'entry', leafIndex })
        expect(partOf(proofPath(leafIndex))).toEqual({ is: 'proof', leafIndex })
      }),
    )
  })

  test.each([
    'entries/00',
    'entries/01',
    'entries/-1',
    'entries/1.0',
    'entries/9007199254740992',
    'entries/9007199254740993',
    'entries/99999999999999999',
    'entries/1/2',
    'proofs/1',
    'proofs/1.tlog-proof.bak',
    'hearing/x/checkpoint',
    `hearing/${id.toUpperCase()}/checkpoint`,
    `served/${'A'.repeat(42)}`,
    'schemas/entry.js',
    'schemas/Entry.json',
    'log/tile/0/0',
    'log/tile/0/x000/001',
    'log/tile/8/data/000',
    'readme.md',
    'constructor',
    '',
  ])('%j has no place', (path) => {
    expect(partOf(path)).toBeUndefined()
    expect(() => assertHasPlace(path, 0)).toThrow(expect.objectContaining({ code: 'unknown-file' }))
  })

  test.each([
    '..',
    '../policy',
    'log/../../policy',
    './policy',
    '/policy',
    'log//checkpoint',
    'log/',
    'log\\checkpoint',
    'policy\0',
    'policy\n',
    'pol icy',
    'polícy',
    '',
    'a'.repeat(101),
  ])('%j is not safe', (path) => {
    expect(() => assertSafePath(path)).toThrow(expect.objectContaining({ code: 'unsafe-path' }))
  })

  test.each([
    ['entries/0', 65_535],
    ['log/tile/0/000.p/3', 96],
    ['log/tile/entries/000.p/2', 2 * 65_537],
    ['log/checkpoint', 65_536],
  ])('%s may have %d bytes and no more', (path, most) => {
    expect(() => assertHasPlace(path, most)).not.toThrow()
    expect(() => assertHasPlace(path, most + 1)).toThrow(
      expect.objectContaining({ code: 'too-large' }),
    )
  })
})
