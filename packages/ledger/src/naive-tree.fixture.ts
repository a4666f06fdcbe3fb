/**
 * The definitions of RFC 6962 §2.1, word for word and over all leaves: what the tests compare the real code with. It shares
 * nothing with it but SHA-256. Subtrees are remembered, or no test would end.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'

export interface NaiveTree {
  /** MTH(D[from:to]) */
  hash(from: number, to: number): Buffer
  /** PATH(m, D[0:n]) */
  path(m: number, n: number): Buffer[]
  /** PROOF(m, D[0:n]) */
  proof(m: number, n: number): Buffer[]
}

export function naiveTree(leaves: readonly Uint8Array[]): NaiveTree {
  const remembered = new Map<number, Buffer>()

  function hash(from: number, to: number): Buffer {
    const key = from * 2 ** 20 + to
    const found = remembered.get(key) ?? define(from, to)
    remembered.set(key, found)
    return found
  }

  function define(from: number, to: number): Buffer {
    const n = to - from
    if (n === 0) return sha256()
    if (n === 1) {
      const leaf = leaves[from]
      assert(leaf !== undefined)
      return sha256(Buffer.of(0), leaf)
    }
    const k = split(n)
    return sha256(Buffer.of(1), hash(from, from + k), hash(from + k, to))
  }

  function path(m: number, from: number, to: number): Buffer[] {
    const n = to - from
    if (n === 1) return []
    const k = split(n)
    return m < k
      ? [...path(m, from, from + k), hash(from + k, to)]
      : [...path(m - k, from + k, to), hash(from, from + k)]
  }

  function subproof(m: number, from: number, to: number, whole: boolean): Buffer[] {
    const n = to - from
    if (m === n) return whole ? [] : [hash(from, to)]
    const k = split(n)
    return m <= k
      ? [...subproof(m, from, from + k, whole), hash(from + k, to)]
      : [...subproof(m - k, from + k, to, false), hash(from, from + k)]
  }

  return {
    hash,
    path: (m, n) => path(m, 0, n),
    proof: (m, n) => (m === 0 ? [] : subproof(m, 0, n, true)),
  }
}

/** "Let k be the largest power of two smaller than n." */
function split(n: number): number {
  const k = [512, 256, 128, 64, 32, 16, 8, 4, 2, 1].find((power) => power < n)
  assert(k !== undefined && n <= 1024)
  return k
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const digest = createHash('sha256')
  for (const part of parts) digest.update(part)
  return digest.digest()
}
