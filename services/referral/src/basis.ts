/** On what data may go to a partner now: looked up here, decided in the domain. */
import { dateOf } from '@wederhoor/calendar/instants'
import { chainPartner, needsCovenant } from '@wederhoor/contracts/partners'
import { rulingFor } from '@wederhoor/contracts/ruling'
import type { CommandHandler } from '@wederhoor/decider/handler'
import {
  type Basis,
  type Covenant,
  type CovenantCommand,
  type CovenantFacts,
  type CovenantRejection,
  covenantFacts,
  objectionTo,
} from './domain/covenant.ts'
import type {
  CovenantEvent,
  DeskCode,
  FieldCode,
  FieldCodes,
  PartnerCode,
} from './domain/events.ts'
import type { ReferralViews } from './views/queries.ts'

export interface Exchange {
  readonly partner: PartnerCode
  readonly desk: DeskCode
  readonly purpose: string
  readonly fields: FieldCodes
}

export type CovenantHandler = CommandHandler<
  CovenantCommand,
  CovenantEvent,
  Covenant,
  CovenantRejection
>

/**
 * The covenant under which the exchange may happen, or, when there is none, the one whose terms say why not. Which
 * covenants name the partner, a view tells; what they say, their own streams, so that a revocation counts at once.
 */
export function basisOf(covenants: CovenantHandler, views: ReferralViews) {
  return async (exchange: Exchange, at: string): Promise<Basis> => {
    const partner = chainPartner(exchange.partner)
    const { minimumFields } = rulingFor('refer', at).settings.referral
    if (partner !== undefined && !needsCovenant(partner, at))
      return { kind: 'minimum', fields: minimumFields.value as FieldCode[] }
    const on = dateOf(at) as CovenantFacts['validFrom']
    const found: Basis[] = []
    for (const covenant of await views.covenantsWith(exchange.partner)) {
      const facts = covenantFacts(await covenants.state(covenantStream(covenant)))
      const basis: Basis = { kind: 'covenant', covenant: facts, on }
      if (objectionTo(basis, exchange) === undefined) return basis
      found.push(basis)
    }
    return found[0] ?? { kind: 'covenant', covenant: undefined, on }
  }
}

export const covenantStream = (covenant: string): string => `covenant-${covenant}`
export const referralStream = (referral: string): string => `referral-${referral}`
