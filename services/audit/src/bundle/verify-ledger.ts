/** A whole ledger from its tiles and entries, in one pass and in little memory. */
import type { Checkpoint } from '@wederhoor/ledger/checkpoint'
import type { Entry } from '@wederhoor/ledger/entry'
import { entrySequence } from '@wederhoor/ledger/entry-sequence'
import { treeRoot } from '@wederhoor/ledger/proof'
import { strictEntry } from '@wederhoor/ledger/strict-entry'
import { type TileSource, tileHashReader } from '@wederhoor/ledger/tile-hashes'
import { verifyLog } from '@wederhoor/ledger/verify-log'
import { type Disproof, disproof, isDisproof } from './bundle-error.ts'
import { type DisclosureLine, unfounded } from './disclosures.ts'
import { olderOf } from './growth.ts'
import { HEARING, hearingSeals } from './hearing-seals.ts'
import type { Signed } from './signed.ts'
import { baseOrigin, type TrustedKeys } from './trust.ts'
import type { Verified, VerifyOptions } from './verdict.ts'

export interface LedgerToVerify {
  /** Its signature was checked. */
  readonly signed: Signed
  readonly tiles: TileSource
  /** The entry bundle of this index and width, undefined where it is missing; lent as `verifyLog` says. */
  readonly entries: (index: number, width: number) => Promise<Uint8Array | undefined>
  /** In the order of (leaf, path). */
  readonly disclosures: readonly DisclosureLine[]
}

/** What `trust` says is for whoever knows where the keys came from. Rejects as the sources do. */
export async function verifyLedger(
  ledger: LedgerToVerify,
  keys: TrustedKeys,
  { since, progress }: Pick<VerifyOptions, 'since' | 'progress'> = {},
): Promise<Omit<Verified, 'trust'> | Disproof> {
  const { signed, tiles, entries, disclosures } = ledger
  const { checkpoint } = signed
  const check = entryChecks(checkpoint, keys, disclosures)
  const verdict = await verifyLog({
    checkpoint,
    tiles,
    entries,
    onEntry: check.next,
    progress: (leaves) => progress?.(leaves, checkpoint.size),
  })
  if (!verdict.ok) return disproof(verdict.reason, verdict.leafIndex)
  const loose = check.disclosuresLeft()
  if (loose !== undefined) return unfounded(loose, undefined) ?? disproof('')
  const behind = since === undefined ? undefined : await behindOf(ledger, keys, since)
  if (behind !== undefined) return behind
  return {
    ok: true,
    size: checkpoint.size,
    root: Buffer.from(checkpoint.root).toString('base64'),
    independentWitnesses: signed.witnesses,
    checked: {
      entries: checkpoint.size,
      disclosures: disclosures.length,
      hearings: check.hearings(),
    },
  }
}

/** All that is asked of an entry beyond its hash. Only those of hearings, and those that are disclosed, are decoded. */
function entryChecks(
  { origin, size }: Checkpoint,
  keys: TrustedKeys,
  disclosures: readonly DisclosureLine[],
) {
  const base = baseOrigin(origin)
  const sequence = entrySequence({ ledger: base, size })
  const seals = hearingSeals(base, keys)
  let shown = 0

  function disclosed(leafIndex: number, entry: Entry): string | undefined {
    for (let line = disclosures[shown]; line?.leaf === leafIndex; line = disclosures[shown]) {
      const bad = unfounded(line, entry.c)
      if (bad !== undefined) return bad.reason
      shown += 1
    }
    return undefined
  }

  return {
    next(leafIndex: number, bytes: Uint8Array): string | undefined {
      const sequenced = sequence.next(bytes)
      if (typeof sequenced === 'string') return sequenced
      if (sequenced.category !== HEARING && disclosures[shown]?.leaf !== leafIndex) return undefined
      const entry = strictEntry(bytes)
      if (entry === undefined) return 'This is no entry of a case history.'
      return seals.check(leafIndex, entry, bytes)?.reason ?? disclosed(leafIndex, entry)
    },
    /** One whose entry never came. */
    disclosuresLeft: () => disclosures[shown],
    hearings: () => seals.sealed().size,
  }
}

/** The tiles are known to be right by now: the root of any smaller tree is in them. */
async function behindOf(
  { signed, tiles }: LedgerToVerify,
  keys: TrustedKeys,
  since: Uint8Array,
): Promise<Disproof | undefined> {
  const older = olderOf(since, SINCE, keys, signed)
  if (isDisproof(older)) return older
  const reader = tileHashReader(tiles, signed.checkpoint.size)
  const root = await treeRoot(reader, older.checkpoint.size)
  if (Buffer.compare(root, older.checkpoint.root) === 0) return undefined
  return disproof(`The first ${older.checkpoint.size} entries are not those of ${SINCE}.`)
}

export const SINCE = 'the known checkpoint'
