/**
 * What happens here when case says something: the casefile is brought up to date, and each referral of the dossier is
 * put before its decider. A refusal by a rule is written into the referral's own stream; it is no failure.
 */
import type { Received } from '@wederhoor/broker/consumer'
import type { Clock } from '@wederhoor/calendar/clock'
import type { CasePublished } from '@wederhoor/contracts/events/case'
import { rulingFor } from '@wederhoor/contracts/ruling'
import type { CommandContext } from '@wederhoor/decider/decider'
import type { CommandHandler } from '@wederhoor/decider/handler'
import { reactionContext } from '@wederhoor/runtime/service-workers'
import type { PoolClient } from 'pg'
import { type basisOf, referralStream } from './basis.ts'
import type { ReactionRefused, ReferralEvent } from './domain/events.ts'
import type { ReferralCommand, ReferralRejection } from './domain/referral/commands.ts'
import type { Referral } from './domain/referral/state.ts'
import type { RecordRefusedReaction } from './domain/refused-reaction.ts'
import { grantedTo, type OfferFacts, type Reaction, reactionsTo } from './reactions.ts'
import { offerTerms } from './terms.ts'
import { type Casefiles, evolveCasefile } from './views/casefile.ts'

export type ReferralHandler = CommandHandler<
  ReferralCommand,
  ReferralEvent,
  Referral,
  ReferralRejection
>

export interface CaseHeardParts {
  readonly clock: Clock
  readonly casefiles: Casefiles
  readonly referrals: ReferralHandler
  readonly refusals: CommandHandler<RecordRefusedReaction, ReactionRefused, null, never>
  readonly basisFor: ReturnType<typeof basisOf>
}

export function caseHeard(parts: CaseHeardParts) {
  const { clock, casefiles, referrals, refusals, basisFor } = parts

  async function offerFacts(
    event: CasePublished,
    own: Awaited<ReturnType<Casefiles['begunOf']>>,
    at: string,
  ): Promise<OfferFacts | undefined> {
    const target = grantedTo(event, own)
    if (target === undefined) return undefined
    const state = await referrals.state(referralStream(target.referral))
    if (!('draft' in state) || state.draft === undefined) return undefined
    const { partner, desk, draft } = state
    return { basis: await basisFor({ partner, desk, ...draft }, at), ...offerTerms(at) }
  }

  async function carryOut(
    { stream, command, act }: Reaction,
    contextFor: (name: string, act: string) => CommandContext,
  ): Promise<void> {
    const context = contextFor(`${stream} ${command.type}`, act)
    const handled = await referrals.handle(stream, { ...command, context })
    if (handled.kind === 'accepted' || handled.rejection.reason === 'no-such-referral') return
    await refusals.handle(stream, {
      type: 'RecordRefusedReaction',
      context: contextFor(`${stream} ${command.type} refused`, act),
      refused: command.type,
      reason: handled.rejection.reason,
    })
  }

  return async ({ event, message }: Received<CasePublished>, tx: PoolClient): Promise<void> => {
    await evolveCasefile(event, tx)
    const { dossier } = event
    const at = await clock.now()
    const own = await casefiles.begunOf(dossier, tx)
    if (own.length === 0) return
    const contextFor = (name: string, act: string) => {
      const { power, policy } = rulingFor(act, at)
      return reactionContext(message, { name, at, dossier, power, policy })
    }
    const reactions = reactionsTo(event, own, {
      offer: await offerFacts(event, own, at),
      digest: await casefiles.digestOf(event, tx),
    })
    for (const reaction of reactions) await carryOut(reaction, contextFor)
  }
}
