/** What an addressee does with a signal that was sent to it, and what both sides do: see it, open it, follow it up. */

import { dueAt } from '@wederhoor/calendar/instants'
import { termOf } from '@wederhoor/contracts/policy-settings'
import { rulingFor } from '@wederhoor/contracts/ruling'
import { unknownCodes } from '@wederhoor/contracts/unknown-codes'
import { denied, requireNoErrors } from '@wederhoor/http/problem'
import type { Request, Server } from '@wederhoor/http/request'
import { roles } from '@wederhoor/identity/access'
import type { Uuid } from '@wederhoor/vault/fields'
import { adviceAsked, followUpRecorded, signalAnswered } from '../domain/events.ts'
import type { Addressee } from '../domain/signal/commands.ts'
import {
  addresseeOf,
  endOfPlanned,
  isOffice,
  type Line,
  outside,
  type SignallingRooms,
} from './rooms.ts'
import * as schema from './schemas.ts'

export function addresseeRoutes(app: Server, rooms: SignallingRooms): void {
  const { vault } = rooms
  const both = { access: roles('analyst', 'national-coordinator', ...outside) }
  const addressees = { access: roles(...outside) }
  const params = schema.signalParams

  app.get(
    '/v1/signals',
    {
      config: both,
      schema: {
        summary: 'Signals: the office sees all, an addressee what was sent to it',
        querystring: schema.signalQuery,
        response: { 200: schema.signalList },
      },
    },
    async ({ actor, query }) => {
      if (!isOffice(actor)) return { signals: await rooms.signals.sentTo(organisationOf(actor)) }
      const { signals } = rooms
      return { signals: await (query.escalated ? signals.escalated() : signals.all()) }
    },
  )

  app.get(
    '/v1/signals/:signal',
    {
      config: both,
      schema: {
        summary: 'How a signal stands; opens nothing',
        params,
        response: { 200: schema.signal },
      },
    },
    async (request) => rooms.row(request, request.params.signal),
  )

  app.post(
    '/v1/signals/:signal/openings',
    {
      config: both,
      schema: {
        summary: 'Open the texts; this reading is recorded, and proves that you have read it',
        params,
        response: { 200: schema.opened },
      },
    },
    async (request) => {
      const { signal } = request.params
      await rooms.known(request, signal)
      const inside = isOffice(request.actor)
      const all = await rooms.lines(signal)
      const lines = inside ? all : forAddressee(all)
      const sealed = lines.flatMap((line) => line.sealed ?? [])
      const texts = await rooms.open(request, signal, sealed)
      const textOf = new Map(sealed.map((one, index) => [one.sealed, texts[index]]))
      await recordOpening(request, signal, inside)
      return {
        signal,
        lines: lines.map(({ sealed: one, ...line }) => ({
          ...line,
          text: one === undefined ? null : (textOf.get(one.sealed) ?? null),
        })),
      }
    },
  )

  app.post(
    '/v1/signals/:signal/answer',
    {
      config: addressees,
      bodyLimit: 131_072,
      schema: {
        summary: 'Answer it: what you do with it, and by when; also after the date',
        params,
        body: schema.answer,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { signal } = request.params
      await rooms.known(request, signal)
      const context = await rooms.context(request, signal, 'answer-signal')
      const { action, plannedOn, text } = request.body
      requireNoErrors(
        unknownCodes(context.at, {
          path: '/body/action',
          list: 'antwoord-signaal',
          codes: [action],
        }),
      )
      const followUpDueAt = endOfPlanned(plannedOn, context.at, '/body/plannedOn')
      const sealed = await vault.seal(signalAnswered, { dossier: signal, party: signal }, { text })
      const { status } = await rooms.handle(signal, {
        type: 'AnswerSignal',
        context,
        addressee: organisationOf(request.actor),
        action: action as Uuid<'antwoord-signaal'>,
        plannedOn,
        followUpDueAt,
        ...sealed,
      })
      return { signal, status }
    },
  )

  app.post(
    '/v1/signals/:signal/follow-up',
    {
      config: both,
      bodyLimit: 131_072,
      schema: {
        summary: 'Record what came of the answer',
        params,
        body: schema.followUp,
        response: { 201: schema.done },
      },
    },
    async (request, reply) => {
      const { signal } = request.params
      await rooms.known(request, signal)
      const inside = isOffice(request.actor)
      const context = await rooms.context(request, signal, inside ? 'send-signal' : 'answer-signal')
      const { progress, nextOn, text } = request.body
      const nextDueAt = endOfPlanned(nextOn, context.at, '/body/nextOn')
      const owner = { dossier: signal, party: signal }
      const sealed = await vault.seal(followUpRecorded, owner, { text })
      const { status } = await rooms.handle(signal, {
        type: 'RecordFollowUp',
        context,
        addressee: inside ? undefined : organisationOf(request.actor),
        progress,
        nextDueAt,
        ...sealed,
      })
      return reply.code(201).send({ signal, status })
    },
  )

  app.post(
    '/v1/signals/:signal/advice',
    {
      config: addressees,
      bodyLimit: 131_072,
      schema: {
        summary: 'Ask advice about it; the reply has a date',
        params,
        body: schema.revision,
        response: { 201: schema.asked },
      },
    },
    async (request, reply) => {
      const { signal } = request.params
      await rooms.known(request, signal)
      const context = await rooms.context(request, signal, 'answer-signal')
      const { settings } = rulingFor('answer-signal', context.at)
      const due = dueAt(context.at, termOf(settings.case.inboundReplyWithin))
      const { text } = request.body
      const sealed = await vault.seal(adviceAsked, { dossier: signal, party: signal }, { text })
      const advice = context.id as Uuid<'AdviceId'>
      const addressee = organisationOf(request.actor)
      const asked = {
        type: 'AskAdvice',
        context,
        addressee,
        advice,
        dueAt: due,
        ...sealed,
      } as const
      await rooms.handle(signal, asked)
      return reply.code(201).send({ signal, advice, dueAt: due })
    },
  )

  /** After the text was shown, so that nothing claims a reading that failed. */
  async function recordOpening(request: Request, signal: string, inside: boolean): Promise<void> {
    const act = inside ? 'approve-signal' : 'answer-signal'
    const context = await rooms.context(request, signal, act)
    if (inside) await rooms.handle(signal, { type: 'OpenSignal', context })
    else {
      const addressee = organisationOf(request.actor)
      await rooms.handle(signal, { type: 'ReceiveSignal', context, addressee })
    }
  }
}

function organisationOf(actor: Request['actor']): Addressee {
  const addressee = addresseeOf(actor)
  if (addressee === undefined) throw denied('no-organisation', 'Your account has no organisation.')
  return addressee
}

/** The text as it was sent and all that followed; how it came about is the office's own. */
function forAddressee(lines: readonly Line[]): readonly Line[] {
  const sent = lines.findIndex((line) => line.type === 'SignalSent')
  const written = lines.findLast(
    (line) => line.type === 'SignalDrafted' || line.type === 'SignalRevised',
  )
  return [...(written === undefined ? [] : [written]), ...lines.slice(Math.max(sent, 0))]
}
