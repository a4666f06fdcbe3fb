/** That a ledger only grew: from a checkpoint known before to the one of the bundle. */
import { type ConsistencyBody, parseConsistency } from '@wederhoor/ledger/consistency-body'
import { LedgerFormatError } from '@wederhoor/ledger/ledger-format-error'
import { verifyConsistency } from '@wederhoor/ledger/proof'
import { BundleError, type Disproof, disproof, isDisproof } from './bundle-error.ts'
import type { BundleFiles } from './bundle-files.ts'
import { CONSISTENCY, FROM_CHECKPOINT } from './layout.ts'
import { noteIn, openSigned, type Signed } from './signed.ts'
import { baseOrigin, epochOf, type TrustedKeys } from './trust.ts'

/**
 * The older checkpoint in the bundle, once it is proved; undefined where it brings none.
 * @throws BundleError
 */
export async function provenOlder(
  files: BundleFiles,
  keys: TrustedKeys,
  now: Signed,
): Promise<Signed | Disproof | undefined> {
  const brought = [FROM_CHECKPOINT, CONSISTENCY].filter((path) => files.sizes.has(path))
  if (brought.length === 0) return undefined
  const older = olderOf(await files.read(FROM_CHECKPOINT), FROM_CHECKPOINT, keys, now)
  const { old, proof, checkpoint } = bodyIn(await files.read(CONSISTENCY))
  if (isDisproof(older)) return older
  if (checkpoint !== now.note)
    return disproof(`${CONSISTENCY} is about another checkpoint than that of the bundle.`)
  const { size: from, root: fromRoot } = older.checkpoint
  const { size: to, root: toRoot } = now.checkpoint
  const grew = old === from && verifyConsistency({ from, to, fromRoot, toRoot, proof })
  return grew ? older : disproof(`${CONSISTENCY} does not prove that the ledger only grew.`)
}

/** A checkpoint of the same ledger that the bundle's may not be behind. @throws BundleError malformed. */
export function olderOf(
  bytes: Uint8Array,
  where: string,
  keys: TrustedKeys,
  now: Signed,
): Signed | Disproof {
  const older = openSigned(noteIn(bytes, where), where, keys.ofLog)
  if (isDisproof(older)) return older
  const base = baseOrigin(now.checkpoint.origin)
  if (baseOrigin(older.checkpoint.origin) !== base)
    return disproof(`${where} is a checkpoint of another ledger than ${base}.`)
  if (epochOf(older.checkpoint.origin) > epochOf(now.checkpoint.origin))
    return disproof(`${where} is of a later epoch of the ledger than the bundle.`)
  const { size } = older.checkpoint
  if (size > now.checkpoint.size)
    return disproof(
      `The bundle is older than what is known already: it has ${now.checkpoint.size} entries, and ${where} has ${size}.`,
    )
  return older
}

/** Whether two checkpoints are of one tree. */
export const sameTree = (one: Signed, other: Signed): boolean =>
  one.checkpoint.size === other.checkpoint.size &&
  Buffer.compare(one.checkpoint.root, other.checkpoint.root) === 0

function bodyIn(bytes: Uint8Array): ConsistencyBody {
  try {
    return parseConsistency(noteIn(bytes, CONSISTENCY))
  } catch (cause) {
    if (!(cause instanceof LedgerFormatError)) throw cause
    throw new BundleError('malformed', `${CONSISTENCY} is no proof of consistency.`, { cause })
  }
}
