/** Acute danger: reported by one person at once, looked at afterwards by another human who has opened it. */
import { dueAt } from '@wederhoor/calendar/instants'
import { desk as deskOf } from '@wederhoor/contracts/desks'
import { termOf } from '@wederhoor/contracts/policy-settings'
import { unknownCodes } from '@wederhoor/contracts/unknown-codes'
import { derivedId } from '@wederhoor/decider/derived-id'
import { requireNoErrors } from '@wederhoor/http/problem'
import type { Server } from '@wederhoor/http/request'
import { acuteDangerReported, acuteDangerReviewed, type DangerId } from '../domain/events.ts'
import { type CaseRooms, staff } from './rooms.ts'
import * as schema from './schemas.ts'

const config = { access: staff }

export function dangerRoutes(app: Server, rooms: CaseRooms): void {
  const { vault } = rooms

  app.post(
    '/v1/cases/:dossier/dangers',
    {
      config,
      schema: {
        summary: 'You gave police, 112 or Veilig Thuis the minimum; no permission is needed',
        params: schema.dossierParams,
        body: schema.danger,
        response: { 201: schema.dangerDone },
      },
    },
    async (request, reply) => {
      const { dossier } = request.params
      const state = await rooms.admit(request, dossier)
      const { context, settings } = await rooms.moment(request, dossier, 'act-in-danger')
      const { receiver, ground, content, telling } = request.body
      requireNoErrors(
        unknownCodes(context.at, { path: '/body/ground', list: 'noodgrond', codes: [ground] }),
      )
      const owner = { dossier, party: state.melder }
      const sealed = await vault.seal(acuteDangerReported, owner, { ground, content })
      const danger = derivedId(context.id, 'danger') as DangerId
      const reviewDueAt = dueAt(context.at, termOf(settings.case.dangerReviewWithin))
      const { dangers } = await rooms.handle(dossier, {
        type: 'ReportAcuteDanger',
        context,
        danger,
        receiver,
        ...sealed,
        telling,
        reviewDueAt,
      })
      const reported = dangers.find((one) => one.danger === danger)
      return reply.code(201).send({ danger, reviewDueAt: reported?.reviewDueAt ?? reviewDueAt })
    },
  )

  app.post(
    '/v1/cases/:dossier/dangers/:danger/opening',
    {
      config,
      schema: {
        summary: 'Open it as second person; that you had it before you is recorded',
        params: schema.dangerParams,
        response: { 200: schema.dangerOpened },
      },
    },
    async (request) => {
      const { dossier, danger } = request.params
      const neighbours = neighboursOf(await rooms.existing(dossier))
      const { context } = await rooms.moment(request, dossier, 'review-danger')
      await rooms.handle(dossier, { type: 'OpenAcuteDanger', context, danger, neighbours })
      const content = await rooms.openOne(request, dossier, (event) =>
        event.type === 'AcuteDangerReported' && event.danger === danger ? event.content : undefined,
      )
      return { danger, content }
    },
  )

  app.post(
    '/v1/cases/:dossier/dangers/:danger/review',
    {
      config,
      schema: {
        summary: 'Say as second person whether it was justified',
        params: schema.dangerParams,
        body: schema.review,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { dossier, danger } = request.params
      const state = await rooms.existing(dossier)
      const { context } = await rooms.moment(request, dossier, 'review-danger')
      const { verdict, remark } = request.body
      const owner = { dossier, party: state.melder }
      const sealed =
        remark === undefined ? {} : await vault.seal(acuteDangerReviewed, owner, { remark })
      return rooms.answer(dossier, {
        type: 'ReviewAcuteDanger',
        context,
        danger,
        verdict,
        ...sealed,
        neighbours: neighboursOf(state),
      })
    },
  )
}

const neighboursOf = ({ desk }: { readonly desk: string }): readonly string[] =>
  deskOf(desk)?.neighbours ?? []
