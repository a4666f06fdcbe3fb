/** What the routes of erasures work with: whom it is about, and what a decision is to weigh. */
import { dueAt } from '@wederhoor/calendar/instants'
import { termOf } from '@wederhoor/contracts/policy-settings'
import type { Ruling } from '@wederhoor/contracts/ruling'
import type { Request } from '@wederhoor/http/request'
import { roles } from '@wederhoor/identity/access'
import type { DossierIndex } from '@wederhoor/ledger/dossier-index'
import type { Instant } from '@wederhoor/vault/fields'
import { leadRole, nationalRole } from '../domain/case/access.ts'
import type { ErasureCommand, Weighed } from '../domain/erasure/commands.ts'
import { erasureStream } from '../domain/erasure/erasure.ts'
import type { Erasure } from '../domain/erasure/state.ts'
import type { PartyId } from '../domain/events.ts'
import { groundOf } from '../domain/matter.ts'
import type { ErasureHandler } from '../erasing.ts'
import { dossierFacts } from '../erasure-facts.ts'
import type { ErasureViews } from '../views/erasures.ts'
import { erasureRefusal } from './refusals.ts'
import type { CaseRooms } from './rooms.ts'

/** Decides about erasures and keeps the register of them; handles no dossier. */
export const officerRole = 'privacy-officer'

/** Staff of the case, for the person; and whoever decides about erasures. */
export const whoeverAsks = roles(officerRole, nationalRole, leadRole, 'caseworker')

export interface Subject {
  readonly dossier: string
  readonly party: PartyId
}

export type ErasureRooms = ReturnType<typeof erasureRooms>

export function erasureRooms(parts: {
  readonly rooms: CaseRooms
  readonly erasures: ErasureHandler
  readonly views: ErasureViews
  readonly index: DossierIndex
}) {
  const { rooms, erasures, views, index } = parts

  /** Staff of the case, or whoever decides about erasures; and only about a party that stands in the dossier. */
  async function enter(
    request: Request,
    { dossier, party }: { readonly dossier: string; readonly party: 'melder' | PartyId },
  ): Promise<Subject> {
    const named =
      request.grantedRole === officerRole
        ? party === 'melder'
          ? (await rooms.existing(dossier)).melder
          : party
        : rooms.partyOf(party, await rooms.admit(request, dossier))
    const facts = await dossierFacts(index, dossier)
    if (!facts.names(named)) throw erasureRefusal({ reason: 'no-such-party' })
    return { dossier, party: named }
  }

  /** Counted from the end of the case; a complaint that was heard is kept as one. */
  async function retainedUntil(
    { dossier }: Subject,
    { melding, klacht }: Ruling['settings']['retention'],
  ): Promise<Instant | undefined> {
    const closedAt = (await rooms.views.one(dossier))?.closedAt ?? undefined
    const heard = await views.matters(dossier)
    const served = heard.served || (await dossierFacts(index, dossier)).served
    return closedAt === undefined ? undefined : dueAt(closedAt, termOf(served ? klacht : melding))
  }

  async function weigh({ dossier }: Subject): Promise<Weighed> {
    const { hands, running, served } = await dossierFacts(index, dossier)
    const heard = await views.matters(dossier)
    const isOver = await rooms.isClosed(dossier)
    // Closing ends or detaches what ran, also where nobody said so.
    const kinds = isOver ? [] : [...new Set([...running, ...heard.running])]
    return { hands, running: kinds.map(groundOf), heardByAnother: served || heard.served }
  }

  async function decide({ dossier, party }: Subject, command: ErasureCommand): Promise<Erasure> {
    const handled = await erasures.handle(erasureStream(dossier, party), command)
    if (handled.kind === 'rejected') throw erasureRefusal(handled.rejection)
    return handled.state
  }

  return {
    erasures,
    views,
    enter,
    weigh,
    decide,
    retainedUntil,
    moment: rooms.moment,
    facts: ({ dossier }: Subject) => dossierFacts(index, dossier),
  }
}

export function seen({ dossier, party }: Subject, state: Erasure) {
  const asked = state.status === 'none' ? undefined : state
  const decided = asked?.status === 'requested' ? undefined : asked
  const carried = decided?.status === 'refused' ? undefined : decided
  const erased = carried?.status === 'granted' ? undefined : carried
  const completed = erased?.status === 'erased' ? undefined : erased
  return {
    dossier,
    party,
    status: state.status,
    ground: asked?.ground ?? null,
    requestedAt: asked?.requestedAt ?? null,
    answerDueAt: asked?.answerDueAt ?? null,
    holds: state.holds,
    refusedFor: state.status === 'refused' ? state.grounds : [],
    decidedAt: decided?.decidedAt ?? null,
    erasedAt: erased?.erasedAt ?? null,
    completedAt: completed?.completedAt ?? null,
    finalDueAt: completed?.finalDueAt ?? null,
    finalAt: state.status === 'final' ? state.finalAt : null,
    incomplete: carried?.incomplete ?? null,
  }
}
