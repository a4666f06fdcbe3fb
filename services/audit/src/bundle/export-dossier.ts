/** The bundle of one dossier, or of what one party has of its hearings: entries with their proofs under one checkpoint. */
import { inclusionProof } from '@wederhoor/ledger/proof'
import { formatProofFile } from '@wederhoor/ledger/proof-file'
import { strictEntry } from '@wederhoor/ledger/strict-entry'
import { tileHashReader } from '@wederhoor/ledger/tile-hashes'
import { disclosureLine } from './disclosures.ts'
import { type Exporting, growthFiles, hearingKeys } from './export-ledger.ts'
import { hearingOf, sealedNote } from './hearing-seals.ts'
import {
  DISCLOSURES,
  entryPath,
  hearingPath,
  POLICY,
  proofPath,
  README,
  servedPath,
} from './layout.ts'
import { keptKeys, type LedgerSource } from './ledger-source.ts'
import { type PlannedFile, textFile } from './planned-file.ts'
import { policyText } from './policy.ts'
import { type Receiver, readmeText } from './readme.ts'
import { schemaFiles } from './schema-files.ts'
import { baseOrigin } from './trust.ts'

export interface ExportedEntry {
  readonly leafIndex: number
  readonly bytes: Uint8Array
}

/** A text that the receiver may read, opened: the disclosure verbatim. */
export interface OpenedText {
  readonly leafIndex: number
  readonly path: string
  readonly digest: string
  readonly disclosure: string
  /** Was sent to the receiver. */
  readonly served: boolean
}

export interface ExportingDossier extends Exporting {
  readonly receiver: Receiver
  /** In ledger order, all within the checkpoint; hearings whole. */
  readonly entries: readonly ExportedEntry[]
  readonly texts: readonly OpenedText[]
}

export async function dossierFiles(
  source: LedgerSource,
  exporting: ExportingDossier,
): Promise<readonly PlannedFile[]> {
  const { known, from, witnesses, receiver, entries, texts } = exporting
  const base = baseOrigin(known.checkpoint.origin)
  const keys = hearingKeys(base)
  for (const { bytes } of entries) keys.see(bytes)
  const kept = await keptKeys(source)
  return [
    textFile(README, readmeText({ kind: 'dossier', known, from, receiver })),
    ...schemaFiles(),
    textFile(
      POLICY,
      policyText(base, {
        log: kept.log,
        hearings: keys.found,
        witnesses: [...witnesses, ...kept.witnesses],
      }),
    ),
    textFile(DISCLOSURES, inPlace(texts).map(lineOf).join('')),
    ...(await growthFiles(source, known, from)),
    ...entries.map(({ leafIndex, bytes }) => ({ path: entryPath(leafIndex), bytes: () => bytes })),
    ...proofFiles(source, exporting),
    ...hearingFiles(base, entries),
    ...servedFiles(texts),
  ]
}

function proofFiles(
  { tiles }: LedgerSource,
  { known: { note, checkpoint }, entries }: ExportingDossier,
): readonly PlannedFile[] {
  const { size } = checkpoint
  const reader = tileHashReader(tiles, size)
  return entries.map(({ leafIndex: index }) => ({
    path: proofPath(index),
    async bytes() {
      const hashes = await inclusionProof(reader, { index, size })
      return Buffer.from(formatProofFile({ index, hashes, checkpoint: note }), 'utf8')
    },
  }))
}

/** The newest seal of each hearing. */
function hearingFiles(base: string, entries: readonly ExportedEntry[]): readonly PlannedFile[] {
  const notes = new Map<string, string>()
  for (const { bytes } of entries) {
    const entry = strictEntry(bytes)
    const hearing = entry === undefined ? undefined : hearingOf(entry.stream)
    const sealed = entry === undefined ? undefined : sealedNote(base, entry)
    if (hearing !== undefined && sealed !== undefined) notes.set(hearing, sealed.note)
  }
  return [...notes].map(([hearing, note]) => textFile(hearingPath(hearing), note))
}

/** One text may have been sent more than once. */
function servedFiles(texts: readonly OpenedText[]): readonly PlannedFile[] {
  const served = texts.filter((text) => text.served)
  return [...new Map(served.map((text) => [text.digest, text])).values()].map((text) =>
    textFile(servedPath(text.digest), text.disclosure),
  )
}

const inPlace = (texts: readonly OpenedText[]): readonly OpenedText[] =>
  [...texts].sort(
    (one, other) => one.leafIndex - other.leafIndex || (one.path < other.path ? -1 : 1),
  )

const lineOf = ({ leafIndex, path, disclosure }: OpenedText): string =>
  disclosureLine({ disclosure, leaf: leafIndex, path })
