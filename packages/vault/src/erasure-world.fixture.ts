/** A vault, a ledger and a key ring in which people are erased, for this package's tests. */
import { memoryStore } from '@wederhoor/event-store/memory'
import type { EventStore } from '@wederhoor/event-store/port'
import type { Pseudonym } from '@wederhoor/ledger/entry'
import { z } from 'zod'
import { type ErasureSteps, erasureSteps } from './erasure.ts'
import { type ErasureRegister, memoryRegister } from './erasure-register.ts'
import type { ErasureStorage } from './erasure-storage.ts'
import { eventCodec } from './event-codec.ts'
import { event, open, type Sealed, sensitive, uuid } from './fields.ts'
import { type KekRing, passingKek } from './kek.ts'
import type { Vault } from './port.ts'
import { reapplyErasures } from './reapply-erasures.ts'
import type { Owner, RewrapStorage, VaultStorage } from './storage.ts'
import { contextFor, requestFor } from './story.fixture.ts'
import { vaultOver } from './vault.ts'

export type WholeStorage = VaultStorage & ErasureStorage & RewrapStorage

/** One event about two people, each with a text under a key of their own. */
const met = event('PeopleMet', 1, {
  one: open('a random id', uuid('PartyId')),
  other: open('a random id', uuid('PartyId')),
  ofOne: sensitive('one', z.string()),
  ofOther: sensitive('other', z.string()),
})
const partyErased = event('PartyErased', 1, { party: open('a random id', uuid('PartyId')) })
const codec = eventCodec({ ledger: 'ledger.example', events: [met, partyErased] })

/** The outside world of one storage. What is given stays as it is; the rest ends with the process. */
export interface ErasureWorld {
  readonly storage: WholeStorage
  readonly store: EventStore
  readonly accessStore: EventStore
  readonly kek: KekRing
  readonly register: ErasureRegister
}

export const worldOver = (
  storage: WholeStorage,
  given: Partial<Omit<ErasureWorld, 'storage'>> = {},
): ErasureWorld => ({
  storage,
  store: memoryStore(),
  accessStore: memoryStore(),
  kek: passingKek(),
  register: memoryRegister(),
  ...given,
})

/** As a process that has just started sees it: nothing in its caches. */
export function processIn(world: ErasureWorld): { vault: Vault; steps: ErasureSteps } {
  const origin = { ledgerOrigin: 'ledger.example/access', policy: '2026-01' }
  const vault = vaultOver(world.storage, { ...origin, ...world })
  return { vault, steps: erasureSteps({ ...world, vault }) }
}

/** What must come before a process serves anything. */
export const startIn = async (world: ErasureWorld) => {
  await reapplyErasures(world)
  return processIn(world)
}

/** Seals a text for each and records the one event that names both. */
export async function meet(
  { store }: ErasureWorld,
  vault: Vault,
  people: { readonly one: Owner; readonly other: Owner },
  text: string,
) {
  const { one, other } = people
  const { ofOne } = await vault.seal(met, one, { ofOne: `${text} of one` })
  const { ofOther } = await vault.seal(met, other, { ofOther: `${text} of other` })
  await append(store, one.dossier, 'meeting', {
    type: 'PeopleMet',
    one: one.party as never,
    other: other.party as never,
    ofOne,
    ofOther,
  })
  return { ofOne, ofOther }
}

/** All that a driver does, in its order; it says between which steps it stands. */
export async function erase(
  { store }: Pick<ErasureWorld, 'store'>,
  { steps }: { steps: ErasureSteps },
  owner: Owner,
  pseudonyms: readonly Pseudonym[] = [],
) {
  const { digests } = await steps.raiseFence(owner)
  await recordErased(store, owner)
  const { keys } = await steps.destroyKeys(owner)
  await steps.deleteSealed(owner)
  await steps.deletePeople(owner, pseudonyms)
  await steps.deleteRows(owner)
  steps.evictCaches(owner)
  return { digests, keys, scan: await steps.scan(owner, { pseudonyms }) }
}

/** Once, as its process manager does it. */
export async function recordErased(store: EventStore, owner: Owner): Promise<void> {
  const stream = `erasure-${owner.party}`
  if ((await store.readStream(stream)).length > 0) return
  await append(store, owner.dossier, stream, { type: 'PartyErased', party: owner.party as never })
}

async function append(
  store: EventStore,
  dossier: string,
  stream: string,
  happened: Parameters<typeof codec.encode>[0],
): Promise<void> {
  const context = contextFor(dossier)
  const name = stream === 'meeting' ? `meeting-${context.id}` : stream
  const place = { stream: name, revision: 0, id: context.id }
  await store.append(name, 'no-stream', [codec.encode(happened, place, context)])
}

/** What opens: the text, or the word for why not. */
export async function read(
  vault: Vault,
  owner: Owner,
  ...sealed: readonly Sealed<unknown>[]
): Promise<readonly unknown[]> {
  const opened = await vault.open(requestFor(owner, ...sealed))
  return opened.map((one) => (one.kind === 'opened' ? one.value : one.kind))
}

export class Crash extends Error {}

/** The outside world, which ends with the n-th call: before it, or after it without an answer. */
export function cutting(world: ErasureWorld, when: 'before' | 'after', at: number): ErasureWorld {
  let calls = 0
  const wrap = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function' || name === 'compare') return value
        return async (...given: unknown[]) => {
          const mine = calls
          calls += 1
          if (mine === at && when === 'before') throw new Crash()
          const result: unknown = await Reflect.apply(value, target, given)
          if (mine === at) throw new Crash()
          return result
        }
      },
    })
  return {
    ...world,
    storage: wrap(world.storage),
    store: wrap(world.store),
    kek: wrap(world.kek),
    register: wrap(world.register),
  }
}
