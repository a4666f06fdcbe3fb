/** `audit verify`: of a bundle with no network and no database, or of the ledger of an instance where it stands. */
import { canonicalJson } from '@wederhoor/ledger/canonical-json'
import { parseProofFile } from '@wederhoor/ledger/proof-file'
import type { BundleFiles } from './bundle/bundle-files.ts'
import { CHECKPOINT } from './bundle/layout.ts'
import { openBundle } from './bundle/open-bundle.ts'
import { readSmallFile } from './bundle/small-file.ts'
import type { Verdict, VerifyOptions } from './bundle/verdict.ts'
import { verifyBundle } from './bundle/verify.ts'
import { verifySource } from './bundle/verify-source.ts'
import { checkpointIn } from './checkpoints.ts'
import type { LogName, VerifyRequest } from './cli-arguments.ts'
import { withDatabase, withLedger } from './cli-instance.ts'
import { progressBar } from './cli-progress.ts'
import { printVerdict } from './print.ts'

/** What is printed, and whether it verified. @throws what `explained` knows. */
export async function verifyAnswer(
  request: VerifyRequest,
): Promise<{ readonly text: string; readonly ok: boolean }> {
  const { what, json } = request
  const bar = progressBar(process.stderr)
  const options: VerifyOptions = {
    trust: await smallFile(request.trust, 'the trust file'),
    since: await smallFile(request.since, 'the known checkpoint'),
    progress: bar.show,
  }
  try {
    const { verdict, origin } =
      'bundle' in what
        ? await ofBundle(what.bundle, options)
        : await ofInstance(request, what.log, options)
    return { text: json ? canonicalJson(verdict) : printVerdict(verdict, origin), ok: verdict.ok }
  } finally {
    bar.end()
  }
}

interface Answered {
  readonly verdict: Verdict
  /** Of its checkpoint, where it verified. */
  readonly origin?: string | undefined
}

async function ofBundle(path: string, options: VerifyOptions): Promise<Answered> {
  const files = await openBundle(path)
  try {
    const verdict = await verifyBundle(files, options)
    return verdict.ok ? { verdict, origin: await originIn(files) } : { verdict }
  } finally {
    await files.close()
  }
}

const ofInstance = (request: VerifyRequest, log: LogName, options: VerifyOptions) =>
  withDatabase(request, (database) =>
    withLedger(database, log, async (source): Promise<Answered> => {
      const verdict = await verifySource(source, options)
      if (!verdict.ok) return { verdict }
      const note = await source.tiles.readCheckpoint('integrated')
      return { verdict, origin: note === undefined ? undefined : checkpointIn(note).origin }
    }),
  )

/** Every proof of a dossier is of the same checkpoint. */
async function originIn(files: BundleFiles): Promise<string | undefined> {
  const proof = [...files.sizes.keys()].find((path) => path.startsWith('proofs/'))
  const bytes = await files.read(proof ?? CHECKPOINT)
  const text = Buffer.from(bytes).toString('utf8')
  return checkpointIn(proof === undefined ? text : parseProofFile(text).checkpoint).origin
}

async function smallFile(path: string | undefined, what: string): Promise<Uint8Array | undefined> {
  return path === undefined ? undefined : readSmallFile(path, what)
}
