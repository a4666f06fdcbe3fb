/** Entries of one dossier, each proved to stand in the ledger under one checkpoint, with its hearings and what may be read. */
import type { Entry } from '@wederhoor/ledger/entry'
import { LedgerFormatError } from '@wederhoor/ledger/ledger-format-error'
import { verifyInclusion } from '@wederhoor/ledger/proof'
import { type ProofFile, parseProofFile } from '@wederhoor/ledger/proof-file'
import { strictEntry } from '@wederhoor/ledger/strict-entry'
import { emptyRoot, leafHash } from '@wederhoor/ledger/tree'
import { digestOf } from '@wederhoor/vault/disclosure'
import { BundleError, type Disproof, disproof, isDisproof, missing } from './bundle-error.ts'
import type { BundleFiles } from './bundle-files.ts'
import { type DisclosureLine, disclosedPath, unfounded } from './disclosures.ts'
import { entryOrder } from './entry-order.ts'
import { olderOf, provenOlder, sameTree } from './growth.ts'
import { type HearingSeals, hearingOf, hearingSeals, unlikeHearing } from './hearing-seals.ts'
import { entryPath, hearingPath, partOf, proofPath, servedPath } from './layout.ts'
import { noteIn, openSigned, type Signed } from './signed.ts'
import { textIn } from './text.ts'
import { baseOrigin, hearingOrigin, type TrustedKeys } from './trust.ts'
import type { Verified, VerifyOptions } from './verdict.ts'
import { SINCE } from './verify-ledger.ts'

/** @param disclosures in the order of (leaf, path). @throws BundleError */
export async function verifyDossier(
  files: BundleFiles,
  keys: TrustedKeys,
  disclosures: readonly DisclosureLine[],
  { since, progress }: Pick<VerifyOptions, 'since' | 'progress'> = {},
): Promise<Omit<Verified, 'trust'> | Disproof> {
  const parts = partsOf(files)
  const signed = await ledgerCheckpoint(files, keys, parts.leaves)
  if (isDisproof(signed)) return signed
  const seals = hearingSeals(baseOrigin(signed.checkpoint.origin), keys)
  const entries = entryRules(signed, seals)
  for (const [index, leafIndex] of parts.leaves.entries()) {
    const bytes = await files.read(entryPath(leafIndex))
    const proof = proofIn(await files.read(proofPath(leafIndex)))
    const bad = provenEntry(bytes, proof, leafIndex, signed)
    if (bad !== undefined) return bad
    const broken = entries.add(leafIndex, bytes)
    if (broken !== undefined) return disproof(broken, leafIndex)
    progress?.(index + 1, parts.leaves.length)
  }
  for (const line of disclosures) {
    const bad = unfounded(line, entries.commitments.get(line.leaf))
    if (bad !== undefined) return bad
  }
  const bad =
    (await badHearing(
      files,
      keys,
      signed,
      { ...entries, sealed: seals.sealed() },
      parts.hearings,
    )) ??
    (await badServed(files, parts.served, entries.commitments)) ??
    (await badGrowth(files, keys, signed, since))
  if (bad !== undefined) return bad
  return {
    ok: true,
    size: signed.checkpoint.size,
    root: Buffer.from(signed.checkpoint.root).toString('base64'),
    independentWitnesses: signed.witnesses,
    checked: {
      entries: parts.leaves.length,
      disclosures: disclosures.length,
      hearings: parts.hearings.length,
    },
  }
}

function partsOf(files: BundleFiles) {
  const leaves: number[] = []
  const hearings: string[] = []
  const served: string[] = []
  for (const path of files.sizes.keys()) {
    const part = partOf(path)
    if (part?.is === 'entry') leaves.push(part.leafIndex)
    if (part?.is === 'proof' && !files.sizes.has(entryPath(part.leafIndex)))
      throw missing(entryPath(part.leafIndex))
    if (part?.is === 'hearing') hearings.push(part.hearing)
    if (part?.is === 'served') served.push(part.digest)
  }
  return { leaves: leaves.sort((one, other) => one - other), hearings, served }
}

/** The one that all proofs carry; the first of them tells which. */
async function ledgerCheckpoint(
  files: BundleFiles,
  keys: TrustedKeys,
  leaves: readonly number[],
): Promise<Signed | Disproof> {
  const [first] = leaves
  if (first === undefined) throw missing(entryPath(0))
  const proof = proofIn(await files.read(proofPath(first)))
  if (proof === undefined) return disproof(NO_PROOF, first)
  return openSigned(proof.checkpoint, 'the checkpoint of the proofs', keys.ofLog)
}

const NO_PROOF = 'The proof of this entry cannot be read.'

/** Undefined for what is no proof file. */
export function proofIn(bytes: Uint8Array): ProofFile | undefined {
  const text = textIn(bytes)
  try {
    return text === undefined ? undefined : parseProofFile(text)
  } catch (error) {
    if (error instanceof LedgerFormatError) return undefined
    throw error
  }
}

