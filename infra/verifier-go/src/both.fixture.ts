/** One bundle on the disk, as a stranger gets it, put to both verifiers. */
import { mkdtemp, open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BundleError } from '@wederhoor/audit/bundle/bundle-error'
import { type Files, writeFiles } from '@wederhoor/audit/bundle/forge.fixture'
import { openBundle } from '@wederhoor/audit/bundle/open-bundle'
import { TAR_END, tarHeader, tarPadding } from '@wederhoor/audit/bundle/tar-format'
import type { Verdict } from '@wederhoor/audit/bundle/verdict'
import { verifyBundle } from '@wederhoor/audit/bundle/verify'
import type { Ended, GoVerifier } from './verifier.fixture.ts'

/** Paths of a bundle and of what is brought from elsewhere. */
export interface Placed {
  readonly bundle: string
  readonly trust: string
  readonly since?: string
}

export interface Given {
  readonly files: Files
  readonly trust: string
  readonly since?: string
}

/** As a folder, in a new one of `place`. */
export async function placeFolder(place: string, given: Given): Promise<Placed> {
  const folder = await mkdtemp(join(place, 'given-'))
  const bundle = await mkdtemp(join(folder, 'bundle-'))
  await writeFiles(bundle, given.files)
  return { bundle, ...(await placeKeys(folder, given)) }
}

/** As a tar, in a new folder of `place`. */
export async function placeTar(place: string, given: Given): Promise<Placed> {
  return placeBytes(place, tarOf(given.files), given)
}

export async function placeBytes(
  place: string,
  tar: Uint8Array,
  given: Omit<Given, 'files'>,
): Promise<Placed> {
  const folder = await mkdtemp(join(place, 'given-'))
  const bundle = join(folder, 'bundle.tar')
  await writeFile(bundle, tar)
  return { bundle, ...(await placeKeys(folder, given)) }
}

function tarOf(files: Files): Uint8Array {
  const inOrder = [...files].sort(([one], [other]) => (one < other ? -1 : 1))
  const parts = inOrder.flatMap(([path, bytes]) => [
    tarHeader(path, bytes.length),
    bytes,
    tarPadding(bytes.length),
  ])
  return Buffer.concat([...parts, TAR_END])
}

async function placeKeys(folder: string, given: Omit<Given, 'files'>) {
  const trust = join(folder, 'trust')
  await writeFile(trust, given.trust)
  if (given.since === undefined) return { trust }
  const since = join(folder, 'since')
  await writeFile(since, given.since)
  return { trust, since }
}

/** Undefined for what is no bundle. */
export async function ourVerdict({ bundle, trust, since }: Placed): Promise<Verdict | undefined> {
  const keys = await readFile(trust)
  const known = since === undefined ? undefined : await readFile(since)
  try {
    const files = await openBundle(bundle)
    try {
      return await verifyBundle(files, { trust: keys, since: known })
    } finally {
      await files.close()
    }
  } catch (error) {
    if (error instanceof BundleError) return undefined
    throw error
  }
}

export function theirVerdict(go: GoVerifier, { bundle, trust, since }: Placed): Promise<Ended> {
  return go.run('-trust', trust, ...(since === undefined ? [] : ['-since', since]), bundle)
}

/** A file that says it is this large and takes no room. */
export async function makeSparse(file: string, size: number): Promise<void> {
  const handle = await open(file, 'w')
  try {
    await handle.truncate(size)
  } finally {
    await handle.close()
  }
}
