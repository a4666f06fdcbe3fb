/** The front door: a report in somebody's own words, and its classification later. */

import assert from 'node:assert/strict'
import { dueAt } from '@wederhoor/calendar/instants'
import { deskServing } from '@wederhoor/contracts/desks'
import { hasMark } from '@wederhoor/contracts/lists'
import { organisation as organisationOf } from '@wederhoor/contracts/organisations'
import { termOf } from '@wederhoor/contracts/policy-settings'
import { rulingFor } from '@wederhoor/contracts/ruling'
import { unknownCodes } from '@wederhoor/contracts/unknown-codes'
import { inputProblem, requireNoErrors } from '@wederhoor/http/problem'
import type { Server } from '@wederhoor/http/request'
import { either, everyone, roles } from '@wederhoor/identity/access'
import { codeDigest, codeInFours, codeOf } from '@wederhoor/identity/code'
import { unlinkableId } from '@wederhoor/identity/unlinkable-id'
import type { Digest, Uuid } from '@wederhoor/vault/fields'
import type { z } from 'zod'
import { meldingClassified, meldingRegistered } from '../domain/events.ts'
import { preparedOffer } from './desk.ts'
import type { IntakeRooms } from './rooms.ts'
import * as schema from './schemas.ts'
import { handledRow } from './who-may.ts'

type Registration = z.output<typeof schema.registration>

