/** What a partner does with what was offered to its organisation, and to no other. */
import { nationalDesk } from '@wederhoor/contracts/desks'
import { unknownCodes } from '@wederhoor/contracts/unknown-codes'
import { denied, problem, requireNoErrors } from '@wederhoor/http/problem'
import type { Request, Server } from '@wederhoor/http/request'
import { roles } from '@wederhoor/identity/access'
import type { Actor } from '@wederhoor/identity/actor'
import type { Sealed, Uuid } from '@wederhoor/vault/fields'
import { type Basis, objectionTo } from '../domain/covenant.ts'
import { type DeskCode, type PartnerCode, referralDone, stuckCaseRaised } from '../domain/events.ts'
import type { Teller } from '../domain/referral/commands.ts'
import { type ExistingReferral, isOut } from '../domain/referral/state.ts'
import { answerTerms } from '../terms.ts'
import { refusal } from './refusals.ts'
import type { Found, ReferralRooms } from './rooms.ts'
import * as schema from './schemas.ts'

const config = { access: roles('partner') }

export function partnerRoutes(app: Server, rooms: ReferralRooms): void {
  const { views, vault } = rooms

  app.get(
    '/v1/my-offers',
    {
      config,
      schema: {
        summary: 'What was offered to your organisation, and what was recalled',
        response: { 200: schema.referralList },
      },
    },
    async ({ actor }) => ({ referrals: [...(await views.offeredTo(organisationOf(actor)))] }),
  )

  app.post(
    '/v1/dossiers/:dossier/offers/:referral/opening',
    {
      config,
      schema: {
        summary: 'Open it: that you did is recorded before the content leaves',
        params: schema.referralParams,
        response: { 200: schema.opened },
      },
    },
    async (request) => {
      const { dossier, referral } = request.params
      const { state, recorded } = await offered(request)
      const context = await rooms.context(request, dossier, 'accept-referral')
      const { partner, desk } = state
      const draft = recorded.map((one) => one.event).find((one) => one.type === 'ReferralDrafted')
      const exchange = draft && { partner, desk, purpose: draft.purpose, fields: draft.fields }
      const basis = exchange && (await rooms.basisFor(exchange, context.at))
      const from = tellerOf(request.actor)
      const seen = await rooms.handle(referral, { type: 'SeeReferral', context, from, basis })
      requireOpenStill(seen, basis, exchange)
      const content = draft && (await contentFor(request, dossier, draft.content))
      return {
        referral,
        status: seen.status,
        purpose: draft?.purpose ?? null,
        content: content ?? null,
      }
    },
  )

  app.post(
    '/v1/dossiers/:dossier/offers/:referral/acceptance',
    {
      config,
      schema: {
        summary: 'Accept it: from here on your organisation is responsible',
        params: schema.referralParams,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { dossier, referral } = request.params
      await offered(request)
      const context = await rooms.context(request, dossier, 'accept-referral')
      const from = tellerOf(request.actor)
      const terms = answerTerms(context.at)
      return rooms.answer(referral, { type: 'AcceptReferral', context, from, ...terms })
    },
  )

  app.post(
    '/v1/dossiers/:dossier/offers/:referral/refusal',
    {
      config,
      schema: {
        summary: 'Refuse it with a coded reason; the desk that sent it still holds it',
        params: schema.referralParams,
        body: schema.reason,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { dossier, referral } = request.params
      await offered(request)
      const context = await rooms.context(request, dossier, 'refuse-referral')
      const codes = [request.body.reason]
      requireNoErrors(
        unknownCodes(context.at, { path: '/body/reason', list: 'weigergrond', codes }),
      )
      const reason = request.body.reason as Uuid<'weigergrond'>
      const from = tellerOf(request.actor)
      return rooms.answer(referral, { type: 'RefuseReferral', context, from, reason })
    },
  )

  app.post(
    '/v1/dossiers/:dossier/offers/:referral/contact',
    {
      config,
      schema: {
        summary: 'You have spoken with the person',
        params: schema.referralParams,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { dossier, referral } = request.params
      await offered(request)
      const context = await rooms.context(request, dossier, 'report-back')
      const from = tellerOf(request.actor)
      return rooms.answer(referral, { type: 'RecordContact', context, from })
    },
  )

  app.post(
    '/v1/dossiers/:dossier/offers/:referral/report',
    {
      config,
      schema: {
        summary: 'Report back what came of it',
        params: schema.referralParams,
        body: schema.report,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { dossier, referral } = request.params
      const { state } = await offered(request)
      const context = await rooms.context(request, dossier, 'report-back')
      const codes = [request.body.outcome]
      requireNoErrors(
        unknownCodes(context.at, { path: '/body/outcome', list: 'uitkomst-verwijzing', codes }),
      )
      const outcome = request.body.outcome as Uuid<'uitkomst-verwijzing'>
      const owner = { dossier, party: state.melder }
      const { text } = await vault.seal(referralDone, owner, { text: request.body.text })
      const from = tellerOf(request.actor)
      return rooms.answer(referral, { type: 'ReportBack', context, from, outcome, text })
    },
  )

  app.post(
    '/v1/dossiers/:dossier/offers/:referral/stuck',
    {
      config,
      schema: {
        summary: 'You cannot get on, with a municipality for one: tell the layer above',
        params: schema.referralParams,
        body: schema.stuck,
        response: { 201: schema.done },
      },
    },
    async (request, reply) => {
      const { dossier, referral } = request.params
      const { state } = await offered(request)
      const context = await rooms.context(request, dossier, 'raise-stuck-case')
      const owner = { dossier, party: state.melder }
      const { text } = await vault.seal(stuckCaseRaised, owner, { text: request.body.text })
      const answer = await rooms.answer(referral, {
        type: 'RaiseStuckCase',
        context,
        organisation: organisationOf(request.actor),
        text,
        to: nationalDesk as DeskCode,
      })
      return reply.code(201).send(answer)
    },
  )

  /** Found, and theirs: asked before anything is written, sealed or opened. */
  async function offered(
    request: Pick<Request, 'actor'> & { readonly params: { dossier: string; referral: string } },
  ): Promise<Found> {
    const organisation = organisationOf(request.actor)
    const { dossier, referral } = request.params
    const found = await rooms.find(dossier, referral)
    if (found.state.partner !== organisation)
      throw denied('other-organisation', 'This was not offered to your organisation.')
    return found
  }

  async function contentFor(
    request: Request,
    dossier: string,
    sealed: Sealed<Record<string, string>>,
  ) {
    const [opened] = await rooms.open(request, dossier, [sealed])
    if (opened?.kind === 'opened') return opened.value as Record<string, string>
    throw problem(410, { code: 'erased', detail: 'The person had this erased.' })
  }
}

/** A repeat is recognised by its key and not decided again: what was recalled since then stays closed. */
function requireOpenStill(
  state: ExistingReferral,
  basis: Basis | undefined,
  exchange: Parameters<typeof objectionTo>[1] | undefined,
): void {
  if (state.status === 'recalled') throw refusal({ reason: 'referral-recalled' })
  if (!isOut(state)) throw refusal({ reason: 'not-out', status: state.status })
  const why = basis && exchange && objectionTo(basis, exchange)
  if (why !== undefined) throw refusal({ reason: 'basis-gone', why })
}

function organisationOf(actor: Actor): PartnerCode {
  if (actor.organisation === null)
    throw denied('no-organisation', 'Your account belongs to no organisation.')
  return actor.organisation as PartnerCode
}

const tellerOf = (actor: Actor): Teller => ({
  via: 'partner',
  organisation: organisationOf(actor),
})
