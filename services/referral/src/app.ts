/** Composition root of referral: plain parts in, a server and its workers out. */

import { nationalDesk } from '@wederhoor/contracts/desks'
import { policyInForceOn } from '@wederhoor/contracts/policy'
import { topicOf } from '@wederhoor/contracts/published'
import { rulingFor } from '@wederhoor/contracts/ruling'
import { commandHandler } from '@wederhoor/decider/handler'
import { reactions } from '@wederhoor/runtime/reactions'
import { contextsOf, type ServiceApp, serviceServer } from '@wederhoor/runtime/service-app'
import type { ServiceParts } from '@wederhoor/runtime/service-parts'
import { serviceWorkers } from '@wederhoor/runtime/service-workers'
import { eventCodec } from '@wederhoor/vault/event-codec'
import type { Instant } from '@wederhoor/vault/fields'
import { announce } from './announce.ts'
import { basisOf } from './basis.ts'
import { caseHeard } from './case-heard.ts'
import { deadlinesOf } from './deadlines.ts'
import { covenantDecider } from './domain/covenant.ts'
import {
  allReferralEvents,
  covenantEvents,
  type DeskCode,
  isCovenantEvent,
  isReferralEvent,
  type PartnerStep,
  referralEvents,
} from './domain/events.ts'
import { referralDecider } from './domain/referral/referral.ts'
import { readHeard } from './reactions.ts'
import { deskRoutes } from './routes/desk.ts'
import { nationalRoutes } from './routes/national.ts'
import { partnerRoutes } from './routes/partner.ts'
import { referralRooms } from './routes/rooms.ts'
import { casefiles } from './views/casefile.ts'
import { evolveCovenantView, evolveReferralViews } from './views/evolve.ts'
import { referralViews } from './views/queries.ts'

export async function buildReferralApp(parts: ServiceParts): Promise<ServiceApp> {
  const { store, vault, db, clock, ledger } = parts
  const codec = eventCodec({ ledger, events: allReferralEvents })
  const referralCodec = eventCodec({ ledger, events: referralEvents })
  const referrals = commandHandler({ store, codec: referralCodec, decider: referralDecider })
  const covenantCodec = eventCodec({ ledger, events: covenantEvents })
  const covenants = commandHandler({ store, codec: covenantCodec, decider: covenantDecider })
  const { react } = reactions(parts)
  const views = referralViews(db)
  const cases = casefiles(db)
  const basisFor = basisOf(covenants, views)

  const behind = serviceWorkers({
    parts,
    service: 'referral',
    topic: topicOf('referral'),
    categories: ['referral', 'covenant'],
    codec,
    project: async ({ event, ...of }, tx) => {
      if (isReferralEvent(event)) await evolveReferralViews({ ...of, event }, tx)
      if (isCovenantEvent(event)) await evolveCovenantView({ ...of, event }, tx)
    },
    deadlinesOf: (event) => (isReferralEvent(event) ? deadlinesOf(event) : {}),
    onDeadline: ({ stream, kind, dueAt }, context) => {
      const reached = { deadline: kind as PartnerStep, dueAt: dueAt as Instant }
      const to = nationalDesk as DeskCode
      return react(stream, { type: 'DeadlineReached', context, ...reached, to }, referrals)
    },
    announce,
    ruling: (at) => rulingFor('reach-deadline', at),
    heard: {
      topics: [topicOf('case')],
      decode: readHeard,
      handle: caseHeard({ clock, casefiles: cases, referrals, react, basisFor }),
    },
  })

  const server = await serviceServer(parts, {
    name: 'referral',
    ready: behind.ready,
    title: 'Wederhoor referral',
    version: '1.0.0',
    description: 'Hands a person over to a chain partner, and sees to it that it arrives.',
  })
  const contextOf = contextsOf(parts, (at) => policyInForceOn(at)?.version ?? 'none')
  const rooms = referralRooms({
    views,
    casefiles: cases,
    vault,
    clock,
    referrals,
    covenants,
    basisFor,
    contextOf,
  })
  deskRoutes(server, rooms)
  partnerRoutes(server, rooms)
  nationalRoutes(server, rooms)
  return { name: 'referral', server, workers: behind }
}