export function registrationRoutes(app: Server, rooms: IntakeRooms, pepper: Uint8Array): void {
  const { vault } = rooms

  app.post(
    '/v1/meldingen',
    {
      config: { access: either(everyone(), roles('intake-worker', 'caseworker')) },
      bodyLimit: 131_072,
      schema: {
        summary: 'Report discrimination in your own words, anonymously if you wish',
        description:
          'Nothing is tested and nothing needs proof. The answer holds a code, shown once.',
        body: schema.registration,
        response: { 201: schema.registered },
      },
    },
    async (request, reply) => {
      const { body, commandId } = request
      assert(commandId !== null)
      const dossier = unlinkableId(pepper, 'dossier', commandId)
      const party = unlinkableId(pepper, 'melder', commandId)
      const as = request.grantedRole === null ? { role: 'melder', party } : undefined
      const context = await rooms.context(request, dossier, 'register-melding', as)
      const { at } = context
      requireNoErrors(
        unknownCodes(
          at,
          { path: '/body/channel', list: 'kanaal', codes: [body.channel] },
          { path: '/body/melderKind', list: 'soort-melder', codes: [body.melderKind] },
          { path: '/body/speaks', list: 'vertegenwoordiging', codes: [body.speaks] },
          { path: '/body/needs', list: 'behoefte', codes: body.needs ?? [] },
        ),
      )
      const code = codeOf(commandId, pepper)
      const {
        story,
        contact,
        safeContact,
        residence,
        presentPlace,
        incidentPlace,
        needs,
        furtherNeeds,
        language,
      } = body
      const sealed = await vault.seal(
        meldingRegistered,
        { dossier, party },
        {
          story,
          contact,
          safeContact,
          residence,
          presentPlace,
          incidentPlace,
          needs,
          furtherNeeds,
          language,
        },
      )
      const { settings } = rulingFor('offer-handover', at)
      const assignDueAt = dueAt(at, termOf(settings.intake.assignWithin))
      const firstContactDueAt = dueAt(at, termOf(settings.intake.firstContactWithin))
      const desk = servingDesk(body, at)
      const held = body.hold && request.grantedRole !== null
      const state = await rooms.handle(dossier, {
        type: 'RegisterMelding',
        context,
        melder: party as Uuid<'PartyId'>,
        channel: body.channel as Uuid<'kanaal'>,
        melderKind: body.melderKind as Uuid<'soort-melder'>,
        speaks: body.speaks as Uuid<'vertegenwoordiging'>,
        victimConsents: body.victimConsents ?? decidesForSelf(body.melderKind, at),
        anonymity: body.anonymity ?? (contact === undefined ? 'unknown-to-us' : 'known-to-us'),
        acuteDanger: body.acuteDanger,
        codeDigest: codeDigest(code, pepper) as Digest,
        ...sealed,
        offerDueAt: assignDueAt,
        assignDueAt,
        firstContactDueAt,
        offer: held || desk === null ? undefined : preparedOffer(desk, 'serves-place', at),
        noConnectedDesk: !held && desk === null,
      })
      assert(state.status !== 'unknown')
      return reply.code(201).send({
        dossier,
        code: codeInFours(code),
        holder: state.status === 'accepted' ? state.desk : 'intake',
        offeredTo: state.status === 'offered' ? state.offer.desk : null,
        status: state.status,
        firstContactDueAt: state.handed.firstContactDueAt,
      })
    },
  )

  app.post(
    '/v1/meldingen/:dossier/classification',
    {
      config: { access: roles('intake-worker', 'caseworker', 'team-lead') },
      schema: {
        summary: 'Classify it, later and as often as needed; it is counted once',
        params: schema.dossierParams,
        body: schema.classification,
        response: { 200: schema.done },
      },
    },
    async (request) => {
      const { body, actor, commandId } = request
      const { dossier } = request.params
      assert(commandId !== null)
      const row = await handledRow(rooms, dossier, request)
      const context = await rooms.context(request, dossier, 'classify')
      const { at } = context
      requireNoErrors(
        unknownCodes(
          at,
          { path: '/body/grounds', list: 'grond', codes: body.grounds },
          { path: '/body/terreinen', list: 'terrein', codes: body.terreinen },
          { path: '/body/natures', list: 'aard', codes: body.natures },
        ),
      )
      requireOrganisation(body.organisation)
      const state = await rooms.state(dossier)
      assert(state.status !== 'unknown')
      const desk = actor.desk ?? 'landelijk'
      const { grounds, terreinen, natures, newPerson, newEvent, cluster, organisation } = body
      const sealed = await vault.seal(
        meldingClassified,
        { dossier, party: state.melder },
        {
          grounds,
          terreinen,
          natures,
          counted: {
            count: unlinkableId(pepper, 'count', dossier),
            month: row.registeredAt.slice(0, 7),
            ...(body.residence === undefined ? {} : { residence: body.residence }),
            ...(body.incident === undefined || body.incident === 'not-applicable'
              ? {}
              : { incident: body.incident }),
            grounds,
            terreinen,
            natures,
            melderKind: row.melderKind,
            desk,
            newPerson,
            newEvent,
            ...(cluster === undefined ? {} : { cluster }),
            ...(organisation === undefined ? {} : { organisation }),
          },
        },
      )
      return rooms.answer(dossier, {
        type: 'ClassifyMelding',
        context,
        melder: state.melder,
        desk: desk as Uuid<'desk'>,
        organisation: organisation as Uuid<'OrganisationId'> | undefined,
        ...sealed,
      })
    },
  )
}

/** Residence first, then where somebody is, then where it happened (INT-03). Null: a witte vlek, or no place at all. */
function servingDesk(body: Registration, at: string): string | null {
  const incident = body.incidentPlace === 'not-applicable' ? undefined : body.incidentPlace
  const places = [body.residence, body.presentPlace, incident].filter((one) => one !== undefined)
  const first = places[0]
  return first === undefined ? null : deskServing(first, at)
}

/** A victim decides for themselves; who reports for another needs that person's word (WIT-02). */
const decidesForSelf = (melderKind: string, at: string): boolean =>
  hasMark('soort-melder', melderKind, 'decides', at)

/** Only an organisation of the register can be counted: never a person, never a free name. */
function requireOrganisation(id: string | undefined): void {
  if (id === undefined || organisationOf(id)?.legalPerson === true) return
  throw inputProblem([
    {
      path: '/body/organisation',
      code: 'unknown-organisation',
      message: 'no legal person of the register',
    },
  ])
}
