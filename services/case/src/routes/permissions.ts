/** The melder's permission, as told to staff: for one act, one receiver and one exact text. */
import { endOfDay } from '@wederhoor/calendar/instants'
import { derivedId } from '@wederhoor/decider/derived-id'
import type { Server } from '@wederhoor/http/request'
import type { z } from 'zod'
import type { WithdrawPermission } from '../domain/case/commands.ts'
import { sameText } from '../domain/case/state.ts'
import type { PermissionId } from '../domain/events.ts'
import { type CaseRooms, staff } from './rooms.ts'
import * as schema from './schemas.ts'

const config = { access: staff }
const params = schema.dossierParams

export function permissionRoutes(app: Server, rooms: CaseRooms): void {
  app.post(
    '/v1/cases/:dossier/permissions',
    {
      config,
      schema: {
        summary: 'The melder permits one act towards one receiver, with exactly this text',
        params,
        body: schema.permissionGiven,
        response: { 201: schema.permissionDone },
      },
    },
    async (request, reply) => {
      const { dossier } = request.params
      await rooms.admit(request, dossier)
      const { context } = await rooms.moment(request, dossier, 'give-permission')
      const { until, ...facts } = request.body
      const own = derivedId(context.id, 'permission') as PermissionId
      const { permissions } = await rooms.handle(dossier, {
        type: 'GivePermission',
        context,
        permission: own,
        ...facts,
        validUntil: until === undefined ? undefined : endOfDay(until),
      })
      const live = permissions.findLast((one) => one.standing === 'live' && sameText(one, facts))
      return reply.code(201).send({ dossier, permission: live?.permission ?? own })
    },
  )

  app.post(
    '/v1/cases/:dossier/permissions/refusal',
    {
      config,
      schema: {
        summary: 'The melder does not permit this text; that is a fact too',
        params,
        body: schema.permissionDeclined,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { dossier } = request.params
      await rooms.admit(request, dossier)
      const { context } = await rooms.moment(request, dossier, 'decline-permission')
      return rooms.answer(dossier, { type: 'DeclinePermission', context, ...request.body })
    },
  )

  app.post(
    '/v1/cases/:dossier/permissions/withdrawal',
    {
      config,
      schema: {
        summary:
          'The melder withdraws; what was not dispatched stays here. Never refused, and also after closing',
        params,
        body: schema.withdrawal,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { dossier } = request.params
      await rooms.admit(request, dossier)
      const { context } = await rooms.moment(request, dossier, 'withdraw-permission')
      const scope = scopeOf(request.body)
      return rooms.answer(dossier, { type: 'WithdrawPermission', context, scope })
    },
  )
}

export function scopeOf(body: z.output<typeof schema.withdrawal>): WithdrawPermission['scope'] {
  if ('permission' in body) return { kind: 'permission', permission: body.permission }
  return 'receiver' in body ? { kind: 'receiver', receiver: body.receiver } : { kind: 'everything' }
}
