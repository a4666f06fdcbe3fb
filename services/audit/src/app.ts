/** Composition root of audit: it reads the case history, and signs for it and for the access log. */
import { postgresDossierIndex } from '@wederhoor/ledger/dossier-index'
import { ledgerIntegrators } from '@wederhoor/runtime/integrators'
import { CASE_HISTORY } from '@wederhoor/runtime/migrate-all'
import { type ServiceApp, serviceServer } from '@wederhoor/runtime/service-app'
import type { ServiceParts } from '@wederhoor/runtime/service-parts'
import { ledgerWitnessing } from '@wederhoor/runtime/witnesses'
import { workers } from '@wederhoor/runtime/workers'
import { logRoutes } from './log-routes.ts'
import { bundleRoutes } from './routes/bundles.ts'
import { checkRoutes } from './routes/checks.ts'
import { auditRoutes } from './routes/dossiers.ts'
import { logActRoutes } from './routes/logs.ts'
import { openingRoutes } from './routes/openings.ts'
import { evidenceRooms } from './routes/rooms.ts'
import { trustRoute } from './trust-route.ts'
import { splitViewRecorder } from './watch/split-view.ts'
import { watcher } from './watch/watcher.ts'

export async function buildAuditApp(parts: ServiceParts): Promise<ServiceApp> {
  const { store, db, ledger } = parts
  const integrators = ledgerIntegrators(parts)
  const server = await serviceServer(parts, {
    name: 'audit',
    title: 'Wederhoor audit',
    version: '1.0.0',
    description:
      'Shows a dossier as it was written, and replays it as of any moment. The logs themselves stand beside this API, at /log/case-history/ and /log/access/, in the format C2SP tlog-tiles.',
    ready: integrators.ready,
  })
  const index = postgresDossierIndex({ pool: db, ledgerName: CASE_HISTORY })
  auditRoutes(server, { index, store }, ledger)
  logRoutes(server, parts)
  trustRoute(server, parts)
  const rooms = evidenceRooms(parts, integrators)
  logActRoutes(server, rooms)
  checkRoutes(server, rooms)
  bundleRoutes(server, parts)
  openingRoutes(server, parts.openings)
  const witnessing = ledgerWitnessing(parts, splitViewRecorder(parts))
  // The watcher first: it looks also where an integrator refuses and so settles for nothing.
  return { name: 'audit', server, workers: workers(watcher(parts), integrators, witnessing) }
}
