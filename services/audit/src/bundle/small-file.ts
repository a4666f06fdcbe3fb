/** Files that are given beside a bundle: keys, and a checkpoint that was kept. */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { BundleError } from './bundle-error.ts'
import { KEYS_MAX } from './layout.ts'

/** @param what it should be, for messages. @throws BundleError unreadable, too-large. */
export async function readSmallFile(path: string, what: string): Promise<Uint8Array> {
  // A pipe that nobody writes to would be waited for.
  const how = constants.O_RDONLY | constants.O_NONBLOCK
  const handle = await open(path, how).catch(unreadable(path, what))
  try {
    const found = await handle.stat()
    if (!found.isFile()) throw new BundleError('not-a-file', `${path} is no file, so not ${what}`)
    if (found.size > KEYS_MAX)
      throw new BundleError('too-large', `${path} is too large to be ${what}`)
    return await handle.readFile().catch(unreadable(path, what))
  } finally {
    await handle.close()
  }
}

const unreadable =
  (path: string, what: string) =>
  (cause: unknown): never => {
    throw new BundleError('unreadable', `${path}, ${what}, cannot be read`, { cause })
  }
