/** Which reducer gave an answer: its source files with their hashes, so that another can run the very same one. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'

export interface ReducerSource {
  /** SHA-256 (hex) over the lines `<sha256 of file>  <file>\n`, as `sha256sum` prints them, in this order. */
  readonly sha256: string
  /** Paths below the source folder of this service. */
  readonly files: readonly { readonly file: string; readonly sha256: string }[]
}

const files = ['reducer/clocks.ts', 'reducer/dossier-state.ts', 'reducer/holders.ts']

/** Of the files that are running: they are read where they were loaded from. */
export async function reducerSource(): Promise<ReducerSource> {
  const hashed = await Promise.all(
    files.map(async (file) => ({
      file,
      sha256: sha256(await readFile(new URL(`./${file}`, import.meta.url))),
    })),
  )
  const lines = hashed.map((one) => `${one.sha256}  ${one.file}\n`)
  return { sha256: sha256(lines.join('')), files: hashed }
}

export const sha256 = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex')
