/**
 * Hearing trees: RFC 6962 over the entries of one hearing's stream, in their order. Each `HearingSealed` says what the root
 * was when it was written, signed under the hearing's own origin; it is itself a later leaf.
 */
import { decodeBase64 } from '@wederhoor/ledger/canonical-base64'
import { type Checkpoint, formatCheckpoint } from '@wederhoor/ledger/checkpoint'
import type { Entry } from '@wederhoor/ledger/entry'
import { signaturesOf } from '@wederhoor/ledger/signed-note'
import { HASH_BYTES, leafHash, rootOf } from '@wederhoor/ledger/tree'
import { type Disproof, disproof, isDisproof } from './bundle-error.ts'
import { emptyFrontier, type Frontier, grown, rootNow } from './frontier.ts'
import { openSigned } from './signed.ts'
import { hearingOrigin, publicKeyIn, type TrustedKeys } from './trust.ts'

/** These names are mediation's storage format. */
export const HEARING = 'hearing'
const SEAL = 'HearingSealed'
const STREAM = /^hearing-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

/** The hearing whose stream this is. */
export const hearingOf = (stream: string): string | undefined => STREAM.exec(stream)?.[1]

/** The signed checkpoint that a seal stands for, and the public key (base64) it names; undefined for another entry. */
export function sealedNote(
  base: string,
  entry: Entry,
): { readonly note: string; readonly key: string } | undefined {
  const hearing = hearingOf(entry.stream)
  if (entry.type !== SEAL || hearing === undefined || entry.data['hearing'] !== hearing)
    return undefined
  const { size, root, key, signature } = entry.data
  if (typeof root !== 'string' || typeof key !== 'string' || typeof signature !== 'string')
    return undefined
  const hash = decodeBase64(root)
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return undefined
  if (hash?.length !== HASH_BYTES || decodeBase64(key)?.length !== KEY_BYTES) return undefined
  const origin = hearingOrigin(base, hearing)
  const note = `${formatCheckpoint({ origin, size, root: hash })}\n\u2014 ${origin} ${signature}\n`
  return isNote(note) ? { note, key } : undefined
}

const KEY_BYTES = 32

function isNote(text: string): boolean {
  try {
    return signaturesOf(text).length === 1
  } catch {
    return false
  }
}

export interface HearingSeals {
  /** Fed with every entry in ledger order; only streams of hearings count, and those whole. */
  check(leafIndex: number, entry: Entry, bytes: Uint8Array): Disproof | undefined
  /** Hearings that have a seal. */
  sealed(): ReadonlySet<string>
}

export function hearingSeals(base: string, keys: TrustedKeys): HearingSeals {
  const trees = new Map<string, Frontier>()
  const sealed = new Set<string>()

  function seal(hearing: string, entry: Entry, tree: Frontier): Disproof | undefined {
    const claimed = sealedNote(base, entry)
    if (claimed === undefined) return disproof('The seal of this hearing cannot be read.')
    const trusted = keys
      .ofHearing(base, hearing)
      .filter(({ vkey }) => publicKeyIn(vkey) === claimed.key)
    if (trusted.length === 0)
      return disproof('The seal of this hearing names a key that is not trusted for hearings.')
    const opened = openSigned(claimed.note, 'The seal of this hearing', () => trusted)
    if (isDisproof(opened)) return opened
    const { size, root } = opened.checkpoint
    // It covers all that stands before it, and itself comes after.
    if (size !== tree.count || size === 0)
      return disproof(
        `The seal is of ${size} entries of the hearing, and ${tree.count} came before.`,
      )
    if (Buffer.compare(rootNow(tree), root) !== 0) return disproof(OTHER_ROOT)
    sealed.add(hearing)
    return undefined
  }

  return {
    check(leafIndex, entry, bytes) {
      const hearing = hearingOf(entry.stream)
      if (hearing === undefined) {
        // Any other category may name a fact of its own like this: that seals nothing.
        const isStray = entry.type === SEAL && entry.stream.startsWith(`${HEARING}-`)
        return isStray
          ? disproof('A hearing is sealed outside its own stream', leafIndex)
          : undefined
      }
      const tree = trees.get(hearing) ?? emptyFrontier
      const bad = entry.type === SEAL ? seal(hearing, entry, tree) : undefined
      if (bad !== undefined) return { ...bad, leafIndex }
      trees.set(hearing, grown(tree, leafHash(bytes)))
      return undefined
    },
    sealed: () => sealed,
  }
}

/**
 * A checkpoint of a hearing, against its entries.
 * @param leaves hashes of all its entries that are there, in order.
 */
export function unlikeHearing(
  { size, root }: Checkpoint,
  leaves: readonly Uint8Array[],
): string | undefined {
  if (size < 1 || size > leaves.length)
    return `The sealed hearing file has ${size} entries, and there are ${leaves.length}.`
  return Buffer.compare(rootOf(leaves.slice(0, size)), root) === 0 ? undefined : OTHER_ROOT
}

const OTHER_ROOT = 'The entries of the hearing have another root than the one that was sealed.'
