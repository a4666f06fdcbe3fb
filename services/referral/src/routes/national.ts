/** What the national layer does: look at what escalated, settle covenants, and see where time is lost. */
import { chainPartner } from '@wederhoor/contracts/partners'
import { rulingFor } from '@wederhoor/contracts/ruling'
import { requireNoErrors } from '@wederhoor/http/problem'
import type { Server } from '@wederhoor/http/request'
import { roles } from '@wederhoor/identity/access'
import type { Sealed } from '@wederhoor/vault/fields'
import { covenantStream } from '../basis.ts'
import type { CovenantCommand, CovenantTerms } from '../domain/covenant.ts'
import { covenantRefusal, refusal } from './refusals.ts'
import { answerOf, type ReferralRooms } from './rooms.ts'
import * as schema from './schemas.ts'

const config = { access: roles('national-coordinator') }

export function nationalRoutes(app: Server, rooms: ReferralRooms): void {
  const { views, clock } = rooms

  app.get(
    '/v1/escalations',
    {
      config,
      schema: {
        summary: 'Silent steps and partners that cannot get on, the oldest first',
        response: { 200: schema.escalationList },
      },
    },
    async ({ actor }) => ({ escalations: [...(await views.escalations(actor.desk ?? ''))] }),
  )

  app.get(
    '/v1/dossiers/:dossier/stuck/:referral',
    {
      config,
      schema: {
        summary: 'What a partner says does not move, opened; this reading is recorded',
        params: schema.referralParams,
        response: { 200: schema.stuckList },
      },
    },
    async (request) => {
      const { dossier, referral } = request.params
      const { recorded } = await rooms.find(dossier, referral)
      const raised = recorded.flatMap(({ event }) =>
        event.type === 'StuckCaseRaised' ? [event] : [],
      )
      if (raised.length === 0) throw refusal({ reason: 'nothing-to-take-up' })
      const texts: readonly Sealed<string>[] = raised.map((one) => one.text)
      const opened = await rooms.open(request, dossier, texts)
      return {
        raised: raised.map(({ at }, index) => {
          const text = opened[index]
          return { at: at as string, text: text?.kind === 'opened' ? text.value : 'erased' }
        }),
      }
    },
  )

  app.post(
    '/v1/dossiers/:dossier/referrals/:referral/taking-up',
    {
      config,
      schema: {
        summary: 'Take up what escalated',
        params: schema.referralParams,
        body: schema.takingUp,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { dossier, referral } = request.params
      await rooms.find(dossier, referral)
      const context = await rooms.context(request, dossier, 'escalate-referral')
      const { what } = request.body
      return answerOf(await rooms.handle(referral, { type: 'TakeUpEscalation', context, what }))
    },
  )

  app.get(
    '/v1/covenants',
    {
      config: { access: roles('national-coordinator', 'team-lead', 'caseworker') },
      schema: {
        summary: 'What was settled with police and prosecution',
        response: { 200: schema.covenantList },
      },
    },
    async () => ({
      covenants: (await views.covenants()).map((row) => ({
        ...row,
        partners: [...row.partners],
        desks: [...row.desks],
        fields: [...row.fields],
      })),
    }),
  )

  app.post(
    '/v1/covenants',
    {
      config,
      schema: {
        summary: 'Register a covenant, or the next version of one',
        body: schema.covenantBody,
        response: { 201: schema.covenantDone },
      },
    },
    async (request, reply) => {
      const { covenant: known, ...terms } = request.body
      const unknown = terms.partners.filter((one) => chainPartner(one) === undefined)
      requireNoErrors(
        unknown.map(() => ({
          path: '/body/partners',
          code: 'unknown-code',
          message: 'no such partner',
        })),
      )
      const covenant = known ?? (request.commandId as string)
      const context = await covenantContext(request, covenant, 'register-covenant')
      const agreed = { covenant, ...terms } as unknown as CovenantTerms
      const answer = await settle(covenant, { type: 'RegisterCovenant', context, ...agreed })
      return reply.code(201).send(answer)
    },
  )

  app.post(
    '/v1/covenants/:covenant/revocation',
    {
      config,
      schema: {
        summary: 'Revoke a covenant: from now on nothing goes out or opens under it',
        params: schema.covenantParams,
        response: { 200: schema.covenantDone },
      },
    },
    async (request) => {
      const { covenant } = request.params
      const context = await covenantContext(request, covenant, 'revoke-covenant')
      const named = covenant as CovenantTerms['covenant']
      return settle(covenant, { type: 'RevokeCovenant', context, covenant: named })
    },
  )

  app.get(
    '/v1/route-times',
    {
      config: { access: roles('national-coordinator', 'team-lead', 'analyst') },
      schema: {
        summary: 'Where time is lost on the way to each partner, in hours, medians (WED-13)',
        response: { 200: schema.routeTimes },
      },
    },
    async () => {
      const { settings } = rulingFor('refer', await clock.now())
      const smallestGroup = settings.signalling.smallestGroup.value
      return { smallestGroup, routes: [...(await views.routeTimes(smallestGroup))] }
    },
  )

  async function covenantContext(
    request: Parameters<ReferralRooms['context']>[0],
    covenant: string,
    act: string,
  ) {
    const { power } = rulingFor(act, await clock.now())
    return rooms.contextOf(request, { dossier: null, scope: covenantStream(covenant), power })
  }

  async function settle(covenant: string, command: CovenantCommand) {
    const handled = await rooms.covenants.handle(covenantStream(covenant), command)
    if (handled.kind === 'rejected') throw covenantRefusal(handled.rejection)
    const { state } = handled
    return {
      covenant,
      status: state.status,
      version: state.status === 'unknown' ? 0 : state.version,
    }
  }
}
