/** What a party does by code: read exactly what it was served, see its term, answer, or say no. The same for both. */
import { derivedId } from '@wederhoor/decider/derived-id'
import { codeHolder } from '@wederhoor/http/code-holder'
import { codeProblem } from '@wederhoor/http/code-problem'
import { problem } from '@wederhoor/http/problem'
import { type Request, type Server, screenOf } from '@wederhoor/http/request'
import { withCode } from '@wederhoor/identity/access'
import type { Actor } from '@wederhoor/identity/actor'
import type { CodeThrottle } from '@wederhoor/identity/throttle'
import type { Uuid } from '@wederhoor/vault/fields'
import { type At, type Side, statementReceived } from '../domain/events.ts'
import { type ExistingHearing, type HearingDocument, isOver } from '../domain/hearing/state.ts'
import { termFrom } from '../terms.ts'
import { newestSealOf, sealsOf } from './checkpoints.ts'
import { refusal } from './refusals.ts'
import type { MediationRooms } from './rooms.ts'
import * as schema from './schemas.ts'
import { duesOf } from './standing.ts'

const config = { access: withCode() }
const online = 'formulier' as Uuid<'kanaal'>
const written = 'schriftelijk' as Uuid<'hoorvorm'>
const openedHere = 'geopend-in-portaal' as Uuid<'bezorgbewijs'>

interface Holder {
  readonly dossier: string
  readonly side: Side
  readonly state: ExistingHearing
  readonly as: { readonly role: Side; readonly party: string }
}

export function partyRoutes(app: Server, rooms: MediationRooms, throttle: CodeThrottle): void {
  const { views, casefiles, vault } = rooms
  const holderOf = codeHolder(throttle, async (digest) => {
    const found = await views.byCode(digest)
    if (found === undefined) return undefined
    return { expired: found !== 'erased' && !found.valid, holder: found }
  })

  app.get(
    '/v1/my-hearing',
    {
      config,
      schema: {
        summary: 'What you were served and wrote, your term, and what waits for you',
        response: { 200: schema.mine },
      },
    },
    async (request) => seenBy(await holder(request), request),
  )

  app.get(
    '/v1/my-hearing/checkpoints',
    {
      config,
      schema: {
        summary: 'The signed checkpoints of your hearing, one after each serving and at the end',
        description:
          'The other party gets the same notes. Two that differ at one size prove that you were shown different files, and the signature says by whom.',
        response: { 200: schema.checkpoints },
      },
    },
    async (request) => {
      const { state } = await holder(request)
      return { checkpoints: await sealsOf(rooms, state.hearing) }
    },
  )

  app.post(
    '/v1/my-hearing/opening',
    {
      config,
      schema: {
        summary: 'Open what was sent to you; from then on it counts as delivered and terms run',
        body: schema.opening,
        response: { 200: schema.openedByParty },
      },
    },
    async (request) => {
      const mine = await holder(request)
      const { dossier, side, state, as } = mine
      const document = state.documents[request.body.document]
      const standing = document?.for[side]
      const mayRead = standing?.is === 'sent' || standing?.is === 'served' || standing?.is === 'own'
      if (document === undefined || !mayRead) throw refusal({ reason: 'no-such-document' })
      if (standing.is === 'sent') {
        const context = await rooms.context(request, dossier, 'answer-as-party', as)
        await rooms.handle(state.hearing, {
          type: 'ProveDelivery',
          context,
          request: standing.request,
          how: openedHere,
          deliveredAt: context.at as At,
          term: termFrom(context.at, state, context.at),
        })
      }
      const [content] = await rooms.open(dossier, [document.digest], reading(mine, request))
      const checkpoint = await newestSealOf(rooms, state.hearing)
      return { document: document.id, kind: document.kind, content, checkpoint }
    },
  )

  app.post(
    '/v1/my-hearing/answers',
    {
      config,
      schema: {
        summary: 'Answer. You may do so at any time, also after your term',
        body: schema.ownStatement,
        response: { 201: schema.mine },
      },
    },
    async (request, reply) => {
      const mine = await holder(request)
      const { dossier, side, state, as } = mine
      const context = await rooms.context(request, dossier, 'answer-as-party', as)
      const owner = { dossier, party: state.parties[side] }
      const { content } = await vault.seal(statementReceived, owner, {
        content: request.body.letter,
      })
      const after = await rooms.handle(state.hearing, {
        type: 'ReceiveStatement',
        context,
        author: side,
        document: derivedId(context.id, 'statement') as Uuid<'DocumentId'>,
        content,
        form: written,
        channel: online,
        recordedBy: 'party',
      })
      return reply.code(201).send(await seenBy({ ...mine, state: after }, request))
    },
  )

  app.post(
    '/v1/my-hearing/declining',
    {
      config,
      schema: {
        summary:
          'Say that you do not want to be heard, or have nothing to add; you may still answer',
        response: { 200: schema.mine },
      },
    },
    async (request) => {
      const mine = await holder(request)
      const { dossier, side, state, as } = mine
      const context = await rooms.context(request, dossier, 'answer-as-party', as)
      const command = { type: 'DeclineToBeHeard', context, party: side, channel: online } as const
      return seenBy({ ...mine, state: await rooms.handle(state.hearing, command) }, request)
    },
  )

  /** Wrong looks like expired, and both look the same as too late. */
  async function holder(request: Request): Promise<Holder> {
    const found = await holderOf(request)
    if (found === 'erased')
      throw problem(410, {
        code: 'erased',
        detail: 'What you wrote here was erased; this code opens nothing any more.',
      })
    const { hearing, side } = found
    const dossier = await casefiles.dossierOf(hearing, 'hearing')
    if (dossier === undefined) throw codeProblem({ kind: 'unknown' })
    const state = await rooms.state(hearing)
    return { dossier, side, state, as: { role: side, party: state.parties[side] } }
  }

  async function seenBy(mine: Holder, request: Request) {
    const { dossier, side, state } = mine
    const all = Object.values(state.documents)
    const readable = all.filter((one) => ['own', 'served'].includes(one.for[side].is))
    const digests = readable.map((one) => one.digest)
    const contents = await rooms.open(dossier, digests, reading(mine, request))
    return {
      hearing: state.hearing,
      side,
      status: isOver(state) ? ('ended' as const) : ('running' as const),
      heard: state.voices[side].is,
      term: duesOf(state.voices[side]),
      termExtendedByDays: state.extraDays,
      documents: readable.map((one, index) => seen(one, side, contents[index])),
      waiting: all
        .filter((one) => one.for[side].is === 'sent')
        .map((one) => ({ document: one.id, kind: one.kind })),
      checkpoint: await newestSealOf(rooms, state.hearing),
      voluntary: true as const,
    }
  }
}

function seen(one: HearingDocument, side: Side, content: unknown) {
  const standing = one.for[side]
  const { id: document, kind, digest, author } = one
  const servedAt = standing.is === 'served' ? standing.at : null
  const by = author === side ? 'you' : author === 'office' ? 'office' : 'other-party'
  return { document, kind, author: by, digest, servedAt, content } as const
}

/** A party that reads is named by its id within the dossier. */
function reading(mine: Holder, request: Request): { actor: Actor; screen: string } {
  const person = mine.state.parties[mine.side]
  const actor = { subject: 'code', person, roles: [mine.side], desk: null, organisation: null }
  return { actor, screen: screenOf(request) }
}
