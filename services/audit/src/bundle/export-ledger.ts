/** The bundle of a whole ledger, made from its tiles and entries as they stand. It proves nothing itself: `verify` does. */
import { formatConsistency } from '@wederhoor/ledger/consistency-body'
import { decodeEntryBundle } from '@wederhoor/ledger/entry-bundle'
import { consistencyProof } from '@wederhoor/ledger/proof'
import { strictEntry } from '@wederhoor/ledger/strict-entry'
import { entryTilesOf, type Tile, tilePath, tilesOf } from '@wederhoor/ledger/tile'
import { tileHashReader } from '@wederhoor/ledger/tile-hashes'
import { BundleError } from './bundle-error.ts'
import { hearingOf, sealedNote } from './hearing-seals.ts'
import {
  CHECKPOINT,
  CONSISTENCY,
  DISCLOSURES,
  FROM_CHECKPOINT,
  LOG,
  POLICY,
  README,
} from './layout.ts'
import { entryBundle, type KnownCheckpoint, keptKeys, type LedgerSource } from './ledger-source.ts'
import { type PlannedFile, textFile } from './planned-file.ts'
import { policyText } from './policy.ts'
import { readmeText } from './readme.ts'
import { schemaFiles } from './schema-files.ts'
import { baseOrigin } from './trust.ts'

export interface Exporting {
  readonly known: KnownCheckpoint
  /** Known to the receiver from before. */
  readonly from?: KnownCheckpoint | undefined
  /** Vkeys. */
  readonly witnesses: readonly string[]
}

/** Files are made one after the other in the order of their paths: `policy` comes after all entries were seen. */
export async function ledgerFiles(
  source: LedgerSource,
  { known, from, witnesses }: Exporting,
): Promise<readonly PlannedFile[]> {
  const { checkpoint, note } = known
  const base = baseOrigin(checkpoint.origin)
  const hearings = hearingKeys(base)
  const kept = await keptKeys(source)
  const hashTile = async (tile: Tile) => present(tile, await source.tiles.readTile(tile))
  const entries = async (tile: Tile) => {
    const bundle = present(tile, await entryBundle(source.store, tile.index, tile.width))
    for (const bytes of decodeEntryBundle(bundle, tile.width)) hearings.see(bytes)
    return bundle
  }
  const planned = (tile: Tile, bytes: () => Promise<Uint8Array>): PlannedFile => ({
    path: `${LOG}${tilePath(tile)}`,
    bytes,
  })
  return [
    textFile(README, readmeText({ kind: 'ledger', known, from })),
    ...schemaFiles(),
    textFile(DISCLOSURES, ''),
    textFile(CHECKPOINT, note),
    ...(await growthFiles(source, known, from)),
    ...[...tilesOf(checkpoint.size)].map((tile) => planned(tile, () => hashTile(tile))),
    ...[...entryTilesOf(checkpoint.size)].map((tile) => planned(tile, () => entries(tile))),
    {
      path: POLICY,
      bytes: () =>
        Buffer.from(
          policyText(base, {
            log: kept.log,
            hearings: hearings.found,
            witnesses: [...witnesses, ...kept.witnesses],
          }),
          'utf8',
        ),
    },
  ]
}

/** Collects the public keys that seals of hearings name. */
export function hearingKeys(base: string) {
  const found = new Map<string, Set<string>>()
  return {
    found,
    see(bytes: Uint8Array): void {
      const entry = strictEntry(bytes)
      const hearing = entry === undefined ? undefined : hearingOf(entry.stream)
      const sealed = entry === undefined ? undefined : sealedNote(base, entry)
      if (hearing === undefined || sealed === undefined) return
      found.set(hearing, (found.get(hearing) ?? new Set()).add(sealed.key))
    },
  }
}

/** That the ledger only grew since `from`, as a witness reads it. @throws BundleError: it is of another ledger or ahead. */
export async function growthFiles(
  { tiles }: Pick<LedgerSource, 'tiles'>,
  { checkpoint, note }: KnownCheckpoint,
  from: KnownCheckpoint | undefined,
): Promise<readonly PlannedFile[]> {
  if (from === undefined) return []
  const { size: old, origin } = from.checkpoint
  if (baseOrigin(origin) !== baseOrigin(checkpoint.origin))
    throw new BundleError('malformed', `The known checkpoint is of another ledger: ${origin}`)
  if (old > checkpoint.size)
    throw new BundleError(
      'malformed',
      `The known checkpoint has ${old} entries, and this ledger has only ${checkpoint.size}`,
    )
  const reader = tileHashReader(tiles, checkpoint.size)
  const proof = await consistencyProof(reader, { from: old, to: checkpoint.size })
  return [
    textFile(FROM_CHECKPOINT, from.note),
    textFile(CONSISTENCY, formatConsistency({ old, proof, checkpoint: note })),
  ]
}

function present(tile: Tile, bytes: Uint8Array | undefined): Uint8Array {
  if (bytes !== undefined) return bytes
  throw new BundleError(
    'missing-file',
    `The ledger has no ${tilePath(tile)}, which its head promises`,
  )
}
