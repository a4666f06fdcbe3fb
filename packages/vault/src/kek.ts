/**
 * The key-encryption key: wraps the data keys, and lives somewhere else than what they seal. It comes in epochs: the newest
 * wraps, older ones only unwrap until their last live key was rewrapped, and then they are destroyed. A backup of the
 * database is readable as long as an epoch of its time stands. Whoever loses the epochs loses all sealed content.
 */
import { createHash, randomBytes } from 'node:crypto'
import { type Box, decrypt, encrypt, KEY_BYTES } from './cipher.ts'
import { VaultError } from './port.ts'

export interface WrappedKey {
  /** Id of the epoch that wrapped it: names the epoch, says nothing about it. */
  readonly kek: string
  readonly wrapped: Uint8Array
}

/**
 * Every method throws VaultError unavailable where the key store does not answer; the caller repeats. `purpose` is
 * authenticated and not kept: it must be given again to unwrap.
 */
export interface KekRing {
  /** Wraps a data key under the current epoch. */
  wrap(key: Uint8Array, purpose: string): Promise<WrappedKey>
  /**
   * @throws VaultError tampered: these bytes were not wrapped by this epoch for this purpose; key-missing: the ring has no
   * such epoch (destroyed, lost, or these are the keys of another installation).
   */
  unwrap(key: WrappedKey, purpose: string): Promise<Uint8Array>
  /** The same data key under the current epoch; a key store that can does so without showing it. @throws as `unwrap`. */
  rewrap(key: WrappedKey, purpose: string): Promise<WrappedKey>
  /** Ids of the epochs that can still unwrap, oldest first; the last is the current one. Asks where they are kept. */
  epochs(): Promise<readonly string[]>
  /** Makes a new current epoch, durable on return, and gives its id. Two at once may begin one or two. */
  beginEpoch(): Promise<string>
  /**
   * Destroys this epoch and every older one; done already is done. Looks at no data key: call `KekEpochs.end`, which does.
   * @throws VaultError key-missing: it is the current epoch, which cannot be destroyed.
   */
  discard(epoch: string): Promise<void>
}

/** One epoch whose key is in this process. */
export interface Kek {
  readonly id: string
  wrap(key: Uint8Array, purpose: string): WrappedKey
  /** @throws VaultError tampered. */
  unwrap(wrapped: Uint8Array, purpose: string): Uint8Array
}

export function kekOf(key: Uint8Array): Kek {
  const id = createHash('sha256')
    .update('wederhoor kek id\0')
    .update(key)
    .digest('hex')
    .slice(0, 16)
  return {
    id,
    wrap(dataKey, purpose) {
      const { nonce, ciphertext } = encrypt(key, dataKey, purpose)
      return { kek: id, wrapped: Buffer.concat([nonce, ciphertext]) }
    },
    unwrap: (wrapped, purpose) => decrypt(key, boxOf(wrapped), purpose),
  }
}

const boxOf = (wrapped: Uint8Array): Box => ({
  nonce: wrapped.subarray(0, 12),
  ciphertext: wrapped.subarray(12),
})

/** Where a ring of keys in this process keeps its epochs. */
export interface KekShelf {
  /** Oldest first, never empty. */
  list(): Promise<readonly Kek[]>
  add(): Promise<Kek>
  remove(keks: readonly Kek[]): Promise<void>
}

export function ringOver(shelf: KekShelf): KekRing {
  async function unwrap(key: WrappedKey, purpose: string): Promise<Uint8Array> {
    const kek = (await shelf.list()).find((one) => one.id === key.kek)
    if (kek === undefined) throw new VaultError('key-missing', `there is no KEK epoch ${key.kek}`)
    return kek.unwrap(key.wrapped, purpose)
  }
  async function wrap(key: Uint8Array, purpose: string): Promise<WrappedKey> {
    const current = (await shelf.list()).at(-1)
    if (current === undefined) throw new VaultError('key-missing', 'there is no KEK epoch')
    return current.wrap(key, purpose)
  }
  return {
    wrap,
    unwrap,
    rewrap: async (key, purpose) => wrap(await unwrap(key, purpose), purpose),
    epochs: async () => (await shelf.list()).map((kek) => kek.id),
    beginEpoch: async () => (await shelf.add()).id,
    async discard(epoch) {
      const keks = await shelf.list()
      const index = keks.findIndex((kek) => kek.id === epoch)
      if (index === keks.length - 1)
        throw new VaultError('key-missing', `KEK epoch ${epoch} is the current one: begin another`)
      if (index >= 0) await shelf.remove(keks.slice(0, index + 1))
    },
  }
}

/** KEK epochs that end with the process: for the memory vault and for tests. */
export function passingKek(): KekRing {
  let keks: readonly Kek[] = [kekOf(randomBytes(KEY_BYTES))]
  return ringOver({
    list: async () => keks,
    async add() {
      const kek = kekOf(randomBytes(KEY_BYTES))
      keks = [...keks, kek]
      return kek
    },
    async remove(gone) {
      keks = keks.filter((kek) => !gone.includes(kek))
    },
  })
}
