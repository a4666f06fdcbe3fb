/** Writes a bundle: a folder, or a tar when the name ends in `.tar`. The same files give the same bytes on every machine. */
import {
  type FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  rmdir,
  writeFile,
} from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { BundleError } from './bundle-error.ts'
import { assertHasPlace, assertSafePath } from './layout.ts'
import { inOrder, type PlannedFile } from './planned-file.ts'
import { TAR_END, tarHeader, tarPadding } from './tar-format.ts'

/**
 * All or nothing: it is made beside `out` and takes its name at the end, unless `beforeNaming` throws.
 * @throws BundleError not-empty: something is there already; unreadable: the disk did not do it.
 */
export async function writeBundle(
  out: string,
  files: readonly PlannedFile[],
  beforeNaming: () => Promise<void> = async () => undefined,
): Promise<void> {
  const partial = join(dirname(out), `.${basename(out)}.partial`)
  await assertFree(out)
  try {
    await makeFolders(dirname(out))
    await rm(partial, { recursive: true, force: true })
    if (out.endsWith('.tar')) await writeTar(partial, inOrder(files))
    else {
      await writeFolder(partial, inOrder(files))
      // An empty folder of that name gives way; a link or one that filled up meanwhile does not.
      await rmdir(out).catch(() => undefined)
    }
    await beforeNaming()
    await rename(partial, out)
  } catch (cause) {
    await rm(partial, { recursive: true, force: true })
    if (isSystemError(cause))
      throw new BundleError('unreadable', `${out} could not be written (${cause.code})`, { cause })
    throw cause
  }
}

/** One after the other: Node's own way tries for ever below a folder in which none can be made, such as /proc. */
async function makeFolders(folder: string): Promise<void> {
  const outcome = await mkdir(folder).catch((error: unknown) => {
    if (isSystemError(error) && error.code === 'EEXIST') return
    if (isSystemError(error) && error.code === 'ENOENT') return 'without parent'
    throw error
  })
  if (outcome !== 'without parent') return
  if (dirname(folder) !== folder) await makeFolders(dirname(folder))
  await mkdir(folder)
}

/** @throws BundleError not-empty. */
export async function assertFree(out: string): Promise<void> {
  const found = await lstat(out).catch(() => undefined)
  if (found === undefined) return
  const isEmptyFolder =
    !out.endsWith('.tar') && found.isDirectory() && (await readdir(out)).length === 0
  if (isEmptyFolder) return
  throw new BundleError('not-empty', `${out} exists already: name a new file or folder`)
}

async function writeFolder(folder: string, files: readonly PlannedFile[]): Promise<void> {
  for (const file of files) {
    const path = join(folder, file.path)
    const bytes = await placed(file)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
  }
}

async function writeTar(path: string, files: readonly PlannedFile[]): Promise<void> {
  const tar = await open(path, 'wx')
  try {
    for (const file of files) {
      const bytes = await placed(file)
      await append(tar, tarHeader(file.path, bytes.length))
      await append(tar, bytes)
      await append(tar, tarPadding(bytes.length))
    }
    await append(tar, TAR_END)
  } finally {
    await tar.close()
  }
}

async function append(tar: FileHandle, bytes: Uint8Array): Promise<void> {
  if (bytes.length > 0) await tar.appendFile(bytes)
}

/** What is written must be readable again: the same rules as for reading. */
async function placed(file: PlannedFile): Promise<Uint8Array> {
  const bytes = await file.bytes()
  assertSafePath(file.path)
  assertHasPlace(file.path, bytes.length)
  return bytes
}

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && 'code' in error
