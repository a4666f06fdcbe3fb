/** `audit verify`: of a bundle with no network and no database, or of the ledger of an instance where it stands. */
import { canonicalJson } from '@wederhoor/ledger/canonical-json'
import { openBundle } from './bundle/open-bundle.ts'
import { readSmallFile } from './bundle/small-file.ts'
import type { Verdict, VerifyOptions } from './bundle/verdict.ts'
import { verifyBundle } from './bundle/verify.ts'
import { verifySource } from './bundle/verify-source.ts'
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
    const verdict =
      'bundle' in what
        ? await ofBundle(what.bundle, options)
        : await ofInstance(request, what.log, options)
    return { text: json ? canonicalJson(verdict) : printVerdict(verdict), ok: verdict.ok }
  } finally {
    bar.end()
  }
}

async function ofBundle(path: string, options: VerifyOptions): Promise<Verdict> {
  const files = await openBundle(path)
  try {
    return await verifyBundle(files, options)
  } finally {
    await files.close()
  }
}

const ofInstance = (request: VerifyRequest, log: LogName, options: VerifyOptions) =>
  withDatabase(request, (database) =>
    withLedger(database, log, (source) => verifySource(source, options)),
  )

async function smallFile(path: string | undefined, what: string): Promise<Uint8Array | undefined> {
  return path === undefined ? undefined : readSmallFile(path, what)
}
