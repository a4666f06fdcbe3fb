/** What lies in the repository, as it was generated last. */
import { readdir, readFile } from 'node:fs/promises'
import { generatedDirectory } from './generated.ts'
import type { Json } from './schema.ts'

/** Text by path below `contracts/generated`; empty before the first time. */
export async function committedFiles(
  directory: URL = generatedDirectory,
): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  for (const folder of ['schemas', 'asyncapi']) {
    for (const name of await namesIn(new URL(`${folder}/`, directory))) {
      const path = `${folder}/${name}`
      files.set(path, await readFile(new URL(path, directory), 'utf8'))
    }
  }
  return files
}

/** The schemas among them, by type: what the readers of our events hold us to. */
export function promisedIn(files: ReadonlyMap<string, string>): ReadonlyMap<string, Json> {
  return new Map(
    [...files].flatMap(([path, text]) => {
      const type = /^schemas\/(.+)\.json$/.exec(path)?.[1]
      return type === undefined ? [] : [[type, JSON.parse(text)] as const]
    }),
  )
}

async function namesIn(directory: URL): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).filter((name) => name.endsWith('.json')).sort()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
