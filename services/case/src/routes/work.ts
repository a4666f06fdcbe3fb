/** The everyday work: what waits, one case file, notes, the wish, the legal view, closing and opening again. */
import { dueAt } from '@wederhoor/calendar/instants'
import { termOf } from '@wederhoor/contracts/policy-settings'
import { unknownCodes } from '@wederhoor/contracts/unknown-codes'
import { problem, requireNoErrors } from '@wederhoor/http/problem'
import type { Server } from '@wederhoor/http/request'
import type { Uuid } from '@wederhoor/vault/fields'
import { nationalRole } from '../domain/case/access.ts'
import {
  caseClosed,
  contactNoted,
  legalViewRecorded,
  type NoteId,
  safeContactSet,
  wishRecorded,
} from '../domain/events.ts'
import { type CaseRooms, staff } from './rooms.ts'
import * as schema from './schemas.ts'

const config = { access: staff }
const params = schema.dossierParams

export function workRoutes(app: Server, rooms: CaseRooms): void {
  const { views, vault } = rooms

  app.get(
    '/v1/cases',
    {
      config,
      schema: {
        summary: 'What your desk has in hand, the shortest term first; nothing is opened',
        querystring: schema.workQuery,
        response: { 200: schema.caseList },
      },
    },
    async ({ actor, grantedRole, query }) => {
      if (grantedRole === nationalRole) return { cases: await views.work(undefined, query.status) }
      return { cases: actor.desk === null ? [] : await views.work(actor.desk, query.status) }
    },
  )

  app.get(
    '/v1/cases/:dossier',
    {
      config,
      schema: {
        summary: 'The case file, opened; this reading is recorded',
        params,
        response: { 200: schema.file },
      },
    },
    async (request) => {
      const { dossier } = request.params
      const { standing, state } = await rooms.enter(request, dossier)
      const row = await views.one(dossier)
      if (row === undefined) {
        const detail = 'This case has just been opened. Try again in a moment.'
        throw problem(503, { code: 'not-yet-visible', detail, retryAfterSeconds: 1 })
      }
      const lines = await rooms.file(request, dossier)
      return { case: row, safeContact: state.safeContact, standing, lines }
    },
  )

  app.post(
    '/v1/cases/:dossier/notes',
    {
      config,
      schema: {
        summary: 'Write down a call, a visit or a message; an inbound message starts a reply clock',
        params,
        body: schema.note,
        response: { 201: schema.noted },
      },
    },
    async (request, reply) => {
      const { dossier } = request.params
      const state = await rooms.admit(request, dossier)
      const { context, settings } = await rooms.moment(request, dossier, 'note-contact')
      const { text, channel, answers, direction, result } = request.body
      requireNoErrors(
        unknownCodes(context.at, { path: '/body/channel', list: 'kanaal', codes: [channel] }),
      )
      const party = await rooms.partyToWrite(request.body.party, state, dossier)
      const sealed = await vault.seal(contactNoted, { dossier, party }, { text })
      const note = context.id as NoteId
      const replyDueAt = dueAt(context.at, termOf(settings.case.inboundReplyWithin))
      const after = await rooms.handle(dossier, {
        type: 'NoteContact',
        context,
        note,
        party,
        direction,
        channel: channel as Uuid<'kanaal'>,
        result,
        answers,
        text: sealed.text,
        replyDueAt,
      })
      const { status, desk, contactPerson } = after
      const written = after.notes.find((one) => one.note === note)
      const waiting = written === undefined || written.reply === 'none' ? null : written.reply.dueAt
      return reply
        .code(201)
        .send({ dossier, status, desk, contactPerson, note, replyDueAt: waiting })
    },
  )

  app.post(
    '/v1/cases/:dossier/wishes',
    {
      config,
      schema: {
        summary: 'What the melder wants, and wants to do without us (CAS-08, CAS-10)',
        params,
        body: schema.wish,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { dossier } = request.params
      const state = await rooms.admit(request, dossier)
      const { context } = await rooms.moment(request, dossier, 'record-wish')
      const sealed = await vault.seal(wishRecorded, { dossier, party: state.melder }, request.body)
      return rooms.answer(dossier, { type: 'RecordWish', context, ...sealed })
    },
  )

  app.post(
    '/v1/cases/:dossier/legal-views',
    {
      config,
      schema: {
        summary: 'The legal view, beside the wish and never instead of it (CAS-08)',
        params,
        body: schema.legalView,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { dossier } = request.params
      const state = await rooms.admit(request, dossier)
      const { context } = await rooms.moment(request, dossier, 'record-view')
      const owner = { dossier, party: state.melder }
      const { view } = await vault.seal(legalViewRecorded, owner, request.body)
      return rooms.answer(dossier, { type: 'RecordLegalView', context, view })
    },
  )

  app.post(
    '/v1/cases/:dossier/role',
    {
      config,
      schema: {
        summary: 'Say in which role we stand in this case (CAS-09)',
        params,
        body: schema.role,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { dossier } = request.params
      await rooms.admit(request, dossier)
      const { context } = await rooms.moment(request, dossier, 'take-role')
      return rooms.answer(dossier, { type: 'TakeRole', context, role: request.body.role })
    },
  )

  app.post(
    '/v1/cases/:dossier/safe-contact',
    {
      config,
      schema: {
        summary: 'How somebody may be reached without danger; stops a queued letter too',
        params,
        body: schema.safeContact,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { dossier } = request.params
      const state = await rooms.admit(request, dossier)
      const { context } = await rooms.moment(request, dossier, 'set-safe-contact')
      const party = await rooms.partyToWrite(request.body.party, state, dossier)
      const { outgoing, rule } = request.body
      const sealed = await vault.seal(safeContactSet, { dossier, party }, { rule })
      return rooms.answer(dossier, {
        type: 'SetSafeContact',
        context,
        party,
        outgoing,
        rule: sealed.rule,
      })
    },
  )

  app.post(
    '/v1/cases/:dossier/closing',
    {
      config,
      schema: {
        summary: 'Close the case; waits for nobody and never asks for the melder’s view',
        params,
        body: schema.closing,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { dossier } = request.params
      const state = await rooms.admit(request, dossier)
      const { context } = await rooms.moment(request, dossier, 'close-case')
      const { outcome, reasons } = request.body
      requireNoErrors(
        unknownCodes(context.at, { path: '/body/outcome', list: 'uitkomst', codes: [outcome] }),
      )
      const sealed = await vault.seal(caseClosed, { dossier, party: state.melder }, { reasons })
      return rooms.answer(dossier, {
        type: 'CloseCase',
        context,
        outcome: outcome as Uuid<'uitkomst'>,
        reasons: sealed.reasons,
      })
    },
  )

  app.post(
    '/v1/cases/:dossier/reopening',
    {
      config,
      schema: {
        summary: 'Open it again under the same dossier; a first contact is due again',
        params,
        body: schema.reopening,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { dossier } = request.params
      await rooms.admit(request, dossier)
      const { context, settings } = await rooms.moment(request, dossier, 'reopen-case')
      const firstContactDueAt = dueAt(context.at, termOf(settings.intake.firstContactWithin))
      const { why } = request.body
      return rooms.answer(dossier, { type: 'ReopenCase', context, why, firstContactDueAt })
    },
  )
}
