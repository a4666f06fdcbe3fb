import { join } from 'node:path'
import { fileKek, type Kek, secretFile } from '@wederhoor/vault/kek'

/**
 * The keys of an installation, in a folder that must not lie beside the database nor in its backup: `kek`, which wraps
 * the data keys, and `pepper`, for codes and unlinkable ids. Whoever loses the first loses all sealed content; whoever
 * loses the second loses the codes that were given out.
 */
export async function keyFiles(
  directory: string,
): Promise<{ readonly kek: Kek; readonly pepper: Uint8Array }> {
  return {
    kek: await fileKek({ path: join(directory, 'kek') }),
    pepper: await secretFile({ path: join(directory, 'pepper') }),
  }
}
