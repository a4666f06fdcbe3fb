/** What the routes of mediation work with. */
import type { Clock } from '@wederhoor/calendar/clock'
import { desk as deskOf } from '@wederhoor/contracts/desks'
import { rulingFor } from '@wederhoor/contracts/ruling'
import type { CommandContext } from '@wederhoor/decider/decider'
import type { contexts } from '@wederhoor/http/command-context'
import { denied, problem } from '@wederhoor/http/problem'
import type { Request } from '@wederhoor/http/request'
import { roles } from '@wederhoor/identity/access'
import type { Actor } from '@wederhoor/identity/actor'
import type { Digest, Sealed } from '@wederhoor/vault/fields'
import { contentIn } from '@wederhoor/vault/opened-file'
import type { Opened, Vault } from '@wederhoor/vault/port'
import type { HearingHandler, MediationHandler } from '../case-heard.ts'
import type { OrganisationId, PartyId } from '../domain/events.ts'
import type { ActorFacts, HearingCommand } from '../domain/hearing/commands.ts'
import type { ExistingHearing } from '../domain/hearing/state.ts'
import { hearingStream, mediationStream } from '../domain/streams.ts'
import type { Casefile, Casefiles } from '../views/casefile.ts'
import type { HearingViews } from '../views/hearings.ts'
import { recordedRefusal, refusal } from './refusals.ts'

export const staff = roles('national-coordinator', 'team-lead', 'caseworker')

export type MediationRooms = ReturnType<typeof mediationRooms>

export function mediationRooms(parts: {
  readonly views: HearingViews
  readonly casefiles: Casefiles
  readonly vault: Vault
  readonly clock: Clock
  readonly hearings: HearingHandler
  readonly mediations: MediationHandler
  readonly contextOf: ReturnType<typeof contexts>
  readonly pepper: Uint8Array
}) {
  const { views, casefiles, vault, clock, hearings, mediations, contextOf, pepper } = parts

  async function state(hearing: string): Promise<ExistingHearing> {
    const found = await hearings.state(hearingStream(hearing))
    if (found.status === 'unknown') throw refusal({ reason: 'no-such-hearing' })
    return found
  }

  /** A refusal of a rule becomes its problem, whether it stands in the record or not. */
  async function handle(hearing: string, command: HearingCommand): Promise<ExistingHearing> {
    const handled = await hearings.handle(hearingStream(hearing), command)
    if (handled.kind === 'rejected') throw refusal(handled.rejection)
    const recorded = recordedRefusal(handled.events)
    if (recorded !== undefined) throw recorded
    if (handled.state.status === 'unknown') throw refusal({ reason: 'no-such-hearing' })
    return handled.state
  }

  /** The dossier, for whoever handles it here: its own desk, the national layer, for a signature a neighbouring desk. */
  async function casefile(request: Request, dossier: string, second = false): Promise<Casefile> {
    const found = await casefiles.of(dossier)
    if (found === undefined)
      throw problem(404, { code: 'no-such-case', detail: 'There is no such case.' })
    const { actor, grantedRole } = request
    const neighbours: readonly string[] = second ? (deskOf(found.desk)?.neighbours ?? []) : []
    const inside =
      grantedRole === 'national-coordinator' ||
      (actor.desk !== null && (actor.desk === found.desk || neighbours.includes(actor.desk)))
    if (!inside) throw denied('other-desk', 'Another desk holds this case.')
    return found
  }

  /** The hearing, unless somebody belongs to the very body that is respondent: then it is shielded. */
  async function admit(
    request: Request,
    at: { readonly dossier: string; readonly hearing: string },
    second = false,
  ): Promise<ExistingHearing> {
    await casefile(request, at.dossier, second)
    if ((await casefiles.dossierOf(at.hearing, 'hearing')) !== at.dossier)
      throw refusal({ reason: 'no-such-hearing' })
    const found = await state(at.hearing)
    shield(request.actor, found.organisation)
    if (await mediatesIn(at.dossier, request.actor))
      throw denied('mediates-here', 'Whoever mediates in a dossier has no other role in it.')
    return found
  }

  async function mediatesIn(dossier: string, { person }: Actor): Promise<boolean> {
    const pseudonym = await vault.pseudonym(dossier, person)
    const { mediations: begun } = await casefiles.ownOf(dossier)
    const tracks = await Promise.all(begun.map((one) => mediations.state(mediationStream(one))))
    return tracks.some((one) => one.status !== 'unknown' && one.mediator === pseudonym)
  }

  /** Facts from which ties are computed: what the account says, what was declared, and roles recorded here. */
  async function facts(
    request: Request,
    dossier: string,
    declaredTies: readonly string[],
  ): Promise<ActorFacts> {
    const { actor } = request
    return {
      organisations: actor.organisation === null ? [] : [actor.organisation as OrganisationId],
      declaredTies: declaredTies as readonly (PartyId | OrganisationId)[],
      roles: (await mediatesIn(dossier, actor)) ? ['mediator'] : [],
    }
  }

  return {
    views,
    casefiles,
    vault,
    clock,
    hearings,
    mediations,
    pepper,
    state,
    handle,
    casefile,
    admit,
    facts,
    /** What a command brings, under the power that covers the act. `as`: a party without an account. */
    async context(
      request: Request,
      dossier: string,
      act: string,
      as?: { readonly role: string; readonly party: string },
    ): Promise<CommandContext> {
      const { power } = rulingFor(act, await clock.now())
      return contextOf(request, {
        dossier,
        scope: dossier,
        power,
        ...(as === undefined ? {} : { as }),
      })
    },
    opened,
    /** One recorded reading of these texts, in their order; `erased` where a text is no more. */
    async open(
      dossier: string,
      digests: readonly string[],
      reading: Reading,
    ): Promise<readonly unknown[]> {
      const sealed = digests.map((digest) => ({ sealed: digest as Digest }))
      return (await opened(dossier, sealed, reading)).map(contentIn)
    },
  }

  async function opened(
    dossier: string,
    sealed: readonly Sealed<unknown>[],
    reading: Reading,
  ): Promise<readonly Opened[]> {
    const at = await clock.now()
    return vault.open({ dossier, sealed, purpose: 'behandeling', at, trace: null, ...reading })
  }
}

interface Reading {
  readonly actor: Actor
  readonly screen: string
}

/** Whoever belongs to the body that is respondent sees nothing of the matter, whatever else they may. */
export function shield(actor: Actor, organisation: string | undefined): void {
  if (actor.organisation === null || organisation === undefined) return
  if (actor.organisation.slice(0, 8) === organisation.slice(0, 8))
    throw denied('belongs-to-the-respondent')
}
