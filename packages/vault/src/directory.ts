/**
 * Pseudonyms: a random id per human and scope, so that entries name nobody and two dossiers cannot be joined by who
 * worked on them. The rows hold an HMAC under a key of the vault; without that key, or without the row, a pseudonym leads
 * to no one. Both can be erased.
 */
import { createHmac, randomUUID } from 'node:crypto'
import type { Pseudonym } from '@wederhoor/ledger/entry'
import { expiringCache } from './expiring-cache.ts'
import { type DataKeys, KEY_CACHE_MS } from './keys.ts'
import { VaultError } from './port.ts'
import type { Owner, VaultStorage } from './storage.ts'

/** The owner of the directory's key. `NIL` names no dossier, and nobody may seal under it. */
export const NIL = '00000000-0000-0000-0000-000000000000'
const DIRECTORY: Owner = { dossier: NIL, party: NIL }

export interface Directory {
  pseudonym(scope: string, person: string): Promise<Pseudonym>
  forget(): void
}

export function directory(parts: {
  readonly storage: VaultStorage
  readonly keys: DataKeys
}): Directory {
  const { storage, keys } = parts
  const cache = expiringCache<Pseudonym>({ liveMs: KEY_CACHE_MS, entriesMax: 10_000 })

  async function find(scope: string, name: string): Promise<Pseudonym> {
    const key = await keys.forSealing(DIRECTORY)
    if (key === 'erased') throw new VaultError('erased', 'the directory was erased')
    const person = createHmac('sha256', key.bytes).update(name, 'utf8').digest()
    const pseudonym = await storage.keepPseudonym({ scope, person, pseudonym: randomUUID() })
    return pseudonym as Pseudonym
  }

  return {
    pseudonym(scope, person) {
      // The scope goes into the HMAC: the rows of one human in two scopes have nothing in common.
      const name = JSON.stringify([scope, person])
      return cache.get(name, () => find(scope, name))
    },
    forget: cache.clear,
  }
}
