/**
 * One small value in a folder, replaced by compare-and-set among processes that share the folder and crash at any moment.
 * Version n is the file `<name>.<n>`. A version is begun by a hard link, which fails where that version exists; the
 * newest is never removed, so that a late writer always finds that it was late.
 */
import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

export interface Version {
  /** 0 where nothing was ever written. */
  readonly number: number
  readonly text: string | undefined
}

export interface VersionedFile {
  read(): Promise<Version>
  /** Durable on return of true. False: `number` is not the newest version (any more); nothing changed. */
  replace(number: number, text: string): Promise<boolean>
}

/** The folder is made when it is absent. Errors are those of the file system. */
export function versionedFile(directory: string, name: string): VersionedFile {
  const pathOf = (number: number) => join(directory, `${name}.${number}`)

  async function versions(): Promise<readonly number[]> {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    return (await readdir(directory))
      .flatMap((file) => {
        const digits = file.startsWith(`${name}.`) ? file.slice(name.length + 1) : ''
        return /^[1-9]\d*$/.test(digits) ? [Number(digits)] : []
      })
      .sort((left, right) => right - left)
  }

  return {
    async read() {
      for (;;) {
        const [number] = await versions()
        if (number === undefined) return { number: 0, text: undefined }
        try {
          return { number, text: await readFile(pathOf(number), 'utf8') }
        } catch (error) {
          // A newer one took its place between the two calls.
          if (!hasCode(error, 'ENOENT')) throw error
        }
      }
    },
    async replace(number, text) {
      const next = number + 1
      const draft = join(directory, `.${name}.${randomBytes(6).toString('hex')}`)
      await versions()
      try {
        await writeDurably(draft, text)
        await link(draft, pathOf(next))
      } catch (error) {
        if (hasCode(error, 'EEXIST')) return false
        throw error
      } finally {
        await rm(draft, { force: true })
      }
      const [newest, ...older] = await versions()
      if (newest !== next) {
        await rm(pathOf(next), { force: true })
        return false
      }
      await syncDirectory(directory)
      for (const old of older) await rm(pathOf(old), { force: true })
      return true
    },
  }
}

export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes the names in a folder durable. Windows does so by itself. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

export const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code
