/**
 * Inclusion and consistency proofs: made by RFC 6962 §2.1.1 and §2.1.2, checked by RFC 9162 §2.1.3.2 and §2.1.4.2.
 * Sizes and indices are safe integers and are only ever divided, never shifted: JavaScript's bit operators know 32 bits.
 */
import assert from 'node:assert/strict'
import { emptyRoot, HASH_BYTES, nodeHash } from './tree.ts'

/** The perfect subtree of 2^level leaves that begins at leaf index · 2^level. */
export interface TreeNode {
  readonly level: number
  readonly index: number
}

export interface HashReader {
  /** The roots of these subtrees, in the order asked. Asked only for subtrees that are whole in the reader's tree. */
  read(nodes: readonly TreeNode[]): Promise<readonly Uint8Array[]>
}

/** Root of the first `size` leaves. Throws what the reader throws. */
export async function treeRoot(reader: HashReader, size: number): Promise<Uint8Array> {
  assertSize(size)
  if (size === 0) return emptyRoot()
  const [root] = await rootsOf(reader, [{ from: 0, to: size }])
  assert(root !== undefined)
  return root
}

/** Hashes from the leaf's side to the root's, as RFC 6962 §2.1.1 orders them. */
export async function inclusionProof(
  reader: HashReader,
  { index, size }: { readonly index: number; readonly size: number },
): Promise<readonly Uint8Array[]> {
  assertSize(size)
  assert(Number.isSafeInteger(index) && index >= 0 && index < size, 'no such leaf')
  const siblings: LeafRange[] = []
  let range: LeafRange = { from: 0, to: size }
  while (range.to - range.from > 1) {
    const [left, right] = halves(range)
    const goesLeft = index < left.to
    siblings.push(goesLeft ? right : left)
    range = goesLeft ? left : right
  }
  return rootsOf(reader, siblings.reverse())
}

/** That the first `from` leaves of the tree of `to` leaves are those of the tree of `from`. Empty for 0 and for equal sizes. */
export async function consistencyProof(
  reader: HashReader,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly Uint8Array[]> {
  assertSize(from)
  assertSize(to)
  assert(from <= to, 'a tree does not shrink')
  if (from === 0 || from === to) return []
  const ranges: LeafRange[] = []
  let range: LeafRange = { from: 0, to }
  while (range.to !== from) {
    const [left, right] = halves(range)
    const goesLeft = from <= left.to
    ranges.push(goesLeft ? right : left)
    range = goesLeft ? left : right
  }
  // A subtree that is the whole old tree is not in the proof: the verifier holds its root.
  if (range.from !== 0) ranges.push(range)
  return rootsOf(reader, ranges.reverse())
}

/** @param leaf the leaf's hash. Anything malformed is `false`; never throws. */
export function verifyInclusion(claim: {
  readonly index: number
  readonly size: number
  readonly leaf: Uint8Array
  readonly proof: readonly Uint8Array[]
  readonly root: Uint8Array
}): boolean {
  const { index, size, leaf, proof, root } = claim
  if (!isSize(index) || !isSize(size) || index >= size) return false
  if (![leaf, root, ...proof].every(isHash)) return false
  let node = index
  let last = size - 1
  let found = leaf
  for (const hash of proof) {
    if (last === 0) return false
    if (isOdd(node) || node === last) {
      found = nodeHash(hash, found)
      while (!isOdd(node) && node !== 0) {
        node = half(node)
        last = half(last)
      }
    } else {
      found = nodeHash(found, hash)
    }
    node = half(node)
    last = half(last)
  }
  return last === 0 && equal(found, root)
}

/**
 * Anything malformed is `false`; never throws. From size 0 every tree grows: then the proof must be empty and the old
 * root that of the empty tree. Between equal sizes there is nothing to prove: the roots must be the same bytes.
 */
export function verifyConsistency(claim: {
  readonly from: number
  readonly to: number
  readonly fromRoot: Uint8Array
  readonly toRoot: Uint8Array
  readonly proof: readonly Uint8Array[]
}): boolean {
  const { from, to, fromRoot, toRoot, proof } = claim
  if (!isSize(from) || !isSize(to) || from > to) return false
  if (from === to && from > 0) return proof.length === 0 && equal(fromRoot, toRoot)
  if (![fromRoot, toRoot, ...proof].every(isHash)) return false
  if (from === 0) return growsFromNothing(to, fromRoot, toRoot, proof)
  return growsInto(from, to, isPowerOfTwo(from) ? [fromRoot, ...proof] : proof, fromRoot, toRoot)
}

function growsFromNothing(
  to: number,
  fromRoot: Uint8Array,
  toRoot: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  const empty = emptyRoot()
  return proof.length === 0 && equal(fromRoot, empty) && (to > 0 || equal(toRoot, empty))
}

function growsInto(
  from: number,
  to: number,
  [first, ...rest]: readonly Uint8Array[],
  fromRoot: Uint8Array,
  toRoot: Uint8Array,
): boolean {
  if (first === undefined) return false
  let node = from - 1
  let last = to - 1
  while (isOdd(node)) {
    node = half(node)
    last = half(last)
  }
  let before = first
  let after = first
  for (const hash of rest) {
    if (last === 0) return false
    if (isOdd(node) || node === last) {
      before = nodeHash(hash, before)
      after = nodeHash(hash, after)
      while (!isOdd(node) && node !== 0) {
        node = half(node)
        last = half(last)
      }
    } else {
      after = nodeHash(after, hash)
    }
    node = half(node)
    last = half(last)
  }
  return last === 0 && equal(before, fromRoot) && equal(after, toRoot)
}

/** Leaves `from` up to, not including, `to`; never empty. */
interface LeafRange {
  readonly from: number
  readonly to: number
}

function halves({ from, to }: LeafRange): readonly [left: LeafRange, right: LeafRange] {
  let width = largestPowerOfTwo(to - from)
  if (width === to - from) width /= 2
  return [
    { from, to: from + width },
    { from: from + width, to },
  ]
}

/** Every range begins where a split of the tree does, so it is a row of perfect subtrees, each smaller than the one before. */
function subtreesOf({ from, to }: LeafRange): readonly TreeNode[] {
  const nodes: TreeNode[] = []
  let at = from
  while (at < to) {
    const width = largestPowerOfTwo(to - at)
    nodes.push({ level: Math.round(Math.log2(width)), index: at / width })
    at += width
  }
  return nodes
}

/** One question to the reader for all ranges together. */
async function rootsOf(
  reader: HashReader,
  ranges: readonly LeafRange[],
): Promise<readonly Uint8Array[]> {
  const nodes = ranges.map(subtreesOf)
  const hashes = await reader.read(nodes.flat())
  assert.equal(hashes.length, nodes.flat().length)
  let at = 0
  return nodes.map(({ length }) => {
    const row = hashes.slice(at, at + length)
    at += length
    return row.reduceRight((right, left) => nodeHash(left, right))
  })
}

/** The largest one that is not larger than this. */
function largestPowerOfTwo(count: number): number {
  let power = 1
  while (power * 2 <= count) power *= 2
  return power
}

const isPowerOfTwo = (count: number): boolean => largestPowerOfTwo(count) === count
const isOdd = (value: number): boolean => value % 2 === 1
const half = (value: number): number => Math.floor(value / 2)
const isSize = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
const isHash = (hash: Uint8Array): boolean => hash.length === HASH_BYTES
const equal = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0

function assertSize(size: number): void {
  assert(isSize(size), 'a size is a safe integer, 0 or more')
}
