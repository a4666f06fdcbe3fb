/** A dossier replayed: its entries folded into a state, with the hashes that let somebody else compare. */
import type { EventStore } from '@wederhoor/event-store/port'
import { canonicalJson } from '@wederhoor/ledger/canonical-json'
import type { DossierIndex } from '@wederhoor/ledger/dossier-index'
import { type AsOf, entriesAsOf } from './as-of.ts'
import { type DossierState, foldDossier } from './reducer/dossier-state.ts'
import { type ReducerSource, reducerSource, sha256 } from './reducer-source.ts'

export interface Replay {
  readonly dossier: string
  readonly asOf: AsOf
  readonly state: DossierState
  /** SHA-256 (hex) of the state's canonical JSON (RFC 8785) in UTF-8. */
  readonly stateSha256: string
  readonly reducer: ReducerSource
}

export interface AuditedLedger {
  readonly index: DossierIndex
  readonly store: Pick<EventStore, 'readAll' | 'compare' | 'head'>
}

/**
 * Undefined for a dossier that has no entry at all; one that has none *as of then* gives the empty state. It opens nothing:
 * sealed content shows as commitments. The same request gives the same bytes, once the moment of the recorded clock is past.
 * @throws StoreError unavailable, CorruptEntry.
 */
export async function replayDossier(
  { index, store }: AuditedLedger,
  dossier: string,
  asOf: AsOf,
): Promise<Replay | undefined> {
  const stored = await index.read(dossier)
  if (stored.length === 0) return undefined
  const state = foldDossier(await entriesAsOf(store, stored, asOf))
  return {
    dossier,
    asOf,
    state,
    stateSha256: sha256(canonicalJson(state)),
    reducer: await reducerSource(),
  }
}
