/** The whole history of one dossier, across services, in the ledger's one order. */
import { ledgerSchema } from '@wederhoor/event-store/migrate-store'
import {
  type EventStore,
  type Position,
  START,
  type StoredEntry,
  StoreError,
} from '@wederhoor/event-store/port'
import type { Pool } from 'pg'

export interface DossierIndex {
  /**
   * The entries of a dossier after `from` (all of them without it), in ledger order; an unknown dossier is an empty list.
   * What is committed but not yet indexed is missing at the end, never in between.
   * @throws StoreError unavailable.
   */
  read(dossier: string, from?: Position): Promise<readonly StoredEntry[]>
  /** How many committed entries of the ledger the index has not seen yet. */
  lag(): Promise<number>
}

type EntryRow = {
  position: Position
  stream: string
  revision: number
  id: string
  type: string
  dossier: string | null
  bytes: Buffer
}

/** The store's own index on (dossier, position): it is written in the append itself, so that it never lags. */
export function postgresDossierIndex(source: {
  /** A role that may read the ledger. */
  readonly pool: Pool
  readonly ledgerName: string
}): DossierIndex {
  const schema = ledgerSchema(source.ledgerName)
  return {
    async read(dossier, from = START) {
      if (!UUID.test(dossier)) return []
      try {
        const { rows } = await source.pool.query<EntryRow>({
          name: `${schema}.dossier`,
          text: `select position::text, stream, revision, id, type, dossier, bytes from ${schema}.entry
            where dossier = $1 and position > $2 order by ${schema}.entry.position`,
          values: [dossier, from === START ? '0' : from],
        })
        return rows
      } catch (cause) {
        throw new StoreError('unavailable', 'the index of dossiers did not answer', { cause })
      }
    },
    lag: async () => 0,
  }
}

/** Reads the whole ledger each time: for the memory store, where that costs nothing. */
export function scanningDossierIndex(store: Pick<EventStore, 'readAll'>): DossierIndex {
  return {
    async read(dossier, from = START) {
      const found: StoredEntry[] = []
      let entries = await store.readAll(from, PAGE)
      for (let last = entries.at(-1); last !== undefined; last = entries.at(-1)) {
        found.push(...entries.filter((entry) => entry.dossier === dossier))
        entries = await store.readAll(last.position, PAGE)
      }
      return found
    },
    lag: async () => 0,
  }
}

const PAGE = 1_000
/** Entries hold lower-case ids only; any other text names no dossier. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