/** That these bytes are the leaf with this index, under this checkpoint. */
export function provenEntry(
  entry: Uint8Array,
  proof: ProofFile | undefined,
  leafIndex: number,
  { checkpoint, note }: Pick<Signed, 'checkpoint' | 'note'>,
): Disproof | undefined {
  if (proof === undefined || proof.extra !== undefined) return disproof(NO_PROOF, leafIndex)
  if (proof.checkpoint !== note)
    return disproof(
      'The proof of this entry is under another checkpoint than the first.',
      leafIndex,
    )
  const stands =
    proof.index === leafIndex &&
    verifyInclusion({
      index: leafIndex,
      size: checkpoint.size,
      leaf: leafHash(entry),
      proof: proof.hashes,
      root: checkpoint.root,
    })
  return stands
    ? undefined
    : disproof('This entry is not what stands here in the ledger.', leafIndex)
}

function entryRules({ checkpoint }: Signed, seals: HearingSeals) {
  const order = entryOrder(
    baseOrigin(checkpoint.origin),
    (stream) => hearingOf(stream) !== undefined,
  )
  const commitments = new Map<number, Entry['c']>()
  const heard = new Map<string, Uint8Array[]>()
  let dossier: string | null = null
  return {
    commitments,
    /** Leaf hashes of each hearing's entries, in order. */
    heard,
    add(leafIndex: number, bytes: Uint8Array): string | undefined {
      const entry = strictEntry(bytes)
      if (entry === undefined) return 'This is no entry of a case history.'
      dossier ??= entry.dossier
      if (!entry.dossier || entry.dossier !== dossier)
        return 'This entry belongs to another dossier than the first.'
      commitments.set(leafIndex, entry.c)
      const bad = order.check(entry) ?? seals.check(leafIndex, entry, bytes)?.reason
      const hearing = hearingOf(entry.stream)
      if (hearing !== undefined)
        heard.get(hearing)?.push(leafHash(bytes)) ?? heard.set(hearing, [leafHash(bytes)])
      return bad
    },
  }
}

async function badHearing(
  files: BundleFiles,
  keys: TrustedKeys,
  { checkpoint }: Signed,
  found: {
    readonly heard: ReadonlyMap<string, readonly Uint8Array[]>
    readonly sealed: ReadonlySet<string>
  },
  hearings: readonly string[],
): Promise<Disproof | undefined> {
  for (const hearing of found.sealed)
    if (!hearings.includes(hearing)) throw missing(hearingPath(hearing))
  const base = baseOrigin(checkpoint.origin)
  for (const hearing of hearings) {
    const path = hearingPath(hearing)
    const opened = openSigned(noteIn(await files.read(path), path), path, (origin) =>
      origin === hearingOrigin(base, hearing) ? keys.ofHearing(base, hearing) : [],
    )
    if (isDisproof(opened)) return opened
    const reason = unlikeHearing(opened.checkpoint, found.heard.get(hearing) ?? [])
    if (reason !== undefined) return disproof(`${path}: ${reason}`)
  }
  return undefined
}

async function badServed(
  files: BundleFiles,
  served: readonly string[],
  commitments: ReadonlyMap<number, Entry['c']>,
): Promise<Disproof | undefined> {
  const committed = new Set([...commitments.values()].flatMap((one) => Object.values(one)))
  for (const digest of served) {
    const bad = unservable(await files.read(servedPath(digest)), digest, committed)
    if (bad !== undefined) return bad
  }
  return undefined
}

/** @param committed the digests that the entries commit to. @throws BundleError malformed. */
export function unservable(
  bytes: Uint8Array,
  digest: string,
  committed: ReadonlySet<string>,
): Disproof | undefined {
  const disclosure = textIn(bytes) ?? ''
  if (disclosedPath(disclosure) === undefined)
    throw new BundleError('malformed', `${servedPath(digest)} is no disclosure.`)
  if (digestOf(disclosure) !== digest)
    return disproof(`${servedPath(digest)} is not the document that its name stands for.`)
  if (committed.has(digest)) return undefined
  return disproof(`No entry of the bundle commits to ${servedPath(digest)}.`)
}

async function badGrowth(
  files: BundleFiles,
  keys: TrustedKeys,
  signed: Signed,
  since: Uint8Array | undefined,
): Promise<Disproof | undefined> {
  const proven = await provenOlder(files, keys, signed)
  if (proven !== undefined && isDisproof(proven)) return proven
  if (since === undefined) return undefined
  const older = olderOf(since, SINCE, keys, signed)
  if (isDisproof(older)) return older
  if (older.checkpoint.size === signed.checkpoint.size)
    return sameTree(older, signed)
      ? undefined
      : disproof(`The ledger has another root than ${SINCE} of the same size.`)
  if (proven !== undefined && sameTree(older, proven)) return undefined
  if (older.checkpoint.size === 0 && Buffer.compare(older.checkpoint.root, emptyRoot()) === 0)
    return undefined
  return disproof(
    `The bundle does not prove that the ledger only grew since ${SINCE}: ask for one with --since.`,
  )
}
