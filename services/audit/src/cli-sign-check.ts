/** `audit sign-check`: verifies a bundle, offline, and writes what came of it as a note signed by an officer. */
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { canonicalJson } from '@wederhoor/ledger/canonical-json'
import { LedgerFormatError } from '@wederhoor/ledger/ledger-format-error'
import { ed25519Signer, type NoteSigner, signNote } from '@wederhoor/ledger/signed-note'
import { VaultError } from '@wederhoor/vault/port'
import { secretFile } from '@wederhoor/vault/secret-file'
import type { BundleFiles } from './bundle/bundle-files.ts'
import { CHECKPOINT } from './bundle/layout.ts'
import { knownCheckpoint } from './bundle/ledger-source.ts'
import { openBundle } from './bundle/open-bundle.ts'
import { noteIn } from './bundle/signed.ts'
import { readSmallFile } from './bundle/small-file.ts'
import { verifyBundle } from './bundle/verify.ts'
import { formatCheck } from './check-note.ts'
import type { SignCheckRequest } from './cli-arguments.ts'
import { Refused } from './cli-failure.ts'
import { printVerdict } from './print.ts'

/** `ok` as the bundle verified; the note is written either way, with the officer's own time. @throws what `explained` knows. */
export async function signCheckAnswer(
  request: SignCheckRequest,
  now = (): Date => new Date(),
): Promise<{ readonly text: string; readonly ok: boolean }> {
  const trust = await readSmallFile(request.trust, 'the trust file')
  const out = resolve(request.out)
  const signer = await signerOf(request)
  const files = await openBundle(request.bundle)
  try {
    const verdict = await verifyBundle(files, { trust })
    const { checkpoint } = await checkpointOf(files)
    const text = formatCheck({
      ...checkpoint,
      outcome: verdict.ok ? 'verified' : 'failed',
      position: verdict.ok ? undefined : (verdict.position ?? undefined),
      checkedAt: now().toISOString(),
    })
    await write(out, await signNote(text, [signer]))
    const { vkey } = signer
    return {
      ok: verdict.ok,
      text: request.json
        ? canonicalJson({ ...verdict, note: out, vkey })
        : `${printVerdict(verdict, checkpoint.origin)}\nsigned in ${out}, as ${vkey}\nhand both in: POST /v1/ledger-checks of the audit service`,
    }
  } finally {
    await files.close()
  }
}

async function signerOf({ key, name }: SignCheckRequest): Promise<NoteSigner> {
  try {
    return ed25519Signer(name, await secretFile({ path: resolve(key) }))
  } catch (cause) {
    if (cause instanceof LedgerFormatError)
      throw new Refused(`'${name}' cannot be the name of a key: an address without spaces or plus.`)
    if (cause instanceof VaultError) throw new Refused(`The key cannot be used: ${cause.message}.`)
    throw cause
  }
}

/** Of a dossier every proof holds the same one. */
async function checkpointOf(files: BundleFiles) {
  if (files.sizes.has(CHECKPOINT))
    return knownCheckpoint(noteIn(await files.read(CHECKPOINT), CHECKPOINT))
  throw new Refused('An officer checks a whole ledger: export one with --ledger.')
}

async function write(out: string, note: string): Promise<void> {
  try {
    await writeFile(out, note, { flag: 'wx' })
  } catch (cause) {
    throw new Refused(
      `${out} could not be written (${cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'}): name another with --out.`,
    )
  }
}
