/**
 * Erasure as a legal act: asked for on somebody's behalf, held back on a ground, decided by somebody else than who asked
 * and who handled the dossier, and certified.
 */
import { endOfDay } from '@wederhoor/calendar/instants'
import { hasMark } from '@wederhoor/contracts/lists'
import { unknownCodes } from '@wederhoor/contracts/unknown-codes'
import type { CommandContext } from '@wederhoor/decider/decider'
import { problem, requireNoErrors } from '@wederhoor/http/problem'
import type { Request, Server } from '@wederhoor/http/request'
import { roles } from '@wederhoor/identity/access'
import type { DossierIndex } from '@wederhoor/ledger/dossier-index'
import type { TileStorage } from '@wederhoor/ledger/tile-storage'
import { proofOf, statementOf } from '../certificate.ts'
import { leadRole, nationalRole } from '../domain/case/access.ts'
import type { ErasureCommand, Weighed } from '../domain/erasure/commands.ts'
import { erasureStream } from '../domain/erasure/erasure.ts'
import type { Erasure } from '../domain/erasure/state.ts'
import type { HoldId } from '../domain/erasure-events.ts'
import type { PartyId } from '../domain/events.ts'
import type { ErasureHandler } from '../erasing.ts'
import { dossierFacts } from '../erasure-facts.ts'
import type { ErasureViews } from '../views/erasures.ts'
import * as schema from './erasure-schemas.ts'
import { erasureRefusal } from './refusals.ts'
import type { CaseRooms } from './rooms.ts'

/** Decides about erasures and keeps the register of them; handles no dossier. */
const officerRole = 'privacy-officer'

const asking = { access: roles(officerRole, nationalRole, leadRole, 'caseworker') }
const lifting = { access: roles(officerRole, nationalRole, leadRole) }
const deciding = { access: roles(officerRole) }
const seeing = { access: roles(officerRole, nationalRole) }

const response = { 200: schema.erasure }

export interface ErasureRoutes {
  readonly rooms: CaseRooms
  readonly erasures: ErasureHandler
  readonly views: ErasureViews
  readonly index: DossierIndex
  readonly tiles: TileStorage
}

