/** What the office does with a signal: draft it, read it, approve it as a second person, send it, follow it up. */

import assert from 'node:assert/strict'
import { dueAt } from '@wederhoor/calendar/instants'
import { municipality } from '@wederhoor/contracts/municipalities'
import { ministriesFor, ministriesOn } from '@wederhoor/contracts/partners'
import { termOf } from '@wederhoor/contracts/policy-settings'
import { rulingFor } from '@wederhoor/contracts/ruling'
import { unknownCodes } from '@wederhoor/contracts/unknown-codes'
import { inputProblem, requireNoErrors } from '@wederhoor/http/problem'
import type { Server } from '@wederhoor/http/request'
import { roles } from '@wederhoor/identity/access'
import type { Uuid } from '@wederhoor/vault/fields'
import type { z } from 'zod'
import { adviceGiven, signalDrafted, signalRevised } from '../domain/events.ts'
import type { Addressee } from '../domain/signal/commands.ts'
import { approvalBar } from '../domain/signal/signal.ts'
import { refusal } from './refusals.ts'
import { office, type SignallingRooms } from './rooms.ts'
import * as schema from './schemas.ts'

export function officeRoutes(app: Server, rooms: SignallingRooms): void {
  const { vault } = rooms
  const config = { access: roles(...office) }
  const params = schema.signalParams

  app.post(
    '/v1/signals',
    {
      config,
      bodyLimit: 131_072,
      schema: {
        summary: 'Draft a signal on a pattern or on figures',
        body: schema.draft,
        response: { 201: schema.done },
      },
    },
    async (request, reply) => {
      const { body, commandId } = request
      assert(commandId !== null)
      const signal = commandId
      const context = await rooms.context(request, signal, 'draft-signal')
      requireNoErrors(
        unknownCodes(context.at, { path: '/body/terrein', list: 'terrein', codes: [body.terrein] }),
      )
      if (body.pattern !== undefined && (await rooms.patterns.one(body.pattern)) === undefined)
        throw inputProblem([
          {
            path: '/body/pattern',
            code: 'unknown-pattern',
            message: 'no such pattern was detected',
          },
        ])
      const { text, from, until, pattern, terrein } = body
      const sealed = await vault.seal(signalDrafted, { dossier: signal, party: signal }, { text })
      const state = await rooms.handle(signal, {
        type: 'DraftSignal',
        context,
        signal: signal as Uuid<'SignalId'>,
        addressee: addresseeFor(body, context.at),
        basis: pattern === undefined ? 'figures' : 'pattern',
        pattern: pattern as Uuid<'PatternId'> | undefined,
        terrein: terrein as Uuid<'terrein'> | undefined,
        from,
        until,
        ...sealed,
      })
      return reply.code(201).send({ signal, status: state.status })
    },
  )

  app.post(
    '/v1/signals/:signal/revision',
    {
      config,
      bodyLimit: 131_072,
      schema: {
        summary: 'Change the text of a draft; whoever had read it has to read it again',
        params,
        body: schema.revision,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { signal } = request.params
      await rooms.known(request, signal)
      const context = await rooms.context(request, signal, 'draft-signal')
      const { text } = request.body
      const sealed = await vault.seal(signalRevised, { dossier: signal, party: signal }, { text })
      const { status } = await rooms.handle(signal, { type: 'ReviseSignal', context, ...sealed })
      return { signal, status }
    },
  )

  app.post(
    '/v1/signals/:signal/approval',
    {
      config,
      schema: {
        summary: 'Approve it as a second person who has opened the text',
        params,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { signal } = request.params
      await rooms.known(request, signal)
      const context = await rooms.context(request, signal, 'approve-signal')
      const state = await rooms.handle(signal, { type: 'ApproveSignal', context })
      // Refused before for the same reason: nothing is recorded anew, and the caller hears it all the same.
      if (state.status !== 'drafted') return { signal, status: state.status }
      throw refusal({ reason: approvalBar(state, context.actor.pseudonym) ?? 'not-approved' })
    },
  )

  app.post(
    '/v1/signals/:signal/sending',
    {
      config,
      schema: {
        summary: 'Send it to its addressee, with a date for the answer',
        params,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { signal } = request.params
      await rooms.known(request, signal)
      const context = await rooms.context(request, signal, 'send-signal')
      const { settings } = rulingFor('send-signal', context.at)
      const due = dueAt(context.at, termOf(settings.signalling.signalAnswerWithin))
      const { status } = await rooms.handle(signal, { type: 'SendSignal', context, dueAt: due })
      return { signal, status }
    },
  )

  app.post(
    '/v1/signals/:signal/advice/:advice/answer',
    {
      config,
      bodyLimit: 131_072,
      schema: {
        summary: 'Answer a question of the addressee',
        params: schema.adviceParams,
        body: schema.revision,
        response: { 201: schema.done },
      },
    },
    async (request, reply) => {
      const { signal } = request.params
      await rooms.known(request, signal)
      const advice = request.params.advice as Uuid<'AdviceId'>
      const context = await rooms.context(request, signal, 'advise')
      const { text } = request.body
      const sealed = await vault.seal(adviceGiven, { dossier: signal, party: signal }, { text })
      const given = { type: 'GiveAdvice', context, advice, ...sealed } as const
      const { status } = await rooms.handle(signal, given)
      return reply.code(201).send({ signal, status })
    },
  )
}

/** Left out, the ministry that leads in the terrein; BZK coordinates where nobody does. */
function addresseeFor(body: z.output<typeof schema.draft>, at: string): Addressee {
  const { addressee, terrein = '' } = body
  if (addressee === undefined) {
    const [leading] = ministriesFor(terrein, at)
    assert(leading !== undefined)
    return leading as Addressee
  }
  const known =
    ministriesOn(at).some((one) => one.code === addressee) ||
    municipality(addressee.toUpperCase()) !== undefined
  if (!known)
    throw inputProblem([
      { path: '/body/addressee', code: 'unknown-code', message: 'no ministry and no municipality' },
    ])
  return addressee.toLowerCase() as Addressee
}
