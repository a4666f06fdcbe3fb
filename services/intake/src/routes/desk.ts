/** What staff do with a report: at the national door, at a desk, and at the national layer. */

import { dueAt } from '@wederhoor/calendar/instants'
import { desk as deskOf, nationalDesk, neighbouringDesk } from '@wederhoor/contracts/desks'
import { termOf } from '@wederhoor/contracts/policy-settings'
import { rulingFor } from '@wederhoor/contracts/ruling'
import { unknownCodes } from '@wederhoor/contracts/unknown-codes'
import { inputProblem, problem, requireNoErrors } from '@wederhoor/http/problem'
import type { Server } from '@wederhoor/http/request'
import { roles } from '@wederhoor/identity/access'
import type { Uuid } from '@wederhoor/vault/fields'
import { z } from 'zod'
import { meldingAddedTo, questionAsked } from '../domain/events.ts'
import type { PreparedOffer } from '../domain/melding/commands.ts'
import type { IntakeRooms } from './rooms.ts'
import * as schema from './schemas.ts'
import { answeringDesk, handledRow } from './who-may.ts'

const staff = roles('intake-worker', 'caseworker', 'team-lead', 'national-coordinator')
const atDesk = roles('caseworker', 'team-lead', 'national-coordinator')

export function deskRoutes(app: Server, rooms: IntakeRooms): void {
  const { views, vault } = rooms

  app.get(
    '/v1/meldingen',
    {
      config: { access: staff },
      schema: {
        summary:
          'What waits: a desk sees what is offered to it, the national layer what nobody holds yet, the overdue first',
        response: { 200: schema.meldingList },
      },
    },
    async ({ actor }) => {
      const offered = actor.desk === null ? [] : await views.inbox(actor.desk)
      const national =
        actor.roles.includes('intake-worker') || actor.roles.includes('national-coordinator')
      const waiting = national ? await views.waiting() : []
      const others = waiting.filter((one) => one.offeredTo === null || one.offeredTo !== actor.desk)
      return { meldingen: [...offered, ...others] }
    },
  )

  app.get(
    '/v1/meldingen/:dossier',
    {
      config: { access: staff },
      schema: {
        summary: 'The report, opened; this reading is recorded',
        params: schema.dossierParams,
        response: { 200: schema.file },
      },
    },
    async (request) => {
      const { dossier } = request.params
      const row = await handledRow(rooms, dossier, request)
      const lines = await rooms.file(request, dossier)
      return { melding: row, lines }
    },
  )

  app.post(
    '/v1/meldingen/:dossier/additions',
    {
      config: { access: staff },
      schema: {
        summary: 'Write down what the person adds',
        params: schema.dossierParams,
        body: schema.text,
        response: { 201: schema.done },
      },
    },
    async (request, reply) => {
      const { dossier } = request.params
      await handledRow(rooms, dossier, request)
      const context = await rooms.context(request, dossier, 'add-to-melding')
      const sealed = await vault.seal(
        meldingAddedTo,
        { dossier, party: await melderOf(dossier) },
        { text: request.body.text },
      )
      const answer = await rooms.answer(dossier, {
        type: 'AddToMelding',
        context,
        from: 'staff',
        text: sealed.text,
      })
      return reply.code(201).send(answer)
    },
  )

  app.post(
    '/v1/meldingen/:dossier/questions',
    {
      config: { access: staff },
      schema: {
        summary: 'Ask the person something; they answer by code, anonymous or not',
        params: schema.dossierParams,
        body: schema.text,
        response: { 201: z.object({ question: z.uuid() }) },
      },
    },
    async (request, reply) => {
      const { dossier } = request.params
      await handledRow(rooms, dossier, request)
      const context = await rooms.context(request, dossier, 'add-to-melding')
      const sealed = await vault.seal(
        questionAsked,
        { dossier, party: await melderOf(dossier) },
        { text: request.body.text },
      )
      const question = context.id as Uuid<'QuestionId'>
      await rooms.handle(dossier, { type: 'AskQuestion', context, question, text: sealed.text })
      return reply.code(201).send({ question })
    },
  )

  app.post(
    '/v1/meldingen/:dossier/offer',
    {
      config: { access: roles('intake-worker', 'national-coordinator') },
      schema: {
        summary: 'Offer it to a desk; intake stays holder until the desk accepts',
        params: schema.dossierParams,
        body: schema.offer,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { dossier } = request.params
      await handledRow(rooms, dossier, request)
      const context = await rooms.context(request, dossier, 'offer-handover')
      const desk = request.body.desk ?? nationalDesk
      const offer = preparedOffer(
        desk,
        request.body.desk === undefined ? 'national-net' : 'best-fit',
        context.at,
      )
      return rooms.answer(dossier, { type: 'OfferHandover', context, offer })
    },
  )

  app.post(
    '/v1/meldingen/:dossier/acceptance',
    {
      config: { access: atDesk },
      schema: {
        summary: 'Accept it: from here on your desk holds it',
        params: schema.dossierParams,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { dossier } = request.params
      const desk = await answeringDesk(rooms, dossier, request)
      const context = await rooms.context(request, dossier, 'accept-handover')
      return rooms.answer(dossier, { type: 'AcceptHandover', context, desk })
    },
  )

  app.post(
    '/v1/meldingen/:dossier/refusal',
    {
      config: { access: atDesk },
      schema: {
        summary: 'Refuse it with a coded reason; the next desk, or the national layer, is asked',
        params: schema.dossierParams,
        body: schema.refusalReason,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { dossier } = request.params
      const desk = await answeringDesk(rooms, dossier, request)
      const context = await rooms.context(request, dossier, 'refuse-handover')
      const { reason } = request.body
      requireNoErrors(
        unknownCodes(context.at, { path: '/body/reason', list: 'weigergrond', codes: [reason] }),
      )
      const state = await rooms.state(dossier)
      const refusedBy = state.status === 'unknown' ? [] : state.refusedBy
      const nextDesk = neighbouringDesk(desk, context.at, [...refusedBy, desk]) ?? nationalDesk
      const { settings } = rulingFor('refuse-handover', context.at)
      return rooms.answer(dossier, {
        type: 'RefuseHandover',
        context,
        desk,
        reason: reason as Uuid<'weigergrond'>,
        refusalsMax: settings.intake.refusalsBeforeAssignment.value,
        next: preparedOffer(nextDesk, 'best-fit', context.at),
        assignDueAt: dueAt(context.at, termOf(settings.intake.assignWithin)),
      })
    },
  )

  app.post(
    '/v1/meldingen/:dossier/assignment',
    {
      config: { access: roles('national-coordinator') },
      schema: {
        summary: 'The national layer assigns what silence or refusals brought to it',
        params: schema.dossierParams,
        body: schema.assignment,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { dossier } = request.params
      const context = await rooms.context(request, dossier, 'assign-desk')
      return rooms.answer(dossier, {
        type: 'AssignDesk',
        context,
        offer: preparedOffer(request.body.desk, 'assigned', context.at),
      })
    },
  )

  app.post(
    '/v1/meldingen/:dossier/putting-through',
    {
      config: { access: roles('intake-worker', 'national-coordinator') },
      schema: {
        summary:
          'Put the caller through to a desk: theirs when they pick up, which is accepting it',
        params: schema.dossierParams,
        body: schema.assignment,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { dossier } = request.params
      await handledRow(rooms, dossier, request)
      const context = await rooms.context(request, dossier, 'offer-handover')
      const offer = preparedOffer(request.body.desk, 'put-through', context.at)
      return rooms.answer(dossier, { type: 'OfferHandover', context, offer })
    },
  )

  app.post(
    '/v1/meldingen/:dossier/ending',
    {
      config: { access: staff },
      schema: {
        summary: 'End the contact without a case: somebody was heard and told where to go',
        params: schema.dossierParams,
        body: schema.refusalReason,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { dossier } = request.params
      await handledRow(rooms, dossier, request)
      const context = await rooms.context(request, dossier, 'end-contact')
      const { reason } = request.body
      requireNoErrors(
        unknownCodes(context.at, {
          path: '/body/reason',
          list: 'einde-zonder-zaak',
          codes: [reason],
        }),
      )
      return rooms.answer(dossier, {
        type: 'EndWithoutCase',
        context,
        reason: reason as Uuid<'einde-zonder-zaak'>,
      })
    },
  )

  async function melderOf(dossier: string): Promise<string> {
    const state = await rooms.state(dossier)
    if (state.status === 'unknown')
      throw problem(404, { code: 'no-such-melding', detail: 'There is no such report.' })
    return state.melder
  }
}

/** An offer to a desk that exists, with the term that the policy gives it. */
export function preparedOffer(desk: string, why: PreparedOffer['why'], at: string): PreparedOffer {
  if (deskOf(desk) === undefined) {
    throw inputProblem([{ path: '/body/desk', code: 'unknown-code', message: 'no such desk' }])
  }
  const { settings } = rulingFor('offer-handover', at)
  return { desk: desk as Uuid<'desk'>, why, dueAt: dueAt(at, termOf(settings.intake.acceptWithin)) }
}
