/** Data keys: one per (dossier, party), made when first needed, wrapped by the KEK, in clear for at most a minute. */
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { KEY_BYTES } from './cipher.ts'
import { expiringCache } from './expiring-cache.ts'
import type { Kek } from './kek.ts'
import { VaultError } from './port.ts'
import type { DataKeyRow, Owner, VaultStorage } from './storage.ts'

/** An erasure is complete everywhere once every process has forgotten its keys: it counts on this. */
export const KEY_CACHE_MS = 60_000

export interface DataKey {
  readonly id: string
  readonly bytes: Uint8Array
}

export interface DataKeys {
  /** The owner's key, made when there is none. `erased` when its fence is up. */
  forSealing(owner: Owner): Promise<DataKey | 'erased'>
  /** @throws VaultError key-missing: there is no key and no erasure explains it, or another KEK wrapped it. */
  forOpening(owner: Owner): Promise<DataKey | 'erased'>
  forget(): void
}

export function dataKeys(parts: {
  readonly storage: VaultStorage
  readonly kek: Kek
  readonly liveMs?: number
}): DataKeys {
  const { storage, kek, liveMs = KEY_CACHE_MS } = parts
  assert(liveMs <= KEY_CACHE_MS, 'a key may not outlive what an erasure counts on')
  const cache = expiringCache<DataKey | 'erased'>({ liveMs, entriesMax: 10_000 })

  async function unwrap(row: DataKeyRow): Promise<DataKey> {
    if (row.kek !== kek.id)
      throw new VaultError('key-missing', `data key ${row.id} needs KEK ${row.kek}`)
    return { id: row.id, bytes: await kek.unwrap(row.wrapped, purposeOf(row)) }
  }

  async function find(owner: Owner): Promise<DataKey | 'erased' | undefined> {
    const row = await storage.findKey(owner)
    return row === undefined || row === 'erased' ? row : unwrap(row)
  }

  async function make(owner: Owner): Promise<DataKey | 'erased'> {
    const bytes = randomBytes(KEY_BYTES)
    const named = { ...owner, id: randomUUID(), kek: kek.id }
    const mine = { ...named, wrapped: await kek.wrap(bytes, purposeOf(named)) }
    const standing = await storage.keepKey(mine)
    if (standing === 'erased') return 'erased'
    return standing.id === mine.id ? { id: mine.id, bytes } : unwrap(standing)
  }

  async function findOrFail(owner: Owner): Promise<DataKey | 'erased'> {
    const found = await find(owner)
    if (found === undefined)
      throw new VaultError('key-missing', `no data key in dossier ${owner.dossier}`)
    return found
  }

  return {
    forSealing: (owner) => cache.get(nameOf(owner), async () => (await find(owner)) ?? make(owner)),
    forOpening: (owner) => cache.get(nameOf(owner), () => findOrFail(owner)),
    forget: cache.clear,
  }
}

const nameOf = (owner: Owner): string => `${owner.dossier}|${owner.party}`
const purposeOf = (row: Owner & { readonly id: string }): string => `${nameOf(row)}|${row.id}`
