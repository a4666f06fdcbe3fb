/**
 * The key-encryption key: wraps the data keys, and lives somewhere else than what they seal. The embedded default is a
 * file; a key management service stands behind the same port. Whoever loses it loses all sealed content.
 */
import { createHash, randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Box, decrypt, encrypt, KEY_BYTES } from './cipher.ts'
import { VaultError } from './port.ts'

export interface Kek {
  /** Names the key, says nothing about it. Kept beside each key that it wrapped. */
  readonly id: string
  /** Wraps a data key; `purpose` is authenticated and must be given again to unwrap. */
  wrap(key: Uint8Array, purpose: string): Promise<Uint8Array>
  /** @throws VaultError tampered, when these bytes were not wrapped by this key for this purpose. */
  unwrap(wrapped: Uint8Array, purpose: string): Promise<Uint8Array>
}

/**
 * A KEK in a file: `secretFile`, and what it says of backups. Create it in another place than the database.
 * @throws VaultError key-missing: the file holds no key, or other users may read it.
 */
export const fileKek = async (at: { readonly path: string }): Promise<Kek> =>
  kekOf(await secretFile(at))

/**
 * 32 secret bytes in a file (base64url, one line), created with mode 0600 when it is absent; safe when several processes
 * do so at once. Keep it in a backup, and not in the backup of the database. Also for peppers, each in a file of its own.
 * @throws VaultError key-missing: the file holds no secret, or other users may read it.
 */
export async function secretFile({ path }: { readonly path: string }): Promise<Uint8Array> {
  const found = await read(path)
  if (found !== undefined) return found
  await create(path)
  const created = await read(path)
  if (created === undefined) throw new VaultError('key-missing', `${path} disappeared`)
  return created
}

/** A KEK that ends with the process: for the memory vault. */
export const passingKek = (): Kek => kekOf(randomBytes(KEY_BYTES))

function kekOf(key: Uint8Array): Kek {
  const id = createHash('sha256')
    .update('wederhoor kek id\0')
    .update(key)
    .digest('hex')
    .slice(0, 16)
  return {
    id,
    wrap: async (dataKey, purpose) => {
      const { nonce, ciphertext } = encrypt(key, dataKey, purpose)
      return Buffer.concat([nonce, ciphertext])
    },
    unwrap: async (wrapped, purpose) => decrypt(key, boxOf(wrapped), purpose),
  }
}

const boxOf = (wrapped: Uint8Array): Box => ({
  nonce: wrapped.subarray(0, 12),
  ciphertext: wrapped.subarray(12),
})

async function read(path: string): Promise<Uint8Array | undefined> {
  try {
    const { mode } = await stat(path)
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new VaultError('key-missing', `${path} can be read by others: chmod 600 it`)
    }
    const key = Buffer.from((await readFile(path, 'utf8')).trim(), 'base64url')
    if (key.length !== KEY_BYTES) throw new VaultError('key-missing', `${path} holds no key`)
    return key
  } catch (cause) {
    if (isAbsent(cause)) return undefined
    if (cause instanceof VaultError) throw cause
    throw new VaultError('key-missing', `${path} cannot be read`, { cause })
  }
}

/** Durable before the first key is wrapped with it; the link makes it appear whole, or not when another was first. */
async function create(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(`${randomBytes(KEY_BYTES).toString('base64url')}\n`)
    await file.sync()
    await link(draft, path)
    await syncDirectory(dirname(path))
  } catch (cause) {
    if (!isThere(cause)) throw new VaultError('key-missing', `${path} cannot be created`, { cause })
  } finally {
    await file.close()
    await rm(draft, { force: true })
  }
}

async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

const codeOf = (cause: unknown): unknown => (cause as { code?: unknown } | null)?.code
const isAbsent = (cause: unknown): boolean => codeOf(cause) === 'ENOENT'
const isThere = (cause: unknown): boolean => codeOf(cause) === 'EEXIST'
