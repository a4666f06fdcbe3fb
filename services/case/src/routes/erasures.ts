/**
 * Erasure as a legal act: asked for on somebody's behalf, held back on a ground, decided by somebody else than who asked
 * and who handled the dossier, and certified.
 */
import { dueAt, endOfDay } from '@wederhoor/calendar/instants'
import { hasMark } from '@wederhoor/contracts/lists'
import { termOf } from '@wederhoor/contracts/policy-settings'
import { unknownCodes } from '@wederhoor/contracts/unknown-codes'
import type { CommandContext } from '@wederhoor/decider/decider'
import { problem, requireNoErrors } from '@wederhoor/http/problem'
import type { Server } from '@wederhoor/http/request'
import { roles } from '@wederhoor/identity/access'
import { leadRole, nationalRole } from '../domain/case/access.ts'
import type { ErasureCommand } from '../domain/erasure/commands.ts'
import { erasureStream } from '../domain/erasure/erasure.ts'
import type { HoldId } from '../domain/erasure-events.ts'
import { type ErasureRooms, officerRole, type Subject, seen, whoeverAsks } from './erasure-rooms.ts'
import * as schema from './erasure-schemas.ts'

const asking = { access: whoeverAsks }
const lifting = { access: roles(officerRole, nationalRole, leadRole) }
const deciding = { access: roles(officerRole) }
const seeing = { access: roles(officerRole, nationalRole) }

const response = { 200: schema.erasure }

export function erasureRoutes(app: Server, rooms: ErasureRooms): void {
  const { erasures, views, enter, weigh, decide, retainedUntil } = rooms

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
      const { context, settings } = await rooms.moment(request, subject.dossier, 'request-erasure')
      const { ground } = request.body
      requireKnown(context, 'wisgrond', '/body/ground', ground)
      const { party } = subject
      return handle(subject, {
        type: 'RequestErasure',
        context,
        party,
        ground,
        how: 'told-to-staff',
        answerDueAt: dueAt(context.at, termOf(settings.case.rightsAnswerWithin)),
        retainedUntil: await retainedUntil(subject, settings.retention),
      })
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
      const { context, settings } = await rooms.moment(request, subject.dossier, 'place-legal-hold')
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
      if (reviewDueAt > dueAt(context.at, termOf(settings.case.holdReviewWithin)))
        throw problem(409, {
          code: 'review-too-late',
          detail: 'A hold is looked at again within twelve months. Choose an earlier day.',
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

  const handle = async (subject: Subject, command: ErasureCommand) =>
    seen(subject, await decide(subject, command))
}

function requireKnown(
  { at }: CommandContext,
  list: 'wisgrond' | 'opschortingsgrond' | 'weigergrond-wissen' | 'afweging-verweer',
  path: string,
  written: string | undefined,
): void {
  requireNoErrors(unknownCodes(at, { path, list, codes: [written] }))
}
