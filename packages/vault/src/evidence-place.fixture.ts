/** Where a ledger, its tree and a vault stand together, as one backup takes them: in memory, or in one database. */
import { memoryStore } from '@wederhoor/event-store/memory'
import type { EventStore } from '@wederhoor/event-store/port'
import { everyEntry } from '@wederhoor/ledger/integrator.fixture'
import { type MemoryTiles, memoryTiles } from '@wederhoor/ledger/memory-tiles'
import { migrateTiles } from '@wederhoor/ledger/migrate-tiles'
import { postgresTiles } from '@wederhoor/ledger/postgres-tiles'
import type { TileStorage } from '@wederhoor/ledger/tile-storage'
import type { TestDatabase } from '@wederhoor/postgres/test-database'
import type { WholeStorage } from './erasure-world.fixture.ts'
import { type MemoryStorage, memoryStorage } from './memory.ts'
import { copyOf, migratedDatabase, worldIn } from './postgres-world.fixture.ts'
import type { Owner } from './storage.ts'

export interface EvidencePlace {
  readonly store: EventStore
  readonly tiles: TileStorage
  readonly storage: WholeStorage
  /** Names of the owners whom the ledger itself refuses. */
  fenced(): Promise<ReadonlySet<string>>
  /** A copy of everything. Each `restore` gives what stood then, and this place is used no more. */
  backup(): Promise<{ restore(): Promise<EvidencePlace> }>
}

export const nameOf = (owner: Owner): string => `${owner.dossier}|${owner.party}`

export const memoryPlace = (): EvidencePlace =>
  memoryPlaceOver(memoryStore(), memoryTiles(), memoryStorage(), [])

type Fence = Parameters<EventStore['raiseFence']>[0]

function memoryPlaceOver(
  ledger: EventStore,
  tiles: MemoryTiles,
  storage: MemoryStorage,
  raised: readonly Fence[],
): EvidencePlace {
  let fences = raised
  const store: EventStore = {
    ...ledger,
    async raiseFence(owner) {
      const position = await ledger.raiseFence(owner)
      fences = [...fences, owner]
      return position
    },
  }
  return {
    store,
    tiles,
    storage,
    fenced: async () =>
      new Set(fences.map(({ dossier, owner }) => nameOf({ dossier, party: owner }))),
    async backup() {
      const entries = await everyEntry(ledger)
      const [halted, kept] = [await ledger.halted(), storage.backup()]
      const [keptTiles, keptFences] = [tiles.copy(), fences]
      return {
        async restore() {
          const again = memoryStore()
          for (const { stream, revision, id, type, dossier, bytes } of entries) {
            const expected = revision === 0 ? 'no-stream' : revision - 1
            await again.append(stream, expected, [{ id, type, dossier, bytes }])
          }
          for (const fence of keptFences) await again.raiseFence(fence)
          if (halted !== undefined) await again.halt(halted)
          kept.restore()
          return memoryPlaceOver(again, keptTiles.copy(), storage, keptFences)
        },
      }
    },
  }
}

/** `keep` is told of every database that must be dropped. */
export async function postgresPlace(
  keep: (database: TestDatabase) => void,
): Promise<EvidencePlace> {
  const database = await migratedDatabase()
  keep(database)
  await migrateTiles(database.pool, 'test')
  return postgresPlaceIn(database, keep)
}

function postgresPlaceIn(
  database: TestDatabase,
  keep: (database: TestDatabase) => void,
): EvidencePlace {
  const { pool } = database
  const { store, storage } = worldIn(pool)
  return {
    store,
    storage,
    tiles: postgresTiles({ pool, ledgerName: 'test' }),
    async fenced() {
      const { rows } = await pool.query<Fence>('select dossier, owner from ledger_test.fence')
      return new Set(rows.map(({ dossier, owner }) => nameOf({ dossier, party: owner })))
    },
    async backup() {
      const copy = await copyOf(database)
      keep(copy)
      return {
        async restore() {
          const restored = await copyOf(copy)
          keep(restored)
          return postgresPlaceIn(restored, keep)
        },
      }
    },
  }
}
