/**
 * What happens here when case says something: the casefile is brought up to date, and each referral of the dossier is
 * put before its decider. A refusal by a rule is written into the referral's own stream; it is no failure.
 */
import type { Received } from '@wederhoor/broker/consumer'
import type { Clock } from '@wederhoor/calendar/clock'
import type { CasePublished } from '@wederhoor/contracts/events/case'
import { rulingFor } from '@wederhoor/contracts/ruling'
import type { CommandHandler } from '@wederhoor/decider/handler'
import type { Reactor } from '@wederhoor/decider/reaction'
import { reactionContext } from '@wederhoor/runtime/service-workers'
import type { PoolClient } from 'pg'
import { type basisOf, referralStream } from './basis.ts'
import type { ReferralEvent } from './domain/events.ts'
import type { ReferralCommand, ReferralRejection } from './domain/referral/commands.ts'
import type { Referral } from './domain/referral/state.ts'
import { grantedTo, type OfferFacts, reactionsTo } from './reactions.ts'
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
  readonly react: Reactor['react']
  readonly basisFor: ReturnType<typeof basisOf>
}

export function caseHeard(parts: CaseHeardParts) {
  const { clock, casefiles, referrals, react, basisFor } = parts

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

  return async ({ event, message }: Received<CasePublished>, tx: PoolClient): Promise<void> => {
    await evolveCasefile(event, tx)
    const { dossier } = event
    const at = await clock.now()
    const own = await casefiles.begunOf(dossier, tx)
    if (own.length === 0) return
    const reactions = reactionsTo(event, own, {
      offer: await offerFacts(event, own, at),
      digest: await casefiles.digestOf(event, tx),
    })
    for (const { stream, command, act } of reactions) {
      const { power, policy } = rulingFor(act, at)
      const name = `${stream} ${command.type}`
      const context = reactionContext(message, { name, at, dossier, power, policy })
      await react(stream, { ...command, context }, referrals)
    }
  }
}
