/** From a draft to a hearing that may begin, and reading it. */
import { organisation as organisationOf } from '@wederhoor/contracts/organisations'
import type { CommandContext } from '@wederhoor/decider/decider'
import { derivedId } from '@wederhoor/decider/derived-id'
import { type InputError, inputProblem, requireNoErrors } from '@wederhoor/http/problem'
import { type Server, screenOf } from '@wederhoor/http/request'
import type { Uuid } from '@wederhoor/vault/fields'
import { openedFile } from '@wederhoor/vault/opened-file'
import { type Anonymity, draftRevised, hearingPrepared } from '../domain/events.ts'
import type { ExistingHearing } from '../domain/hearing/state.ts'
import { hearingStream } from '../domain/streams.ts'
import { type MediationRooms, shield, staff } from './rooms.ts'
import * as schema from './schemas.ts'
import { standingOf } from './standing.ts'

const config = { access: staff }

export function preparingRoutes(app: Server, rooms: MediationRooms): void {
  const { vault, casefiles, views } = rooms

  app.post(
    '/v1/dossiers/:dossier/hearings',
    {
      config,
      schema: {
        summary: 'Draft what the respondent would get; nothing goes out yet (WED-02)',
        params: schema.dossierParams,
        body: schema.preparation,
        response: { 201: schema.prepared },
      },
    },
    async (request, reply) => {
      const { dossier } = request.params
      const { kind, respondent: whom, letter, declaredTies } = request.body
      requireNoErrors(annexErrors(kind, letter.annexes))
      const { melder, anonymity } = await rooms.casefile(request, dossier)
      const organisation = 'organisation' in whom ? legalPerson(whom.organisation) : undefined
      shield(request.actor, organisation)
      const context = await rooms.context(request, dossier, 'open-hearing')
      const own = <Brand extends string>(name: string) => derivedId(context.id, name) as Uuid<Brand>
      const hearing = own<'HearingId'>('hearing')
      const respondent = own<'PartyId'>('respondent')
      const document = own<'DocumentId'>('complaint')
      const facts = await rooms.facts(request, dossier, declaredTies)
      const text = await vault.seal(
        hearingPrepared,
        { dossier, party: melder },
        { content: letter },
      )
      const about = await vault.seal(
        hearingPrepared,
        { dossier, party: respondent },
        {
          ...('name' in whom ? { respondentName: whom.name } : {}),
          ...(whom.contact === undefined ? {} : { respondentContact: whom.contact }),
        },
      )
      await casefiles.begin({ id: hearing, kind: 'hearing', dossier })
      const state = await rooms.handle(hearing, {
        type: 'PrepareHearing',
        context,
        hearing,
        melder,
        respondent,
        office: own('office'),
        organisation,
        kind,
        anonymity,
        document,
        content: text.content,
        ...about,
        facts,
      })
      const current = await whileItWasPrepared(rooms, { context, dossier }, state)
      return reply.code(201).send({ ...standingOf(dossier, current), document })
    },
  )

  app.get(
    '/v1/hearings',
    {
      config,
      schema: {
        summary: 'The hearings of your desk, what is due first',
        response: { 200: schema.hearingList },
      },
    },
    async ({ actor }) => ({
      hearings: actor.desk === null ? [] : [...(await views.ofDesk(actor.desk))],
    }),
  )

  app.get(
    '/v1/dossiers/:dossier/hearings',
    {
      config,
      schema: {
        summary: 'The hearings of a dossier',
        params: schema.dossierParams,
        response: { 200: schema.hearingList },
      },
    },
    async (request) => {
      const { dossier } = request.params
      await rooms.casefile(request, dossier)
      return { hearings: [...(await views.ofDossier(dossier))] }
    },
  )

  app.get(
    '/v1/dossiers/:dossier/hearings/:hearing',
    {
      config,
      schema: {
        summary: 'The hearing with its texts opened; this reading is recorded',
        params: schema.hearingParams,
        response: { 200: schema.file },
      },
    },
    async (request) => {
      const { dossier, hearing } = request.params
      const state = await rooms.admit(request, request.params)
      const recorded = await rooms.hearings.load(hearingStream(hearing))
      const reading = { actor: request.actor, screen: screenOf(request) }
      const lines = await openedFile(recorded, (sealed) => rooms.opened(dossier, sealed, reading))
      return { ...standingOf(dossier, state), lines }
    },
  )

  app.post(
    '/v1/dossiers/:dossier/hearings/:hearing/draft',
    {
      config,
      schema: {
        summary: 'Change the draft; permission is then needed again, for the new text',
        params: schema.hearingParams,
        body: schema.revision,
        response: { 200: schema.hearing },
      },
    },
    async (request) => {
      const { dossier, hearing } = request.params
      const { parties, kind } = await rooms.admit(request, request.params)
      requireNoErrors(annexErrors(kind, request.body.letter.annexes))
      const context = await rooms.context(request, dossier, 'open-hearing')
      const { content } = await vault.seal(
        draftRevised,
        { dossier, party: parties.melder },
        { content: request.body.letter },
      )
      const state = await rooms.handle(hearing, { type: 'ReviseDraft', context, content })
      return standingOf(dossier, state)
    },
  )

  app.post(
    '/v1/dossiers/:dossier/hearings/:hearing/handler',
    {
      config,
      schema: {
        summary: 'Take the hearing over, if you are not tied to anybody in it',
        params: schema.hearingParams,
        body: schema.takeover,
        response: { 200: schema.hearing },
      },
    },
    async (request) => {
      const { dossier, hearing } = request.params
      await rooms.admit(request, request.params)
      const context = await rooms.context(request, dossier, 'open-hearing')
      const facts = await rooms.facts(request, dossier, request.body.declaredTies)
      const state = await rooms.handle(hearing, { type: 'ChangeHandler', context, facts })
      return standingOf(dossier, state)
    },
  )
}

/**
 * Whoever became more anonymous meanwhile did so before there was a hearing to hear of it: then it hears so here. What was
 * said later finds the hearing.
 */
async function whileItWasPrepared(
  rooms: MediationRooms,
  prepared: { readonly context: CommandContext; readonly dossier: string },
  state: ExistingHearing,
): Promise<ExistingHearing> {
  const anonymity = await rooms.casefiles.settledAnonymity(prepared.dossier)
  if (anonymity === undefined || knows.indexOf(anonymity) >= knows.indexOf(state.anonymity))
    return state
  const context = { ...prepared.context, id: derivedId(prepared.context.id, 'anonymity') }
  return rooms.handle(state.hearing, { type: 'NoteAnonymity', context, anonymity })
}

/** From who knows least of who the melder is. */
const knows: readonly Anonymity[] = ['unknown-to-us', 'known-to-us', 'known-to-respondent']

/** Only a legal person of the register is named openly; a person or sole trader has a sealed name. */
function legalPerson(id: string): Uuid<'OrganisationId'> {
  if (organisationOf(id)?.legalPerson === true) return id as Uuid<'OrganisationId'>
  throw inputProblem([
    {
      path: '/body/respondent/organisation',
      code: 'unknown-organisation',
      message: 'no legal person of the register; give a name instead',
    },
  ])
}

/** A general letter is about a policy: an annex to it would be an individual fact (procedure §1, anonymity). */
function annexErrors(kind: string, annexes: readonly unknown[]): readonly InputError[] {
  if (kind !== 'general-letter' || annexes.length === 0) return []
  const message = 'a general letter has no annexes: they would tell of one person'
  return [{ path: '/body/letter/annexes', code: 'not-in-a-general-letter', message }]
}
