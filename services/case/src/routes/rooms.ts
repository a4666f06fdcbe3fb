/** What the routes of case work with. */
import type { Clock } from '@wederhoor/calendar/clock'
import { type Ruling, rulingFor } from '@wederhoor/contracts/ruling'
import type { CommandContext } from '@wederhoor/decider/decider'
import type { CommandHandler } from '@wederhoor/decider/handler'
import type { contexts } from '@wederhoor/http/command-context'
import { problem } from '@wederhoor/http/problem'
import { type Request, screenOf } from '@wederhoor/http/request'
import { roles } from '@wederhoor/identity/access'
import type { DossierIndex } from '@wederhoor/ledger/dossier-index'
import type { Sealed } from '@wederhoor/vault/fields'
import { contentIn, type FileLine, openedFile } from '@wederhoor/vault/opened-file'
import type { Opened, OpenedFile, Vault } from '@wederhoor/vault/port'
import { nationalRole, type Standing, standingOf } from '../domain/case/access.ts'
import type { CaseCommand, CaseRejection } from '../domain/case/commands.ts'
import { type Case, type ExistingCase, streamOf } from '../domain/case/state.ts'
import type { CaseEvent, FileId, PartyId } from '../domain/events.ts'
import { dossierFacts } from '../erasure-facts.ts'
import type { CaseViews } from '../views/cases.ts'
import { refusal } from './refusals.ts'

/** The weightiest role first: it is the one somebody acts in. */
export const staff = roles(nationalRole, 'team-lead', 'caseworker')

type Inside = Exclude<Standing, 'melder' | 'outside'>

const isInside = (standing: Standing): standing is Inside =>
  standing !== 'melder' && standing !== 'outside'

interface Entered {
  readonly state: ExistingCase
  readonly standing: Inside
}

export type CaseRooms = ReturnType<typeof caseRooms>

