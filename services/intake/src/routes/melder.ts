/** What the person who reported can do by code, anonymous or not: see who holds it and what was done, add, answer. */

import assert from 'node:assert/strict'
import { desk as deskOf } from '@wederhoor/contracts/desks'
import { unknownCodes } from '@wederhoor/contracts/unknown-codes'
import { codeHolder } from '@wederhoor/http/code-holder'
import { problem, requireNoErrors } from '@wederhoor/http/problem'
import type { Request, Server } from '@wederhoor/http/request'
import { withCode } from '@wederhoor/identity/access'
import type { CodeThrottle } from '@wederhoor/identity/throttle'
import type { Uuid } from '@wederhoor/vault/fields'
import { anonymityChosen, meldingAddedTo, questionAnswered } from '../domain/events.ts'
import type { ExistingMelding } from '../domain/melding/state.ts'
import type { IntakeRooms } from './rooms.ts'
import * as schema from './schemas.ts'

export function melderRoutes(app: Server, rooms: IntakeRooms, throttle: CodeThrottle): void {
  const { views, vault } = rooms
  const config = { access: withCode() }
  const dossierBehind = codeHolder(throttle, async (digest) => {
    const dossier = await views.byCode(digest)
    return dossier === undefined ? undefined : { expired: false, holder: dossier }
  })

  app.get(
    '/v1/my-melding',
    {
      config,
      schema: { summary: 'Who holds it now, and what was done', response: { 200: schema.mine } },
    },
    async (request) => {
      const { dossier, state } = await holder(request)
      const row = await views.one(dossier)
      assert(row !== undefined)
      const steps = await views.steps(dossier)
      return {
        holder: nameOf(row.holder),
        status: row.status,
        anonymity: row.anonymity,
        registeredAt: row.registeredAt,
        steps: steps.map((one) => ({ ...one, holder: nameOf(one.holder) })),
        questions: await questions(request, dossier, state),
      }
    },
  )

  app.post(
    '/v1/my-melding/additions',
    { config, schema: { summary: 'Add to it', body: schema.text, response: { 201: schema.done } } },
    async (request, reply) => {
      const { dossier, state, as } = await holder(request)
      const context = await rooms.context(request, dossier, 'report', as)
      const sealed = await vault.seal(
        meldingAddedTo,
        { dossier, party: state.melder },
        { text: request.body.text },
      )
      const answer = await rooms.answer(dossier, {
        type: 'AddToMelding',
        context,
        from: 'melder',
        text: sealed.text,
      })
      return reply.code(201).send(answer)
    },
  )

  app.post(
    '/v1/my-melding/answers',
    {
      config,
      schema: { summary: 'Answer a question', body: schema.answer, response: { 201: schema.done } },
    },
    async (request, reply) => {
      const { dossier, state, as } = await holder(request)
      const context = await rooms.context(request, dossier, 'report', as)
      const { question, text } = request.body
      const sealed = await vault.seal(questionAnswered, { dossier, party: state.melder }, { text })
      const answer = await rooms.answer(dossier, {
        type: 'AnswerQuestion',
        context,
        question: question as Uuid<'QuestionId'>,
        text: sealed.text,
      })
      return reply.code(201).send(answer)
    },
  )

  app.post(
    '/v1/my-melding/anonymity',
    {
      config,
      schema: {
        summary: 'Choose who may know who you are; nobody else can',
        body: schema.anonymityChoice,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { dossier, state, as } = await holder(request)
      const context = await rooms.context(request, dossier, 'choose-anonymity', as)
      const { anonymity, contact } = request.body
      const sealed = await vault.seal(
        anonymityChosen,
        { dossier, party: state.melder },
        { contact },
      )
      return rooms.answer(dossier, {
        type: 'ChooseAnonymity',
        context,
        anonymity,
        chosenBy: 'melder',
        ...sealed,
      })
    },
  )

  app.post(
    '/v1/my-melding/erasure',
    {
      config,
      schema: {
        summary: 'Ask that what you told is erased; somebody who did not help you decides',
        description:
          'Allowed whatever has become of the report. What still runs, or what another needs to defend themselves, may hold it back for a while.',
        body: schema.erasure,
        response: { 202: schema.done },
      },
    },
    async (request, reply) => {
      const { dossier, as } = await holder(request)
      const context = await rooms.context(request, dossier, 'request-erasure', as)
      const { ground } = request.body
      requireNoErrors(
        unknownCodes(context.at, { path: '/body/ground', list: 'wisgrond', codes: [ground] }),
      )
      const answer = await rooms.answer(dossier, {
        type: 'AskErasure',
        context,
        ground: ground as Uuid<'wisgrond'>,
      })
      return reply.code(202).send(answer)
    },
  )

  async function holder(request: Request) {
    const dossier = await dossierBehind(request)
    if (await views.isErased(dossier))
      throw problem(410, {
        code: 'erased',
        detail: 'What you reported was erased; nothing of it is left. You can always report anew.',
      })
    const state = await rooms.state(dossier)
    assert(state.status !== 'unknown')
    return { dossier, state, as: { role: 'melder', party: state.melder } }
  }

  async function questions(request: Request, dossier: string, state: ExistingMelding) {
    if (state.questions.length === 0) return []
    const actor = {
      subject: 'code',
      person: state.melder,
      roles: ['melder'],
      desk: null,
      organisation: null,
    }
    const lines = await rooms.file(request, dossier, actor)
    const asked = lines.filter((line) => line.type === 'QuestionAsked')
    return asked.map((line) => {
      const question = line.facts['question'] as Uuid<'QuestionId'>
      return { question, text: line.content['text'], answered: state.answered.includes(question) }
    })
  }
}

const nameOf = (holder: string): string =>
  holder === 'intake' ? 'Discriminatie.nl' : (deskOf(holder)?.name ?? holder)
