import { lstat } from 'node:fs/promises'
import { BundleError } from './bundle-error.ts'
import type { BundleFiles } from './bundle-files.ts'
import { openFolder } from './folder.ts'
import { openTar } from './tar.ts'

/** A folder, or the tar of one. @throws BundleError: nothing of it was believed yet. */
export async function openBundle(path: string): Promise<BundleFiles> {
  const found = await lstat(path).catch((cause: unknown) => {
    throw new BundleError('unreadable', `There is nothing to read at ${path}.`, { cause })
  })
  if (found.isSymbolicLink())
    throw new BundleError('not-a-file', `${path} is a link: name the bundle itself.`)
  if (found.isDirectory()) return openFolder(path)
  if (found.isFile()) return openTar(path)
  throw new BundleError('not-a-bundle', `${path} is neither a folder nor a tar.`)
}
