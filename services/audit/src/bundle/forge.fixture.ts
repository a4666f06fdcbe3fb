/**
 * A tool that knows the format: makes bundles from any entries, under any key, with any part replaced. What it makes of
 * honest parts must be what `export` makes; what it makes of others must not verify.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { signCheckpoint } from '@wederhoor/ledger/checkpoint'
import { formatConsistency } from '@wederhoor/ledger/consistency-body'
import { encodeEntryBundle } from '@wederhoor/ledger/entry-bundle'
import { consistencyProof, type HashReader, inclusionProof } from '@wederhoor/ledger/proof'
import { formatProofFile } from '@wederhoor/ledger/proof-file'
import { ed25519Signer, type NoteSigner } from '@wederhoor/ledger/signed-note'
import { entryTilesOf, TILE_WIDTH, tilePath, tilesOf } from '@wederhoor/ledger/tile'
import { leafHash, rootOf } from '@wederhoor/ledger/tree'
import { missing } from './bundle-error.ts'
import type { BundleFiles } from './bundle-files.ts'
import { disclosureLine } from './disclosures.ts'
import {
  hearing,
  hearingCheckpoint,
  hearingVkey,
  type Leaf,
  logSigner,
  origin,
  seeds,
  stream,
  type Text,
} from './history.fixture.ts'
import { assertHasPlace, assertSafePath } from './layout.ts'

export type Files = ReadonlyMap<string, Uint8Array>

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'utf8')

/** Signs the tree of these entries. */
export const checkpointOf = (
  leaves: readonly Leaf[],
  { signers = [logSigner], of = origin }: { signers?: readonly NoteSigner[]; of?: string } = {},
): Promise<string> =>
  signCheckpoint({ origin: of, size: leaves.length, root: rootOf(hashesOf(leaves)) }, signers)

export const hashesOf = (leaves: readonly Leaf[]): readonly Uint8Array[] =>
  leaves.map(({ bytes }) => leafHash(bytes))

/** From all leaves; nothing of the tiles. */
export function leafReader(leaves: readonly Leaf[]): HashReader {
  const hashes = hashesOf(leaves)
  return {
    read: async (nodes) =>
      nodes.map(({ level, index }) => {
        const width = 2 ** level
        return rootOf(hashes.slice(index * width, (index + 1) * width))
      }),
  }
}

export interface Making {
  /** All of the ledger. */
  readonly leaves: readonly Leaf[]
  readonly checkpoint?: string
  readonly policy?: string
  readonly texts?: readonly Text[]
  /** The ledger's size when the older checkpoint was signed. */
  readonly from?: number
}

export async function makeLedger(making: Making): Promise<Map<string, Uint8Array>> {
  const { leaves } = making
  const checkpoint = making.checkpoint ?? (await checkpointOf(leaves))
  const files = await common(making, checkpoint)
  files.set('log/checkpoint', bytesOf(checkpoint))
  const hashes = hashesOf(leaves)
  for (const tile of tilesOf(leaves.length)) {
    const span = TILE_WIDTH ** Number(tile.level)
    const row = Array.from({ length: tile.width }, (_, at) => {
      const first = (tile.index * TILE_WIDTH + at) * span
      return rootOf(hashes.slice(first, first + span))
    })
    files.set(`log/${tilePath(tile)}`, Buffer.concat(row))
  }
  for (const tile of entryTilesOf(leaves.length)) {
    const first = tile.index * TILE_WIDTH
    const bundle = leaves.slice(first, first + tile.width).map(({ bytes }) => bytes)
    files.set(`log/${tilePath(tile)}`, encodeEntryBundle(bundle))
  }
  return files
}

export interface MakingDossier extends Making {
  /** Which of the ledger's entries: all of the dossier, or those of a hearing. */
  readonly chosen: (leaf: Leaf) => boolean
  /** Hearing → its checkpoint; left out: of all entries of the one hearing. */
  readonly hearings?: Readonly<Record<string, string>>
  readonly served?: readonly Text[]
}

export async function makeDossier(making: MakingDossier): Promise<Map<string, Uint8Array>> {
  const { leaves, chosen, served = [] } = making
  const checkpoint = making.checkpoint ?? (await checkpointOf(leaves))
  const files = await common(making, checkpoint)
  const reader = leafReader(leaves)
  for (const [index, leaf] of leaves.entries()) {
    if (!chosen(leaf)) continue
    files.set(`entries/${index}`, leaf.bytes)
    const hashes = await inclusionProof(reader, { index, size: leaves.length })
    files.set(`proofs/${index}.tlog-proof`, bytesOf(formatProofFile({ index, hashes, checkpoint })))
  }
  const hearings = making.hearings ?? { [hearing]: await sealNote(leaves.filter(inHearing)) }
  for (const [id, note] of Object.entries(hearings))
    files.set(`hearing/${id}/checkpoint`, bytesOf(note))
  for (const { digest, disclosure } of served) files.set(`served/${digest}`, bytesOf(disclosure))
  return files
}

export const inHearing = ({ entry }: Leaf): boolean => entry.stream === stream

/** The checkpoint of a hearing over these entries. */
export const sealNote = (
  heard: readonly Leaf[],
  key: Uint8Array = seeds.hearing,
  id = hearing,
  size = heard.length,
): Promise<string> => {
  const checkpoint = { ...hearingCheckpoint(heard, id), size }
  return signCheckpoint(checkpoint, [ed25519Signer(checkpoint.origin, key)])
}

async function common(making: Making, checkpoint: string): Promise<Map<string, Uint8Array>> {
  const { leaves, policy = `${logSigner.vkey}\n${hearingVkey()}\n`, texts = [], from } = making
  const files = new Map([
    ['README.md', bytesOf('Made by hand.\n')],
    ['policy', bytesOf(policy)],
    ['schemas/entry.json', bytesOf('{}\n')],
    ['disclosures.jsonl', bytesOf(texts.map(disclosureLine).join(''))],
  ])
  if (from !== undefined) {
    const proof = await consistencyProof(leafReader(leaves), { from, to: leaves.length })
    files.set('log/from.checkpoint', bytesOf(await checkpointOf(leaves.slice(0, from))))
    files.set('log/consistency', bytesOf(formatConsistency({ old: from, proof, checkpoint })))
  }
  return files
}

/** Into a folder that is made; `files` may be anything, also what no bundle holds. */
export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), bytes)
  }
}

/** As a folder or a tar with these files would be opened. */
export function inMemory(files: Files): BundleFiles {
  for (const [path, bytes] of files) {
    assertSafePath(path)
    assertHasPlace(path, bytes.length)
  }
  const read = async (path: string) => {
    const bytes = files.get(path)
    if (bytes === undefined) throw missing(path)
    return bytes
  }
  return {
    sizes: new Map([...files].map(([path, bytes]) => [path, bytes.length])),
    read,
    lend: read,
    close: async () => undefined,
  }
}
