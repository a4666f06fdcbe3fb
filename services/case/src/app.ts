/** Composition root of case: plain parts in, a server and its workers out. */
import { policyInForceOn } from '@wederhoor/contracts/policy'
import { topicOf } from '@wederhoor/contracts/published'
import { rulingFor } from '@wederhoor/contracts/ruling'
import { commandHandler } from '@wederhoor/decider/handler'
import { codeThrottle, hourlyLimits } from '@wederhoor/identity/throttle'
import { postgresDossierIndex } from '@wederhoor/ledger/dossier-index'
import { CASE_HISTORY } from '@wederhoor/runtime/migrate-all'
import { reactions } from '@wederhoor/runtime/reactions'
import { contextsOf, type ServiceApp, serviceServer } from '@wederhoor/runtime/service-app'
import type { ServiceParts } from '@wederhoor/runtime/service-parts'
import { reactionContext, serviceWorkers } from '@wederhoor/runtime/service-workers'
import { eventCodec } from '@wederhoor/vault/event-codec'
import { announce } from './announce.ts'
import { deadlinesOf, erasureDeadlinesOf } from './deadlines.ts'
import { caseDecider } from './domain/case/case.ts'
import { streamOf } from './domain/case/state.ts'
import { erasureDecider, erasureStream } from './domain/erasure/erasure.ts'
import type { HoldId } from './domain/erasure-events.ts'
import { erasureEvents, isErasureEvent } from './domain/erasure-events.ts'
import { caseEvents } from './domain/events.ts'
import { erasing } from './erasing.ts'
import {
  actOf,
  erasureAskedFor,
  isMatterEvent,
  matterOf,
  reactionTo,
  readHeard,
} from './reactions.ts'
import { certificateRoutes } from './routes/certificates.ts'
import { dangerRoutes } from './routes/dangers.ts'
import { erasureRooms } from './routes/erasure-rooms.ts'
import { erasureRoutes } from './routes/erasures.ts'
import { fileRoutes } from './routes/files.ts'
import { melderHolder, melderRoutes } from './routes/melder.ts'
import { openingRoutes } from './routes/openings.ts'
import { peopleRoutes } from './routes/people.ts'
import { permissionRoutes } from './routes/permissions.ts'
import { caseRooms } from './routes/rooms.ts'
import { workRoutes } from './routes/work.ts'
import { caseViews, evolveCaseViews } from './views/cases.ts'
import { erasureViews, evolveErasureViews, noteMatter } from './views/erasures.ts'

export async function buildCaseApp(parts: ServiceParts): Promise<ServiceApp> {
  const { store, vault, db, clock, ledger, pepper } = parts
  const codec = eventCodec({ ledger, events: [...caseEvents, ...erasureEvents] })
  const caseCodec = eventCodec({ ledger, events: caseEvents })
  const cases = commandHandler({ store, codec: caseCodec, decider: caseDecider })
  const erasureCodec = eventCodec({ ledger, events: erasureEvents })
  const erasures = commandHandler({ store, codec: erasureCodec, decider: erasureDecider })
  const { react } = reactions(parts)
  const views = caseViews(db)
  const process = erasing({ parts, erasures, cases, react })

  const behind = serviceWorkers({
    parts,
    service: 'case',
    topic: topicOf('case'),
    categories: ['case', 'erasure'],
    codec,
    project: async ({ event, ...of }, tx) => {
      if (isErasureEvent(event)) await evolveErasureViews({ ...of, event }, tx)
      else await evolveCaseViews({ ...of, event }, tx)
    },
    deadlinesOf: (event) =>
      isErasureEvent(event) ? erasureDeadlinesOf(event) : deadlinesOf(event),
    onDeadline: ({ stream, kind, dueAt }, context) => {
      if (!stream.startsWith('erasure-'))
        return react(stream, { type: 'DeadlineReached', context, deadline: kind, dueAt }, cases)
      if (kind === 'erase') return process.erase(stream, context)
      if (kind === 'final') return process.end(stream, context)
      if (kind === 'answer') return react(stream, { type: 'NoteOverdue', context, dueAt }, erasures)
      const hold = kind.slice('hold-'.length) as HoldId
      return react(stream, { type: 'ReviewHold', context, hold, dueAt }, erasures)
    },
    announce,
    ruling: (at) => rulingFor('reach-deadline', at),
    heard: {
      topics: [topicOf('intake'), topicOf('mediation'), topicOf('referral')],
      decode: readHeard,
      handle: async ({ event, message }, tx) => {
        if (isMatterEvent(event)) return noteMatter(matterOf(event), tx)
        const at = await clock.now()
        const { dossier } = event
        if (event.name === 'erasure-asked') {
          const ruling = rulingFor('request-erasure', at)
          const context = reactionContext(message, {
            name: event.name,
            at,
            dossier,
            power: ruling.power,
            policy: ruling.policy,
          })
          const asked = { ...erasureAskedFor(event, { at, settings: ruling.settings }), context }
          return react(erasureStream(dossier, asked.party), asked, erasures)
        }
        const { power, policy, settings } = rulingFor(actOf[event.name], at)
        const moment = { name: event.name, at, dossier, power, policy }
        const context = reactionContext(message, moment)
        const command = { ...reactionTo(event, { at, settings }), context }
        await react(streamOf(dossier), command, cases)
      },
    },
  })

  const server = await serviceServer(parts, {
    name: 'case',
    ready: behind.ready,
    title: 'Wederhoor case',
    version: '1.0.0',
    description:
      'Supports whoever reported, with one fixed contact person, and lets nothing out without their permission.',
  })
  const contextOf = contextsOf(parts, (at) => policyInForceOn(at)?.version ?? 'none')
  const index = postgresDossierIndex({ pool: db, ledgerName: CASE_HISTORY })
  const rooms = caseRooms({ views, vault, clock, handler: cases, contextOf, index })
  workRoutes(server, rooms)
  peopleRoutes(server, rooms)
  permissionRoutes(server, rooms)
  dangerRoutes(server, rooms)
  const erasureRoom = erasureRooms({ rooms, erasures, views: erasureViews(db), index })
  erasureRoutes(server, erasureRoom)
  certificateRoutes(server, erasureRoom, parts.evidence.caseHistory.tiles)
  openingRoutes(server, { rooms, openings: parts.openings })
  const limits = guessLimits(await clock.now())
  const holder = melderHolder(rooms, codeThrottle({ db, pepper, clock, limits }))
  melderRoutes(server, rooms, holder)
  fileRoutes(server, rooms, holder)

  return { name: 'case', server, workers: behind }
}

function guessLimits(at: string) {
  const { codeGuessesPerHour, sourceGuessesPerHour } = rulingFor('give-permission', at).settings
    .intake
  return hourlyLimits({ code: codeGuessesPerHour.value, source: sourceGuessesPerHour.value })
}
