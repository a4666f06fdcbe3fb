/** Secrets in files: for KEK epochs and peppers. */
import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { VaultError } from './port.ts'

const SECRET_BYTES = 32

/**
 * 32 secret bytes in a file (base64url, one line), created with mode 0600 when it is absent; safe when several processes
 * do so at once. Keep it in a backup, and not in the backup of the database. Each secret has a file of its own.
 * @throws VaultError key-missing: the file holds no secret, or other users may read it.
 */
export async function secretFile({ path }: { readonly path: string }): Promise<Uint8Array> {
  const found = await readSecret(path)
  if (found !== undefined) return found
  await createSecret(path)
  const created = await readSecret(path)
  if (created === undefined) throw new VaultError('key-missing', `${path} disappeared`)
  return created
}

/** Undefined where there is no such file. @throws VaultError as `secretFile`. */
export async function readSecret(path: string): Promise<Uint8Array | undefined> {
  try {
    const { mode } = await stat(path)
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new VaultError('key-missing', `${path} can be read by others: chmod 600 it`)
    }
    const key = Buffer.from((await readFile(path, 'utf8')).trim(), 'base64url')
    if (key.length !== SECRET_BYTES) throw new VaultError('key-missing', `${path} holds no key`)
    return key
  } catch (cause) {
    if (isAbsent(cause)) return undefined
    if (cause instanceof VaultError) throw cause
    throw new VaultError('key-missing', `${path} cannot be read`, { cause })
  }
}

/**
 * Durable on return, before anything depends on it; the link makes it appear whole, or not when another was first.
 * @throws VaultError key-missing: it cannot be created.
 */
export async function createSecret(path: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(`${randomBytes(SECRET_BYTES).toString('base64url')}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await link(draft, path)
    await syncDirectory(dirname(path))
  } catch (cause) {
    if (!isThere(cause)) throw new VaultError('key-missing', `${path} cannot be created`, { cause })
  } finally {
    await rm(draft, { force: true })
  }
}

/**
 * Overwrites a secret in place, then unlinks it; an absent one is gone already. On a disk that writes elsewhere than it was
 * told (flash with wear levelling, a file system that copies on write, a snapshot, a journal with data) the old bytes may
 * stay readable to whoever takes the medium apart. Final is it only on an encrypted medium whose key is destroyed, or in a
 * key store made for it; and every backup of the file must be destroyed as well.
 */
export async function destroySecret(path: string): Promise<void> {
  try {
    const file = await open(path, 'r+')
    try {
      const { size } = await file.stat()
      await file.write(randomBytes(size), 0, size, 0)
      await file.sync()
    } finally {
      await file.close()
    }
    await rm(path, { force: true })
    await syncDirectory(dirname(path))
  } catch (cause) {
    if (!isAbsent(cause)) throw new VaultError('unavailable', `${path} stands`, { cause })
  }
}

export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

const codeOf = (cause: unknown): unknown => (cause as { code?: unknown } | null)?.code
export const isAbsent = (cause: unknown): boolean => codeOf(cause) === 'ENOENT'
const isThere = (cause: unknown): boolean => codeOf(cause) === 'EEXIST'
