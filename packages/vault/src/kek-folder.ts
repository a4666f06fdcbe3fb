/** KEK epochs as files: the embedded default. On the disk of the database this protects its dumps and its backups only. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Kek, type KekRing, kekOf, ringOver } from './kek.ts'
import { VaultError } from './port.ts'
import { createSecret, destroySecret, isAbsent, readSecret, secretFile } from './secret-file.ts'

/**
 * The files `kek` (epoch 1), `kek-2`, `kek-3` and so on, each as `secretFile` makes it; the highest number is the current
 * epoch. The folder is read at each use, so an epoch that another process begins or destroys counts at once. `kek` is
 * created when there is no epoch at all. Keep the folder in another place than the database, and in another backup.
 *
 * A file that was read stays in memory under its name: an epoch that is destroyed cannot be used again even so, for its
 * file is looked up first. What destroying a file means: `destroySecret`.
 * @throws VaultError key-missing: a file holds no key, or other users may read it.
 */
export async function kekFolder(at: { readonly directory: string }): Promise<KekRing> {
  const { directory } = at
  const known = new Map<number, Kek>()

  async function read(number: number): Promise<Kek | undefined> {
    const secret = await readSecret(join(directory, nameOf(number)))
    return secret && kekOf(secret)
  }

  async function list(): Promise<readonly Kek[]> {
    const numbers = await numbersIn(directory)
    for (const number of known.keys()) if (!numbers.includes(number)) known.delete(number)
    for (const number of numbers) {
      const kek = known.get(number) ?? (await read(number))
      if (kek !== undefined) known.set(number, kek)
    }
    return numbers.flatMap((number) => known.get(number) ?? [])
  }

  async function add(): Promise<Kek> {
    const number = ((await numbersIn(directory)).at(-1) ?? 0) + 1
    await createSecret(join(directory, nameOf(number)))
    const kek = await read(number)
    if (kek === undefined)
      throw new VaultError('unavailable', `${nameOf(number)} disappeared as it was made`)
    return kek
  }

  async function remove(gone: readonly Kek[]): Promise<void> {
    for (const number of await numbersIn(directory)) {
      const kek = await read(number)
      if (kek && gone.some((one) => one.id === kek.id))
        await destroySecret(join(directory, nameOf(number)))
    }
  }

  if ((await numbersIn(directory)).length === 0) await secretFile({ path: join(directory, 'kek') })
  await list()
  return ringOver({ list, add, remove })
}

const nameOf = (number: number): string => (number === 1 ? 'kek' : `kek-${number}`)

/** Ascending. */
async function numbersIn(directory: string): Promise<readonly number[]> {
  const names = await readdir(directory).catch((cause: unknown) => {
    if (isAbsent(cause)) return []
    throw new VaultError('key-missing', `${directory} cannot be read`, { cause })
  })
  return names
    .flatMap((name) => {
      if (name === 'kek') return [1]
      const number = Number(/^kek-([1-9][0-9]{0,8})$/.exec(name)?.[1] ?? 0)
      return number > 1 ? [number] : []
    })
    .sort((left, right) => left - right)
}
