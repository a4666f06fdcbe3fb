/** Composition root of signalling: plain parts in, a server and its workers out. */
import { policyInForceOn } from '@wederhoor/contracts/policy'
import { topicOf } from '@wederhoor/contracts/published'
import { rulingFor } from '@wederhoor/contracts/ruling'
import { commandHandler } from '@wederhoor/decider/handler'
import { reactions } from '@wederhoor/runtime/reactions'
import { contextsOf, type ServiceApp, serviceServer } from '@wederhoor/runtime/service-app'
import type { ServiceParts } from '@wederhoor/runtime/service-parts'
import { reactionContext, serviceWorkers } from '@wederhoor/runtime/service-workers'
import { eventCodec } from '@wederhoor/vault/event-codec'
import { announce } from './announce.ts'
import { deadlinesOf } from './deadlines.ts'
import {
  isPatternEvent,
  isSignalEvent,
  patternEvents,
  signalEvents,
  signallingEvents,
} from './domain/events.ts'
import { patternDecider } from './domain/pattern/pattern.ts'
import type { SignalDeadline } from './domain/signal/commands.ts'
import { signalDecider } from './domain/signal/signal.ts'
import { namingOf, readHeard } from './reactions.ts'
import { addresseeRoutes } from './routes/addressee.ts'
import { figureRoutes } from './routes/figures.ts'
import { officeRoutes } from './routes/office.ts'
import { signallingRooms } from './routes/rooms.ts'
import { addHearing, cooperationViews } from './views/cooperation.ts'
import { addReport, figuresViews } from './views/figures.ts'
import { evolvePatternView, patternViews } from './views/patterns.ts'
import { evolveSignalView, signalViews } from './views/signals.ts'

export async function buildSignallingApp(parts: ServiceParts): Promise<ServiceApp> {
  const { store, vault, db, clock, ledger, pepper } = parts
  const pattern = commandHandler({
    store,
    codec: eventCodec({ ledger, events: patternEvents }),
    decider: patternDecider,
  })
  const signal = commandHandler({
    store,
    codec: eventCodec({ ledger, events: signalEvents }),
    decider: signalDecider,
  })
  const { react } = reactions(parts)

  const behind = serviceWorkers({
    parts,
    service: 'signalling',
    topic: topicOf('signalling'),
    categories: ['pattern', 'signal'],
    codec: eventCodec({ ledger, events: signallingEvents }),
    project: async ({ event }, tx) => {
      if (isPatternEvent(event)) await evolvePatternView(event, tx)
      if (isSignalEvent(event)) await evolveSignalView(event, tx)
    },
    deadlinesOf: (event) => (isSignalEvent(event) ? deadlinesOf(event) : {}),
    onDeadline: ({ stream, kind, dueAt }, context) => {
      const deadline = kind as SignalDeadline
      return react(stream, { type: 'DeadlineReached', context, deadline, dueAt }, signal)
    },
    announce,
    ruling: (at) => rulingFor('reach-deadline', at),
    heard: {
      topics: [topicOf('intake'), topicOf('mediation')],
      decode: readHeard,
      handle: async ({ event, message }, tx) => {
        if (event.name !== 'report-counted') return addHearing(event, pepper, tx)
        await addReport(event, tx)
        const at = await clock.now()
        const ruling = rulingFor('detect-pattern', at)
        const naming = namingOf(event, message.time, ruling.settings)
        if (naming === undefined) return
        const { power, policy } = ruling
        const moment = { name: 'name-organisation', at, dossier: null, power, policy }
        const context = reactionContext(message, moment)
        await react(naming.stream, { ...naming.command, context }, pattern)
      },
    },
  })

  const server = await serviceServer(parts, {
    name: 'signalling',
    ready: behind.ready,
    title: 'Wederhoor signalling',
    version: '1.0.0',
    description:
      'Figures without persons, patterns of organisations, and signals that are answered.',
  })
  const rooms = signallingRooms({
    signals: signalViews(db),
    patterns: patternViews(db),
    figures: figuresViews(db),
    cooperation: cooperationViews(db),
    vault,
    clock,
    handler: signal,
    contextOf: contextsOf(parts, (at) => policyInForceOn(at)?.version ?? 'none'),
  })
  figureRoutes(server, rooms)
  officeRoutes(server, rooms)
  addresseeRoutes(server, rooms)

  return { name: 'signalling', server, workers: behind }
}
