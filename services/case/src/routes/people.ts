/** The contact person and who stands beside them: deputies, and a handover that counts only on acceptance. */
import { dueAt } from '@wederhoor/calendar/instants'
import { termOf } from '@wederhoor/contracts/policy-settings'
import { unknownCodes } from '@wederhoor/contracts/unknown-codes'
import { requireNoErrors } from '@wederhoor/http/problem'
import type { Server } from '@wederhoor/http/request'
import { roles } from '@wederhoor/identity/access'
import type { Uuid } from '@wederhoor/vault/fields'
import { leadRole, nationalRole } from '../domain/case/access.ts'
import { contactPersonOffered } from '../domain/events.ts'
import { type CaseRooms, staff } from './rooms.ts'
import * as schema from './schemas.ts'

const config = { access: staff }
const params = schema.dossierParams
const response = { 200: schema.done }

export function peopleRoutes(app: Server, rooms: CaseRooms): void {
  const { vault } = rooms
  const act = 'assign-contact-person'

  app.post(
    '/v1/cases/:dossier/deputies',
    {
      config,
      schema: {
        summary: 'Name a deputy, who from then on acts at once, without a handover',
        params,
        body: schema.deputy,
        response,
      },
    },
    async (request) => {
      const { dossier } = request.params
      await rooms.admit(request, dossier)
      const { context } = await rooms.moment(request, dossier, act)
      const deputy = await vault.pseudonym(dossier, request.body.person)
      return rooms.answer(dossier, { type: 'NameDeputy', context, deputy })
    },
  )

  app.post(
    '/v1/cases/:dossier/deputies/ending',
    {
      config,
      schema: { summary: 'End a deputy', params, body: schema.deputy, response },
    },
    async (request) => {
      const { dossier } = request.params
      await rooms.admit(request, dossier)
      const { context } = await rooms.moment(request, dossier, act)
      const deputy = await vault.pseudonym(dossier, request.body.person)
      return rooms.answer(dossier, { type: 'EndDeputy', context, deputy })
    },
  )

  app.post(
    '/v1/cases/:dossier/contact-person/offer',
    {
      config,
      schema: {
        summary: 'Ask a colleague to become contact person; you stay until they accept (CAS-01)',
        params,
        body: schema.contactPersonOffer,
        response,
      },
    },
    async (request) => {
      const { dossier } = request.params
      const state = await rooms.admit(request, dossier)
      const { context, settings } = await rooms.moment(request, dossier, act)
      const { person, reason, explanation } = request.body
      const owner = { dossier, party: state.melder }
      const sealed = await vault.seal(contactPersonOffered, owner, { explanation })
      return rooms.answer(dossier, {
        type: 'OfferContactPerson',
        context,
        to: await vault.pseudonym(dossier, person),
        reason,
        explanation: sealed.explanation,
        dueAt: dueAt(context.at, termOf(settings.intake.acceptWithin)),
      })
    },
  )

  app.post(
    '/v1/cases/:dossier/contact-person/acceptance',
    {
      config,
      schema: { summary: 'Accept: from here on you are the contact person', params, response },
    },
    async (request) => {
      const { dossier } = request.params
      await rooms.existing(dossier)
      const { context } = await rooms.moment(request, dossier, act)
      return rooms.answer(dossier, { type: 'AcceptContactPerson', context })
    },
  )

  app.post(
    '/v1/cases/:dossier/contact-person/refusal',
    {
      config,
      schema: {
        summary: 'Refuse with a coded reason; the other stays contact person',
        params,
        body: schema.refusalReason,
        response,
      },
    },
    async (request) => {
      const { dossier } = request.params
      await rooms.existing(dossier)
      const { context } = await rooms.moment(request, dossier, act)
      const { reason } = request.body
      requireNoErrors(
        unknownCodes(context.at, { path: '/body/reason', list: 'weigergrond', codes: [reason] }),
      )
      return rooms.answer(dossier, {
        type: 'RefuseContactPerson',
        context,
        reason: reason as Uuid<'weigergrond'>,
      })
    },
  )

  app.post(
    '/v1/cases/:dossier/contact-person/departure',
    {
      config: { access: roles(nationalRole, leadRole) },
      schema: {
        summary: 'The contact person is gone: the first deputy stands in, or you do (CAS-03)',
        params,
        response,
      },
    },
    async (request) => {
      const { dossier } = request.params
      const state = await rooms.admit(request, dossier)
      const { context, settings } = await rooms.moment(request, dossier, act)
      return rooms.answer(dossier, {
        type: 'ReplaceContactPerson',
        context,
        contactPerson: state.contactPerson,
        successorDueAt: dueAt(context.at, termOf(settings.intake.acceptWithin)),
      })
    },
  )
}
