/**
 * The peer of verification: a loop of `crypto.hash` over the same leaves and nodes, all of them in memory. It reads no file,
 * finds no entry, compares nothing and keeps no hash; it only puts the prefix before each leaf and node, as RFC 6962 has it.
 */
import { hash } from 'node:crypto'
import { decodeEntryBundle } from '@wederhoor/ledger/entry-bundle'
import { TILE_WIDTH } from '@wederhoor/ledger/tile'

export interface HashInputs {
  readonly leaves: readonly Buffer[]
  /** left ‖ right */
  readonly nodes: readonly Buffer[]
}

type ReadBundle = (index: number, width: number) => Promise<Uint8Array | undefined>

export async function hashInputs(size: number, read: ReadBundle): Promise<HashInputs> {
  const leaves: Buffer[] = []
  for (let first = 0; first < size; first += TILE_WIDTH) {
    const width = Math.min(TILE_WIDTH, size - first)
    const bundle = Buffer.from((await read(first / TILE_WIDTH, width)) ?? [])
    for (const entry of decodeEntryBundle(bundle, width)) leaves.push(viewOf(entry))
  }
  const nodes: Buffer[] = []
  let row = leaves.map((leaf) => hashOf(LEAF, leaf))
  while (row.length > 1) {
    const pairs = pairsOf(row)
    const odd = row.length % 2 === 1 ? row.slice(-1) : []
    for (const pair of pairs) nodes.push(pair)
    row = [...pairs.map((pair) => hashOf(NODE, pair)), ...odd]
  }
  return { leaves, nodes }
}

const viewOf = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)

function pairsOf(row: readonly Buffer[]): readonly Buffer[] {
  const slab = Buffer.concat(row)
  return Array.from({ length: Math.floor(row.length / 2) }, (_, at) =>
    slab.subarray(at * 64, at * 64 + 64),
  )
}

const LEAF = 0x00
const NODE = 0x01
const input = Buffer.alloc(1 + 2 ** 16)

function hashOf(prefix: number, bytes: Buffer): Buffer {
  input[0] = prefix
  bytes.copy(input, 1)
  return hash('sha256', input.subarray(0, 1 + bytes.length), 'buffer')
}

/** The loop itself. */
export function hashAll({ leaves, nodes }: HashInputs): void {
  for (const leaf of leaves) hashOf(LEAF, leaf)
  for (const node of nodes) hashOf(NODE, node)
}
