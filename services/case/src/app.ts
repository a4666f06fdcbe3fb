/** Composition root of case: plain parts in, a server and its workers out. */
import { policyInForceOn } from '@wederhoor/contracts/policy'
import { topicOf } from '@wederhoor/contracts/published'
import { rulingFor } from '@wederhoor/contracts/ruling'
import { commandHandler } from '@wederhoor/decider/handler'
import { codeThrottle, hourlyLimits } from '@wederhoor/identity/throttle'
import { reactions } from '@wederhoor/runtime/reactions'
import { contextsOf, type ServiceApp, serviceServer } from '@wederhoor/runtime/service-app'
import type { ServiceParts } from '@wederhoor/runtime/service-parts'
import { reactionContext, serviceWorkers } from '@wederhoor/runtime/service-workers'
import { eventCodec } from '@wederhoor/vault/event-codec'
import { announce } from './announce.ts'
import { deadlinesOf } from './deadlines.ts'
import { caseDecider } from './domain/case/case.ts'
import { streamOf } from './domain/case/state.ts'
import { caseEvents } from './domain/events.ts'
import { actOf, reactionTo, readHeard } from './reactions.ts'
import { dangerRoutes } from './routes/dangers.ts'
import { melderRoutes } from './routes/melder.ts'
import { peopleRoutes } from './routes/people.ts'
import { permissionRoutes } from './routes/permissions.ts'
import { caseRooms } from './routes/rooms.ts'
import { workRoutes } from './routes/work.ts'
import { caseViews, evolveCaseViews } from './views.ts'

export async function buildCaseApp(parts: ServiceParts): Promise<ServiceApp> {
  const { store, vault, db, clock, ledger, pepper } = parts
  const codec = eventCodec({ ledger, events: caseEvents })
  const cases = commandHandler({ store, codec, decider: caseDecider })
  const { react } = reactions(parts)
  const views = caseViews(db)

  const behind = serviceWorkers({
    parts,
    service: 'case',
    topic: topicOf('case'),
    categories: ['case'],
    codec,
    project: evolveCaseViews,
    deadlinesOf,
    onDeadline: ({ stream, kind, dueAt }, context) =>
      react(stream, { type: 'DeadlineReached', context, deadline: kind, dueAt }, cases),
    announce,
    ruling: (at) => rulingFor('reach-deadline', at),
    heard: {
      topics: [topicOf('intake'), topicOf('mediation'), topicOf('referral')],
      decode: readHeard,
      handle: async ({ event, message }) => {
        const at = await clock.now()
        const { power, policy, settings } = rulingFor(actOf[event.name], at)
        const { dossier } = event
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
  const rooms = caseRooms({ views, vault, clock, handler: cases, contextOf })
  workRoutes(server, rooms)
  peopleRoutes(server, rooms)
  permissionRoutes(server, rooms)
  dangerRoutes(server, rooms)
  const limits = guessLimits(await clock.now())
  melderRoutes(server, rooms, codeThrottle({ db, pepper, clock, limits }))

  return { name: 'case', server, workers: behind }
}

function guessLimits(at: string) {
  const { codeGuessesPerHour, sourceGuessesPerHour } = rulingFor('give-permission', at).settings
    .intake
  return hourlyLimits({ code: codeGuessesPerHour.value, source: sourceGuessesPerHour.value })
}
