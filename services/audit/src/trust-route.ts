/**
 * The keys of the running system, for whoever verifies a bundle without taking the bundle's word for them. Get it over a
 * way that you trust, and keep it: it is worth as much as that way.
 */
import type { Server } from '@wederhoor/http/request'
import { either, everyone, roles } from '@wederhoor/identity/access'
import { vkeyOf } from '@wederhoor/ledger/signed-note'
import { epochOrigin } from '@wederhoor/ledger/tile-storage'
import type { LedgerEvidence, ServiceParts } from '@wederhoor/runtime/service-parts'
import { z } from 'zod'

type TrustParts = Pick<ServiceParts, 'evidence' | 'signingKeys' | 'ledger' | 'db'>

const ids = z.uuid().toLowerCase()
const query = z.object({
  hearing: z
    .union([ids.transform((one) => [one]), z.array(ids).max(100)])
    .optional()
    .describe('Adds the keys of these hearings; an auditor and an inspector get those of all.'),
})
/** They verify whole ledgers: without the key of hearings the seals in those would not verify. */
const verifying = ['auditor', 'inspector'] as const

export function trustRoute(app: Server, parts: TrustParts): void {
  app.get(
    '/v1/trust',
    {
      config: { access: either(everyone(), roles(...verifying)), produces: ['text/plain'] },
      schema: {
        summary:
          'The public keys (vkeys) of this system, one a line, as `verify --trust` takes them',
        querystring: query,
        response: { 200: z.string() },
      },
    },
    async (request, reply) => {
      const isVerifying = verifying.some((role) => role === request.grantedRole)
      const hearings = isVerifying ? await hearingsOf(parts) : (request.query.hearing ?? [])
      reply.type('text/plain; charset=utf-8')
      return reply.send(`${(await trustLines(parts, hearings)).join('\n')}\n`)
    },
  )
}

/** First the logs, the newest epoch and key first, then the hearings, then the witnesses. */
async function trustLines(parts: TrustParts, hearings: readonly string[]): Promise<string[]> {
  const { signingKeys, evidence, ledger } = parts
  const lines = [
    ...(await logLines(evidence.caseHistory, await signingKeys.publicKeys('log'))),
    ...(await logLines(evidence.access, await signingKeys.publicKeys('access-log'))),
  ]
  const hearingKeys = hearings.length === 0 ? [] : await signingKeys.publicKeys('hearing')
  for (const hearing of hearings)
    for (const key of hearingKeys) lines.push(vkeyOf(`${ledger}/hearing/${hearing}`, key))
  return [...lines, ...evidence.witnesses.witnesses.map(({ verifier }) => verifier.vkey)]
}

async function logLines(
  { origin, tiles }: LedgerEvidence,
  keys: readonly Uint8Array[],
): Promise<readonly string[]> {
  const epochs = await tiles.readEpochs()
  const numbers = epochs.length === 0 ? [1] : epochs.map(({ number }) => number).reverse()
  return numbers.flatMap((number) => keys.map((key) => vkeyOf(epochOrigin(origin, number), key)))
}

async function hearingsOf({ db, evidence }: TrustParts): Promise<readonly string[]> {
  const { rows } = await db.query<{ hearing: string }>(
    `select substr(stream, 9) as hearing from ledger_${evidence.caseHistory.ledgerName}.entry
     where stream like 'hearing-%' and revision = 0 order by position`,
  )
  return rows.map(({ hearing }) => hearing)
}
