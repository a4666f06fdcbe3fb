/**
 * Counts each report once, apart from its dossier. The classification holds, sealed, what is to be counted. It waits until
 * the day is over; then all of that day are opened, shuffled, and written into streams of their own, with no causation,
 * correlation, trace or instant that leads back.
 */

import assert from 'node:assert/strict'
import { addDays } from '@wederhoor/calendar/dates'
import { dateOf, endOfDay } from '@wederhoor/calendar/instants'
import { rulingFor } from '@wederhoor/contracts/ruling'
import type { CommandContext } from '@wederhoor/decider/decider'
import type { CommandHandler, EventCodec } from '@wederhoor/decider/handler'
import { type Projection, projection } from '@wederhoor/event-store/projection'
import type { ServiceParts } from '@wederhoor/runtime/service-parts'
import type { Worker } from '@wederhoor/runtime/workers'
import type { Digest } from '@wederhoor/vault/fields'
import { batchesOf, type WaitingCount } from './count-batches.ts'
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

export interface Counting {
  /** Notes what is to be counted. */
  readonly noting: Projection
  /** Counts it when its day is over. */
  readonly batches: Worker
}

export function counting(
  parts: ServiceParts,
  codec: EventCodec<MeldingEvent>,
  handler: CommandHandler<CountReport, ReportCounted, Count, never>,
  options: { readonly countsLeadBack: boolean },
): Counting {
  const { store, db, vault, clock, logger, random } = parts

  async function factsOf({ dossier, counted }: WaitingCount) {
    const [opened] = await vault.open({
      dossier,
      sealed: [{ sealed: counted as Digest }],
      actor: counter,
      purpose: 'telling',
      screen: 'counting',
      at: await clock.now(),
      trace: null,
    })
    // Erased before it was counted: then it is not counted.
    return opened?.kind === 'opened' ? [reportFacts(opened.value)] : []
  }

  /** All are opened before any is counted: the access log names dossiers in its order, and the counts have another. */
  async function count(waiting: readonly WaitingCount[]): Promise<void> {
    const facts: Omit<ReportCounted, 'type'>[] = []
    for (const one of waiting) facts.push(...(await factsOf(one)))
    const yesterday = endOfDay(addDays(dateOf(await clock.now()), -1))
    for (const one of shuffled(facts, random)) {
      const context = contextOf(one.count, yesterday)
      await handler.handle(`count-${one.count}`, { type: 'CountReport', context, ...one })
    }
  }

  return {
    noting: projection({
      store,
      db,
      name: 'intake-counting',
      apply: async (entries, tx) => {
        for (const stored of entries) {
          if (stored.type !== 'MeldingClassified' || stored.dossier === null) continue
          const event = codec.decode(stored)?.event
          assert(event?.type === 'MeldingClassified')
          if (event.counted === undefined) continue
          await tx.query(
            `INSERT INTO intake.to_count (dossier, counted, day, melder) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING`,
            [stored.dossier, event.counted.sealed, dateOf(event.at), event.melder],
          )
        }
      },
    }),
    batches: batchesOf({
      db,
      clock,
      count,
      everyDay: !options.countsLeadBack,
      onFailure: (error) =>
        logger.warn(
          { part: 'counting', failure: error instanceof Error ? error.name : 'unknown' },
          'tried again',
        ),
    }),
  }
}

/** Fisher and Yates. */
function shuffled<One>(all: readonly One[], random: () => number): readonly One[] {
  const mixed = [...all]
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1))
    const [one, two] = [mixed[last], mixed[other]]
    assert(one !== undefined && two !== undefined)
    mixed[last] = two
    mixed[other] = one
  }
  return mixed
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
