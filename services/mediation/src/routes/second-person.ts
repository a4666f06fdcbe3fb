/** Steps for which two persons are asked. The second may come from a neighbouring desk. */
import { unknownCodes } from '@wederhoor/contracts/unknown-codes'
import { requireNoErrors } from '@wederhoor/http/problem'
import { type Server, screenOf } from '@wederhoor/http/request'
import type { Uuid } from '@wederhoor/vault/fields'
import { type MediationRooms, staff } from './rooms.ts'
import * as schema from './schemas.ts'
import { standingOf } from './standing.ts'

const config = { access: staff }
const params = schema.hearingParams
const response = { 200: schema.hearing }
const documentOf = (id: string) => id as Uuid<'DocumentId'>

export function secondPersonRoutes(app: Server, rooms: MediationRooms): void {
  app.post(
    '/v1/dossiers/:dossier/hearings/:hearing/documents/:document/opening',
    {
      config,
      schema: {
        summary: 'Read a document; that you had it before you is recorded',
        params: schema.documentParams,
        response: { 200: schema.openedDocument },
      },
    },
    async (request) => {
      const { dossier, hearing } = request.params
      await rooms.admit(request, request.params, true)
      const context = await rooms.context(request, dossier, 'withhold')
      const document = documentOf(request.params.document)
      const state = await rooms.handle(hearing, { type: 'OpenDocument', context, document })
      const found = state.documents[document]
      const digests = found === undefined ? [] : [found.digest]
      const reading = { actor: request.actor, screen: screenOf(request) }
      const [content] = await rooms.open(dossier, digests, reading)
      return { document, kind: found?.kind ?? 'unknown', content }
    },
  )

  app.post(
    '/v1/dossiers/:dossier/hearings/:hearing/withholdings',
    {
      config,
      schema: {
        summary: 'Propose, on a ground, that a party does not get a document',
        params,
        body: schema.withholding,
        response,
      },
    },
    async (request) => {
      const { dossier, hearing } = request.params
      await rooms.admit(request, request.params)
      const context = await rooms.context(request, dossier, 'withhold')
      const { document, from, ground } = request.body
      requireNoErrors(
        unknownCodes(context.at, {
          path: '/body/ground',
          list: 'inhoudingsgrond',
          codes: [ground],
        }),
      )
      const state = await rooms.handle(hearing, {
        type: 'ProposeWithholding',
        context,
        document: documentOf(document),
        from,
        ground: ground as Uuid<'inhoudingsgrond'>,
      })
      return standingOf(dossier, state)
    },
  )

  app.post(
    '/v1/dossiers/:dossier/hearings/:hearing/withholdings/confirmation',
    {
      config,
      schema: {
        summary: 'Sign it as second person, after you have opened the document',
        params,
        body: schema.withholdingSigned,
        response,
      },
    },
    async (request) => {
      const { dossier, hearing } = request.params
      await rooms.admit(request, request.params, true)
      const context = await rooms.context(request, dossier, 'withhold')
      const { document, from, declaredTies } = request.body
      const state = await rooms.handle(hearing, {
        type: 'ConfirmWithholding',
        context,
        document: documentOf(document),
        from,
        facts: await rooms.facts(request, dossier, declaredTies),
      })
      return standingOf(dossier, state)
    },
  )

  app.post(
    '/v1/dossiers/:dossier/hearings/:hearing/withholdings/lifting',
    {
      config,
      schema: {
        summary: 'Withhold it no longer: it is due to that party',
        params,
        body: schema.withholdingLifted,
        response,
      },
    },
    async (request) => {
      const { dossier, hearing } = request.params
      await rooms.admit(request, request.params)
      const context = await rooms.context(request, dossier, 'withhold')
      const { document, from } = request.body
      const state = await rooms.handle(hearing, {
        type: 'LiftWithholding',
        context,
        document: documentOf(document),
        from,
      })
      return standingOf(dossier, state)
    },
  )

  app.post(
    '/v1/dossiers/:dossier/hearings/:hearing/skip',
    {
      config,
      schema: {
        summary: 'Propose, for safety, not to ask the respondent at all',
        params,
        response,
      },
    },
    async (request) => {
      const { dossier, hearing } = request.params
      await rooms.admit(request, request.params)
      const context = await rooms.context(request, dossier, 'withhold')
      return standingOf(dossier, await rooms.handle(hearing, { type: 'ProposeSkip', context }))
    },
  )

  app.post(
    '/v1/dossiers/:dossier/hearings/:hearing/skip/confirmation',
    {
      config,
      schema: {
        summary: 'Sign that as second person, after you have opened the draft',
        params,
        body: schema.skipSigned,
        response,
      },
    },
    async (request) => {
      const { dossier, hearing } = request.params
      await rooms.admit(request, request.params, true)
      const context = await rooms.context(request, dossier, 'withhold')
      const facts = await rooms.facts(request, dossier, request.body.declaredTies)
      const state = await rooms.handle(hearing, { type: 'ConfirmSkip', context, facts })
      return standingOf(dossier, state)
    },
  )
}
