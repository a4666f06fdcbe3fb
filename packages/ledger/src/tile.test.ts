import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  entryTilesOf,
  parseTilePath,
  TILE_WIDTH,
  type Tile,
  tilePath,
  tilesBetween,
  tilesOf,
  tileWidth,
} from './tile.ts'

/** Counts full tiles and gives the widths of the partial ones, by level. */
function summary(tiles: Iterable<Tile>): Record<string, { full: number; partial: number[] }> {
  const levels: Record<string, { full: number; partial: number[] }> = {}
  for (const { level, width } of tiles) {
    const row = levels[level] ?? { full: 0, partial: [] }
    levels[level] = row
    if (width === TILE_WIDTH) row.full += 1
    else row.partial.push(width)
  }
  return levels
}

describe('the examples of c2sp.org/tlog-tiles', () => {
  test('index 1234067 is x001/x234/067', () => {
    const tile: Tile = { level: 0, index: 1_234_067, width: TILE_WIDTH }
    expect(tilePath(tile)).toBe('tile/0/x001/x234/067')
    expect(parseTilePath('tile/0/x001/x234/067')).toEqual(tile)
  })

  test('a tree of 70,000 leaves has 273 + 1, 1 + 1 and 1 tiles', () => {
    expect(summary(tilesOf(70_000))).toEqual({
      0: { full: 273, partial: [112] },
      1: { full: 1, partial: [17] },
      2: { full: 0, partial: [1] },
    })
    expect(summary(entryTilesOf(70_000))).toEqual({ entries: { full: 273, partial: [112] } })
  })

  test('a tree of 256 leaves has a full tile and one of width 1 above it', () => {
    expect([...tilesOf(256)].map(tilePath)).toEqual(['tile/0/000', 'tile/1/000.p/1'])
  })

  test('an empty tree has no tiles', () => {
    expect([...tilesOf(0), ...entryTilesOf(0)]).toEqual([])
  })
})

describe('a path of a tile', () => {
  test.each<[string, Tile]>([
    ['tile/0/000', { level: 0, index: 0, width: 256 }],
    ['tile/0/999.p/1', { level: 0, index: 999, width: 1 }],
    ['tile/2/x001/000.p/255', { level: 2, index: 1_000, width: 255 }],
    ['tile/63/x001/000', { level: 63, index: 1_000, width: 256 }],
    ['tile/entries/x001/067.p/12', { level: 'entries', index: 1_067, width: 12 }],
    [
      'tile/0/x009/x007/x199/x254/x740/991',
      { level: 0, index: Number.MAX_SAFE_INTEGER, width: 256 },
    ],
  ])('%s is written and read', (path, tile) => {
    expect(tilePath(tile)).toBe(path)
    expect(parseTilePath(path)).toEqual(tile)
  })

  test('is read back as it was written, for any tile', () => {
    const tiles = fc.record({
      level: fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant('entries' as const)),
      index: fc.maxSafeNat(),
      width: fc.integer({ min: 1, max: TILE_WIDTH }),
    })
    fc.assert(
      fc.property(tiles, (tile) => {
        expect(parseTilePath(tilePath(tile))).toEqual(tile)
      }),
    )
  })

  test.each([
    ['a way out of the folder', 'tile/0/../../etc/passwd'],
    ['a way out between the groups', 'tile/0/x001/../001'],
    ['an encoded way out', 'tile/0/%2e%2e/001'],
    ['an absolute path', '/tile/0/001'],
    ['a width of 256', 'tile/0/001.p/256'],
    ['a width of 0', 'tile/0/001.p/0'],
    ['a zero before the width', 'tile/0/001.p/07'],
    ['a width that is no number', 'tile/0/001.p/1e1'],
    ['a level over 63', 'tile/64/001'],
    ['a zero before the level', 'tile/00/001'],
    ['the level of another program', 'tile/8/0/001'],
    ['the name of another program', 'tile/data/001'],
    ['a group too short', 'tile/0/01'],
    ['a group without its x', 'tile/0/001/001'],
    ['a last group with an x', 'tile/0/x001'],
    ['groups of zeros in front', 'tile/0/x000/001'],
    ['an index over 2^53 − 1', 'tile/0/x009/x007/x199/x254/x740/992'],
    ['seven groups', 'tile/0/x001/x000/x000/x000/x000/x000/000'],
    ['other digits', 'tile/0/٠٠١'],
    ['a line feed at the end', 'tile/0/001\n'],
    ['a backslash', 'tile\\0\\001'],
    ['a NUL', 'tile/0/001\0'],
    ['nothing', ''],
  ])('%s is refused', (_name, path) => {
    expect(parseTilePath(path)).toBeUndefined()
  })
})

describe('a tree that grows', () => {
  const growths = fc
    .tuple(fc.integer({ min: 0, max: 200_000 }), fc.integer({ min: 0, max: 3_000 }))
    .map(([from, more]) => ({ from, to: from + more }))

  test('writes exactly the tiles it did not have, or not so wide', () => {
    fc.assert(
      fc.property(growths, ({ from, to }) => {
        const before = new Set([...tilesOf(from)].map(tilePath))
        const expected = [...tilesOf(to)].map(tilePath).filter((path) => !before.has(path))
        expect([...tilesBetween(from, to)].map(tilePath)).toEqual(expected)
      }),
      { numRuns: 30 },
    )
  })

  test('gives each tile the width that the format prescribes', () => {
    fc.assert(
      fc.property(growths, ({ to }) => {
        for (const tile of tilesOf(to)) expect(tileWidth(tile, to)).toBe(tile.width)
        expect(tileWidth({ level: 0, index: Math.ceil(to / TILE_WIDTH) }, to)).toBe(0)
      }),
      { numRuns: 20 },
    )
  })
})
