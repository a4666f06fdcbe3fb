/** What the handler records of what the parties said, and how the respondent cooperates. */
import { unknownCodes } from '@wederhoor/contracts/unknown-codes'
import { derivedId } from '@wederhoor/decider/derived-id'
import { requireNoErrors } from '@wederhoor/http/problem'
import type { Server } from '@wederhoor/http/request'
import type { Uuid } from '@wederhoor/vault/fields'
import { statementReceived } from '../domain/events.ts'
import { extended, extensionsMax } from '../terms.ts'
import { type MediationRooms, staff } from './rooms.ts'
import * as schema from './schemas.ts'
import { duesOf, standingOf } from './standing.ts'

const config = { access: staff }
const params = schema.hearingParams

export function answeringRoutes(app: Server, rooms: MediationRooms): void {
  app.post(
    '/v1/dossiers/:dossier/hearings/:hearing/statements',
    {
      config,
      schema: {
        summary: 'Record what a party wrote or said by post, phone or in a meeting; never too late',
        params,
        body: schema.statement,
        response: { 201: schema.added },
      },
    },
    async (request, reply) => {
      const { dossier, hearing } = request.params
      const { parties } = await rooms.admit(request, request.params)
      const context = await rooms.context(request, dossier, 'record-answer')
      const { author, letter, form, channel } = request.body
      requireNoErrors(
        unknownCodes(
          context.at,
          { path: '/body/form', list: 'hoorvorm', codes: [form] },
          { path: '/body/channel', list: 'kanaal', codes: [channel] },
        ),
      )
      const owner = { dossier, party: parties[author] }
      const { content } = await rooms.vault.seal(statementReceived, owner, { content: letter })
      const document = derivedId(context.id, 'statement') as Uuid<'DocumentId'>
      const state = await rooms.handle(hearing, {
        type: 'ReceiveStatement',
        context,
        author,
        document,
        content,
        form: form as Uuid<'hoorvorm'>,
        channel: channel as Uuid<'kanaal'>,
        recordedBy: 'office',
      })
      return reply.code(201).send({ ...standingOf(dossier, state), document })
    },
  )

  app.post(
    '/v1/dossiers/:dossier/hearings/:hearing/declinings',
    {
      config,
      schema: {
        summary: 'A party said that it does not want to be heard, or has nothing to add',
        params,
        body: schema.declining,
        response: { 200: schema.hearing },
      },
    },
    async (request) => {
      const { dossier, hearing } = request.params
      await rooms.admit(request, request.params)
      const context = await rooms.context(request, dossier, 'record-answer')
      const { party, channel } = request.body
      requireNoErrors(
        unknownCodes(context.at, { path: '/body/channel', list: 'kanaal', codes: [channel] }),
      )
      const state = await rooms.handle(hearing, {
        type: 'DeclineToBeHeard',
        context,
        party,
        channel: channel as Uuid<'kanaal'>,
      })
      return standingOf(dossier, state)
    },
  )

  app.post(
    '/v1/dossiers/:dossier/hearings/:hearing/extensions',
    {
      config,
      schema: {
        summary: 'Extend the term: for both, and both are told',
        params,
        body: schema.extension,
        response: { 200: schema.hearing },
      },
    },
    async (request) => {
      const { dossier, hearing } = request.params
      const { voices } = await rooms.admit(request, request.params)
      const context = await rooms.context(request, dossier, 'extend-hearing')
      const { ground, days } = request.body
      const melder = duesOf(voices.melder)
      const respondent = duesOf(voices.respondent)
      const state = await rooms.handle(hearing, {
        type: 'ExtendTerm',
        context,
        ground: ground as Uuid<'verlengingsgrond'>,
        extraDays: days,
        extensionsMax: extensionsMax(context.at),
        melder: melder === null ? undefined : extended(melder, days),
        respondent: respondent === null ? undefined : extended(respondent, days),
      })
      return standingOf(dossier, state)
    },
  )

  app.post(
    '/v1/dossiers/:dossier/hearings/:hearing/cooperation',
    {
      config,
      schema: {
        summary: 'Record how the respondent dealt with a delivered request (WED-03)',
        params,
        body: schema.cooperation,
        response: { 200: schema.hearing },
      },
    },
    async (httpRequest) => {
      const { dossier, hearing } = httpRequest.params
      await rooms.admit(httpRequest, httpRequest.params)
      const context = await rooms.context(httpRequest, dossier, 'record-answer')
      const { request, cooperation } = httpRequest.body
      requireNoErrors(
        unknownCodes(context.at, {
          path: '/body/cooperation',
          list: 'medewerking',
          codes: [cooperation],
        }),
      )
      const state = await rooms.handle(hearing, {
        type: 'RecordCooperation',
        context,
        request: request as Uuid<'PermitRequestId'>,
        cooperation: cooperation as Uuid<'medewerking'>,
      })
      return standingOf(dossier, state)
    },
  )
}
