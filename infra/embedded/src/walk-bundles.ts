/**
 * What somebody takes home from a walk: every kind of bundle, before and after the melder was erased, beside the keys of the
 * running system. Each is verified offline right away, as whoever takes it home would.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { openBundle } from '@wederhoor/audit/bundle/open-bundle'
import type { Verdict } from '@wederhoor/audit/bundle/verdict'
import { verifyBundle } from '@wederhoor/audit/bundle/verify'
import type { ExportRequest } from '@wederhoor/audit/cli-arguments'
import { exportAnswer } from '@wederhoor/audit/cli-export'

export interface BundlePlace {
  /** Of the walk's database. */
  readonly databaseUrl: string
  readonly keysDirectory: string
  readonly out: string
}

export interface WrittenBundle {
  /** Below `out`. */
  readonly path: string
  readonly verdict: Verdict
}

/** The folder is somebody's already: nothing was written. */
class OutNotEmpty extends Error {
  readonly code = 'out-not-empty'
  constructor(out: string) {
    super(`${out} is not empty. Name a new folder for the bundles.`)
    this.name = 'OutNotEmpty'
  }
}

/** Durable nothing: only looks, so that a walk does not fail at its end. @throws OutNotEmpty */
export async function checkOut(out: string): Promise<void> {
  await mkdir(out, { recursive: true })
  if ((await readdir(out)).length > 0) throw new OutNotEmpty(out)
}

/** The public keys, from the running system over HTTP and from no bundle. An auditor is told those of every hearing. */
export async function writeTrust(
  out: string,
  from: { readonly auditUrl: string; readonly token: string },
): Promise<void> {
  const headers = { authorization: `Bearer ${from.token}` }
  const answer = await fetch(new URL('/v1/trust', from.auditUrl), { headers })
  if (!answer.ok) throw new Error(`no keys to trust: ${answer.status}`)
  await writeFile(join(out, 'trust'), await answer.text())
}

/** Every kind of bundle, into `<out>/<moment>`; from the second moment on with the way from the first checkpoint. */
export async function writeBundles(
  place: BundlePlace,
  of: { readonly moment: 'before' | 'after'; readonly dossier: string; readonly since?: string },
): Promise<readonly string[]> {
  const { moment, dossier, since } = of
  const receivers = ['auditor', 'melder', 'wederpartij'] as const
  const kinds: readonly { readonly name: string; readonly what: ExportRequest['what'] }[] = [
    ...receivers.map((receiver) => ({
      name: receiver,
      what: {
        dossier,
        receiver,
        hearing: undefined,
        purpose: receiver === 'auditor' ? undefined : 'inzage',
      },
    })),
    {
      name: 'auditor-with-content',
      what: { dossier, receiver: 'auditor', hearing: undefined, purpose: 'toezicht' },
    },
    { name: 'ledger', what: { log: 'case-history' } },
    { name: 'ledger.tar', what: { log: 'case-history' } },
    // Last, so that it holds the openings of those before it.
    { name: 'access-log', what: { log: 'access' } },
  ]
  const written: string[] = []
  for (const { name, what } of kinds) {
    const out = join(place.out, moment, name)
    const isAccess = 'log' in what && what.log === 'access'
    await exportAnswer({
      kind: 'export',
      what,
      since: isAccess ? undefined : since,
      out,
      keysDirectory: place.keysDirectory,
      databaseUrl: place.databaseUrl,
      dataDirectory: undefined,
      json: true,
    })
    written.push(out)
  }
  return written
}

export async function verifyBundles(
  out: string,
  bundles: readonly string[],
): Promise<readonly WrittenBundle[]> {
  const trust = await readFile(join(out, 'trust'))
  const found: WrittenBundle[] = []
  for (const bundle of bundles) {
    const files = await openBundle(bundle)
    try {
      found.push({ path: relative(out, bundle), verdict: await verifyBundle(files, { trust }) })
    } finally {
      await files.close()
    }
  }
  return found
}
