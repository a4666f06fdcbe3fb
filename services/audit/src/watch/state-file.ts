/** What a watcher verified last, kept over a restart: the checkpoint verbatim, so that it also serves as `--since`. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Checkpoint } from '@wederhoor/ledger/checkpoint'
import { LedgerFormatError } from '@wederhoor/ledger/ledger-format-error'
import { BundleError } from '../bundle/bundle-error.ts'
import { knownCheckpoint } from '../bundle/ledger-source.ts'

/** Undefined where there is no such file. @throws BundleError: it holds no checkpoint, or cannot be read. */
export async function readState(path: string): Promise<Checkpoint | undefined> {
  try {
    return knownCheckpoint(await readFile(path, 'utf8')).checkpoint
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    if (cause instanceof LedgerFormatError)
      throw new BundleError(
        'malformed',
        `${path} holds no checkpoint: name another with --state.`,
        {
          cause,
        },
      )
    throw new BundleError('unreadable', `${path} cannot be read.`, { cause })
  }
}

/** All or nothing. */
export async function keepState(path: string, note: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.new`, note)
  await rename(`${path}.new`, path)
}
