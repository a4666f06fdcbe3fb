/**
 * A table of keys of a few 32-bit words in one typed array, by open addressing: no object and no text for each key, so that
 * a million keys take megabytes and the collector never looks at them. Keys are never removed.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'

export interface WordTable {
  /** Looks the key up and puts it in where it is new. `value` is what `put` gave it last, 0 before. */
  visit(key: Uint32Array): { readonly isNew: boolean; readonly value: number }
  /** Gives the key that was visited last a value, a whole number below 2^32. */
  put(value: number): void
}

/** Part of the slots that may be taken. */
const LOAD_MAX = 0.8
const SLOTS_MIN = 64

/**
 * @param keyWords length of every key; a key of zeros alone is not allowed.
 * @param withValues whether `put` is used.
 * @param expected number of keys to make room for at once; more make it grow.
 */
export function wordTable({
  keyWords,
  withValues,
  expected,
}: {
  readonly keyWords: number
  readonly withValues: boolean
  readonly expected: number
}): WordTable {
  const rowWords = keyWords + (withValues ? 1 : 0)
  // Where a key lands is not for the author of the keys to choose: he could make every search a long one.
  const seed = randomBytes(4).readUInt32LE()
  let slots = Math.max(SLOTS_MIN, Math.ceil(expected / LOAD_MAX) + 1)
  let words = new Uint32Array(slots * rowWords)
  let taken = 0
  let current = 0
  const visited = { isNew: false, value: 0 }

  /** Offset of the row that holds the key, or of the free one where it belongs. */
  function rowOf(table: Uint32Array, from: Uint32Array, at: number): number {
    let slot = Math.floor((hashOf(from, at, keyWords, seed) / 2 ** 32) * slots)
    for (;;) {
      const row = slot * rowWords
      if (isFree(table, row, keyWords) || isSame(table, row, from, at, keyWords)) return row
      slot = slot + 1 === slots ? 0 : slot + 1
    }
  }

  function grow(): void {
    const old = words
    slots *= 2
    words = new Uint32Array(slots * rowWords)
    for (let at = 0; at < old.length; at += rowWords) {
      if (isFree(old, at, keyWords)) continue
      words.set(old.subarray(at, at + rowWords), rowOf(words, old, at))
    }
  }

  return {
    visit(key) {
      if (taken + 1 > slots * LOAD_MAX) grow()
      current = rowOf(words, key, 0)
      visited.isNew = isFree(words, current, keyWords)
      visited.value = withValues ? (words[current + keyWords] ?? 0) : 0
      if (!visited.isNew) return visited
      assert(!isFree(key, 0, keyWords), 'a key of zeros')
      for (let at = 0; at < keyWords; at += 1) words[current + at] = key[at] ?? 0
      taken += 1
      return visited
    },
    put(value) {
      words[current + keyWords] = value
    },
  }
}

function isFree(words: Uint32Array, row: number, count: number): boolean {
  for (let at = 0; at < count; at += 1) if (words[row + at] !== 0) return false
  return true
}

function isSame(
  one: Uint32Array,
  row: number,
  other: Uint32Array,
  otherRow: number,
  count: number,
): boolean {
  for (let at = 0; at < count; at += 1) {
    if (one[row + at] !== other[otherRow + at]) return false
  }
  return true
}

/** The mixing of MurmurHash3 (public domain), 32 bits. */
function hashOf(words: Uint32Array, from: number, count: number, seed: number): number {
  let hash = seed
  for (let at = 0; at < count; at += 1) {
    hash ^= Math.imul(words[from + at] ?? 0, 0xcc9e2d51)
    hash = Math.imul((hash << 13) | (hash >>> 19), 0x1b873593)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