export function caseRooms(parts: {
  readonly views: CaseViews
  readonly vault: Vault
  readonly clock: Clock
  readonly handler: CommandHandler<CaseCommand, CaseEvent, Case, CaseRejection>
  readonly contextOf: ReturnType<typeof contexts>
  readonly index: Pick<DossierIndex, 'read'>
}) {
  const { views, vault, clock, handler, contextOf, index } = parts

  async function handle(dossier: string, command: CaseCommand): Promise<ExistingCase> {
    const handled = await handler.handle(streamOf(dossier), command)
    if (handled.kind === 'rejected') throw refusal(handled.rejection)
    if (handled.state.status === 'unknown') throw refusal({ reason: 'no-such-case' })
    return handled.state
  }

  async function existing(dossier: string): Promise<ExistingCase> {
    const state = await handler.state(streamOf(dossier))
    if (state.status === 'unknown') throw refusal({ reason: 'no-such-case' })
    return state
  }

  async function standingIn(request: Request, dossier: string) {
    const state = await existing(dossier)
    const { actor, grantedRole } = request
    const pseudonym = await vault.pseudonym(dossier, actor.person)
    const standing = standingOf({ role: grantedRole ?? '', desk: actor.desk, pseudonym }, state)
    return { state, standing }
  }

  /** Nobody from elsewhere sees a case. */
  async function enter(request: Request, dossier: string): Promise<Entered> {
    const { state, standing } = await standingIn(request, dossier)
    if (!isInside(standing)) throw refusal({ reason: 'not-of-this-desk' })
    return { state, standing }
  }

  /**
   * Nobody from elsewhere gets past here; what those inside may do, the decider says. A request that was carried out
   * before may be repeated, whatever came after.
   */
  async function admit(request: Request, dossier: string): Promise<ExistingCase> {
    const { state, standing } = await standingIn(request, dossier)
    if (isInside(standing) || (await repeats(dossier, request))) return state
    throw refusal({ reason: 'not-of-this-desk' })
  }

  const repeats = async (dossier: string, { commandId }: Request): Promise<boolean> =>
    commandId !== null && (await handler.did(streamOf(dossier), commandId))

  const reading = async (request: Request, dossier: string) => ({
    dossier,
    actor: request.actor,
    purpose: 'behandeling',
    screen: screenOf(request),
    at: await clock.now(),
    trace: null,
  })

  async function open(
    request: Request,
    dossier: string,
    sealed: readonly Sealed<unknown>[],
  ): Promise<readonly Opened[]> {
    return vault.open({ ...(await reading(request, dossier)), sealed })
  }

  return {
    views,
    vault,
    handle,
    existing,
    enter,
    admit,
    /** Also where there is no case yet it is not closed. */
    isClosed: async (dossier: string): Promise<boolean> =>
      (await handler.state(streamOf(dossier))).status === 'closed',
    now: () => clock.now(),
    /**
     * What a command brings, and the settings in force; under the power that covers the act. `as`: the melder, by code.
     */
    async moment(
      request: Request,
      dossier: string,
      act: string,
      as?: { readonly role: string; readonly party: string },
    ): Promise<{ readonly context: CommandContext; readonly settings: Ruling['settings'] }> {
      const { power, settings } = rulingFor(act, await clock.now())
      const moment = { dossier, scope: dossier, power, ...(as === undefined ? {} : { as }) }
      return { context: await contextOf(request, moment), settings }
    },
    async answer(dossier: string, command: CaseCommand) {
      const { status, desk, contactPerson } = await handle(dossier, command)
      return { dossier, status, desk, contactPerson }
    },
    partyOf: (party: 'melder' | PartyId, state: ExistingCase): PartyId =>
      party === 'melder' ? state.melder : party,
    /**
     * Whose words are written down. Somebody new may be named; what stands in the dossier as the office, staff or a thing
     * is nobody, and an erasure of it would take what is not a person's.
     */
    async partyToWrite(
      party: 'melder' | PartyId,
      state: ExistingCase,
      dossier: string,
    ): Promise<PartyId> {
      if (party === 'melder' || party === state.melder) return state.melder
      const facts = await dossierFacts(index, dossier)
      if (!facts.namesOtherwise(party)) return party
      throw problem(409, {
        code: 'no-person',
        detail:
          'This id stands in the dossier as the office, staff or a thing. Name the person whose words these are.',
      })
    },
    /** One recorded reading of one sealed field of one event of the case. */
    async openOne(
      request: Request,
      dossier: string,
      find: (event: CaseEvent) => Sealed<unknown> | undefined,
    ): Promise<unknown> {
      const recorded = await handler.load(streamOf(dossier))
      const sealed = recorded.flatMap(({ event }) => find(event) ?? [])
      const [opened] = await open(request, dossier, sealed.slice(0, 1))
      if (opened === undefined) throw problem(404, { code: 'no-content', detail: 'Nothing here.' })
      return contentIn(opened)
    },
    /** One recorded opening of a file; `party`: of nobody else. */
    async openFile(
      request: Request,
      dossier: string,
      { file, party }: { readonly file: FileId; readonly party?: PartyId },
    ): Promise<OpenedFile> {
      const recorded = await handler.load(streamOf(dossier))
      const found = recorded
        .map(({ event }) => event)
        .find((event) => event.type === 'FileAdded' && event.file === file)
      if (found?.type !== 'FileAdded' || (party !== undefined && found.party !== party))
        throw problem(404, { code: 'no-such-file', detail: 'There is no such file in this case.' })
      const purpose = party === undefined ? 'behandeling' : 'inzage'
      return vault.openFile({
        ...(await reading(request, dossier)),
        purpose,
        sealed: found.content,
      })
    },
    /** Every line of a case with its content opened: one reading, one entry in the access log. */
    async file(request: Request, dossier: string): Promise<FileLine[]> {
      return openedFile(await handler.load(streamOf(dossier)), (sealed) =>
        open(request, dossier, sealed),
      )
    },
  }
}
