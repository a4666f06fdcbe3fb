/** Texts of the office, findings, and the end. */
import { derivedId } from '@wederhoor/decider/derived-id'
import type { Server } from '@wederhoor/http/request'
import type { Uuid } from '@wederhoor/vault/fields'
import { documentAdded, findingsMade } from '../domain/events.ts'
import { type MediationRooms, staff } from './rooms.ts'
import * as schema from './schemas.ts'
import { standingOf } from './standing.ts'

const config = { access: staff }
const params = schema.hearingParams

/** The same for everybody: that it ended, and no reason. Nobody types it. */
const closingNotice = {
  text: 'Eerder ontving u van ons een brief over een melding. Wij zetten dit niet voort. U hoeft niets meer te doen.',
  annexes: [],
}

export function endingRoutes(app: Server, rooms: MediationRooms): void {
  const { vault } = rooms

  app.post(
    '/v1/dossiers/:dossier/hearings/:hearing/reports',
    {
      config,
      schema: {
        summary: 'Add a report of a talk or call: both get it and may remark on it',
        params,
        body: schema.report,
        response: { 201: schema.added },
      },
    },
    async (request, reply) => {
      const { dossier, hearing } = request.params
      const { parties } = await rooms.admit(request, request.params)
      const context = await rooms.context(request, dossier, 'record-answer')
      const owner = { dossier, party: parties.office }
      const { content } = await vault.seal(documentAdded, owner, { content: request.body.letter })
      const document = derivedId(context.id, 'report') as Uuid<'DocumentId'>
      const command = { type: 'AddReport', context, document, content } as const
      const state = await rooms.handle(hearing, command)
      return reply.code(201).send({ ...standingOf(dossier, state), document })
    },
  )

  app.post(
    '/v1/dossiers/:dossier/hearings/:hearing/closing-notice',
    {
      config,
      schema: {
        summary: 'Prepare the closing notice to a respondent who was reached, without reasons',
        params,
        response: { 201: schema.added },
      },
    },
    async (request, reply) => {
      const { dossier, hearing } = request.params
      const { parties } = await rooms.admit(request, request.params)
      const context = await rooms.context(request, dossier, 'serve')
      const owner = { dossier, party: parties.office }
      const { content } = await vault.seal(documentAdded, owner, { content: closingNotice })
      const document = derivedId(context.id, 'closing-notice') as Uuid<'DocumentId'>
      const command = { type: 'DraftClosingNotice', context, document, content } as const
      const state = await rooms.handle(hearing, command)
      return reply.code(201).send({ ...standingOf(dossier, state), document })
    },
  )

  app.post(
    '/v1/dossiers/:dossier/hearings/:hearing/findings',
    {
      config,
      schema: {
        summary: 'Write findings with their reasons: an assessment or advice, never a judgement',
        params,
        body: schema.findings,
        response: { 201: schema.added },
      },
    },
    async (request, reply) => {
      const { dossier, hearing } = request.params
      const { parties } = await rooms.admit(request, request.params)
      const context = await rooms.context(request, dossier, 'make-findings')
      const { declaredTies, ...text } = request.body
      const owner = { dossier, party: parties.office }
      const { content } = await vault.seal(findingsMade, owner, { content: text })
      const document = derivedId(context.id, 'findings') as Uuid<'DocumentId'>
      const facts = await rooms.facts(request, dossier, declaredTies)
      const command = { type: 'MakeFindings', context, document, content, facts } as const
      const state = await rooms.handle(hearing, command)
      return reply.code(201).send({ ...standingOf(dossier, state), document })
    },
  )

  app.post(
    '/v1/dossiers/:dossier/hearings/:hearing/ending',
    {
      config,
      schema: {
        summary: 'End the hearing',
        params,
        body: schema.ending,
        response: { 200: schema.hearing },
      },
    },
    async (request) => {
      const { dossier, hearing } = request.params
      await rooms.admit(request, request.params)
      const context = await rooms.context(request, dossier, 'end-hearing')
      const { end } = request.body
      const state = await rooms.handle(hearing, { type: 'EndHearing', context, end })
      return standingOf(dossier, state)
    },
  )
}
