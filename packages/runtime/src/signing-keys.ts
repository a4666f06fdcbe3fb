/** The keys that sign for a ledger: Ed25519, one line of them for each purpose, so that one can be exchanged. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ed25519Signer, type NoteSigner, publicKeyOf } from '@wederhoor/ledger/signed-note'
import { syncDirectory, writeDurably } from '@wederhoor/ledger/versioned-file'
import { readSecret, secretFile } from '@wederhoor/vault/secret-file'

export type SigningKey = 'log' | 'access-log' | 'hearing'

export interface SigningKeys {
  /**
   * Who signs a checkpoint of `origin` now, newest first: one key, and in the overlap of an exchange the one before it
   * too. The first is made when it is first asked for. Read anew each time, so that an exchange needs no restart.
   */
  signers(key: SigningKey, origin: string): Promise<readonly NoteSigner[]>
  /** All public keys there ever were (32 bytes each), newest first: those that were dropped verify old signatures. */
  publicKeys(key: SigningKey): Promise<readonly Uint8Array[]>
  /**
   * Begins an exchange: a new key signs from now on, beside those before it. Durable on return. With `after` (a public
   * key, 32 bytes) only while that one is the newest, otherwise nothing changes: asked twice, also at once and by two
   * processes, it makes one key.
   */
  rotate(key: SigningKey, after?: Uint8Array): Promise<void>
  /** Ends an exchange: only the newest signs from now on, the secrets of the others are destroyed. */
  dropOld(key: SigningKey): Promise<void>
}

/**
 * Keys in `<directory>/<key>/<number>.seed` (32 secret bytes, mode 0600), highest number newest; of one that was dropped
 * the public half stays in `<number>.public`. Keep them apart from the database and in a backup: whoever has the seed can
 * sign a forged history, and only the guard, witnesses and those who kept checkpoints would notice.
 * @throws VaultError key-missing: a file holds no key, or others may read it.
 */
export function fileSigningKeys({ directory }: { readonly directory: string }): SigningKeys {
  const folderOf = (key: SigningKey) => join(directory, key)
  const seedAt = (key: SigningKey, number: number) =>
    secretFile({ path: join(folderOf(key), `${number}.seed`) })

  async function numbers(key: SigningKey) {
    await mkdir(folderOf(key), { recursive: true, mode: 0o700 })
    const names = await readdir(folderOf(key))
    const withEnd = (end: string) =>
      names
        .flatMap((name) =>
          new RegExp(`^\\d+\\.${end}$`).test(name) ? [Number.parseInt(name, 10)] : [],
        )
        .sort((left, right) => right - left)
    const seeds = withEnd('seed')
    return { seeds: seeds.length === 0 ? [1] : seeds, dropped: withEnd('public') }
  }

  return {
    async signers(key, origin) {
      const { seeds, dropped } = await numbers(key)
      const live = seeds.filter((number) => !dropped.includes(number))
      const found: NoteSigner[] = []
      for (const number of live) found.push(ed25519Signer(origin, await seedAt(key, number)))
      return found
    },
    async publicKeys(key) {
      const { seeds, dropped } = await numbers(key)
      const found: Uint8Array[] = []
      for (const number of [...new Set([...seeds, ...dropped])].sort((a, b) => b - a)) {
        const text = dropped.includes(number)
          ? await readFile(join(folderOf(key), `${number}.public`), 'utf8')
          : undefined
        found.push(
          text === undefined
            ? publicKeyOf(await seedAt(key, number))
            : Buffer.from(text.trim(), 'base64url'),
        )
      }
      return found
    },
    async rotate(key, after) {
      const [newest = 0] = (await numbers(key)).seeds
      const seed = await seedAt(key, newest)
      // A next one of somebody who was first is left as it is.
      if (isOf(seed, after)) await seedAt(key, newest + 1)
    },
    async dropOld(key) {
      const [, ...old] = (await numbers(key)).seeds
      for (const number of old) {
        const path = join(folderOf(key), `${number}.public`)
        const seed = await readSecret(join(folderOf(key), `${number}.seed`))
        // Another process dropped it just now.
        if (seed === undefined) continue
        const publicKey = publicKeyOf(seed)
        const draft = `${path}.${randomBytes(6).toString('hex')}`
        await writeDurably(draft, `${Buffer.from(publicKey).toString('base64url')}\n`)
        await rename(draft, path)
        await syncDirectory(folderOf(key))
        await rm(join(folderOf(key), `${number}.seed`), { force: true })
      }
    },
  }
}

function isOf(seed: Uint8Array | undefined, publicKey: Uint8Array | undefined): boolean {
  if (seed === undefined || publicKey === undefined) return publicKey === undefined
  return Buffer.compare(publicKeyOf(seed), publicKey) === 0
}

/** Keys that end with the process: for tests. */
export function passingSigningKeys(): SigningKeys {
  const lines = new Map<SigningKey, { seeds: Uint8Array[]; dropped: Uint8Array[] }>()
  const lineOf = (key: SigningKey) => {
    const line = lines.get(key) ?? { seeds: [randomBytes(32)], dropped: [] }
    lines.set(key, line)
    return line
  }
  return {
    signers: async (key, origin) => lineOf(key).seeds.map((seed) => ed25519Signer(origin, seed)),
    publicKeys: async (key) => {
      const { seeds, dropped } = lineOf(key)
      return [...seeds.map(publicKeyOf), ...dropped]
    },
    async rotate(key, after) {
      const { seeds } = lineOf(key)
      if (isOf(seeds[0], after)) seeds.unshift(randomBytes(32))
    },
    async dropOld(key) {
      const line = lineOf(key)
      const [newest, ...old] = line.seeds
      assert(newest !== undefined)
      line.seeds = [newest]
      line.dropped = [...old.map(publicKeyOf), ...line.dropped]
    },
  }
}
