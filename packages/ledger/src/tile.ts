/** Names and widths of tiles: c2sp.org/tlog-tiles. Hash i of tile (L, n) is the root of the 256^L leaves from (256 n + i) · 256^L. */
import assert from 'node:assert/strict'

/** Hashes, or entries, in a full tile. */
export const TILE_WIDTH = 256

/** A tile of hashes at a level, or a bundle of entries. */
export interface Tile {
  readonly level: number | 'entries'
  readonly index: number
  /** 1 to 256; smaller than 256 is a partial tile. */
  readonly width: number
}

/** `tile/0/x001/067`, `tile/entries/000.p/12`: the path below the log's address, and the file's path in a folder. */
export function tilePath({ level, index, width }: Tile): string {
  assert(level === 'entries' || isLevel(level), 'no such level')
  assert(Number.isSafeInteger(index) && index >= 0, 'no such index')
  assert(Number.isInteger(width) && width >= 1 && width <= TILE_WIDTH, 'no such width')
  const groups = [String(index % 1_000).padStart(3, '0')]
  for (let rest = Math.floor(index / 1_000); rest > 0; rest = Math.floor(rest / 1_000)) {
    groups.unshift(`x${String(rest % 1_000).padStart(3, '0')}`)
  }
  return `tile/${level}/${groups.join('/')}${width === TILE_WIDTH ? '' : `.p/${width}`}`
}

const PATH = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/

/** The tile that has exactly this path, or nothing: no other spelling, no way out of the folder, no number over 2^53 − 1. */
export function parseTilePath(path: string): Tile | undefined {
  const [, level, groups, width] = PATH.exec(path) ?? []
  if (level === undefined || groups === undefined) return undefined
  const tile = {
    level: level === 'entries' ? ('entries' as const) : Number(level),
    index: Number(groups.replaceAll(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  }
  const allowed =
    (tile.level === 'entries' || isLevel(tile.level)) &&
    Number.isSafeInteger(tile.index) &&
    tile.width >= 1 &&
    tile.width <= TILE_WIDTH
  return allowed && tilePath(tile) === path ? tile : undefined
}

/** Every tile of hashes of a tree of this size, lowest level first. */
export function tilesOf(size: number): Iterable<Tile> {
  return tilesBetween(0, size)
}

/** The tiles of hashes that the tree of `to` leaves has and the tree of `from` leaves has not, or not so wide. */
export function* tilesBetween(from: number, to: number): Generator<Tile> {
  assertSize(from)
  assertSize(to)
  for (let level = 0, span = 1; span <= to; level += 1, span *= TILE_WIDTH) {
    yield* rowBetween(level, Math.floor(from / span), Math.floor(to / span))
  }
}

/** Every entry bundle of a ledger of this size. */
export function entryTilesOf(size: number): Iterable<Tile> {
  assertSize(size)
  return rowBetween('entries', 0, size)
}

/** The width that this tile has in a tree of this size: 0 where it is not in it. */
export function tileWidth({ level, index }: Pick<Tile, 'level' | 'index'>, size: number): number {
  const count = level === 'entries' ? size : Math.floor(size / TILE_WIDTH ** level)
  return Math.max(0, Math.min(TILE_WIDTH, count - index * TILE_WIDTH))
}

function* rowBetween(level: Tile['level'], from: number, to: number): Generator<Tile> {
  if (from >= to) return
  for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < to; index += 1) {
    yield { level, index, width: Math.min(TILE_WIDTH, to - index * TILE_WIDTH) }
  }
}

/** The public format stops at 63; a tree of 2^53 − 1 leaves ends at level 6. */
const isLevel = (level: number): boolean => Number.isInteger(level) && level >= 0 && level <= 63

function assertSize(size: number): void {
  assert(Number.isSafeInteger(size) && size >= 0, 'a size is a safe integer, 0 or more')
}
