import { describe, expect, test } from 'vitest'
import { naiveTree } from './naive-tree.fixture.ts'
import { emptyRoot, leafHash, rootOf } from './tree.ts'

/** The eight leaves that Certificate Transparency's own tests use; roots from the same place. */
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]

describe('the leaves of the reference tree', () => {
  test.each([
    [0, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
    [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
    [5, '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
    [6, '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
    [7, 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
    [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
  ])('the first %i have the root %s', (size, root) => {
    const hashes = LEAVES.slice(0, size).map((leaf) => leafHash(Buffer.from(leaf, 'hex')))
    expect(Buffer.from(rootOf(hashes)).toString('hex')).toBe(root)
  })
})

describe('a tree of any size from 0 to 600', () => {
  test('has the root of the recursive definition', () => {
    const leaves = Array.from({ length: 600 }, (_, index) => Buffer.from(`leaf ${index}`))
    const hashes = leaves.map(leafHash)
    const naive = naiveTree(leaves)
    for (let size = 0; size <= 600; size += 1) {
      expect(naive.hash(0, size).equals(rootOf(hashes.slice(0, size)))).toBe(true)
    }
  })

  test('does not double an odd last node: a copied leaf changes the root', () => {
    const [one, two, three] = ['1', '2', '3'].map((text) => leafHash(Buffer.from(text)))
    if (one === undefined || two === undefined || three === undefined) throw new Error()
    expect(rootOf([one, two, three])).not.toEqual(rootOf([one, two, three, three]))
  })

  test('a leaf never has the hash of a node: the prefixes differ', () => {
    const [left, right] = ['l', 'r'].map((text) => leafHash(Buffer.from(text)))
    if (left === undefined || right === undefined) throw new Error()
    expect(rootOf([left, right])).not.toEqual(leafHash(Buffer.concat([left, right])))
    expect(leafHash(Buffer.alloc(0))).not.toEqual(emptyRoot())
  })
})
