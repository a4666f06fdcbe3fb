/** Composition root of audit: it reads the case history and writes nothing. */
import { postgresDossierIndex } from '@wederhoor/ledger/dossier-index'
import { CASE_HISTORY } from '@wederhoor/runtime/migrate-all'
import { type ServiceApp, serviceServer } from '@wederhoor/runtime/service-app'
import type { ServiceParts } from '@wederhoor/runtime/service-parts'
import { workers } from '@wederhoor/runtime/workers'
import { auditRoutes } from './routes.ts'

export async function buildAuditApp(parts: ServiceParts): Promise<ServiceApp> {
  const { store, db, ledger } = parts
  const server = await serviceServer(parts, {
    name: 'audit',
    title: 'Wederhoor audit',
    version: '1.0.0',
    description: 'Shows a dossier as it was written, and replays it as of any moment.',
  })
  const index = postgresDossierIndex({ pool: db, ledgerName: CASE_HISTORY })
  auditRoutes(server, { index, store }, ledger)
  return { name: 'audit', server, workers: workers() }
}
