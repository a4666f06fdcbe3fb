/** What the desk that holds a case does: tell where to go, call together, hand over data, record what it heard by phone. */
import { unknownCodes } from '@wederhoor/contracts/unknown-codes'
import { requireNoErrors } from '@wederhoor/http/problem'
import type { Server } from '@wederhoor/http/request'
import { roles } from '@wederhoor/identity/access'
import type { Uuid } from '@wederhoor/vault/fields'
import { openedFile } from '@wederhoor/vault/opened-file'
import { type FieldCodes, referralDone, referralDrafted } from '../domain/events.ts'
import type { Teller } from '../domain/referral/commands.ts'
import type { PartyId, PermitRequestId, ReferralId } from '../domain/referral/state.ts'
import { answerTerms, offerTerms } from '../terms.ts'
import type { Casefile } from '../views/casefile.ts'
import { withheld } from './refusals.ts'
import { answerOf, partnerCode, type ReferralRooms } from './rooms.ts'
import * as schema from './schemas.ts'

const atDesk = roles('caseworker', 'team-lead', 'national-coordinator')

export function deskRoutes(app: Server, rooms: ReferralRooms): void {
  const { views, vault, casefiles } = rooms

  app.get(
    '/v1/dossiers/:dossier/referrals',
    {
      config: { access: atDesk },
      schema: {
        summary: 'The referrals of a case: to whom, how far, and until when',
        params: schema.dossierParams,
        response: { 200: schema.referralList },
      },
    },
    async ({ params, actor }) => {
      await rooms.held(params.dossier, actor)
      return { referrals: [...(await views.ofDossier(params.dossier))] }
    },
  )

  app.get(
    '/v1/dossiers/:dossier/referrals/:referral',
    {
      config: { access: atDesk },
      schema: {
        summary: 'One referral, opened; this reading is recorded',
        params: schema.referralParams,
        response: { 200: schema.file },
      },
    },
    async (request) => {
      const { dossier, referral } = request.params
      await rooms.held(dossier, request.actor)
      const { state, recorded } = await rooms.find(dossier, referral)
      const lines = await openedFile(recorded, (sealed) => rooms.open(request, dossier, sealed))
      return { ...answerOf(state), lines }
    },
  )

  app.post(
    '/v1/dossiers/:dossier/referrals/pointing',
    {
      config: { access: atDesk },
      schema: {
        summary: 'The person was told where to go: one act, nothing goes over',
        params: schema.dossierParams,
        body: schema.pointing,
        response: { 201: schema.done },
      },
    },
    async (request, reply) => {
      const { dossier } = request.params
      const casefile = await rooms.held(dossier, request.actor)
      const context = await rooms.context(request, dossier, 'refer')
      const begun = await begin(casefile, partnerCode(request.body.partner, context.at), context.id)
      const answer = await rooms.answer(begun.referral, { type: 'PointPerson', context, ...begun })
      return reply.code(201).send(answer)
    },
  )

  app.post(
    '/v1/dossiers/:dossier/referrals/call',
    {
      config: { access: atDesk },
      schema: {
        summary: 'Desk, person and partner were on the phone together: one act',
        params: schema.dossierParams,
        body: schema.call,
        response: { 201: schema.done },
      },
    },
    async (request, reply) => {
      const { dossier } = request.params
      const casefile = await rooms.held(dossier, request.actor)
      const context = await rooms.context(request, dossier, 'refer')
      const begun = await begin(casefile, partnerCode(request.body.partner, context.at), context.id)
      const answer = await rooms.answer(begun.referral, {
        type: 'CallTogether',
        context,
        ...begun,
        toldBy: await rooms.toldBy(dossier, casefile.melder, request.body.toldBy),
        acceptDueAt: offerTerms(context.at).acceptDueAt,
        accepted: request.body.accepted ? answerTerms(context.at) : undefined,
      })
      return reply.code(201).send(answer)
    },
  )

  app.post(
    '/v1/dossiers/:dossier/referrals',
    {
      config: { access: atDesk },
      schema: {
        summary: 'Draft what is to go over; it goes out only with the melder’s permission for it',
        params: schema.dossierParams,
        body: schema.draft,
        response: { 201: schema.drafted },
      },
    },
    async (request, reply) => {
      const { dossier } = request.params
      const { body } = request
      const casefile = await rooms.held(dossier, request.actor)
      const context = await rooms.context(request, dossier, 'refer')
      const begun = await begin(casefile, partnerCode(body.partner, context.at), context.id)
      const purpose = body.purpose as Uuid<'purpose'>
      const fields = Object.keys(body.content).sort() as FieldCodes
      const owner = { dossier, party: casefile.melder }
      const { content } = await vault.seal(referralDrafted, owner, { content: body.content })
      const basis = await rooms.basisFor({ ...begun, purpose, fields }, context.at)
      const drafting = { purpose, fields, content, basis }
      const state = await rooms.handle(begun.referral, {
        type: 'DraftReferral',
        context,
        ...begun,
        ...drafting,
      })
      if (state.status === 'withheld') throw withheld(state.why)
      const { recorded } = await rooms.find(dossier, begun.referral)
      const draft = recorded.map((one) => one.event).find((one) => one.type === 'ReferralDrafted')
      return reply
        .code(201)
        .send({ ...answerOf(state), digest: draft?.content.sealed ?? content.sealed })
    },
  )

  app.post(
    '/v1/dossiers/:dossier/referrals/:referral/permit-request',
    {
      config: { access: atDesk },
      schema: {
        summary: 'Send it: case is asked for a permit, and with one it goes out at once',
        params: schema.referralParams,
        response: { 202: schema.done },
      },
    },
    async (request, reply) => {
      const { dossier, referral } = request.params
      const { desk } = await rooms.held(dossier, request.actor)
      await rooms.find(dossier, referral)
      const context = await rooms.context(request, dossier, 'refer')
      const permitRequest = context.id as PermitRequestId
      await casefiles.ask({ request: permitRequest, referral })
      const asked = { type: 'RequestPermit', context, desk, request: permitRequest } as const
      return reply.code(202).send(await rooms.answer(referral, asked))
    },
  )

  app.post(
    '/v1/dossiers/:dossier/referrals/:referral/recall',
    {
      config: { access: atDesk },
      schema: {
        summary: 'Take it back, as long as the partner has not accepted; the partner is told',
        params: schema.referralParams,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { dossier, referral } = request.params
      const { desk } = await rooms.held(dossier, request.actor)
      await rooms.find(dossier, referral)
      const context = await rooms.context(request, dossier, 'recall-referral')
      const command = { type: 'WithdrawReferral', context, why: 'by-sender', desk } as const
      return rooms.answer(referral, command)
    },
  )

  app.post(
    '/v1/dossiers/:dossier/referrals/:referral/heard-by-phone',
    {
      config: { access: atDesk },
      schema: {
        summary: 'Record what the partner said by phone, and who said it',
        params: schema.referralParams,
        body: schema.heardByPhone,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { dossier, referral } = request.params
      const { body } = request
      const { desk, melder } = await rooms.held(dossier, request.actor)
      await rooms.find(dossier, referral)
      const context = await rooms.context(request, dossier, 'refer')
      const toldBy = await rooms.toldBy(dossier, melder, body.toldBy)
      const said = { context, from: { via: 'phone', desk, toldBy } as Teller }
      switch (body.step) {
        case 'seen':
          return rooms.answer(referral, { type: 'SeeReferral', ...said, basis: undefined })
        case 'accepted': {
          const terms = answerTerms(context.at)
          return rooms.answer(referral, { type: 'AcceptReferral', ...said, ...terms })
        }
        case 'refused': {
          const codes = [body.reason]
          requireNoErrors(
            unknownCodes(context.at, { path: '/body/reason', list: 'weigergrond', codes }),
          )
          const reason = body.reason as Uuid<'weigergrond'>
          return rooms.answer(referral, { type: 'RefuseReferral', ...said, reason })
        }
        case 'contact':
          return rooms.answer(referral, { type: 'RecordContact', ...said })
        case 'done': {
          const codes = [body.outcome]
          requireNoErrors(
            unknownCodes(context.at, { path: '/body/outcome', list: 'uitkomst-verwijzing', codes }),
          )
          const owner = { dossier, party: melder }
          const { text } = await vault.seal(referralDone, owner, { text: body.text })
          const outcome = body.outcome as Uuid<'uitkomst-verwijzing'>
          return rooms.answer(referral, { type: 'ReportBack', ...said, outcome, text })
        }
      }
    },
  )

  /** Noted before its first entry, so that whatever case says later reaches it. */
  async function begin(
    casefile: Awaited<ReturnType<ReferralRooms['held']>>,
    partner: ReturnType<typeof partnerCode>,
    id: string,
  ) {
    const { dossier, desk, melder, open } = casefile satisfies Casefile
    await casefiles.begin({ referral: id, dossier, partner })
    const referral = id as ReferralId
    return { referral, partner, desk, melder: melder as PartyId, caseOpen: open }
  }
}

/** No cell of the file is left out of the reading that is logged. */
