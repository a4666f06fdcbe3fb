/** Verification of a ledger where it stands: from the tiles and entries of an instance, up to its newest checkpoint. */
import { encodeEntryBundle } from '@wederhoor/ledger/entry-bundle'
import { TILE_WIDTH } from '@wederhoor/ledger/tile'
import { isDisproof } from './bundle-error.ts'
import { hearingKeys } from './export-ledger.ts'
import { type LedgerSource, NotCovered, newestNote, rawEntries } from './ledger-source.ts'
import { openSigned } from './signed.ts'
import { baseOrigin, claimedKeys, readTrust } from './trust.ts'
import type { Verdict, VerifyOptions } from './verdict.ts'
import { notVerified } from './verify.ts'
import { verifyLedger } from './verify-ledger.ts'

/**
 * Without `trust` the instance vouches for itself, and the verdict says so.
 * @throws NotCovered: nothing was signed yet; StoreError, TileStorageError; BundleError: trust or since are no such files.
 */
export async function verifySource(
  { store, tiles }: LedgerSource,
  options: VerifyOptions,
): Promise<Verdict> {
  const note = await newestNote({ tiles })
  if (note === undefined)
    throw new NotCovered('Nothing of this ledger was signed yet: start the instance once.')
  const claimed = hearingKeys(baseOrigin(note.slice(0, note.indexOf('\n'))))
  const keys =
    options.trust === undefined
      ? claimedKeys(await tiles.readVkeys(), claimed.found)
      : readTrust(options.trust, 'the trust file')
  const signed = openSigned(note, 'the newest checkpoint', keys.ofLog)
  if (isDisproof(signed)) return notVerified(signed)
  const ledger = {
    signed,
    tiles,
    disclosures: [],
    async entries(index: number, width: number) {
      const entries = await rawEntries(store, index * TILE_WIDTH, width)
      for (const entry of entries) claimed.see(entry)
      return entries.length === width ? encodeEntryBundle(entries) : undefined
    },
  }
  const verified = await verifyLedger(ledger, keys, options)
  if (isDisproof(verified)) return notVerified(verified)
  return { ...verified, trust: options.trust === undefined ? 'bundle' : 'given' }
}
