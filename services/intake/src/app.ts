/** Composition root of intake: plain parts in, a server and its workers out. */

import type { Message } from '@wederhoor/broker/port'
import { dueAt as dueFrom } from '@wederhoor/calendar/instants'
import type { partyErased } from '@wederhoor/contracts/events/case'
import { policyInForceOn } from '@wederhoor/contracts/policy'
import { termOf } from '@wederhoor/contracts/policy-settings'
import { type PublishedOf, topicOf } from '@wederhoor/contracts/published'
import { rulingFor } from '@wederhoor/contracts/ruling'
import { commandHandler } from '@wederhoor/decider/handler'
import { codeThrottle, hourlyLimits } from '@wederhoor/identity/throttle'
import { reactions } from '@wederhoor/runtime/reactions'
import { follows } from '@wederhoor/runtime/readiness'
import { contextsOf, type ServiceApp, serviceServer } from '@wederhoor/runtime/service-app'
import type { ServiceParts } from '@wederhoor/runtime/service-parts'
import { reactionContext, serviceWorkers } from '@wederhoor/runtime/service-workers'
import { workers } from '@wederhoor/runtime/workers'
import { eventCodec } from '@wederhoor/vault/event-codec'
import type { Uuid } from '@wederhoor/vault/fields'
import { announce } from './announce.ts'
import { counting } from './counting.ts'
import { deadlinesOf } from './deadlines.ts'
import { countDecider } from './domain/count.ts'
import { countEvents, intakeEvents, isMeldingEvent, meldingEvents } from './domain/events.ts'
import type { MeldingDeadline } from './domain/melding/commands.ts'
import { meldingDecider } from './domain/melding/melding.ts'
import { readHeard, stepHeard } from './reactions.ts'
import { deskRoutes } from './routes/desk.ts'
import { melderRoutes } from './routes/melder.ts'
import { melderOpeningRoutes } from './routes/openings.ts'
import { registrationRoutes } from './routes/registration.ts'
import { intakeRooms, streamOf } from './routes/rooms.ts'
import { addStep, eraseMelder, evolveMeldingViews, meldingViews } from './views.ts'

export interface IntakeOptions {
  /**
   * True: a report is counted at once, so that figures are of this moment and whoever reads the ledger can tell whose
   * count it is. For a demonstration on the real clock, where nobody can wait a day.
   */
  readonly countsLeadBack?: boolean
}

export async function buildIntakeApp(
  parts: ServiceParts,
  { countsLeadBack = false }: IntakeOptions = {},
): Promise<ServiceApp> {
  const { store, vault, db, clock, ledger, pepper } = parts
  const codec = eventCodec({ ledger, events: intakeEvents })
  const meldingCodec = eventCodec({ ledger, events: meldingEvents })
  const melding = commandHandler({ store, codec: meldingCodec, decider: meldingDecider })
  const countCodec = eventCodec({ ledger, events: countEvents })
  const count = commandHandler({ store, codec: countCodec, decider: countDecider })
  const { react } = reactions(parts)
  const views = meldingViews(db)

  const behind = serviceWorkers({
    parts,
    service: 'intake',
    topic: topicOf('intake'),
    categories: ['melding', 'count'],
    codec,
    project: async (recorded, tx) => {
      const { event } = recorded
      if (isMeldingEvent(event)) await evolveMeldingViews({ ...recorded, event }, tx)
    },
    erased: async ({ dossier, party }, tx) => {
      if ((await melderOf(dossier)) === party) await eraseMelder(dossier, tx)
    },
    deadlinesOf: (event) => (isMeldingEvent(event) ? deadlinesOf(event) : {}),
    onDeadline: ({ stream, kind, dueAt }, context) => {
      const deadline = kind as MeldingDeadline
      const { assignWithin } = rulingFor('reach-deadline', context.at).settings.intake
      const assignDueAt = dueFrom(context.at, termOf(assignWithin))
      const reached = { type: 'DeadlineReached', context, deadline, dueAt, assignDueAt } as const
      return react(stream, reached, melding)
    },
    announce,
    ruling: (at) => rulingFor('reach-deadline', at),
    heard: {
      topics: [topicOf('case'), topicOf('mediation'), topicOf('referral')],
      decode: readHeard,
      handle: async ({ event, message }, tx) => {
        const step = stepHeard(event)
        const { dossier } = event
        if (event.name === 'party-erased') await endErased(event, message)
        // What is decided about somebody else in the dossier is none of the melder's.
        if (event.name === 'erasure-refused' && (await melderOf(dossier)) !== event.party) return
        if (step !== undefined)
          await addStep(tx, { dossier, source: message.id, step, at: message.time })
      },
    },
  })

  async function melderOf(dossier: string): Promise<string | undefined> {
    const state = await melding.state(streamOf(dossier))
    return state.status === 'unknown' ? undefined : state.melder
  }

  /** A report that no desk has accepted ends: there is nobody left who waits for one. */
  async function endErased(
    { dossier, party }: PublishedOf<typeof partyErased>,
    message: Message,
  ): Promise<void> {
    const stream = streamOf(dossier)
    const state = await melding.state(stream)
    const waits = state.status !== 'unknown' && !['accepted', 'ended'].includes(state.status)
    if (!waits || String(state.melder) !== party) return
    const at = await clock.now()
    const { power, policy } = rulingFor('end-contact', at)
    const context = reactionContext(message, { name: 'end-erased', at, dossier, power, policy })
    const reason = 'gewist' as Uuid<'einde-zonder-zaak'>
    await react(stream, { type: 'EndWithoutCase', reason, context }, melding)
  }

  const counted = counting(parts, meldingCodec, count, { countsLeadBack })

  const server = await serviceServer(parts, {
    name: 'intake',
    ready: { ...behind.ready, counting: follows(counted.noting) },
    title: 'Wederhoor intake',
    version: '1.0.0',
    description:
      'Takes a report in somebody’s own words and hands it over to the desk that will help.',
  })
  const contextOf = contextsOf(parts, (at) => policyInForceOn(at)?.version ?? 'none')
  const rooms = intakeRooms({ views, vault, clock, handler: melding, contextOf })
  registrationRoutes(server, rooms, pepper)
  deskRoutes(server, rooms)
  const limits = guessLimits(await clock.now())
  const throttle = codeThrottle({ db, pepper, clock, limits })
  melderRoutes(server, rooms, throttle)
  melderOpeningRoutes(server, rooms, { throttle, openings: parts.openings })

  return { name: 'intake', server, workers: workers(behind, counted.noting, counted.batches) }
}

function guessLimits(at: string) {
  const { codeGuessesPerHour, sourceGuessesPerHour } = rulingFor('report', at).settings.intake
  return hourlyLimits({ code: codeGuessesPerHour.value, source: sourceGuessesPerHour.value })
}
