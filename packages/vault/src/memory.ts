/** A vault that ends with the process: real keys and commitments over maps. */
import type { MemoryKeeper } from '@wederhoor/event-store/keeper'
import { type Position, START } from '@wederhoor/event-store/port'
import type { DestroyedKey, ErasureStorage } from './erasure-storage.ts'
import { fingerprintOf } from './fingerprint.ts'
import { type KekRing, passingKek } from './kek.ts'
import { type MemoryFile, memoryFiles } from './memory-files.ts'
import type { Vault } from './port.ts'
import type { DataKeyRow, Owner, RewrapStorage, SealedRow, VaultStorage } from './storage.ts'
import { type VaultParts, vaultOver } from './vault.ts'

/** Without a `kek` it makes one that ends with the process as well. */
export function memoryVault(parts: Omit<VaultParts, 'kek'> & { readonly kek?: KekRing }): Vault {
  return vaultOver(memoryStorage(), { ...parts, kek: parts.kek ?? passingKek() })
}

export interface MemoryStorage extends VaultStorage, ErasureStorage, RewrapStorage {
  /** For the memory store whose entries commit to what is kept here. */
  readonly keeper: MemoryKeeper
  /** A backup of what it keeps; `restore` puts it back in place of everything since. */
  backup(): { restore(): void }
  /** Of everything that is kept, erased or not; for tests. */
  digests(): readonly string[]
  /** As if the row had never been, for tests of a loss. */
  loseKey(owner: Owner): void
}

