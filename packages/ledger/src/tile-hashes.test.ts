import { describe, expect, test } from 'vitest'
import { LedgerFormatError } from './ledger-format-error.ts'
import { naiveTree } from './naive-tree.fixture.ts'
import { consistencyProof, inclusionProof, treeRoot, verifyInclusion } from './proof.ts'
import { TILE_WIDTH, type Tile, tilePath, tilesOf } from './tile.ts'
import { type TileSource, tileHashReader } from './tile-hashes.ts'
import { HASH_BYTES, leafHash, rootOf } from './tree.ts'

const leaves = Array.from({ length: 600 }, (_, index) => Buffer.from(`leaf ${index}`))
const naive = naiveTree(leaves)

/** Straight from the format's definition: hash i of tile (L, n) covers the 256^L leaves from (256 n + i) · 256^L. */
function naiveTile({ level, index, width }: Tile): Uint8Array {
  const span = TILE_WIDTH ** Number(level)
  const first = index * TILE_WIDTH
  return Buffer.concat(
    Array.from({ length: width }, (_, at) =>
      naive.hash((first + at) * span, (first + at + 1) * span),
    ),
  )
}

function sourceOf(tiles: Iterable<Tile>): TileSource & { readonly read: string[] } {
  const held = new Map(Array.from(tiles, (tile) => [tilePath(tile), naiveTile(tile)]))
  const read: string[] = []
  return {
    read,
    readTile: async (tile) => {
      read.push(tilePath(tile))
      return held.get(tilePath(tile))
    },
  }
}

const sample = (size: number): number[] =>
  [0, 1, 127, 128, 255, 256, 257, 511, 512, size >> 1, (size * 7) % 11, size - 1].filter(
    (index) => index >= 0 && index < size,
  )

describe('a reader over the tiles of any size from 0 to 600', () => {
  test('gives the roots and the proofs of the recursive definition', async () => {
    for (let size = 0; size <= 600; size += 1) {
      const reader = tileHashReader(sourceOf(tilesOf(size)), size)
      expect(naive.hash(0, size).equals(await treeRoot(reader, size))).toBe(true)
      if (size % 7 !== 0 && size % TILE_WIDTH > 1) continue
      for (const index of sample(size)) {
        const proof = await inclusionProof(reader, { index, size })
        expect(proof.map(Buffer.from)).toEqual(naive.path(index, size))
        const growth = await consistencyProof(reader, { from: index, to: size })
        expect(growth.map(Buffer.from)).toEqual(naive.proof(index, size))
      }
    }
  })

  test('reads two tiles a level at most, however large the tree', async () => {
    const source = sourceOf(tilesOf(600))
    await inclusionProof(tileHashReader(source, 600), { index: 3, size: 600 })
    expect(source.read.toSorted()).toEqual(['tile/0/000', 'tile/0/002.p/88', 'tile/1/000.p/2'])
  })

  test('reads each tile once', async () => {
    const source = sourceOf(tilesOf(600))
    const reader = tileHashReader(source, 600)
    for (const index of [0, 300, 599]) await inclusionProof(reader, { index, size: 600 })
    expect(new Set(source.read).size).toBe(source.read.length)
  })
})

describe('a tree of three levels of tiles', () => {
  test('proves a leaf from five tiles', async () => {
    const size = 70_000
    const level0 = Array.from({ length: size }, (_, index) => leafHash(Buffer.from(`${index}`)))
    const above = (row: readonly Uint8Array[]): Uint8Array[] =>
      Array.from({ length: Math.floor(row.length / TILE_WIDTH) }, (_, at) =>
        rootOf(row.slice(at * TILE_WIDTH, (at + 1) * TILE_WIDTH)),
      )
    const level1 = above(level0)
    const rows = [level0, level1, above(level1)]
    const read: string[] = []
    const readTile = async (tile: Tile): Promise<Uint8Array> => {
      read.push(tilePath(tile))
      const start = tile.index * TILE_WIDTH
      return Buffer.concat((rows[Number(tile.level)] ?? []).slice(start, start + tile.width))
    }
    const reader = tileHashReader({ readTile }, size)
    const proof = await inclusionProof(reader, { index: 12_345, size })
    expect(read.toSorted()).toEqual([
      'tile/0/048',
      'tile/0/273.p/112',
      'tile/1/000',
      'tile/1/001.p/17',
    ])
    const [leaf, root] = [leafHash(Buffer.from('12345')), rootOf(level0)]
    expect(verifyInclusion({ index: 12_345, size, leaf, proof, root })).toBe(true)
  })
})

describe('a source that lacks a tile', () => {
  const failing = (readTile: TileSource['readTile']) =>
    treeRoot(tileHashReader({ readTile }, 300), 300)

  test('is a named error, not a wrong proof', async () => {
    const missing = failing(async () => undefined)
    await expect(missing).rejects.toThrow(LedgerFormatError)
    await expect(missing).rejects.toMatchObject({ code: 'tile-missing' })
  })

  test.each([-1, 1, HASH_BYTES])('a tile that is %d bytes longer is refused', async (more) => {
    const odd = failing(async ({ width }) => Buffer.alloc(width * HASH_BYTES + more))
    await expect(odd).rejects.toMatchObject({ code: 'tile-length' })
  })

  test('is asked again the next time', async () => {
    const source = sourceOf(tilesOf(300))
    let broken = true
    const reader = tileHashReader(
      {
        readTile: async (tile) => {
          if (broken) throw new Error('unreachable')
          return source.readTile(tile)
        },
      },
      300,
    )
    await expect(treeRoot(reader, 300)).rejects.toThrow('unreachable')
    broken = false
    expect(naive.hash(0, 300).equals(await treeRoot(reader, 300))).toBe(true)
  })
})
