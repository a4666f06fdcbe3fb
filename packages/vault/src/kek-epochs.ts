/** The change of KEK epochs: begin one, wrap every live key under it, destroy the old ones. */
import type { KekRing } from './kek.ts'
import { purposeOf } from './keys.ts'
import { VaultError } from './port.ts'
import type { DataKeyRow, Owner, RewrapStorage } from './storage.ts'

/** Every method throws VaultError unavailable where the database or the key store does not answer; call it again then. */
export interface KekEpochs {
  /** Ids, oldest first; the last wraps. */
  list(): Promise<readonly string[]>
  /** Begins a new one and gives its id. What stands under older ones is wrapped anew by `rewrap`, or by `end`. */
  begin(): Promise<string>
  /**
   * Wraps the live data keys under the current epoch, a batch at a time; each batch is durable. Sealing, opening and
   * erasing go on meanwhile. Cut off, it is called again and finds what is left to do.
   */
  rewrap(): Promise<Rewrapped>
  /**
   * Destroys an epoch and every older one, after a `rewrap`, unless a live key is wrapped by one of them even then. What
   * was sealed in a backup from before that rewrap cannot be opened after this, by anybody: neither of those who were
   * erased since, which is the purpose, nor of the others. So do it when no such backup is needed any more. From the first
   * call on no new key comes under these epochs. Durable on return; may be repeated.
   */
  end(epoch: string): Promise<EpochEnded>
  /**
   * Destroys again what was destroyed and came back, with a folder of keys that was restored, and what an `end` that was
   * cut off left: the oldest epochs under which nothing may be kept any more and nothing is. Gives their ids. The current
   * one stays. For each start.
   */
  endAgain(): Promise<readonly string[]>
}

export interface Rewrapped {
  readonly rewrapped: number
  /** Keys that no epoch of the ring unwraps, by owner: lost or tampered. They keep their old wrapping. */
  readonly failed: readonly Owner[]
}

interface Parts {
  readonly storage: RewrapStorage
  readonly kek: KekRing
  /** Keys that are wrapped anew between two writes. */
  readonly batch?: number
  /** Told of each `rewrap`, also of one within `end`, that left keys: somebody has to look. */
  readonly onFailed?: (failed: readonly Owner[]) => void
}

/** Contracts: `KekEpochs`. */
export const kekEpochs = (parts: Parts): KekEpochs => ({
  list: parts.kek.epochs,
  begin: parts.kek.beginEpoch,
  rewrap: () => rewrap(parts),
  end: (epoch) => end(parts, epoch),
  endAgain: () => endAgain(parts),
})

async function rewrap({ storage, kek, batch = 100, onFailed }: Parts): Promise<Rewrapped> {
  const failed: Owner[] = []
  const current = (await kek.epochs()).at(-1)
  if (current === undefined) throw new VaultError('key-missing', 'there is no KEK epoch')
  let rewrapped = 0
  let after: Owner | undefined
  for (;;) {
    const rows = await storage.keysNotUnder(current, batch, after)
    after = rows.at(-1)
    if (after === undefined) {
      if (failed.length > 0) onFailed?.(failed)
      return { rewrapped, failed }
    }
    const changes: { from: DataKeyRow; to: DataKeyRow }[] = []
    for (const from of rows) {
      const wrapped = await wrappedAnew(kek, from)
      if (wrapped === undefined) failed.push({ dossier: from.dossier, party: from.party })
      else changes.push({ from, to: { ...from, ...wrapped } })
    }
    rewrapped += await storage.replaceKeys(changes)
  }
}

async function wrappedAnew(kek: KekRing, row: DataKeyRow) {
  try {
    return await kek.rewrap(row, purposeOf(row))
  } catch (cause) {
    if (cause instanceof VaultError && cause.code !== 'unavailable') return undefined
    throw cause
  }
}

export type EpochEnded =
  | { readonly kind: 'destroyed' }
  /** Nothing was destroyed: so many live keys would be lost with it, and no epoch unwraps them. */
  | { readonly kind: 'in-use'; readonly keys: number }
  /** Nothing was destroyed: begin another first. */
  | { readonly kind: 'current' }

async function end(parts: Parts, epoch: string): Promise<EpochEnded> {
  const { storage, kek } = parts
  const epochs = await kek.epochs()
  const index = epochs.indexOf(epoch)
  if (index < 0) return { kind: 'destroyed' }
  if (index === epochs.length - 1) return { kind: 'current' }
  const ending = epochs.slice(0, index + 1)
  // First nothing new comes under them, then what stands is wrapped anew.
  if ((await storage.retire(ending)) > 0) await rewrap(parts)
  const keys = await storage.retire(ending)
  if (keys > 0) return { kind: 'in-use', keys }
  await kek.discard(epoch)
  return { kind: 'destroyed' }
}

async function endAgain({ storage, kek }: Parts): Promise<readonly string[]> {
  const older = (await kek.epochs()).slice(0, -1)
  const retired = new Set(await storage.retired())
  const live = older.findIndex((epoch) => !retired.has(epoch))
  const ended = live < 0 ? older : older.slice(0, live)
  const newest = ended.at(-1)
  if (newest === undefined || (await storage.retire(ended)) > 0) return []
  await kek.discard(newest)
  return ended
}
