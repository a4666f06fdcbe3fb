/** Data keys: one per (dossier, party), made when first needed, wrapped by the KEK, in clear for at most a minute. */
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { KEY_BYTES } from './cipher.ts'
import { expiringCache } from './expiring-cache.ts'
import type { KekRing } from './kek.ts'
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
  /**
   * `lost` when there is no key and no erasure explains it.
   * @throws VaultError key-missing: the ring has no epoch that can unwrap it; tampered; unavailable.
   */
  forOpening(owner: Owner): Promise<DataKey | 'erased' | 'lost'>
  evict(owner: Owner): void
  forget(): void
}

export function dataKeys(parts: {
  readonly storage: VaultStorage
  readonly kek: KekRing
  readonly liveMs?: number
}): DataKeys {
  const { storage, kek, liveMs = KEY_CACHE_MS } = parts
  assert(liveMs <= KEY_CACHE_MS, 'a key may not outlive what an erasure counts on')
  const cache = expiringCache<DataKey | 'erased'>({ liveMs, entriesMax: 10_000 })

  const unwrap = async (row: DataKeyRow): Promise<DataKey> => ({
    id: row.id,
    bytes: await kek.unwrap(row, purposeOf(row)),
  })

  async function find(owner: Owner): Promise<DataKey | 'erased' | undefined> {
    const row = await storage.findKey(owner)
    return row === undefined || row === 'erased' ? row : unwrap(row)
  }

  async function make(owner: Owner, triesLeft = 3): Promise<DataKey | 'erased'> {
    const bytes = randomBytes(KEY_BYTES)
    const named = { dossier: owner.dossier, party: owner.party, id: randomUUID() }
    const standing = await storage.keepKey({
      ...named,
      ...(await kek.wrap(bytes, purposeOf(named))),
    })
    if (standing === 'erased') return 'erased'
    if (standing !== 'retired')
      return standing.id === named.id ? { id: named.id, bytes } : unwrap(standing)
    if (triesLeft === 0) throw new VaultError('unavailable', 'the current KEK epoch is retired')
    return make(owner, triesLeft - 1)
  }

  return {
    forSealing: (owner) => cache.get(nameOf(owner), async () => (await find(owner)) ?? make(owner)),
    async forOpening(owner) {
      try {
        return await cache.get(nameOf(owner), async () => (await find(owner)) ?? lost(owner))
      } catch (cause) {
        if (cause instanceof Lost) return 'lost'
        throw cause
      }
    },
    evict: (owner) => cache.forget(nameOf(owner)),
    forget: cache.clear,
  }
}

/** Thrown so that it is not cached: the same owner may seal again, and then a key is made. */
class Lost extends Error {}
const lost = (owner: Owner): never => {
  throw new Lost(`no data key in dossier ${owner.dossier}`)
}

const nameOf = (owner: Owner): string => `${owner.dossier}|${owner.party}`
/** What a wrapped key is bound to. */
export const purposeOf = (row: Owner & { readonly id: string }): string =>
  `${nameOf(row)}|${row.id}`
