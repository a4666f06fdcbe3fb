/**
 * What happens here when case or intake says something: the casefile is brought up to date, and each hearing and
 * mediation of the dossier is put before its decider. A refusal by a rule is written down; it is no failure.
 */
import type { Received } from '@wederhoor/broker/consumer'
import type { Message } from '@wederhoor/broker/port'
import type { Clock } from '@wederhoor/calendar/clock'
import { caseEvents } from '@wederhoor/contracts/events/case'
import { anonymityChanged } from '@wederhoor/contracts/events/intake'
import { type PublishedOf, reader } from '@wederhoor/contracts/published'
import { rulingFor } from '@wederhoor/contracts/ruling'
import type { CommandContext } from '@wederhoor/decider/decider'
import type { CommandHandler } from '@wederhoor/decider/handler'
import type { Reactor } from '@wederhoor/decider/reaction'
import { reactionContext } from '@wederhoor/runtime/service-workers'
import type { PoolClient } from 'pg'
import type { HearingEvent } from './domain/events.ts'
import type { HearingCommand, HearingRejection } from './domain/hearing/commands.ts'
import type { Hearing } from './domain/hearing/state.ts'
import type { MediationCommand, MediationRejection } from './domain/mediation/commands.ts'
import type { Mediation } from './domain/mediation/mediation.ts'
import type { MediationEvent } from './domain/mediation-events.ts'
import { type ReactedTo, type Reaction, reactionsTo } from './reactions.ts'
import { type Casefiles, evolveCasefile } from './views/casefile.ts'

export type HearingHandler = CommandHandler<HearingCommand, HearingEvent, Hearing, HearingRejection>
export type MediationHandler = CommandHandler<
  MediationCommand,
  MediationEvent,
  Mediation,
  MediationRejection
>

const taken = [...caseEvents, anonymityChanged] as const
export const readHeard = reader(taken)
export type Heard = PublishedOf<(typeof taken)[number]>

export function caseHeard(parts: {
  readonly clock: Clock
  readonly casefiles: Casefiles
  readonly hearings: HearingHandler
  readonly mediations: MediationHandler
  readonly react: Reactor['react']
}) {
  const { clock, casefiles, hearings, mediations, react } = parts

  function carryOut(reaction: Reaction, context: CommandContext): Promise<void> {
    return reaction.kind === 'hearing'
      ? react(reaction.stream, { ...reaction.command, context }, hearings)
      : react(reaction.stream, { ...reaction.command, context }, mediations)
  }

  return async ({ event, message }: Received<Heard>, tx: PoolClient): Promise<void> => {
    await evolveCasefile(event, tx)
    if (event.name === 'case-opened' || event.name === 'contact-person-changed') return
    // The views drop what they hold of the erased as the ledger says it; there is nothing to decide.
    if (event.name === 'party-erased' || event.name === 'erasure-refused') return
    const own = await casefiles.ownOf(event.dossier)
    const at = await clock.now()
    for (const reaction of reactionsTo(event satisfies ReactedTo, own)) {
      await carryOut(reaction, contextFor(reaction, message, { at, dossier: event.dossier }))
    }
  }
}

function contextFor(
  reaction: Reaction,
  message: Message,
  moment: { readonly at: CommandContext['at']; readonly dossier: string },
): CommandContext {
  const { power, policy } = rulingFor(
    reaction.kind === 'hearing' ? 'serve' : 'end-mediation',
    moment.at,
  )
  const name = `${reaction.stream} ${reaction.command.type}`
  return reactionContext(message, { name, ...moment, power, policy })
}
