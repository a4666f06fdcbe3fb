/** What the routes about the evidence itself work with. */
import { policyInForceOn } from '@wederhoor/contracts/policy'
import { rulingFor } from '@wederhoor/contracts/ruling'
import type { CommandContext } from '@wederhoor/decider/decider'
import { commandHandler } from '@wederhoor/decider/handler'
import type { EventStore } from '@wederhoor/event-store/port'
import type { Request } from '@wederhoor/http/request'
import type { Integrator } from '@wederhoor/ledger/integrator'
import { epochOrigin } from '@wederhoor/ledger/tile-storage'
import type { LedgerIntegrators } from '@wederhoor/runtime/integrators'
import { contextsOf } from '@wederhoor/runtime/service-app'
import type { LedgerEvidence, ServiceParts } from '@wederhoor/runtime/service-parts'
import type { SigningKey } from '@wederhoor/runtime/signing-keys'
import { eventCodec } from '@wederhoor/vault/event-codec'
import { type Evidence, evidenceDecider, evidenceStream } from '../domain/evidence.ts'
import type { EvidenceCommand } from '../domain/evidence-commands.ts'
import { evidenceEvents } from '../domain/evidence-events.ts'
import { evidenceRefusal } from './refusals.ts'

export const logNames = ['case-history', 'access'] as const
export type LogName = (typeof logNames)[number]

/** One log, and what is done about it. The acts themselves stand in the case history, also those about the access log. */
export interface AuditedLog {
  readonly name: LogName
  readonly evidence: LedgerEvidence
  readonly integrator: Integrator
  readonly key: SigningKey
  readonly stream: string
}

export type EvidenceRooms = ReturnType<typeof evidenceRooms>
export type EvidenceHandler = ReturnType<typeof evidenceHandler>

/** Past every cache: acts on the evidence are read where a restore shows at once. */
export const evidenceHandler = ({ evidence, ledger }: Pick<ServiceParts, 'evidence' | 'ledger'>) =>
  evidenceHandlerOf(evidence.caseHistory.store, ledger)

export const evidenceHandlerOf = (store: EventStore, ledger: string) =>
  commandHandler({
    store,
    codec: eventCodec({ ledger, events: evidenceEvents }),
    decider: evidenceDecider,
  })

export function evidenceRooms(parts: ServiceParts, integrators: LedgerIntegrators) {
  const handler = evidenceHandler(parts)
  const contextOf = contextsOf(parts, (at) => policyInForceOn(at)?.version ?? 'none')
  const { caseHistory, access } = parts.evidence
  const logs: Readonly<Record<LogName, AuditedLog>> = {
    'case-history': {
      name: 'case-history',
      evidence: caseHistory,
      integrator: integrators.caseHistory,
      key: 'log',
      stream: evidenceStream(caseHistory.origin),
    },
    access: {
      name: 'access',
      evidence: access,
      integrator: integrators.access,
      key: 'access-log',
      stream: evidenceStream(access.origin),
    },
  }
  return {
    parts,
    logs,
    handler,
    state: (log: AuditedLog): Promise<Evidence> => handler.state(log.stream),
    /** Whoever acts is named by a pseudonym that holds for this log. */
    async moment(request: Request, log: AuditedLog, act: string): Promise<CommandContext> {
      const { power } = rulingFor(act, await parts.clock.now())
      return contextOf(request, { dossier: null, scope: log.stream, power })
    },
    async handle(log: AuditedLog, command: EvidenceCommand): Promise<Evidence> {
      const handled = await handler.handle(log.stream, command)
      if (handled.kind === 'rejected') throw evidenceRefusal(handled.rejection)
      return handled.state
    },
    /** Origins of all epochs that there ever were, oldest first. */
    async origins({ evidence: { tiles, origin } }: AuditedLog) {
      const epochs = await tiles.readEpochs()
      return epochs.length === 0 ? [{ number: 1, origin: epochOrigin(origin, 1) }] : epochs
    },
  }
}
