/** What an auditor reads. Nothing here writes, and nothing here opens sealed content. */
import { problem } from '@wederhoor/http/problem'
import type { Server } from '@wederhoor/http/request'
import { roles } from '@wederhoor/identity/access'
import { z } from 'zod'
import { instantIn } from '../instants.ts'
import { type AuditedLedger, replayDossier } from '../replay.ts'
import * as schema from '../schemas.ts'
import { timelineOf } from '../timeline.ts'

const access = roles('auditor')

const unknown = () =>
  problem(404, { code: 'unknown-dossier', detail: 'No entry of the ledger belongs to it.' })

export function auditRoutes(app: Server, ledger: AuditedLedger, origin: string): void {
  app.get(
    '/v1/dossiers/:dossier/timeline',
    {
      config: { access },
      schema: {
        summary: 'The whole history of a dossier across services, in ledger order',
        params: schema.dossierParams,
        response: { 200: schema.timeline },
      },
    },
    async ({ params }) => {
      const lines = await timelineOf(ledger, params.dossier)
      if (lines === undefined) throw unknown()
      return { dossier: params.dossier, lines: [...lines] }
    },
  )

  app.get(
    '/v1/dossiers/:dossier/replay',
    {
      config: { access },
      schema: {
        summary: 'The state of a dossier as of a moment, on two clocks, with its hash',
        params: schema.dossierParams,
        querystring: schema.moments,
        response: { 200: schema.replay },
      },
    },
    async ({ params, query }) => {
      const replayed = await replayDossier(ledger, params.dossier, {
        recordedUntil: momentOf(query.recordedUntil),
        occurredUntil: momentOf(query.occurredUntil),
      })
      if (replayed === undefined) throw unknown()
      return replayed
    },
  )

  app.get(
    '/v1/ledger/head',
    {
      config: { access },
      schema: {
        summary: 'Where the ledger ends at the moment',
        response: {
          200: z.object({
            ledger: z.string(),
            /** Null when nothing was written yet. */
            position: z.string().nullable(),
            /** Entries that the index of dossiers has not seen yet. */
            indexLag: z.int(),
          }),
        },
      },
    },
    async () => {
      const [head, indexLag] = await Promise.all([ledger.store.head(), ledger.index.lag()])
      return { ledger: origin, position: head === '' ? null : head, indexLag }
    },
  )
}

const momentOf = (written: string | undefined): string | null =>
  written === undefined ? null : (instantIn(written) ?? null)
