import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emptyTree, treeAt } from './growing-tree.ts'
import { memoryTiles } from './memory-tiles.ts'
import { tilesOf } from './tile.ts'
import { leafHash, rootOf } from './tree.ts'

const leafOf = (index: number): Uint8Array => leafHash(Buffer.from(`entry ${index}`))
const leaves = (size: number) => Array.from({ length: size }, (_, index) => leafOf(index))

const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex')

describe('a growing tree', () => {
  test('has the root of RFC 6962 at every size', () => {
    const tree = emptyTree()
    const all = leaves(600)
    for (let size = 0; size <= all.length; size += 1) {
      expect(tree.size()).toBe(size)
      expect(tree.root()).toEqual(rootOf(all.slice(0, size)))
      const next = all[size]
      if (next !== undefined) tree.add(next)
    }
  })

  test('gives every tile of its size, a full one once', async () => {
    const tree = emptyTree()
    const tiles = memoryTiles()
    const given = new Map<string, number>()
    for (let index = 0; index < 1_000; index += 1) {
      tree.add(leafOf(index))
      if (index % 37 !== 0) continue
      const taken = tree.takeTiles()
      for (const { tile } of taken.filter(({ tile }) => tile.width === 256)) {
        const key = `${tile.level}/${tile.index}`
        given.set(key, (given.get(key) ?? 0) + 1)
      }
      await tiles.writeTiles(taken)
    }
    await tiles.writeTiles(tree.takeTiles())
    expect(tree.takeTiles()).toEqual([])
    expect([...given]).toEqual([
      ['0/0', 1],
      ['0/1', 1],
      ['0/2', 1],
    ])
    for (const tile of tilesOf(1_000))
      expect(await tiles.readTile(tile)).toHaveLength(tile.width * 32)
  })

  test('goes on from its tiles as if it had never stopped', async () => {
    const stops = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(stops, async (steps) => {
        const tiles = memoryTiles()
        const unbroken = emptyTree()
        let size = 0
        for (const step of steps) {
          const tree = await treeAt(tiles, size)
          expect(tree?.root()).toEqual(unbroken.root())
          expect(hex(tree?.lastLeaf())).toEqual(hex(unbroken.lastLeaf()))
          for (let index = size; index < size + step; index += 1) {
            tree?.add(leafOf(index))
            unbroken.add(leafOf(index))
          }
          size += step
          expect(tree?.root()).toEqual(unbroken.root())
          await tiles.writeTiles(tree?.takeTiles() ?? [])
        }
        for (const { tile, bytes } of unbroken.takeTiles())
          expect(await tiles.readTile(tile)).toEqual(Uint8Array.from(bytes))
      }),
      { numRuns: 25 },
    )
  })

  test('crosses the level of 65,536 leaves', async () => {
    const tiles = memoryTiles()
    const tree = emptyTree()
    const all = leaves(65_800)
    for (const leaf of all) tree.add(leaf)
    await tiles.writeTiles(tree.takeTiles())
    const root = rootOf(all)
    expect(tree.root()).toEqual(root)
    expect((await treeAt(tiles, all.length))?.root()).toEqual(root)
    const [top] = [...tilesOf(all.length)].slice(-1)
    expect(top).toEqual({ level: 2, index: 0, width: 1 })
    expect(top === undefined ? undefined : await tiles.readTile(top)).toEqual(
      Uint8Array.from(rootOf(all.slice(0, 65_536))),
    )
  })

  test('is not there where a tile of its edge is missing', async () => {
    const tiles = memoryTiles()
    const tree = emptyTree()
    for (const leaf of leaves(300)) tree.add(leaf)
    const [, ...others] = tree.takeTiles()
    await tiles.writeTiles(others)
    expect(await treeAt(tiles, 300)).toBeDefined()
    expect(await treeAt(tiles, 301)).toBeUndefined()
    expect(await treeAt(memoryTiles(), 1)).toBeUndefined()
  })
})
