/** What the routes of referral work with. */
import assert from 'node:assert/strict'
import type { Clock } from '@wederhoor/calendar/clock'
import { chainPartner } from '@wederhoor/contracts/partners'
import { rulingFor } from '@wederhoor/contracts/ruling'
import { holdsOn } from '@wederhoor/contracts/validity'
import { type CommandContext, fold } from '@wederhoor/decider/decider'
import type { Recorded } from '@wederhoor/decider/handler'
import type { contexts } from '@wederhoor/http/command-context'
import { denied, inputProblem, problem } from '@wederhoor/http/problem'
import { type Request, screenOf } from '@wederhoor/http/request'
import type { Actor } from '@wederhoor/identity/actor'
import type { Sealed } from '@wederhoor/vault/fields'
import type { Opened, Vault } from '@wederhoor/vault/port'
import { type basisOf, type CovenantHandler, referralStream } from '../basis.ts'
import type { ReferralHandler } from '../case-heard.ts'
import {
  type DeskCode,
  type PartnerCode,
  type ReferralEvent,
  referralSeen,
} from '../domain/events.ts'
import type { ReferralCommand } from '../domain/referral/commands.ts'
import { referralDecider } from '../domain/referral/referral.ts'
import { type ExistingReferral, holderOf } from '../domain/referral/state.ts'
import type { Casefile, Casefiles } from '../views/casefile.ts'
import type { ReferralViews } from '../views/queries.ts'
import { refusal } from './refusals.ts'

/** A referral as its stream has it at this moment. */
export interface Found {
  readonly state: ExistingReferral
  readonly recorded: readonly Recorded<ReferralEvent>[]
}

export interface RoomParts {
  readonly views: ReferralViews
  readonly casefiles: Casefiles
  readonly vault: Vault
  readonly clock: Clock
  readonly referrals: ReferralHandler
  readonly covenants: CovenantHandler
  readonly basisFor: ReturnType<typeof basisOf>
  readonly contextOf: ReturnType<typeof contexts>
}

export type ReferralRooms = ReturnType<typeof referralRooms>

export function referralRooms(parts: RoomParts) {
  const { casefiles, vault, clock, referrals, contextOf } = parts

  /** Decides and appends; a refusal of a rule becomes its problem. The state after it. */
  async function handle(referral: string, command: ReferralCommand): Promise<ExistingReferral> {
    const handled = await referrals.handle(referralStream(referral), command)
    if (handled.kind === 'rejected') throw refusal(handled.rejection)
    assert(handled.state.status !== 'unknown', 'what was accepted exists')
    return handled.state
  }

  return {
    ...parts,
    handle,
    answer: async (referral: string, command: ReferralCommand) =>
      answerOf(await handle(referral, command)),
    async context(request: Request, dossier: string, act: string): Promise<CommandContext> {
      const { power } = rulingFor(act, await clock.now())
      return contextOf(request, { dossier, scope: dossier, power })
    },
    /** The case that the actor's desk holds. */
    async held(dossier: string, actor: Actor): Promise<Casefile & { readonly desk: DeskCode }> {
      const casefile = await casefiles.of(dossier)
      if (casefile === undefined)
        throw problem(404, { code: 'no-such-case', detail: 'There is no such case.' })
      if (casefile.desk !== actor.desk) throw denied('other-desk', 'Another desk holds this case.')
      return { ...casefile, desk: casefile.desk as DeskCode }
    },
    /** A referral of that dossier; another one's is as absent as one that never was. */
    async find(dossier: string, referral: string): Promise<Found> {
      const recorded = await referrals.load(referralStream(referral))
      const state = fold(
        referralDecider,
        recorded.map((one) => one.event),
      )
      if (state.status === 'unknown' || recorded[0]?.entry.dossier !== dossier)
        throw refusal({ reason: 'no-such-referral' })
      return { state, recorded }
    },
    /** One reading, one entry in the access log, before the content leaves. */
    async open(
      request: Request,
      dossier: string,
      sealed: readonly Sealed<unknown>[],
    ): Promise<readonly Opened[]> {
      const at = await clock.now()
      const reading = { actor: request.actor, screen: screenOf(request), at, trace: null }
      return vault.open({ dossier, sealed, ...reading, purpose: 'doorverwijzing' })
    },
    /** Who at the partner said it, sealed under the melder's key. */
    async toldBy(dossier: string, melder: string, name: string): Promise<Sealed<string>> {
      const sealed = await vault.seal(referralSeen, { dossier, party: melder }, { toldBy: name })
      return sealed.toldBy
    },
  }
}

export const answerOf = (state: ExistingReferral) => ({
  referral: state.referral as string,
  status: state.status as string,
  holder: holderOf(state),
})

/** 400 for an organisation that is on no list that day. */
export function partnerCode(written: string, on: string): PartnerCode {
  const partner = chainPartner(written)
  if (partner !== undefined && holdsOn(partner, on)) return written as PartnerCode
  throw inputProblem([{ path: '/body/partner', code: 'unknown-code', message: 'no such partner' }])
}
