/** Which entries of a dossier a receiver gets, and which of their texts it may read. */
import { postgresDossierIndex } from '@wederhoor/ledger/dossier-index'
import type { Entry } from '@wederhoor/ledger/entry'
import { CASE_HISTORY } from '@wederhoor/runtime/migrate-all'
import type { Pool } from 'pg'
import type { ExportedEntry } from './bundle/export-dossier.ts'
import { hearingOf } from './bundle/hearing-seals.ts'
import {
  type HeardEntry,
  partyOf,
  type Readable,
  readableBy,
  type Side,
} from './bundle/party-reading.ts'
import type { DossierToExport } from './cli-arguments.ts'
import { Refused } from './cli-failure.ts'
import { entryOf } from './stored-entries.ts'

export interface Chosen {
  /** In ledger order. */
  readonly entries: readonly ExportedEntry[]
  readonly readable: readonly Readable[]
}

type DossierEntry = ExportedEntry & { readonly entry: Entry }

/** @throws Refused: nothing to give, or not said of which hearing; CorruptEntry, StoreError. */
export async function chosenOf(pool: Pool, what: DossierToExport): Promise<Chosen> {
  const { dossier, receiver } = what
  const index = postgresDossierIndex({ pool, ledgerName: CASE_HISTORY })
  const all = (await index.read(dossier)).map((stored) => ({
    leafIndex: Number(stored.position) - 1,
    bytes: stored.bytes,
    entry: entryOf(stored),
  }))
  if (all.length === 0) throw new Refused(`No entry of the ledger belongs to dossier ${dossier}.`)
  if (receiver === 'auditor') return { entries: all, readable: all.flatMap(everything) }
  return ofParty(all, receiver === 'melder' ? 'melder' : 'respondent', what)
}

const everything = ({ leafIndex, entry }: DossierEntry): readonly Readable[] =>
  Object.entries(entry.c).map(([path, digest]) => ({ leafIndex, path, digest, served: false }))

function ofParty(all: readonly DossierEntry[], side: Side, what: DossierToExport): Chosen {
  const hearings = hearingsOf(all)
  const own = [...hearings].filter(([, heard]) => partyOf(side, heard) !== undefined)
  const chosen = what.hearing === undefined ? own : own.filter(([id]) => id === what.hearing)
  if (chosen.length === 0)
    throw new Refused(
      what.hearing === undefined
        ? 'No hearing of this dossier has that party: there is nothing to give.'
        : `This dossier has no hearing ${what.hearing} with that party.`,
    )
  const parties = new Set(chosen.map(([, heard]) => partyOf(side, heard)))
  // Whoever is one of several respondents may not be told of the others.
  if (parties.size > 1)
    throw new Refused(
      `More than one is meant: say which hearing, --hearing ${own.map(([id]) => id).join(' or ')}.`,
    )
  const entries = chosen.flatMap(([, heard]) => heard)
  return {
    entries: [...entries].sort((one, other) => one.leafIndex - other.leafIndex),
    readable: chosen.flatMap(([, heard]) => readableBy(side, heard)),
  }
}

function hearingsOf(
  all: readonly DossierEntry[],
): ReadonlyMap<string, (DossierEntry & HeardEntry)[]> {
  const hearings = new Map<string, DossierEntry[]>()
  for (const one of all) {
    const hearing = hearingOf(one.entry.stream)
    if (hearing !== undefined) hearings.set(hearing, [...(hearings.get(hearing) ?? []), one])
  }
  return hearings
}
