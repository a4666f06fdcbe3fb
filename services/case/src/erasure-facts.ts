/**
 * What the ledger itself says about a dossier that is to be erased in part: who had a hand in it, whether a party stands
 * in it, and which open facts will stay. Read from the entries of all services, whatever their types.
 */
import type { DossierIndex } from '@wederhoor/ledger/dossier-index'
import { decodeEntry, type Entry } from '@wederhoor/ledger/entry'
import type { Pseudonym } from './domain/events.ts'

export interface DossierFacts {
  /** Who did anything in it but about erasures: its handlers, now or before. */
  readonly hands: readonly Pseudonym[]
  /** Whether an open fact names this party. */
  names(party: string): boolean
  /** Which open fields stand in the dossier, by type: they stay after an erasure. */
  readonly openFields: readonly { readonly type: string; readonly fields: readonly string[] }[]
}

export async function dossierFacts(
  index: Pick<DossierIndex, 'read'>,
  dossier: string,
): Promise<DossierFacts> {
  const entries = (await index.read(dossier)).map((stored) => decodeEntry(stored.bytes))
  const others = entries.filter((entry) => !entry.stream.startsWith('erasure-'))
  return {
    hands: [...new Set(others.map((entry) => entry.actor.pseudonym as string as Pseudonym))],
    names: (party) => others.some((entry) => Object.values(entry.data).includes(party)),
    openFields: fieldsOf(entries),
  }
}

function fieldsOf(entries: readonly Entry[]): DossierFacts['openFields'] {
  const byType = new Map<string, Set<string>>()
  for (const { type, data } of entries) {
    const fields = byType.get(type) ?? new Set<string>()
    for (const name of Object.keys(data)) fields.add(name)
    byType.set(type, fields)
  }
  return [...byType]
    .map(([type, fields]) => ({ type, fields: [...fields].sort() }))
    .sort((left, right) => (left.type < right.type ? -1 : 1))
}
