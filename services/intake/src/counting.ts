/**
 * Counts each report once, apart from its dossier. The classification holds, sealed, what is to be counted; this opens
 * it and writes the count into a stream of its own, with no causation, correlation or trace that leads back.
 */

import assert from 'node:assert/strict'
import { rulingFor } from '@wederhoor/contracts/ruling'
import type { CommandContext } from '@wederhoor/decider/decider'
import type { CommandHandler, EventCodec } from '@wederhoor/decider/handler'
import { type Projection, projection } from '@wederhoor/event-store/projection'
import type { ServiceParts } from '@wederhoor/runtime/service-parts'
import type { Sealed } from '@wederhoor/vault/fields'
import type { Count, CountReport } from './domain/count.ts'
import {
  countedFacts,
  type MeldingEvent,
  type ReportCounted,
  reportCounted,
} from './domain/events.ts'

const counter = {
  subject: 'counter',
  person: 'counter',
  roles: ['counter'],
  desk: null,
  organisation: null,
}

export function counting(
  parts: ServiceParts,
  codec: EventCodec<MeldingEvent>,
  handler: CommandHandler<CountReport, ReportCounted, Count, never>,
): Projection {
  const { store, db, vault, clock } = parts

  async function count(dossier: string, counted: Sealed<unknown>): Promise<void> {
    const at = await clock.now()
    const [opened] = await vault.open({
      dossier,
      sealed: [counted],
      actor: counter,
      purpose: 'telling',
      screen: 'counting',
      at,
      trace: null,
    })
    // Erased before it was counted: then it is not counted.
    if (opened?.kind !== 'opened') return
    const facts = reportFacts(opened.value)
    await handler.handle(`count-${facts.count}`, {
      type: 'CountReport',
      context: contextOf(facts.count, at),
      ...facts,
    })
  }

  return projection({
    store,
    db,
    name: 'intake-counting',
    apply: async (entries) => {
      for (const stored of entries) {
        if (stored.type !== 'MeldingClassified' || stored.dossier === null) continue
        const event = codec.decode(stored)?.event
        assert(event?.type === 'MeldingClassified')
        if (event.counted !== undefined) await count(stored.dossier, event.counted)
      }
    },
  })
}

/** The command's id is the count's own, so that nothing derived from the dossier stands in the entry. */
function contextOf(count: string, at: CommandContext['at']): CommandContext {
  const { power, policy } = rulingFor('count-report', at)
  return {
    id: count,
    at,
    occurredAt: at,
    dossier: null,
    actor: {
      role: 'counter',
      desk: null,
      pseudonym: count as CommandContext['actor']['pseudonym'],
    },
    power,
    policy,
    causation: null,
    correlation: null,
    trace: null,
  }
}

function reportFacts(value: unknown): Omit<ReportCounted, 'type'> {
  const written = countedFacts.parse(value)
  const shape = Object.entries(reportCounted.fields)
  const entries = shape.flatMap(([name, field]) => {
    const one = written[name as keyof typeof written]
    const schema = field.kind === 'maybe' ? field.field.schema : field.schema
    return one === undefined ? [] : [[name, schema.parse(one)]]
  })
  return Object.fromEntries(entries) as Omit<ReportCounted, 'type'>
}
