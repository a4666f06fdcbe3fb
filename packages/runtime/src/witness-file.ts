import { readFile } from 'node:fs/promises'
import {
  noWitnesses,
  parseWitnessList,
  type WitnessList,
} from '@wederhoor/ledger/witness/witness-list'

/**
 * The witnesses of an installation; see `parseWitnessList` for the form.
 * @param path undefined where nobody named a file: no witnesses, as for a file that is not there and need not be.
 * @throws WitnessListError; and what reading gives, for a file that must be there.
 */
export async function witnessFile(
  path: string | undefined,
  { mustExist }: { readonly mustExist: boolean },
): Promise<WitnessList> {
  if (path === undefined) return noWitnesses
  try {
    return parseWitnessList(await readFile(path, 'utf8'))
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (isAbsent && !mustExist) return noWitnesses
    throw error
  }
}
