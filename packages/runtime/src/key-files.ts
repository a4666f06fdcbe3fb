import { join } from 'node:path'
import { type ErasureRegister, fileRegister } from '@wederhoor/vault/erasure-register'
import type { KekRing } from '@wederhoor/vault/kek'
import { kekFolder } from '@wederhoor/vault/kek-folder'
import { secretFile } from '@wederhoor/vault/secret-file'

/**
 * The keys of an installation, in a folder that must not lie beside the database nor in its backup: `kek`, which wraps
 * the data keys (and its later epochs `kek-2` and so on), and `pepper`, for codes and unlinkable ids. Whoever loses the
 * first loses all sealed content; whoever loses the second loses the codes that were given out. `erased` lists who was
 * erased, so that a restored backup can be told. Where the KEK is `elsewhere`, in a key store, no `kek` is made.
 */
export async function keyFiles(
  directory: string,
  elsewhere?: KekRing,
): Promise<{
  readonly kek: KekRing
  readonly pepper: Uint8Array
  readonly register: ErasureRegister
}> {
  return {
    kek: elsewhere ?? (await kekFolder({ directory })),
    pepper: await secretFile({ path: join(directory, 'pepper') }),
    register: fileRegister({ path: join(directory, 'erased') }),
  }
}
