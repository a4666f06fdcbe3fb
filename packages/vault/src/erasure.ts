/**
 * The erasure of a party in one dossier: fence everywhere, destroy everywhere, then evict caches. Each step is durable on
 * return and may be repeated: whoever drives it records what came back and, after a crash, begins where it stood or at
 * the first step again. That a party was erased (`PartyErased`) is recorded after `raiseFence` and before `destroyKeys`.
 */
import type { EventStore, Position } from '@wederhoor/event-store/port'
import type { Pseudonym } from '@wederhoor/ledger/entry'
import type { Ending, ErasureRegister } from './erasure-register.ts'
import type { ErasureStorage } from './erasure-storage.ts'
import type { KekRing } from './kek.ts'
import type { Vault } from './port.ts'
import type { Owner } from './storage.ts'

export interface ErasureSteps {
  /**
   * Raises the owner's fence in the vault and then in the ledger. From here on nothing sealed for it is kept and nothing of
   * it opens, and no entry names it; `position` is where the ledger stood. `digests` counts its commitments, sealed and
   * perhaps never named; it no longer changes.
   * @throws VaultError unavailable; StoreError as `EventStore.raiseFence`.
   */
  raiseFence(owner: Owner): Promise<{ readonly position: Position; readonly digests: number }>
  /**
   * Writes the owner into the register outside the database, then destroys its wrapped keys, then notes which KEK epochs
   * could still unwrap them from a backup. `keys` are fingerprints: SHA-256 of the key's id, hexadecimal.
   * @throws VaultError unavailable: the register, the database or the key store did not answer. What could be destroyed
   * has been; repeat.
   */
  destroyKeys(owner: Owner): Promise<{ readonly keys: readonly string[] }>
  /** Removes ciphertext and files and keeps the digests, so that `open` still says `erased`. `digests`: how many stand so. */
  deleteSealed(owner: Owner): Promise<{ readonly digests: number }>
  /**
   * Writes these pseudonyms into the register, then deletes their rows of the directory in this dossier: they then lead to
   * nobody.
   */
  deletePeople(owner: Owner, pseudonyms: readonly Pseudonym[]): Promise<{ readonly people: number }>
  /** Deletes the owner's rows in every registered table (`registerErasureTargets`); counts what this call deleted. */
  deleteRows(owner: Owner): Promise<{ readonly rows: number }>
  /** Forgets keys in this process; others forget within a minute and open nothing in the meantime. */
  evictCaches(owner: Owner): void
  /** Looks whether anything of the owner is left in the live database. `places` is empty when clean. */
  scan(owner: Owner, looking?: ScanRequest): Promise<ErasureScan>
  /**
   * Writes into the register outside the database which epochs end when: a database restored to before the erasure has
   * forgotten it, and they end all the same. @throws VaultError unavailable, tampered.
   */
  noteEnding(owner: Owner, ending: Ending): Promise<void>
  /**
   * Whether backups still hold what could be opened: `waitsFor` are the KEK epochs that could unwrap the owner's destroyed
   * keys and have not been destroyed.
   */
  finality(owner: Owner): Promise<{ readonly final: boolean; readonly waitsFor: readonly string[] }>
}

export interface ScanRequest {
  /** Every projection must have read this far, or it might still write a row: the position of `PartyErased`. */
  readonly positionAtLeast?: Position
  /** These may have no row in the directory. */
  readonly pseudonyms?: readonly Pseudonym[]
}

export interface ErasureScan {
  readonly clean: boolean
  /** What is left and where, one line each; names tables and ids, never content. */
  readonly places: readonly string[]
}

/**
 * `vault` is the one of this process, whose caches are evicted. Contracts: `ErasureSteps`.
 */
export function erasureSteps(parts: {
  readonly storage: ErasureStorage
  /** The case history. */
  readonly store: Pick<EventStore, 'raiseFence' | 'compare'>
  readonly kek: Pick<KekRing, 'epochs'>
  readonly register: ErasureRegister
  readonly vault?: Pick<Vault, 'evict'>
}): ErasureSteps {
  const { storage, store, kek, register, vault } = parts
  return {
    async raiseFence(owner) {
      const digests = await storage.raiseFence(owner)
      const position = await store.raiseFence({ dossier: owner.dossier, owner: owner.party })
      // Whoever seals in this process hears of it at once; elsewhere the append does.
      vault?.evict(owner)
      return { position, digests }
    },

    async destroyKeys(owner) {
      await register.add({ ...owner, pseudonyms: [] })
      const keys = await storage.destroyKeys(owner)
      // Last: a key store that does not answer delays what is noted, not what is destroyed.
      if (keys.some((key) => key.epochs === undefined))
        await storage.noteEpochs(await kek.epochs(), owner)
      return { keys: keys.map((key) => key.fingerprint) }
    },

    async deleteSealed(owner) {
      return { digests: await storage.deleteSealed(owner) }
    },

    async deletePeople(owner, pseudonyms) {
      await register.add({ ...owner, pseudonyms })
      return { people: await storage.deletePeople(owner.dossier, pseudonyms) }
    },

    async deleteRows(owner) {
      return { rows: await storage.deleteRows(owner) }
    },

    evictCaches(owner) {
      vault?.evict(owner)
    },

    async scan(owner, { positionAtLeast, pseudonyms } = {}) {
      const places = await storage.remains(owner, {
        ...(pseudonyms !== undefined && { pseudonyms }),
        ...(positionAtLeast !== undefined && {
          behind: (position: Position) => store.compare(position, positionAtLeast) < 0,
        }),
      })
      return { clean: places.length === 0, places }
    },

    noteEnding: ({ dossier, party }, ending) =>
      register.add({ dossier, party, pseudonyms: [], ending }),

    async finality(owner) {
      const keys = await storage.destroyedKeys(owner)
      const standing = await kek.epochs()
      const waitsFor = standing.filter((epoch) =>
        keys.some((key) => key.epochs === undefined || key.epochs.includes(epoch)),
      )
      return { final: waitsFor.length === 0, waitsFor }
    },
  }
}
