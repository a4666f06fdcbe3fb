import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import vectors from './merkle-vectors.json' with { type: 'json' }
import { naiveTree } from './naive-tree.fixture.ts'
import {
  consistencyProof,
  type HashReader,
  inclusionProof,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from './proof.ts'
import { leafHash, nodeHash } from './tree.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text, 'base64')
const same = (one: readonly Uint8Array[], other: readonly Uint8Array[]): boolean =>
  one.length === other.length &&
  one.every((hash, at) => Buffer.compare(hash, other[at] ?? Buffer.alloc(0)) === 0)

describe('the vectors of transparency-dev/merkle', () => {
  test('are 196: 12 that hold and 184 that must fail', () => {
    const all = [...vectors.inclusion, ...vectors.consistency]
    expect(all.filter(({ valid }) => valid)).toHaveLength(12)
    expect(all.filter(({ valid }) => !valid)).toHaveLength(184)
  })

  test.each(vectors.inclusion)('$name: $valid', ({ index, size, root, leafHash, proof, valid }) => {
    const claim = { index, size, leaf: bytes(leafHash), root: bytes(root), proof: proof.map(bytes) }
    expect(verifyInclusion(claim)).toBe(valid)
  })

  test.each(vectors.consistency)('$name: $valid', ({ size1, size2, proof, valid, ...roots }) => {
    const claim = {
      from: size1,
      to: size2,
      fromRoot: bytes(roots.root1),
      toRoot: bytes(roots.root2),
      proof: proof.map(bytes),
    }
    expect(verifyConsistency(claim)).toBe(valid)
  })
})

/** Every pair is compared with the definition; checking what is the same already is done for one in five, and each size. */
const isChecked = (one: number, other: number): boolean => (one + other) % 5 === 0

const SIZES = 600
const LONG_MS = 60_000
const leaves = Array.from({ length: SIZES }, (_, index) => Buffer.from(`leaf ${index}`))
const naive = naiveTree(leaves)
const hashes = leaves.map(leafHash)
const leafAt = (index: number): Uint8Array => hashes[index] ?? Buffer.alloc(0)
const naiveReader: HashReader = {
  read: async (nodes) =>
    nodes.map(({ level, index }) => naive.hash(index * 2 ** level, (index + 1) * 2 ** level)),
}

describe('a tree of any size from 0 to 600', () => {
  test('has the root of the recursive definition', async () => {
    for (let size = 0; size <= SIZES; size += 1) {
      expect(naive.hash(0, size).equals(await treeRoot(naiveReader, size))).toBe(true)
    }
  })

  test(
    'has for each leaf the inclusion proof of the recursive definition, which holds',
    async () => {
      for (let size = 1; size <= SIZES; size += 1) {
        const root = naive.hash(0, size)
        for (let index = 0; index < size; index += 1) {
          const proof = await inclusionProof(naiveReader, { index, size })
          const claim = { index, size, leaf: leafAt(index), proof, root }
          const holds = !isChecked(index, size) || verifyInclusion(claim)
          if (!holds || !same(proof, naive.path(index, size))) expect.fail(`${index} of ${size}`)
        }
      }
    },
    LONG_MS,
  )

  test(
    'has from each smaller size the consistency proof of the definition, which holds',
    async () => {
      for (let to = 0; to <= SIZES; to += 1) {
        const toRoot = naive.hash(0, to)
        for (let from = 0; from <= to; from += 1) {
          const proof = await consistencyProof(naiveReader, { from, to })
          const claim = { from, to, fromRoot: naive.hash(0, from), toRoot, proof }
          const holds = !isChecked(from, to) || verifyConsistency(claim)
          if (!holds || !same(proof, naive.proof(from, to))) expect.fail(`${from} to ${to}`)
        }
      }
    },
    LONG_MS,
  )
})

describe('a proof that was tampered with', () => {
  const places = fc
    .record({ size: fc.integer({ min: 2, max: SIZES }), at: fc.nat(), bit: fc.nat(255) })
    .map(({ size, at, bit }) => ({ size, index: at % size, hash: at, bit }))

  const flipped = (proof: readonly Uint8Array[], hash: number, bit: number): Uint8Array[] =>
    proof.map((one, at) => {
      if (at !== hash % proof.length) return one
      const copy = Buffer.from(one)
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      return copy
    })

  test('of inclusion fails: a bit of any hash, another index, another size, another leaf', async () => {
    await fc.assert(
      fc.asyncProperty(places, async ({ size, index, hash, bit }) => {
        const proof = await inclusionProof(naiveReader, { index, size })
        const claim = { index, size, leaf: leafAt(index), proof, root: naive.hash(0, size) }
        expect(verifyInclusion(claim)).toBe(true)
        expect(verifyInclusion({ ...claim, proof: flipped(proof, hash, bit) })).toBe(false)
        expect(verifyInclusion({ ...claim, index: (index + 1) % size })).toBe(false)
        expect(verifyInclusion({ ...claim, leaf: leafAt((index + 1) % size) })).toBe(false)
        expect(verifyInclusion({ ...claim, proof: proof.slice(1) })).toBe(false)
        expect(verifyInclusion({ ...claim, proof: [...proof, claim.root] })).toBe(false)
      }),
    )
  })

  test('of consistency fails: a bit of any hash, another old root, a hash too few or too many', async () => {
    await fc.assert(
      fc.asyncProperty(places, async ({ size, index, hash, bit }) => {
        const from = Math.max(1, index)
        const proof = await consistencyProof(naiveReader, { from, to: size })
        const [fromRoot, toRoot] = [naive.hash(0, from), naive.hash(0, size)]
        const claim = { from, to: size, fromRoot, toRoot, proof }
        expect(verifyConsistency(claim)).toBe(true)
        expect(verifyConsistency({ ...claim, proof: flipped(proof, hash, bit) })).toBe(false)
        expect(verifyConsistency({ ...claim, fromRoot: leafAt(1) })).toBe(false)
        expect(verifyConsistency({ ...claim, proof: proof.slice(1) })).toBe(false)
        expect(verifyConsistency({ ...claim, proof: [...proof, toRoot] })).toBe(false)
      }),
    )
  })

  test('a fork of the same size is not consistent with the other', () => {
    const [one, other] = [naive.hash(0, 100), naive.hash(1, 101)]
    const claim = { from: 100, to: 100, fromRoot: one, toRoot: other, proof: [] }
    expect(verifyConsistency(claim)).toBe(false)
  })
})

describe('a tree at the end of the safe integers', () => {
  /** All leaves are the same, so the root of a subtree depends on its level alone. */
  const roots = [leafHash(Buffer.from('leaf'))]
  for (let level = 1; level <= 53; level += 1) {
    const below = roots[level - 1] ?? Buffer.alloc(0)
    roots.push(nodeHash(below, below))
  }
  const reader: HashReader = {
    read: async (nodes) => nodes.map(({ level }) => roots[level] ?? Buffer.alloc(0)),
  }
  const leaf = leafHash(Buffer.from('leaf'))
  const size = Number.MAX_SAFE_INTEGER

  test.each([0, 2 ** 31, 2 ** 32 + 5, 2 ** 52 + 1, size - 1])('proves leaf %d', async (index) => {
    const proof = await inclusionProof(reader, { index, size })
    const root = await treeRoot(reader, size)
    expect(verifyInclusion({ index, size, leaf, proof, root })).toBe(true)
    expect(verifyInclusion({ index, size, leaf, proof: proof.slice(0, -1), root })).toBe(false)
  })

  test.each([1, 2 ** 31, 2 ** 32, 2 ** 52 - 1, size - 1])('grew from %d leaves', async (from) => {
    const proof = await consistencyProof(reader, { from, to: size })
    const claim = {
      from,
      to: size,
      fromRoot: await treeRoot(reader, from),
      toRoot: await treeRoot(reader, size),
      proof,
    }
    expect(verifyConsistency(claim)).toBe(true)
    expect(verifyConsistency({ ...claim, from: from + 1 })).toBe(false)
  })

  test.each([size + 1, 2 ** 64, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'a size of %d proves nothing and does not throw',
    (bad) => {
      const root = leaf
      expect(verifyInclusion({ index: 0, size: bad, leaf, proof: [], root })).toBe(false)
      expect(verifyInclusion({ index: bad, size, leaf, proof: [], root })).toBe(false)
      const roots = { fromRoot: root, toRoot: root, proof: [] }
      expect(verifyConsistency({ from: bad, to: bad, ...roots })).toBe(false)
      expect(verifyConsistency({ from: 1, to: bad, ...roots })).toBe(false)
    },
  )
})

describe('an old tree without leaves', () => {
  const empty = naive.hash(0, 0)
  const toRoot = naive.hash(0, 5)

  test('grows into every tree, by an empty proof', () => {
    expect(verifyConsistency({ from: 0, to: 5, fromRoot: empty, toRoot, proof: [] })).toBe(true)
    expect(verifyConsistency({ from: 0, to: 0, fromRoot: empty, toRoot: empty, proof: [] })).toBe(
      true,
    )
  })

  test('has no other root and needs no proof', () => {
    expect(verifyConsistency({ from: 0, to: 5, fromRoot: toRoot, toRoot, proof: [] })).toBe(false)
    expect(verifyConsistency({ from: 0, to: 5, fromRoot: empty, toRoot, proof: [empty] })).toBe(
      false,
    )
    expect(verifyConsistency({ from: 0, to: 0, fromRoot: empty, toRoot, proof: [] })).toBe(false)
  })
})
