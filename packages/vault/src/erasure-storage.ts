/** What an erasure asks of a vault's storage: two adapters, memory and PostgreSQL. */
import type { Position } from '@wederhoor/event-store/port'
import type { Owner } from './storage.ts'

export interface DestroyedKey {
  /** SHA-256 of the key's id, hexadecimal. */
  readonly fingerprint: string
  /** KEK epochs that stood when it was destroyed; undefined while the key store has not said so. */
  readonly epochs: readonly string[] | undefined
}

/** A table that may hold something about a party and that an erasure empties of it. All names are SQL identifiers. */
export interface ErasureTarget {
  readonly schema: string
  readonly table: string
  readonly dossierColumn: string
  /** Holds the party's id; left out: every row of the dossier goes. */
  readonly ownerColumn?: string
}

/** All methods are durable on return, idempotent, and throw VaultError unavailable where the storage cannot answer. */
export interface ErasureStorage {
  /**
   * From its return nothing is kept under the owner: what was being written has been kept before, or is refused. Gives
   * the number of the owner's digests.
   */
  raiseFence(owner: Owner): Promise<number>
  /** Deletes the owner's wrapped keys and keeps their fingerprints; gives all that were ever destroyed. */
  destroyKeys(owner: Owner): Promise<readonly DestroyedKey[]>
  /** Notes the epochs beside destroyed keys that have none yet: those of the owner, or all. */
  noteEpochs(epochs: readonly string[], owner?: Owner): Promise<void>
  destroyedKeys(owner: Owner): Promise<readonly DestroyedKey[]>
  /** Removes ciphertext and files; gives how many digests of the owner stand without. */
  deleteSealed(owner: Owner): Promise<number>
  deletePeople(scope: string, pseudonyms: readonly string[]): Promise<number>
  /** `owned`: only in tables that say whose a row is; a dossier that goes on keeps its own. */
  deleteRows(owner: Owner, which?: 'owned'): Promise<number>
  /** What is left of the owner, one line each. */
  remains(owner: Owner, looking: Looking): Promise<readonly string[]>
  /** Of these owners those whose fence is not up, or of whom a key or ciphertext is left. */
  unerased(owners: readonly Owner[]): Promise<readonly Owner[]>
  /** Owners of whom a key was ever destroyed, each once. */
  destroyed(): Promise<readonly Owner[]>
  /** Up to where the ledger was compared (`reapplyErasures`). */
  compared(): Promise<Position>
  noteCompared(position: Position): Promise<void>
}

export interface Looking {
  /** Given an order of positions, which is the store's alone. */
  readonly behind?: (position: Position) => boolean
  readonly pseudonyms?: readonly string[]
}
