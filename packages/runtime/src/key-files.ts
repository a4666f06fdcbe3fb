import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileKek, type Kek } from '@wederhoor/vault/kek'

const PEPPER_BYTES = 32

/**
 * The keys of an installation, in a folder that must not lie beside the database nor in its backup: `kek`, which wraps
 * the data keys, and `pepper`, for codes and unlinkable ids. Made with mode 0600 when absent. Whoever loses the kek
 * loses all sealed content; whoever loses the pepper loses the codes that were given out.
 */
export async function keyFiles(directory: string): Promise<{ readonly kek: Kek; readonly pepper: Uint8Array }> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await chmod(directory, 0o700)
  const kek = await fileKek({ path: join(directory, 'kek') })
  return { kek, pepper: await pepperIn(join(directory, 'pepper')) }
}

async function pepperIn(path: string): Promise<Uint8Array> {
  await writeFile(path, randomBytes(PEPPER_BYTES).toString('base64url'), { flag: 'wx', mode: 0o600 }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    },
  )
  const pepper = Buffer.from((await readFile(path, 'utf8')).trim(), 'base64url')
  if (pepper.length !== PEPPER_BYTES) throw new TypeError(`${path} holds no pepper of ${PEPPER_BYTES} bytes`)
  return pepper
}
