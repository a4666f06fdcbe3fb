import { contexts } from '@wederhoor/http/command-context'
import type { ReadinessCheck } from '@wederhoor/http/health'
import { type Server, screenOf } from '@wederhoor/http/request'
import { buildServer } from '@wederhoor/http/server'
import type { ServiceParts } from './service-parts.ts'
import type { Worker } from './workers.ts'

/** A service that is built and not yet running: whoever composes it starts the workers and listens. */
export interface ServiceApp {
  readonly name: string
  readonly server: Server
  readonly workers: Worker
}

/** Contexts for commands over HTTP, with the pseudonyms of the vault. */
export const contextsOf = (parts: ServiceParts, policyVersion: (at: string) => string) =>
  contexts({ clock: parts.clock, pseudonym: parts.vault.pseudonym, policyVersion })

const contact = {
  name: 'Wederhoor',
  email: 'beheer@wederhoor.example',
  url: 'https://wederhoor.example',
}

/**
 * The server of a service: its rules of conduct are those of `buildServer`, and every refused access is recorded in the
 * access log before the answer leaves.
 */
export function serviceServer(
  parts: ServiceParts,
  service: {
    readonly name: string
    readonly title: string
    readonly version: string
    readonly description: string
    /** What runs behind it and must be well too, such as the `ready` of `serviceWorkers`. */
    readonly ready?: Readonly<Record<string, ReadinessCheck>>
  },
): Promise<Server> {
  const { verifier, logger, clock, db, pepper, store, vault } = parts
  const { trustProxy } = parts
  return buildServer({
    ...service,
    ...(trustProxy === undefined ? {} : { trustProxy }),
    contact,
    verifier,
    logger,
    clock,
    idempotency: { db, key: pepper },
    ready: {
      database: async () => void (await db.query('SELECT 1')),
      ledger: async () => void (await store.head()),
      ...service.ready,
    },
    onDenied: async (request, reason) => {
      const dossier = dossierOf(request.params)
      await vault.denied({
        dossier,
        actor: request.actor,
        purpose: 'behandeling',
        screen: screenOf(request),
        at: await clock.now(),
        trace: null,
        reason,
      })
    },
  })
}

/** A refusal outside any dossier is recorded under the nil id. */
const NIL = '00000000-0000-0000-0000-000000000000'

function dossierOf(params: unknown): string {
  if (typeof params !== 'object' || params === null || !('dossier' in params)) return NIL
  const { dossier } = params
  return typeof dossier === 'string' && UUID.test(dossier) ? dossier : NIL
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
