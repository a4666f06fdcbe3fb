/** Composition root of mediation: plain parts in, a server and its workers out. */
import { policyInForceOn } from '@wederhoor/contracts/policy'
import { topicOf } from '@wederhoor/contracts/published'
import { rulingFor } from '@wederhoor/contracts/ruling'
import { commandHandler } from '@wederhoor/decider/handler'
import { codeThrottle, hourlyLimits } from '@wederhoor/identity/throttle'
import { reactions } from '@wederhoor/runtime/reactions'
import { follows } from '@wederhoor/runtime/readiness'
import { contextsOf, type ServiceApp, serviceServer } from '@wederhoor/runtime/service-app'
import type { ServiceParts } from '@wederhoor/runtime/service-parts'
import { serviceWorkers } from '@wederhoor/runtime/service-workers'
import { workers } from '@wederhoor/runtime/workers'
import { eventCodec } from '@wederhoor/vault/event-codec'
import { announce } from './announce.ts'
import { caseHeard, readHeard } from './case-heard.ts'
import { deadlinesOf } from './deadlines.ts'
import { type At, hearingEvents, isHearingEvent } from './domain/events.ts'
import type { DeadlineKind } from './domain/hearing/commands.ts'
import { hearingDecider } from './domain/hearing/hearing.ts'
import { mediationDecider } from './domain/mediation/mediation.ts'
import { mediationEvents } from './domain/mediation-events.ts'
import { hearingSeals } from './hearing-seals.ts'
import { answeringRoutes } from './routes/answering.ts'
import { checkpointRoutes } from './routes/checkpoints.ts'
import { endingRoutes } from './routes/ending.ts'
import { mediationRoutes } from './routes/mediations.ts'
import { partyOpeningRoutes } from './routes/openings.ts'
import { partyRoutes } from './routes/party.ts'
import { preparingRoutes } from './routes/preparing.ts'
import { mediationRooms } from './routes/rooms.ts'
import { secondPersonRoutes } from './routes/second-person.ts'
import { servingRoutes } from './routes/serving.ts'
import { casefiles as casefilesOf } from './views/casefile.ts'
import {
  eraseParty,
  evolveHearingViews,
  evolveMediationViews,
  hearingViews,
} from './views/hearings.ts'

export async function buildMediationApp(parts: ServiceParts): Promise<ServiceApp> {
  const { store, vault, db, clock, ledger, pepper } = parts
  const codec = eventCodec({ ledger, events: [...hearingEvents, ...mediationEvents] })
  const hearings = commandHandler({
    store,
    codec: eventCodec({ ledger, events: hearingEvents }),
    decider: hearingDecider,
  })
  const mediations = commandHandler({
    store,
    codec: eventCodec({ ledger, events: mediationEvents }),
    decider: mediationDecider,
  })
  const { react } = reactions(parts)
  const views = hearingViews(db)
  const casefiles = casefilesOf(db)

  const behind = serviceWorkers({
    parts,
    service: 'mediation',
    topic: topicOf('mediation'),
    categories: ['hearing', 'mediation'],
    codec,
    project: async (recorded, tx) => {
      const { event } = recorded
      if (isHearingEvent(event)) await evolveHearingViews({ ...recorded, event }, tx)
      else await evolveMediationViews({ ...recorded, event }, tx)
    },
    erased: eraseParty,
    deadlinesOf: (event) => (isHearingEvent(event) ? deadlinesOf(event) : {}),
    onDeadline: ({ stream, kind, dueAt }, context) => {
      const reached = { deadline: kind as DeadlineKind, dueAt: dueAt as At }
      return react(stream, { type: 'DeadlineReached', context, ...reached }, hearings)
    },
    announce,
    ruling: (at) => rulingFor('reach-deadline', at),
    heard: {
      topics: [topicOf('case'), topicOf('intake')],
      decode: readHeard,
      handle: caseHeard({ clock, casefiles, hearings, mediations, react }),
    },
  })

  const seals = hearingSeals(parts)

  const server = await serviceServer(parts, {
    name: 'mediation',
    ready: { ...behind.ready, seals: follows(seals) },
    title: 'Wederhoor mediation',
    version: '1.0.0',
    description: 'Hears both sides under the same terms and with the same file, and mediates.',
  })
  const contextOf = contextsOf(parts, (at) => policyInForceOn(at)?.version ?? 'none')
  const rooms = mediationRooms({
    views,
    casefiles,
    vault,
    clock,
    hearings,
    mediations,
    contextOf,
    pepper,
  })
  preparingRoutes(server, rooms)
  servingRoutes(server, rooms)
  answeringRoutes(server, rooms)
  secondPersonRoutes(server, rooms)
  endingRoutes(server, rooms)
  checkpointRoutes(server, rooms)
  mediationRoutes(server, rooms)
  const limits = guessLimits(await clock.now())
  const throttle = codeThrottle({ db, pepper, clock, limits })
  partyRoutes(server, rooms, throttle)
  partyOpeningRoutes(server, rooms, { throttle, openings: parts.openings })

  return { name: 'mediation', server, workers: workers(behind, seals) }
}

function guessLimits(at: string) {
  const { settings } = rulingFor('answer-as-party', at)
  const { codeGuessesPerHour, sourceGuessesPerHour } = settings.intake
  return hourlyLimits({ code: codeGuessesPerHour.value, source: sourceGuessesPerHour.value })
}