export function erasureRoutes(app: Server, parts: ErasureRoutes): void {
  const { rooms, erasures, views, index, tiles } = parts

  app.get(
    '/v1/erasures',
    {
      config: seeing,
      schema: {
        summary: 'What was asked, what is held back, and what has not ended; nothing is opened',
        querystring: schema.listQuery,
        response: { 200: schema.erasureList },
      },
    },
    async ({ query }) => ({ erasures: await views.list(query.status) }),
  )

  app.get(
    '/v1/cases/:dossier/erasures/:party',
    {
      config: asking,
      schema: {
        summary: 'Where the erasure of a party stands',
        params: schema.erasureParams,
        response,
      },
    },
    async (request) => {
      const subject = await enter(request, request.params)
      return seen(subject, await erasures.state(erasureStream(subject.dossier, subject.party)))
    },
  )

  app.post(
    '/v1/cases/:dossier/erasures/:party/request',
    {
      config: asking,
      schema: {
        summary: 'Ask, for the person, that they are erased in this dossier',
        params: schema.erasureParams,
        body: schema.request,
        response,
      },
    },
    async (request) => {
      const subject = await enter(request, request.params)
      const { context } = await rooms.moment(request, subject.dossier, 'request-erasure')
      const { ground } = request.body
      requireKnown(context, 'wisgrond', '/body/ground', ground)
      const { party } = subject
      const asked = {
        type: 'RequestErasure',
        context,
        party,
        ground,
        how: 'told-to-staff',
      } as const
      return handle(subject, asked)
    },
  )

  app.post(
    '/v1/cases/:dossier/erasures/:party/holds',
    {
      config: asking,
      schema: {
        summary: 'Hold an erasure back, on a ground and until somebody looks at it again',
        params: schema.erasureParams,
        body: schema.hold,
        response,
      },
    },
    async (request) => {
      const subject = await enter(request, request.params)
      const { context } = await rooms.moment(request, subject.dossier, 'place-legal-hold')
      const { ground, reviewOn } = request.body
      requireKnown(context, 'opschortingsgrond', '/body/ground', ground)
      if (hasMark('opschortingsgrond', ground, 'running', context.at))
        throw problem(409, {
          code: 'holds-by-itself',
          detail: 'What runs holds by itself, for as long as it runs. Choose another ground.',
        })
      const reviewDueAt = endOfDay(reviewOn)
      if (reviewDueAt < context.at)
        throw problem(409, {
          code: 'review-passed',
          detail: 'Choose a day for the review to come.',
        })
      const hold = context.id as HoldId
      const { party } = subject
      return handle(subject, { type: 'PlaceLegalHold', context, party, hold, ground, reviewDueAt })
    },
  )

  app.post(
    '/v1/cases/:dossier/erasures/:party/holds/:hold/lifting',
    {
      config: lifting,
      schema: { summary: 'Lift a hold', params: schema.holdParams, response },
    },
    async (request) => {
      const subject = await enter(request, request.params)
      const { context } = await rooms.moment(request, subject.dossier, 'lift-legal-hold')
      return handle(subject, { type: 'LiftLegalHold', context, hold: request.params.hold })
    },
  )

  app.post(
    '/v1/cases/:dossier/erasures/:party/decision',
    {
      config: deciding,
      schema: {
        summary: 'Decide; never by who asked, lifted a hold or handled the dossier',
        description: 'What runs or is held turns a decision to erase into a recorded refusal.',
        params: schema.erasureParams,
        body: schema.decision,
        response,
      },
    },
    async (request) => {
      const subject = await enter(request, request.params)
      const { context } = await rooms.moment(request, subject.dossier, 'decide-erasure')
      const { body } = request
      if (body.verdict === 'refuse')
        requireKnown(context, 'weigergrond-wissen', '/body/ground', body.ground)
      else requireKnown(context, 'afweging-verweer', '/body/defence', body.defence)
      const weighed = await weigh(subject)
      const state = await decide(subject, { type: 'DecideErasure', context, ...weighed, ...body })
      if (body.verdict === 'erase' && state.status === 'refused')
        throw problem(409, {
          code: 'held',
          detail: `It is held back (${state.grounds.join(', ')}), and that was recorded. Ask again when nothing holds it any more.`,
        })
      return seen(subject, state)
    },
  )

  app.get(
    '/v1/cases/:dossier/erasures/:party/certificate',
    {
      config: asking,
      schema: {
        summary: 'What was erased and when, what was not reached, what stays, and the proof',
        params: schema.erasureParams,
        response: { 200: schema.certificate },
      },
    },
    async (request) => {
      const subject = await enter(request, request.params)
      const stream = erasureStream(subject.dossier, subject.party)
      const state = await erasures.state(stream)
      if (state.status !== 'erased' && state.status !== 'completed' && state.status !== 'final')
        throw problem(404, { code: 'not-erased', detail: 'Nothing was erased here yet.' })
      const { openFields } = await dossierFacts(index, subject.dossier)
      return {
        ...subject,
        digests: state.digests,
        erasedAt: state.erasedAt,
        completedAt: state.status === 'erased' ? null : state.completedAt,
        finalAt: state.status === 'final' ? state.finalAt : null,
        statement: statementOf(state),
        stays: openFields,
        proofs: await proofs(stream),
      }
    },
  )

  async function proofs(stream: string) {
    const certified = ['PartyErased', 'ErasureCompleted', 'ErasureFinal']
    const found: { readonly type: string; readonly proof: string }[] = []
    for (const { event, position } of await erasures.load(stream)) {
      if (!certified.includes(event.type)) continue
      const proof = await proofOf(tiles, position)
      if (proof !== undefined) found.push({ type: event.type, proof })
    }
    return found
  }

  /** Staff of the case, or whoever decides about erasures; and only about a party that stands in the dossier. */
  async function enter(
    request: Request,
    { dossier, party }: { readonly dossier: string; readonly party: 'melder' | PartyId },
  ): Promise<Subject> {
    const named =
      request.grantedRole === officerRole
        ? party === 'melder'
          ? (await rooms.existing(dossier)).melder
          : party
        : rooms.partyOf(party, await rooms.admit(request, dossier))
    const facts = await dossierFacts(index, dossier)
    if (!facts.names(named)) throw erasureRefusal({ reason: 'no-such-party' })
    return { dossier, party: named }
  }

  async function weigh({ dossier }: Subject): Promise<Weighed> {
    const { hands } = await dossierFacts(index, dossier)
    const { running, served } = await views.matters(dossier)
    const isOver = await rooms.isClosed(dossier)
    // Closing ends or detaches what ran, also where nobody said so.
    return { hands, running: isOver ? [] : running, heardByAnother: served }
  }

  async function decide({ dossier, party }: Subject, command: ErasureCommand): Promise<Erasure> {
    const handled = await erasures.handle(erasureStream(dossier, party), command)
    if (handled.kind === 'rejected') throw erasureRefusal(handled.rejection)
    return handled.state
  }

  const handle = async (subject: Subject, command: ErasureCommand) =>
    seen(subject, await decide(subject, command))
}

interface Subject {
  readonly dossier: string
  readonly party: PartyId
}

function requireKnown(
  { at }: CommandContext,
  list: 'wisgrond' | 'opschortingsgrond' | 'weigergrond-wissen' | 'afweging-verweer',
  path: string,
  written: string | undefined,
): void {
  requireNoErrors(unknownCodes(at, { path, list, codes: [written] }))
}

function seen({ dossier, party }: Subject, state: Erasure) {
  const asked = state.status === 'none' ? undefined : state
  const decided = asked?.status === 'requested' ? undefined : asked
  const carried = decided?.status === 'refused' ? undefined : decided
  const erased = carried?.status === 'granted' ? undefined : carried
  const completed = erased?.status === 'erased' ? undefined : erased
  return {
    dossier,
    party,
    status: state.status,
    ground: asked?.ground ?? null,
    requestedAt: asked?.requestedAt ?? null,
    holds: state.holds,
    refusedFor: state.status === 'refused' ? state.grounds : [],
    decidedAt: decided?.decidedAt ?? null,
    erasedAt: erased?.erasedAt ?? null,
    completedAt: completed?.completedAt ?? null,
    finalDueAt: completed?.finalDueAt ?? null,
    finalAt: state.status === 'final' ? state.finalAt : null,
    incomplete: carried?.incomplete ?? null,
  }
}
