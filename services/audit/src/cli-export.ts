/** `audit export`: writes a bundle of a ledger or of a dossier out of an instance. */
import { resolve } from 'node:path'
import { canonicalJson } from '@wederhoor/ledger/canonical-json'
import { dossierFiles } from './bundle/export-dossier.ts'
import { ledgerFiles } from './bundle/export-ledger.ts'
import {
  coveringCheckpoint,
  givenCheckpoint,
  type KnownCheckpoint,
  type LedgerSource,
} from './bundle/ledger-source.ts'
import type { PlannedFile } from './bundle/planned-file.ts'
import { noteIn } from './bundle/signed.ts'
import { readSmallFile } from './bundle/small-file.ts'
import { assertFree, writeBundle } from './bundle/write-bundle.ts'
import type { DossierToExport, ExportRequest } from './cli-arguments.ts'
import { chosenOf } from './cli-dossier.ts'
import { withDatabase, withLedger } from './cli-instance.ts'
import type { FoundDatabase } from './database.ts'
import { assertNoneErased } from './erased-meanwhile.ts'
import { openTexts } from './open-texts.ts'
import { printExport } from './print.ts'

/** How long the integrator may take to sign for what was just written. */
const COVERED_WITHIN_MS = 30_000

export interface Exported {
  readonly out: string
  /** Of the ledger. */
  readonly size: number
  readonly entries: number
  /** Of a dossier. */
  readonly contents?: {
    readonly hearings: number
    readonly disclosures: number
    /** Texts that nobody can open any more. */
    readonly erased: number
    /** Those too, and without an erasure: their key is gone. */
    readonly lost: number
  }
}

/** What is printed. @throws what `explained` knows. */
export async function exportAnswer(request: ExportRequest): Promise<string> {
  const out = resolve(request.out)
  await assertFree(out)
  const from = request.since === undefined ? undefined : await older(request.since)
  const { what } = request
  const exported = await withDatabase(request, (database) =>
    withLedger(database, 'log' in what ? what.log : 'case-history', (source) =>
      'log' in what
        ? exportLedger(source, out, from)
        : exportDossier({ request, what, database, source, out, from }),
    ),
  )
  return request.json ? canonicalJson({ ok: true, ...exported }) : printExport(exported)
}

async function older(path: string): Promise<KnownCheckpoint> {
  const bytes = await readSmallFile(path, 'the known checkpoint')
  return givenCheckpoint(noteIn(bytes, 'the known checkpoint'))
}

async function exportLedger(
  source: LedgerSource,
  out: string,
  from: KnownCheckpoint | undefined,
): Promise<Exported> {
  const known = await coveringCheckpoint(
    source,
    Number(await source.store.head()),
    COVERED_WITHIN_MS,
  )
  const files = await ledgerFiles(source, { known, from, witnesses: [] })
  await writeBundle(out, files)
  const { size } = known.checkpoint
  return { out, size, entries: size }
}

async function exportDossier(parts: {
  readonly request: ExportRequest
  readonly what: DossierToExport
  readonly database: FoundDatabase
  readonly source: LedgerSource
  readonly out: string
  readonly from: KnownCheckpoint | undefined
}): Promise<Exported> {
  const { request, what, database, source, out, from } = parts
  const { entries, readable } = await chosenOf(database.pool, what)
  const last = entries.at(-1)?.leafIndex ?? 0
  const known = await coveringCheckpoint(source, last + 1, COVERED_WITHIN_MS)
  const { texts, erased, lost } = await openTexts({ request, what, database, readable, known })
  const files = await dossierFiles(source, {
    known,
    from,
    witnesses: [],
    receiver: what.receiver,
    entries,
    texts,
  })
  await writeBundle(out, files, () => assertNoneErased(database.pool, what.dossier, texts))
  return {
    out,
    size: known.checkpoint.size,
    entries: entries.length,
    contents: { hearings: countOf(files, 'hearing/'), disclosures: texts.length, erased, lost },
  }
}

const countOf = (files: readonly PlannedFile[], folder: string): number =>
  files.filter(({ path }) => path.startsWith(folder)).length