export function memoryStorage(): MemoryStorage {
  const state = {
    sealed: new Map<string, SealedRow>(),
    keys: new Map<string, DataKeyRow>(),
    pseudonyms: new Map<string, string>(),
    files: new Map<string, MemoryFile>(),
    fences: new Set<string>(),
    destroyed: new Map<string, readonly DestroyedKey[]>(),
    retired: new Set<string>(),
    compared: START,
  }
  const nameOf = (owner: Owner) => `${owner.dossier}|${owner.party}`
  const live = (): readonly DataKeyRow[] =>
    [...state.keys.values()].filter((row) => !state.fences.has(nameOf(row)))
  const rowsOf = (owner: Owner): readonly SealedRow[] =>
    [...state.sealed.values()].filter((row) => nameOf(row) === nameOf(owner))
  const sealedIn = (dossier: string, digests: readonly string[]): readonly SealedRow[] =>
    digests
      .flatMap((digest) => state.sealed.get(digest) ?? [])
      .filter((row) => row.dossier === dossier)
  const filesOf = (owner: Owner) =>
    [...state.files.values()].filter((file) => nameOf(file) === nameOf(owner))
  const isLeft = (owner: Owner): boolean =>
    state.keys.has(nameOf(owner)) ||
    rowsOf(owner).some((row) => row.ciphertext.length > 0) ||
    filesOf(owner).length > 0

  return {
    ...memoryFiles(
      () => state.files,
      (owner) => state.fences.has(nameOf(owner)),
    ),
    async keepSealed(rows) {
      if (rows.some((row) => state.fences.has(nameOf(row)))) return 'erased'
      for (const row of rows) state.sealed.set(row.digest, row)
      return 'kept'
    },
    keeper: {
      keep(commitments) {
        const rows = commitments.flatMap(({ enclosed }) => (enclosed as SealedRow) ?? [])
        if (rows.some((row) => state.fences.has(nameOf(row)))) return 'erased'
        const named = commitments.filter(({ enclosed }) => enclosed === undefined)
        const stands = ({ digest, dossier }: (typeof named)[number]) =>
          state.sealed.get(digest)?.dossier === dossier
        if (!named.every(stands)) return 'unknown'
        for (const row of rows) if (!state.sealed.has(row.digest)) state.sealed.set(row.digest, row)
        return 'kept'
      },
    },
    async findSealed(dossier, digests) {
      return sealedIn(dossier, digests).map((row) => ({
        ...row,
        erased: state.fences.has(nameOf(row)),
      }))
    },
    findOwners: async (dossier, digests) => sealedIn(dossier, digests),
    async findKey(owner) {
      return state.fences.has(nameOf(owner)) ? 'erased' : state.keys.get(nameOf(owner))
    },
    async keepKey(row) {
      if (state.fences.has(nameOf(row))) return 'erased'
      const found = state.keys.get(nameOf(row))
      if (found !== undefined) return found
      if (state.retired.has(row.kek)) return 'retired'
      state.keys.set(nameOf(row), row)
      return row
    },
    async keepPseudonym({ scope, person, pseudonym }) {
      return getOrSet(
        state.pseudonyms,
        `${Buffer.from(person).toString('hex')}|${scope}`,
        pseudonym,
      )
    },

    async keysNotUnder(current, limit, after) {
      return live()
        .filter((row) => row.kek !== current)
        .sort((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1))
        .filter((row) => after === undefined || nameOf(row) > nameOf(after))
        .slice(0, limit)
    },
    async replaceKeys(changes) {
      const standing = changes.filter(({ from }) => {
        const row = state.keys.get(nameOf(from))
        return row?.id === from.id && row.kek === from.kek && !state.fences.has(nameOf(from))
      })
      for (const { to } of standing) state.keys.set(nameOf(to), to)
      return standing.length
    },
    async retire(keks) {
      for (const kek of keks) state.retired.add(kek)
      return live().filter((row) => keks.includes(row.kek)).length
    },
    retired: async () => [...state.retired],

    async raiseFence(owner) {
      state.fences.add(nameOf(owner))
      return rowsOf(owner).length
    },
    async destroyKeys(owner) {
      const row = state.keys.get(nameOf(owner))
      const before = state.destroyed.get(nameOf(owner)) ?? []
      if (row === undefined) return before
      const now = { fingerprint: fingerprintOf(row.id), epochs: undefined }
      state.keys.delete(nameOf(owner))
      state.destroyed.set(nameOf(owner), [...before, now])
      return [...before, now]
    },
    async noteEpochs(epochs, owner) {
      for (const [name, keys] of state.destroyed)
        if (owner === undefined || name === nameOf(owner))
          state.destroyed.set(
            name,
            keys.map((key) => ({ ...key, epochs: key.epochs ?? epochs })),
          )
    },
    destroyedKeys: async (owner) => state.destroyed.get(nameOf(owner)) ?? [],
    async deleteSealed(owner) {
      const none = new Uint8Array()
      for (const row of rowsOf(owner))
        state.sealed.set(row.digest, { ...row, nonce: none, ciphertext: none })
      for (const { id } of filesOf(owner)) state.files.delete(id)
      return rowsOf(owner).length
    },
    async deletePeople(scope, pseudonyms) {
      const found = [...state.pseudonyms].filter(
        ([key, pseudonym]) => key.endsWith(`|${scope}`) && pseudonyms.includes(pseudonym),
      )
      for (const [key] of found) state.pseudonyms.delete(key)
      return found.length
    },
    deleteRows: async () => 0,
    async remains(owner, { pseudonyms = [] }) {
      const keys = state.destroyed.get(nameOf(owner)) ?? []
      const people = [...state.pseudonyms].filter(
        ([key, pseudonym]) => key.endsWith(`|${owner.dossier}`) && pseudonyms.includes(pseudonym),
      )
      return [
        ...(state.fences.has(nameOf(owner)) ? [] : ['fence: not raised']),
        ...(state.keys.has(nameOf(owner)) ? ['data_key: 1'] : []),
        ...rowsOf(owner).flatMap((row) => (row.ciphertext.length > 0 ? ['sealed: 1'] : [])),
        ...filesOf(owner).map(() => 'file: 1'),
        ...people.map(() => 'pseudonym: 1'),
        ...(keys.some((key) => key.epochs === undefined) ? ['destroyed_key: epochs unknown'] : []),
      ]
    },
    unerased: async (owners) =>
      owners.filter((owner) => !state.fences.has(nameOf(owner)) || isLeft(owner)),
    async destroyed() {
      return [...state.destroyed.keys()].map((name) => {
        const [dossier = '', party = ''] = name.split('|')
        return { dossier, party }
      })
    },
    compared: async () => state.compared,
    async noteCompared(position: Position) {
      state.compared = position
    },

    digests: () => [...state.sealed.keys()],
    loseKey(owner) {
      state.keys.delete(nameOf(owner))
    },
    backup() {
      const kept = structuredClone(state)
      return { restore: () => void Object.assign(state, structuredClone(kept)) }
    },
  }
}

function getOrSet<Value>(map: Map<string, Value>, key: string, value: Value): Value {
  const found = map.get(key)
  if (found !== undefined) return found
  map.set(key, value)
  return value
}
