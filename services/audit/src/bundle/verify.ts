/** Verification of a bundle of either kind, with no network and no database. */
import { entryTilesOf, type Tile, tilePath, tilesOf } from '@wederhoor/ledger/tile'
import { BundleError, type Disproof, isDisproof, missing } from './bundle-error.ts'
import type { BundleFiles } from './bundle-files.ts'
import { type DisclosureLine, readDisclosures } from './disclosures.ts'
import { provenOlder } from './growth.ts'
import { CHECKPOINT, DISCLOSURES, LOG, POLICY, partOf, README } from './layout.ts'
import { noteIn, openSigned } from './signed.ts'
import { readTrust, type TrustedKeys } from './trust.ts'
import type { NotVerified, Verdict, Verified, VerifyOptions } from './verdict.ts'
import { verifyDossier } from './verify-dossier.ts'
import { verifyLedger } from './verify-ledger.ts'

/** @throws BundleError: the bundle has not the form of one, so that there is no verdict. */
export async function verifyBundle(
  files: BundleFiles,
  options: VerifyOptions = {},
): Promise<Verdict> {
  const kind = kindOf(files)
  const own = readTrust(await files.read(POLICY), POLICY)
  const keys = options.trust === undefined ? own : readTrust(options.trust, 'the trust file')
  const disclosures = readDisclosures(await files.read(DISCLOSURES))
  const found =
    kind === 'ledger'
      ? await ledger(files, keys, disclosures, options)
      : await verifyDossier(files, keys, disclosures, options)
  if (isDisproof(found)) return notVerified(found)
  return { ...found, trust: options.trust === undefined ? 'bundle' : 'given' }
}

export const notVerified = ({ leafIndex, reason }: Disproof): NotVerified => ({
  ok: false,
  position: leafIndex === null ? null : leafIndex + 1,
  leafIndex,
  reason,
})

function kindOf({ sizes }: BundleFiles): 'ledger' | 'dossier' {
  const parts = [...sizes.keys()].map((path) => partOf(path)?.is)
  const ledger = parts.some((is) => is === 'checkpoint' || is === 'tile')
  const dossier = parts.some((is) => DOSSIER.has(is))
  if (ledger === dossier)
    throw new BundleError(
      'not-a-bundle',
      ledger
        ? 'A bundle is of a whole ledger or of one dossier, and this is half of each.'
        : 'There is no bundle here: neither a ledger nor entries of a dossier.',
    )
  for (const path of [README, POLICY, DISCLOSURES]) if (!sizes.has(path)) throw missing(path)
  return ledger ? 'ledger' : 'dossier'
}

const DOSSIER: ReadonlySet<string | undefined> = new Set(['entry', 'proof', 'hearing', 'served'])

async function ledger(
  files: BundleFiles,
  keys: TrustedKeys,
  disclosures: readonly DisclosureLine[],
  options: VerifyOptions,
): Promise<Omit<Verified, 'trust'> | Disproof> {
  const note = noteIn(await files.read(CHECKPOINT), CHECKPOINT)
  const signed = openSigned(note, CHECKPOINT, keys.ofLog)
  if (isDisproof(signed)) return signed
  assertExactTiles(files, signed.checkpoint.size)
  const readTile = (tile: Tile) => files.read(`${LOG}${tilePath(tile)}`)
  const verified = await verifyLedger(
    {
      signed,
      tiles: { readTile },
      entries: (index, width) =>
        files.lend(`${LOG}${tilePath({ level: 'entries', index, width })}`),
      disclosures,
    },
    keys,
    options,
  )
  if (isDisproof(verified)) return verified
  const older = await provenOlder(files, keys, signed)
  return older !== undefined && isDisproof(older) ? older : verified
}

/** Every tile of a tree of this size and no other. Stops at the first that is missing, however many were announced. */
function assertExactTiles({ sizes }: BundleFiles, size: number): void {
  let expected = 0
  for (const tiles of [tilesOf(size), entryTilesOf(size)]) {
    for (const tile of tiles) {
      const path = `${LOG}${tilePath(tile)}`
      if (!sizes.has(path)) throw missing(path)
      expected += 1
    }
  }
  const tiles = [...sizes.keys()].filter((path) => partOf(path)?.is === 'tile')
  if (tiles.length > expected)
    throw new BundleError(
      'unknown-file',
      `The bundle holds tiles that a ledger of ${size} has not.`,
    )
}
