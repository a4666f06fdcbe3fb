/** A covenant on the exchange of data with police and prosecution: settled once, for everybody in it (REF-06, REF-07). */
import {
  accept,
  type Command,
  type Decider,
  type Decision,
  reject,
} from '@wederhoor/decider/decider'
import type { CovenantEvent, DeskCode, FieldCode, PartnerCode, WithheldReason } from './events.ts'

type Registered = Extract<CovenantEvent, { type: 'CovenantRegistered' }>
type LocalDate = Registered['validFrom']

/** What a covenant says in its newest version. */
export type CovenantTerms = Omit<Registered, 'type' | 'by' | 'at'>

export type Covenant =
  | { readonly status: 'unknown' }
  | ({ readonly status: 'registered' } & CovenantTerms)
  | ({ readonly status: 'revoked' } & CovenantTerms)

/** A first version, or the next one of the same covenant: fields, parties or period were agreed anew. */
export type RegisterCovenant = Command<'RegisterCovenant', CovenantTerms>
export type RevokeCovenant = Command<
  'RevokeCovenant',
  { readonly covenant: CovenantTerms['covenant'] }
>
export type CovenantCommand = RegisterCovenant | RevokeCovenant

export type CovenantRejection =
  | { readonly reason: 'no-such-covenant' }
  | { readonly reason: 'covenant-revoked' }
  | { readonly reason: 'version-out-of-order'; readonly version: number }
  | { readonly reason: 'period-empty' }

export type CovenantDecision = Decision<CovenantEvent, CovenantRejection>

export const covenantDecider: Decider<CovenantCommand, CovenantEvent, Covenant, CovenantRejection> =
  {
    initial: { status: 'unknown' },
    decide(command, state) {
      switch (command.type) {
        case 'RegisterCovenant':
          return register(command, state)
        case 'RevokeCovenant':
          return revoke(command, state)
      }
    },
    evolve(state, event) {
      switch (event.type) {
        case 'CovenantRegistered': {
          const { type: _type, by: _by, at: _at, ...terms } = event
          return { status: 'registered', ...terms }
        }
        case 'CovenantRevoked':
          return state.status === 'unknown' ? state : { ...state, status: 'revoked' }
      }
    },
  }

function register(command: RegisterCovenant, state: Covenant): CovenantDecision {
  if (state.status === 'revoked') return reject({ reason: 'covenant-revoked' })
  const { type: _type, context, ...terms } = command
  const newest = state.status === 'unknown' ? 0 : state.version
  if (state.status === 'registered' && sameTerms(state, terms)) return accept()
  if (terms.version !== newest + 1)
    return reject({ reason: 'version-out-of-order', version: newest })
  if (terms.validUntil < terms.validFrom) return reject({ reason: 'period-empty' })
  const { at, actor } = context
  return accept({ type: 'CovenantRegistered', ...terms, by: actor.pseudonym, at })
}

function revoke(command: RevokeCovenant, state: Covenant): CovenantDecision {
  if (state.status === 'unknown') return reject({ reason: 'no-such-covenant' })
  if (state.status === 'revoked') return accept()
  const { at, actor } = command.context
  return accept({ type: 'CovenantRevoked', covenant: state.covenant, by: actor.pseudonym, at })
}

const sameTerms = (one: CovenantTerms, other: CovenantTerms): boolean =>
  one.version === other.version &&
  one.purpose === other.purpose &&
  one.validFrom === other.validFrom &&
  one.validUntil === other.validUntil &&
  sameSet(one.partners, other.partners) &&
  sameSet(one.desks, other.desks) &&
  sameSet(one.fields, other.fields)

const sameSet = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((member) => other.includes(member))

/**
 * On what data may go to this partner, as it stands at that moment: under a covenant, whose terms were looked up, or
 * with the minimum of fields that the policy names. `on` is the day on the wall here.
 */
export type Basis =
  | {
      readonly kind: 'covenant'
      readonly covenant: CovenantFacts | undefined
      readonly on: LocalDate
    }
  | { readonly kind: 'minimum'; readonly fields: readonly FieldCode[] }

export type CovenantFacts = CovenantTerms & { readonly revoked: boolean }

/** What a covenant that exists says at this moment; undefined where there is none. */
export function covenantFacts(state: Covenant): CovenantFacts | undefined {
  if (state.status === 'unknown') return undefined
  const { status, ...terms } = state
  return { ...terms, revoked: status === 'revoked' }
}

/** Why data may not go over on this basis; undefined when it may. */
export function objectionTo(
  basis: Basis,
  exchange: {
    readonly partner: PartnerCode
    readonly desk: DeskCode
    readonly purpose: string
    readonly fields: readonly FieldCode[]
  },
): WithheldReason | undefined {
  const { partner, desk, purpose, fields } = exchange
  if (basis.kind === 'minimum')
    return isWithin(fields, basis.fields) ? undefined : 'fields-beyond-minimum'
  const { covenant, on } = basis
  if (covenant === undefined) return 'no-covenant'
  if (covenant.revoked) return 'covenant-revoked'
  if (on < covenant.validFrom || on > covenant.validUntil) return 'covenant-not-in-period'
  const ours = covenant.desks.length === 0 || covenant.desks.includes(desk)
  if (!ours || !covenant.partners.includes(partner)) return 'covenant-of-others'
  if (covenant.purpose !== purpose) return 'covenant-for-another-purpose'
  return isWithin(fields, covenant.fields) ? undefined : 'fields-outside-covenant'
}

/** The covenant that a decision rests on, as the event records it. */
export const cited = (basis: Basis) =>
  basis.kind === 'covenant' && basis.covenant !== undefined
    ? { covenant: basis.covenant.covenant, covenantVersion: basis.covenant.version }
    : {}

const isWithin = (some: readonly FieldCode[], allowed: readonly FieldCode[]): boolean =>
  some.every((field) => allowed.includes(field))
