import { createHash } from 'node:crypto'
import { join } from 'node:path'
import {
  checkForward,
  GuardError,
  type GuardedTree,
  isSameTree,
  type SigningGuard,
} from './signing-guard.ts'
import { HASH_BYTES } from './tree.ts'
import { type Version, versionedFile } from './versioned-file.ts'

/**
 * The guard of one ledger in a folder that several guards may share, `<directory>/<name>.<n>`: epoch, origin, size, root
 * in base64 and a checksum, a line each. Keep the folder where neither a restore of the database nor a copy of the whole
 * machine's disk takes it back in time. A guard that was written wrongly or in part is `corrupt`, never read as an older one.
 */
export function fileGuard(at: { readonly directory: string; readonly name: string }): SigningGuard {
  const file = versionedFile(at.directory, at.name)
  const path = join(at.directory, at.name)

  async function read(): Promise<{ version: Version; tree: GuardedTree | undefined }> {
    const version = await reached(() => file.read(), path)
    if (version.text === undefined) return { version, tree: undefined }
    const tree = parse(version.text)
    if (tree === undefined)
      throw new GuardError(
        'corrupt',
        `${path}.${version.number} is not a signing guard. Nothing is signed until a person has found out why.`,
      )
    return { version, tree }
  }

  return {
    read: async () => (await read()).tree,
    async compareAndSet(from, to) {
      const { version, tree } = await read()
      if (!isSameTree(tree, from)) return 'other'
      checkForward(from, to)
      if (isSameTree(tree, to)) return 'set'
      const set = await reached(() => file.replace(version.number, format(to)), path)
      return set ? 'set' : 'other'
    },
  }
}

async function reached<Result>(call: () => Promise<Result>, path: string): Promise<Result> {
  try {
    return await call()
  } catch (cause) {
    throw new GuardError('unavailable', `the signing guard ${path} does not answer`, { cause })
  }
}

function format({ epoch, origin, size, root }: GuardedTree): string {
  const text = `${epoch}\n${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`
  return `${text}${checksum(text)}\n`
}

function parse(text: string): GuardedTree | undefined {
  const [epoch, origin, size, encoded, sum, rest] = text.split('\n')
  if (origin === undefined || encoded === undefined || sum === undefined || rest !== '')
    return undefined
  const tree = {
    epoch: Number(epoch),
    origin,
    size: Number(size),
    root: Buffer.from(encoded, 'base64'),
  }
  const isWhole =
    Number.isSafeInteger(tree.epoch) &&
    Number.isSafeInteger(tree.size) &&
    tree.root.length === HASH_BYTES &&
    format(tree) === text
  return isWhole ? tree : undefined
}

const checksum = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex')
