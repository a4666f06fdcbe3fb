/** A vault that ends with the process: real keys and commitments over maps. */
import { type Kek, passingKek } from './kek.ts'
import type { Vault } from './port.ts'
import type { DataKeyRow, Owner, SealedRow, VaultStorage } from './storage.ts'
import { type VaultParts, vaultOver } from './vault.ts'

/** Without a `kek` it makes one that ends with the process as well. */
export function memoryVault(parts: Omit<VaultParts, 'kek'> & { readonly kek?: Kek }): Vault {
  return vaultOver(memoryStorage(), { ...parts, kek: parts.kek ?? passingKek() })
}

export interface MemoryStorage extends VaultStorage {
  /** Raises the owner's fence and destroys its key and rows. */
  erase(owner: Owner): void
}

export function memoryStorage(): MemoryStorage {
  const sealed = new Map<string, SealedRow>()
  const keys = new Map<string, DataKeyRow>()
  const pseudonyms = new Map<string, string>()
  const fences = new Set<string>()
  const nameOf = (owner: Owner) => `${owner.dossier}|${owner.party}`

  return {
    async keepSealed(rows) {
      if (rows.some((row) => fences.has(nameOf(row)))) return 'erased'
      for (const row of rows) sealed.set(row.digest, row)
      return 'kept'
    },
    async findSealed(digests) {
      return digests.flatMap((digest) => sealed.get(digest) ?? [])
    },
    async findKey(owner) {
      return fences.has(nameOf(owner)) ? 'erased' : keys.get(nameOf(owner))
    },
    async keepKey(row) {
      if (fences.has(nameOf(row))) return 'erased'
      return getOrSet(keys, nameOf(row), row)
    },
    async keepPseudonym({ scope, person, pseudonym }) {
      return getOrSet(pseudonyms, `${Buffer.from(person).toString('hex')}|${scope}`, pseudonym)
    },
    erase(owner) {
      fences.add(nameOf(owner))
      keys.delete(nameOf(owner))
    },
  }
}

function getOrSet<Value>(map: Map<string, Value>, key: string, value: Value): Value {
  const found = map.get(key)
  if (found !== undefined) return found
  map.set(key, value)
  return value
}
