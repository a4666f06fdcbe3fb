/** Bundles over HTTP: the same files, and in the same tar, as the command line writes. */
import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { problem } from '@wederhoor/http/problem'
import { type Request, type Server, screenOf } from '@wederhoor/http/request'
import { roles } from '@wederhoor/identity/access'
import type { ServiceParts } from '@wederhoor/runtime/service-parts'
import type { Sealed } from '@wederhoor/vault/fields'
import { z } from 'zod'
import { BundleError } from '../bundle/bundle-error.ts'
import { dossierFiles, type OpenedText } from '../bundle/export-dossier.ts'
import { ledgerFiles } from '../bundle/export-ledger.ts'
import {
  coveringCheckpoint,
  givenCheckpoint,
  type KnownCheckpoint,
  NotCovered,
} from '../bundle/ledger-source.ts'
import type { Readable } from '../bundle/party-reading.ts'
import type { PlannedFile } from '../bundle/planned-file.ts'
import { writeBundle } from '../bundle/write-bundle.ts'
import { chosenOf } from '../cli-dossier.ts'
import { Refused } from '../cli-failure.ts'
import { assertNoneErased } from '../erased-meanwhile.ts'
import { logNames } from './rooms.ts'
import { note } from './schemas.ts'

const TAR = 'application/x-tar'
const COVERED_WITHIN_MS = 5_000

const since = note.optional().describe('A checkpoint the receiver knows, verbatim.')
const code = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(60)
const asked = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ledger'), log: z.enum(logNames).default('case-history'), since }),
  z.object({
    kind: z.literal('dossier'),
    dossier: z.uuid().toLowerCase(),
    for: z.enum(['auditor', 'melder', 'wederpartij']),
    hearing: z.uuid().toLowerCase().optional().describe('Of a party’s hearings only this one.'),
    purpose: code
      .optional()
      .describe('Why texts are opened: an auditor gets none without it, a party gets its own.'),
    since,
  }),
])
type Asked = z.infer<typeof asked>
type DossierAsked = Extract<Asked, { readonly kind: 'dossier' }>

type BundleParts = Pick<ServiceParts, 'evidence' | 'db' | 'vault' | 'clock'>

export function bundleRoutes(app: Server, parts: BundleParts): void {
  app.post(
    '/v1/bundles',
    {
      config: { access: roles('auditor'), produces: [TAR] },
      schema: {
        summary: 'A bundle of a ledger or of a dossier, to verify elsewhere; openings are logged',
        body: asked,
        response: { 200: z.any() },
      },
    },
    async (request, reply) => {
      const folder = await mkdtemp(join(tmpdir(), 'wederhoor-bundle-'))
      const drop = () => rm(folder, { recursive: true, force: true })
      try {
        const tar = join(folder, `${randomUUID()}.tar`)
        const texts: OpenedText[] = []
        const files = await planned(request, request.body, texts)
        const { body } = request
        await writeBundle(tar, files, async () => {
          if (body.kind === 'dossier') await assertNoneErased(parts.db, body.dossier, texts)
        })
        const stream = createReadStream(tar)
        stream.once('close', () => void drop())
        reply.type(TAR).header('content-disposition', 'attachment; filename="bundle.tar"')
        return await reply.send(stream)
      } catch (error) {
        await drop()
        throw explained(error)
      }
    },
  )

  /** What is opened for it is added to `kept`. */
  async function planned(
    request: Request,
    of: Asked,
    kept: OpenedText[],
  ): Promise<readonly PlannedFile[]> {
    const from = of.since === undefined ? undefined : givenCheckpoint(of.since)
    if (of.kind === 'dossier') return dossier(request, of, from, kept)
    const { store, tiles } =
      of.log === 'access' ? parts.evidence.access : parts.evidence.caseHistory
    const source = { store, tiles }
    const known = await coveringCheckpoint(source, Number(await store.head()), COVERED_WITHIN_MS)
    return ledgerFiles(source, { known, from, witnesses: [] })
  }

  async function dossier(
    request: Request,
    of: DossierAsked,
    from: KnownCheckpoint | undefined,
    kept: OpenedText[],
  ) {
    const { store, tiles } = parts.evidence.caseHistory
    const source = { store, tiles }
    const isParty = of.for !== 'auditor'
    if (!isParty && of.hearing !== undefined)
      throw new Refused('A hearing is for a party: an auditor gets the whole dossier.')
    const purpose = of.purpose ?? (isParty ? 'inzage' : undefined)
    const { entries, readable } = await chosenOf(parts.db, {
      dossier: of.dossier,
      receiver: of.for,
      hearing: of.hearing,
      purpose,
    })
    const last = entries.at(-1)?.leafIndex ?? 0
    const known = await coveringCheckpoint(source, last + 1, COVERED_WITHIN_MS)
    const texts = purpose === undefined ? [] : await opened(request, of.dossier, purpose, readable)
    kept.push(...texts)
    return dossierFiles(source, { known, from, witnesses: [], receiver: of.for, entries, texts })
  }

  /** What was erased stays a commitment. */
  async function opened(
    request: Request,
    dossier: string,
    purpose: string,
    readable: readonly Readable[],
  ): Promise<readonly OpenedText[]> {
    const disclosed = await parts.vault.disclose({
      dossier,
      sealed: readable.map(({ digest }) => ({ sealed: digest }) as Sealed<unknown>),
      actor: request.actor,
      purpose,
      screen: screenOf(request),
      at: await parts.clock.now(),
      trace: null,
    })
    return readable.flatMap((one, index) => {
      const found = disclosed[index]
      return found?.kind === 'opened' ? [{ ...one, disclosure: found.text }] : []
    })
  }
}

function explained(error: unknown): unknown {
  if (error instanceof Refused)
    return problem(409, { code: 'nothing-to-give', detail: error.message, cause: error })
  if (error instanceof BundleError)
    return problem(409, { code: 'no-such-bundle', detail: error.message, cause: error })
  if (error instanceof NotCovered)
    return problem(503, {
      code: 'not-covered',
      detail: error.message,
      retryAfterSeconds: 5,
      cause: error,
    })
  return error
}
