/** What a vault keeps, beneath its one implementation: two adapters, memory and PostgreSQL. Nothing here is readable. */

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

export interface DataKeyRow extends Owner {
  readonly id: string
  /** Id of the KEK that wrapped it. */
  readonly kek: string
  readonly wrapped: Uint8Array
}

export interface PseudonymRow {
  readonly scope: string
  /** HMAC of the person within the scope. */
  readonly person: Uint8Array
  readonly pseudonym: string
}

/** All methods throw VaultError unavailable where the storage cannot answer. */
export interface VaultStorage {
  /** Durable on return, all or none. `erased` when the owner's fence is up. */
  keepSealed(rows: readonly SealedRow[]): Promise<'kept' | 'erased'>
  /** In no order; a digest that is not there has no row. */
  findSealed(digests: readonly string[]): Promise<readonly SealedRow[]>
  /** The owner's key; undefined where there is none yet. */
  findKey(owner: Owner): Promise<DataKeyRow | 'erased' | undefined>
  /** Keeps the key unless the owner has one already, and gives the one that stands. Durable on return. */
  keepKey(row: DataKeyRow): Promise<DataKeyRow | 'erased'>
  /** Keeps the pseudonym unless the person has one in this scope, and gives the one that stands. Durable on return. */
  keepPseudonym(row: PseudonymRow): Promise<string>
}
