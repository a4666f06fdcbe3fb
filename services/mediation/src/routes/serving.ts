/** Out of the house and back: permits, dispatch, delivery. */
import { unknownCodes } from '@wederhoor/contracts/unknown-codes'
import { derivedId } from '@wederhoor/decider/derived-id'
import { requireNoErrors } from '@wederhoor/http/problem'
import type { Server } from '@wederhoor/http/request'
import { codeDigest, codeInFours, codeOf } from '@wederhoor/identity/code'
import type { Digest, Uuid } from '@wederhoor/vault/fields'
import type { At, RequestId } from '../domain/events.ts'
import { hearingStream } from '../domain/streams.ts'
import { silenceAfterReminder, termFrom } from '../terms.ts'
import { type MediationRooms, staff } from './rooms.ts'
import * as schema from './schemas.ts'
import { standingOf } from './standing.ts'

const config = { access: staff }
const params = schema.hearingParams
/** Cited where none was granted: the decider then says what is missing. */
const noPermit = '00000000-0000-4000-8000-000000000000' as Uuid<'PermitId'>

export function servingRoutes(app: Server, rooms: MediationRooms): void {
  const { casefiles, pepper } = rooms

  app.post(
    '/v1/dossiers/:dossier/hearings/:hearing/servings',
    {
      config,
      schema: {
        summary: 'Ask for a permit to give a document to a party',
        params,
        body: schema.serving,
        response: { 201: schema.requested },
      },
    },
    async (httpRequest, reply) => {
      const { dossier, hearing } = httpRequest.params
      await rooms.admit(httpRequest, httpRequest.params)
      const context = await rooms.context(httpRequest, dossier, 'serve')
      const { document, to } = httpRequest.body
      const request = derivedId(context.id, 'request') as RequestId
      await casefiles.ask({ request, hearing })
      const state = await rooms.handle(hearing, {
        type: 'RequestServing',
        context,
        request,
        document: document as Uuid<'DocumentId'>,
        to,
      })
      return reply.code(201).send({ ...standingOf(dossier, state), request })
    },
  )

  app.post(
    '/v1/dossiers/:dossier/hearings/:hearing/reminders',
    {
      config,
      schema: {
        summary: 'Ask for a permit for the one reminder, with the same text',
        params,
        body: schema.reminder,
        response: { 201: schema.requested },
      },
    },
    async (httpRequest, reply) => {
      const { dossier, hearing } = httpRequest.params
      await rooms.admit(httpRequest, httpRequest.params)
      const context = await rooms.context(httpRequest, dossier, 'remind')
      const { to } = httpRequest.body
      const request = derivedId(context.id, 'request') as RequestId
      await casefiles.ask({ request, hearing })
      const state = await rooms.handle(hearing, { type: 'RequestReminder', context, request, to })
      return reply.code(201).send({ ...standingOf(dossier, state), request })
    },
  )

  app.post(
    '/v1/dossiers/:dossier/hearings/:hearing/dispatches',
    {
      config,
      schema: {
        summary: 'Send it, under its permit, with a code for the receiver in the letter',
        params,
        body: schema.dispatching,
        response: { 201: schema.dispatched },
      },
    },
    async (httpRequest, reply) => {
      const { dossier, hearing } = httpRequest.params
      const before = await rooms.admit(httpRequest, httpRequest.params)
      const { request, channel } = httpRequest.body
      const asked = before.requests[request]
      const act = asked?.purpose === 'remind' ? 'remind' : 'serve'
      const context = await rooms.context(httpRequest, dossier, act)
      requireNoErrors(
        unknownCodes(context.at, { path: '/body/channel', list: 'kanaal', codes: [channel] }),
      )
      const withCode = asked?.purpose === 'serve'
      const code = codeOf(context.id, pepper)
      const state = await rooms.handle(hearing, {
        type: 'Dispatch',
        context,
        request: request as RequestId,
        permit: asked?.stage.is === 'granted' ? asked.stage.permit : noPermit,
        channel: channel as Uuid<'kanaal'>,
        codeDigest: withCode ? (codeDigest(code, pepper) as Digest) : undefined,
        silenceDueAt: silenceAfterReminder(context.at, before),
      })
      // What was sent before under another key has the code of that sending; this one would open nothing.
      const opens = withCode && (await rooms.hearings.did(hearingStream(hearing), context.id))
      return reply
        .code(201)
        .send({ ...standingOf(dossier, state), code: opens ? codeInFours(code) : null })
    },
  )

  app.post(
    '/v1/dossiers/:dossier/hearings/:hearing/deliveries',
    {
      config,
      schema: {
        summary: 'Record proof of delivery; only now terms run',
        params,
        body: schema.delivery,
        response: { 200: schema.hearing },
      },
    },
    async (httpRequest) => {
      const { dossier, hearing } = httpRequest.params
      const before = await rooms.admit(httpRequest, httpRequest.params)
      const context = await rooms.context(httpRequest, dossier, 'serve')
      const { request, how } = httpRequest.body
      const deliveredAt = new Date(httpRequest.body.deliveredAt).toISOString() as At
      requireNoErrors(
        unknownCodes(context.at, { path: '/body/how', list: 'bezorgbewijs', codes: [how] }),
      )
      const state = await rooms.handle(hearing, {
        type: 'ProveDelivery',
        context,
        request: request as RequestId,
        how: how as Uuid<'bezorgbewijs'>,
        deliveredAt,
        term: termFrom(deliveredAt, before, context.at),
      })
      return standingOf(dossier, state)
    },
  )

  app.post(
    '/v1/dossiers/:dossier/hearings/:hearing/failed-deliveries',
    {
      config,
      schema: {
        summary: 'It came back: it is due again, and its code is not valid any more',
        params,
        body: schema.undelivered,
        response: { 200: schema.hearing },
      },
    },
    async (httpRequest) => {
      const { dossier, hearing } = httpRequest.params
      await rooms.admit(httpRequest, httpRequest.params)
      const context = await rooms.context(httpRequest, dossier, 'serve')
      const { request, reason } = httpRequest.body
      const state = await rooms.handle(hearing, {
        type: 'ReportUndelivered',
        context,
        request: request as RequestId,
        reason: reason as Uuid<'niet-bezorgd'>,
      })
      return standingOf(dossier, state)
    },
  )
}
