/** A bundle that is a folder. Links and special files are refused, not followed. */
import { constants } from 'node:fs'
import { open, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { type FileLender, fileLender } from '@wederhoor/ledger/lent-file'
import { BundleError, missing } from './bundle-error.ts'
import type { BundleFiles } from './bundle-files.ts'
import { assertHasPlace, assertSafePath, FILES_MAX, quoted } from './layout.ts'

export async function openFolder(folder: string): Promise<BundleFiles> {
  const sizes = new Map<string, number>()
  await list(folder, '', sizes)
  const lender = fileLender()
  const whole = (path: string, bytes: Uint8Array | undefined): Uint8Array => {
    if (bytes?.length === sizes.get(path)) return bytes ?? new Uint8Array()
    throw new BundleError('unreadable', `${path} changes while it is read`)
  }
  return {
    sizes,
    async read(path) {
      if (!sizes.has(path)) throw missing(path)
      return whole(path, await readPlain(join(folder, path), path))
    },
    async lend(path) {
      const size = sizes.get(path)
      if (size === undefined) throw missing(path)
      return whole(path, lent(lender, join(folder, path), path, size))
    },
    close: async () => undefined,
  }
}

async function list(folder: string, below: string, sizes: Map<string, number>): Promise<void> {
  for await (const one of await opendir(join(folder, below)).catch(unreadable(below))) {
    const path = `${below}${one.name}`
    assertSafePath(path)
    if (one.isDirectory()) await list(folder, `${path}/`, sizes)
    else if (one.isFile()) await note(folder, path, sizes)
    else throw new BundleError('not-a-file', `${quoted(path)} is a link or no file at all.`)
  }
}

async function note(folder: string, path: string, sizes: Map<string, number>): Promise<void> {
  const handle = await openPlain(join(folder, path), path)
  try {
    const { size } = await handle.stat()
    assertHasPlace(path, size)
    sizes.set(path, size)
  } finally {
    await handle.close()
  }
  if (sizes.size > FILES_MAX)
    throw new BundleError('too-large', `The folder holds more than ${FILES_MAX} files.`)
}

async function readPlain(file: string, path: string): Promise<Uint8Array> {
  const handle = await openPlain(file, path)
  try {
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

function lent(lender: FileLender, file: string, path: string, size: number): Buffer | undefined {
  try {
    return lender.read(file, size)
  } catch (cause) {
    return unreadable(path)(cause)
  }
}

/** What has become a link since it was listed is not followed either. */
const openPlain = (file: string, path: string) =>
  open(file, constants.O_RDONLY | constants.O_NOFOLLOW).catch(unreadable(path))

const unreadable =
  (path: string) =>
  (cause: unknown): never => {
    throw new BundleError('unreadable', `${path || 'The folder'} cannot be read.`, { cause })
  }
