/** The sealed track: its mediator alone works in it. */
import { derivedId } from '@wederhoor/decider/derived-id'
import { denied } from '@wederhoor/http/problem'
import { type Request, type Server, screenOf } from '@wederhoor/http/request'
import { either, roles } from '@wederhoor/identity/access'
import type { Uuid } from '@wederhoor/vault/fields'
import type { MediationCommand } from '../domain/mediation/commands.ts'
import type { Mediation } from '../domain/mediation/mediation.ts'
import { mediationEnded, partyAgreed, sessionRecorded } from '../domain/mediation-events.ts'
import { hearingStream, mediationStream } from '../domain/streams.ts'
import { refusal } from './refusals.ts'
import { type MediationRooms, staff } from './rooms.ts'
import * as schema from './schemas.ts'

const mediator = roles('mediator')
const config = { access: mediator }
const params = schema.mediationParams
const response = { 200: schema.mediation }
type Existing = Exclude<Mediation, { status: 'unknown' }>

export function mediationRoutes(app: Server, rooms: MediationRooms): void {
  const { vault, casefiles, mediations, hearings } = rooms

  app.post(
    '/v1/dossiers/:dossier/mediations',
    {
      config,
      schema: {
        summary: 'Propose a mediation; you have no other role in this dossier',
        params: schema.dossierParams,
        body: schema.mediationProposal,
        response: { 201: schema.mediation },
      },
    },
    async (request, reply) => {
      const { dossier } = request.params
      // A mediator of a desk belongs to the holding one or a neighbour; one of no desk comes from outside.
      if (request.actor.desk !== null) await rooms.casefile(request, dossier, true)
      const found = await casefiles.of(dossier)
      if (found === undefined) throw refusal({ reason: 'no-such-mediation' })
      const { melder } = found
      const context = await rooms.context(request, dossier, 'start-mediation')
      const own = <Brand extends string>(name: string) => derivedId(context.id, name) as Uuid<Brand>
      const mediation = own<'MediationId'>('mediation')
      const { hearing } = request.body
      const respondent =
        hearing === undefined ? own<'PartyId'>('respondent') : await respondentOf(dossier, hearing)
      const otherRoles = await rolesOf(dossier, context.actor.pseudonym, found.contactPerson)
      await casefiles.begin({ id: mediation, kind: 'mediation', dossier })
      const state = await handle(mediation, {
        type: 'ProposeMediation',
        context,
        mediation,
        melder,
        respondent,
        track: own('track'),
        otherRoles: otherRoles as Uuid<'dossier-role'>[],
      })
      return reply.code(201).send(answerOf(dossier, state))
    },
  )

  app.post(
    '/v1/dossiers/:dossier/mediations/:mediation/agreements',
    {
      config,
      schema: {
        summary: 'Record the written agreement of a party to mediate; with both it starts',
        params,
        body: schema.agreeing,
        response,
      },
    },
    async (request) => {
      const { dossier, mediation } = request.params
      const { parties } = await admit(request)
      const context = await rooms.context(request, dossier, 'start-mediation')
      const { side } = request.body
      const owner = { dossier, party: parties[side] }
      const { agreement } = await vault.seal(partyAgreed, owner, {
        agreement: request.body.agreement,
      })
      const command = { type: 'AgreeToMediate', context, side, agreement } as const
      return answerOf(dossier, await handle(mediation, command))
    },
  )

  app.post(
    '/v1/dossiers/:dossier/mediations/:mediation/sessions',
    {
      config,
      schema: {
        summary: 'Record a session, sealed within the track',
        params,
        body: schema.session,
        response,
      },
    },
    async (request) => {
      const { dossier, mediation } = request.params
      const { track } = await admit(request)
      const context = await rooms.context(request, dossier, 'start-mediation')
      const session = derivedId(context.id, 'session') as Uuid<'SessionId'>
      const owner = { dossier, party: track }
      const { notes } = await vault.seal(sessionRecorded, owner, { notes: request.body.notes })
      const command = { type: 'RecordSession', context, session, notes } as const
      return answerOf(dossier, await handle(mediation, command))
    },
  )

  app.post(
    '/v1/dossiers/:dossier/mediations/:mediation/ending',
    {
      config,
      schema: {
        summary: 'End it, without reasons, with or without an agreement',
        params,
        body: schema.mediationEnding,
        response,
      },
    },
    async (request) => {
      const { dossier, mediation } = request.params
      const { track } = await admit(request)
      const context = await rooms.context(request, dossier, 'end-mediation')
      const { agreed } = request.body
      const sealed =
        agreed === undefined
          ? {}
          : await vault.seal(mediationEnded, { dossier, party: track }, { agreed })
      const command = { type: 'EndMediation', context, ...sealed } as const
      return answerOf(dossier, await handle(mediation, command))
    },
  )

  for (const [path, type, summary] of [
    ['stopping', 'StopMediation', 'A party stops, at any moment and without a reason'],
    ['releases', 'ReleaseAgreement', 'A party releases the agreement to the contact person'],
  ] as const) {
    app.post(
      `/v1/dossiers/:dossier/mediations/:mediation/${path}`,
      { config, schema: { summary, params, body: schema.sideOnly, response } },
      async (request) => {
        const { dossier, mediation } = request.params
        await admit(request)
        const context = await rooms.context(request, dossier, 'end-mediation')
        const { side } = request.body
        return answerOf(dossier, await handle(mediation, { type, context, side }))
      },
    )
  }

  app.get(
    '/v1/dossiers/:dossier/mediations/:mediation/agreement',
    {
      config: { access: either(staff, mediator) },
      schema: {
        summary:
          'The agreement: for its mediator, and for the contact person once both released it',
        params,
        response: { 200: schema.released },
      },
    },
    async (request) => {
      const { dossier, mediation } = request.params
      const state = await existing(dossier, mediation)
      const pseudonym = await vault.pseudonym(dossier, request.actor.person)
      const file = await casefiles.of(dossier)
      const released = state.released.length === 2 && file?.contactPerson === pseudonym
      if (state.mediator !== pseudonym && !released) throw denied('sealed-track')
      const recorded = await mediations.load(mediationStream(mediation))
      const agreed = recorded.flatMap(({ event }) =>
        event.type === 'MediationEnded' && event.agreed !== undefined ? [event.agreed.sealed] : [],
      )
      if (agreed.length === 0) throw refusal({ reason: 'no-agreement' })
      const reading = { actor: request.actor, screen: screenOf(request) }
      const [content] = await rooms.open(dossier, agreed, reading)
      return { mediation, agreed: content }
    },
  )

  async function existing(dossier: string, mediation: string): Promise<Existing> {
    const begun = await casefiles.dossierOf(mediation, 'mediation')
    const state = await mediations.state(mediationStream(mediation))
    if (begun !== dossier || state.status === 'unknown')
      throw refusal({ reason: 'no-such-mediation' })
    return state
  }

  async function admit(request: Request): Promise<Existing> {
    const { dossier, mediation } = request.params as { dossier: string; mediation: string }
    const state = await existing(dossier, mediation)
    const pseudonym = await vault.pseudonym(dossier, request.actor.person)
    if (state.mediator !== pseudonym) throw denied('sealed-track')
    return state
  }

  async function handle(mediation: string, command: MediationCommand): Promise<Existing> {
    const handled = await mediations.handle(mediationStream(mediation), command)
    if (handled.kind === 'rejected') throw refusal(handled.rejection)
    if (handled.events.at(-1)?.type === 'MediatorRefused' || handled.state.status === 'unknown')
      throw denied('has-other-role', 'You have another role in this dossier.')
    return handled.state
  }

  async function respondentOf(dossier: string, hearing: string) {
    if ((await casefiles.dossierOf(hearing, 'hearing')) !== dossier)
      throw refusal({ reason: 'no-such-hearing' })
    return (await rooms.state(hearing)).parties.respondent
  }

  /** Recorded roles of whoever would mediate: contact person, or somebody who acted in a hearing of this dossier. */
  async function rolesOf(dossier: string, pseudonym: string, contactPerson: string) {
    const found = new Set<string>(pseudonym === contactPerson ? ['contact-person'] : [])
    const own = await casefiles.ownOf(dossier)
    for (const { hearing } of own.hearings) {
      const recorded = await hearings.load(hearingStream(hearing))
      if (recorded.some(({ event }) => 'by' in event && event.by === pseudonym))
        found.add('acted-in-hearing')
    }
    return [...found]
  }
}

const answerOf = (dossier: string, state: Existing) => ({
  mediation: state.mediation,
  dossier,
  status: state.status,
  agreement: state.status === 'ended' ? state.agreement : null,
})
