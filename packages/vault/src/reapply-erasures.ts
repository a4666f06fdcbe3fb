/**
 * Erasures again after a restore: a backup brings back keys, content and rows of people who were erased since. Run before
 * anything is served.
 */
import { type EventStore, type Position, START } from '@wederhoor/event-store/port'
import { decodeEntry } from '@wederhoor/ledger/entry'
import type { Erased, ErasureRegister } from './erasure-register.ts'
import type { ErasureStorage } from './erasure-storage.ts'
import type { KekRing } from './kek.ts'
import { VaultError } from './port.ts'
import type { Owner } from './storage.ts'

export interface Reapplying {
  readonly storage: ErasureStorage
  /** The case history. */
  readonly store: Pick<EventStore, 'head' | 'readAll' | 'compare' | 'raiseFence'>
  readonly kek: Pick<KekRing, 'epochs'>
  readonly register: ErasureRegister
}

/**
 * Compares what the ledger (entries `PartyErased` of category `erasure`: the envelope's dossier, `party` among the open
 * facts) and the register say with the fences, keys and content that stand, and erases what was put back. Reads the ledger
 * from where it was compared last. `reapplied` counts owners of whom something was left. Run it again now and then: rows
 * that a projection writes after a restore go then.
 *
 * A register that was lost while the database stood is written again, without pseudonyms: those are known to it alone.
 * The key store is not needed: where it does not answer, its epochs are noted at the next start.
 * @throws VaultError unavailable, tampered; StoreError: nothing may be served then.
 */
export async function reapplyErasures(parts: Reapplying): Promise<{ readonly reapplied: number }> {
  const { storage, store, register } = parts
  const registered = await register.read()
  const { erased, compared } = await erasedIn(store, await storage.compared())
  // A ledger that was restored alone has lost its own fences; a repeat costs one statement.
  for (const { dossier, party } of registered) await store.raiseFence({ dossier, owner: party })
  const destroyed = await storage.destroyed()
  await writeAgain(register, registered, destroyed)
  const known = unique([...registered, ...erased, ...destroyed])
  const left = await storage.unerased(known)
  for (const owner of left) {
    const person = registered.find((one) => nameOf(one) === nameOf(owner))
    await eraseAgain(parts, { ...owner, pseudonyms: person?.pseudonyms ?? [] })
  }
  for (const { dossier, party, pseudonyms } of registered) {
    // Not only with the keys: a start that was cut off has destroyed those and not come this far.
    if (pseudonyms.length > 0) await storage.deletePeople(dossier, pseudonyms)
    // A projection that was restored reads on from before the erasure, and may have written a row since the last time.
    await storage.deleteRows({ dossier, party }, 'owned')
  }
  await noteEpochs(parts)
  await storage.noteCompared(compared)
  return { reapplied: left.length }
}

async function eraseAgain({ storage, store, register }: Reapplying, erased: Erased): Promise<void> {
  const owner = { dossier: erased.dossier, party: erased.party }
  await storage.raiseFence(owner)
  await store.raiseFence({ dossier: owner.dossier, owner: owner.party })
  await register.add(erased)
  await storage.destroyKeys(owner)
  await storage.deleteSealed(owner)
  await storage.deletePeople(owner.dossier, erased.pseudonyms)
  await storage.deleteRows(owner)
}

/** A register that was lost holds again what the database still knows, before a restore makes that forget it too. */
async function writeAgain(
  register: ErasureRegister,
  registered: readonly Owner[],
  destroyed: readonly Owner[],
): Promise<void> {
  const standing = new Set(registered.map(nameOf))
  for (const owner of destroyed)
    if (!standing.has(nameOf(owner))) await register.add({ ...owner, pseudonyms: [] })
}

/** Also those of an erasure that was finished while the key store was away. */
async function noteEpochs({ storage, kek }: Reapplying): Promise<void> {
  try {
    await storage.noteEpochs(await kek.epochs())
  } catch (cause) {
    if (!(cause instanceof VaultError && cause.code === 'unavailable')) throw cause
  }
}

async function erasedIn(
  store: Pick<EventStore, 'head' | 'readAll' | 'compare'>,
  after: Position,
): Promise<{ readonly erased: readonly Owner[]; readonly compared: Position }> {
  // A mark beyond the head was set beside another ledger: then nothing was compared.
  let compared = store.compare(after, await store.head()) > 0 ? START : after
  const erased: Owner[] = []
  for (;;) {
    const entries = await store.readAll(compared, 1_000)
    const last = entries.at(-1)
    if (last === undefined) return { erased, compared }
    for (const { type, stream, dossier, bytes } of entries) {
      if (type !== 'PartyErased' || !stream.startsWith('erasure-')) continue
      const { party } = decodeEntry(bytes).data
      if (dossier === null || typeof party !== 'string')
        throw new VaultError('tampered', `${stream} holds an erasure of nobody`)
      erased.push({ dossier, party })
    }
    compared = last.position
  }
}

function unique(owners: readonly Owner[]): readonly Owner[] {
  return [
    ...new Map(
      owners.map(({ dossier, party }) => [`${dossier}|${party}`, { dossier, party }]),
    ).values(),
  ]
}

const nameOf = (owner: Owner): string => `${owner.dossier}|${owner.party}`
