/** What a vault keeps, beneath its one implementation: two adapters, memory and PostgreSQL. Nothing here is readable. */
import type { FileStorage } from './file-storage.ts'
import type { WrappedKey } from './kek.ts'

/** Who owns sealed content: one data key per pair. */
export interface Owner {
  readonly dossier: string
  readonly party: string
}

export interface SealedRow extends Owner {
  readonly digest: string
  readonly path: string
  readonly keyId: string
  readonly nonce: Uint8Array
  readonly ciphertext: Uint8Array
}

/** As it stands: `erased` when the owner's fence is up, and then nonce and ciphertext may be empty. */
export interface FoundSealed extends SealedRow {
  readonly erased: boolean
}

export interface DataKeyRow extends Owner, WrappedKey {
  readonly id: string
}

export interface PseudonymRow {
  readonly scope: string
  /** HMAC of the person within the scope. */
  readonly person: Uint8Array
  readonly pseudonym: string
}

/** All methods throw VaultError unavailable where the storage cannot answer. */
export interface VaultStorage extends FileStorage {
  /** Durable on return, all or none. `erased` when the owner's fence is up. */
  keepSealed(rows: readonly SealedRow[]): Promise<'kept' | 'erased'>
  /** Of one dossier, in no order; a digest that is not there has no row. */
  findSealed(dossier: string, digests: readonly string[]): Promise<readonly FoundSealed[]>
  /** Who owns them; in no order. Also of what was erased: the row stays, without what it held. */
  findOwners(
    dossier: string,
    digests: readonly string[],
  ): Promise<readonly Pick<SealedRow, 'digest' | 'party'>[]>
  /** The owner's key; undefined where there is none yet. */
  findKey(owner: Owner): Promise<DataKeyRow | 'erased' | undefined>
  /**
   * Keeps the key unless the owner has one already, and gives the one that stands. Durable on return. `retired`: the KEK
   * epoch that wrapped it is about to be destroyed, and no key stands; wrap it under a newer one.
   */
  keepKey(row: DataKeyRow): Promise<DataKeyRow | 'erased' | 'retired'>
  /** Keeps the pseudonym unless the person has one in this scope, and gives the one that stands. Durable on return. */
  keepPseudonym(row: PseudonymRow): Promise<string>
}

/** What a change of KEK epochs asks of the storage; the same two adapters. Owners whose fence is up are left out. */
export interface RewrapStorage {
  /** Up to `limit` keys that `current` did not wrap, in the order of their owners, after `after`. */
  keysNotUnder(current: string, limit: number, after?: Owner): Promise<readonly DataKeyRow[]>
  /**
   * Puts the new wrapping in place of the old one, where the old one still stands; gives how many. Durable on return.
   */
  replaceKeys(
    changes: readonly { readonly from: DataKeyRow; readonly to: DataKeyRow }[],
  ): Promise<number>
  /**
   * From its return no key is kept that one of these wrapped; gives how many keys are wrapped by one of them.
   */
  retire(keks: readonly string[]): Promise<number>
  /** All that were ever retired, in no order. */
  retired(): Promise<readonly string[]>
}
