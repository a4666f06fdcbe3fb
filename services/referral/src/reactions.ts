/**
 * What referral does when case says something. Pure: the published event, what stands here of the same dossier, and the
 * facts that an offer needs. An offer follows its permit at once, for a permit lives only minutes.
 */
import { type CasePublished, caseEvents } from '@wederhoor/contracts/events/case'
import { reader } from '@wederhoor/contracts/published'
import type { Digest, Instant, Uuid } from '@wederhoor/vault/fields'
import type {
  CancelPermit,
  OfferReferral,
  ReceivePermit,
  ReceivePermitRefusal,
  WithdrawReferral,
} from './domain/referral/commands.ts'

export const readHeard = reader(caseEvents)

/** A referral of the dossier, whatever its state: the decider alone knows whether something follows. */
export interface OwnReferral {
  readonly referral: string
  readonly partner: string
  /** Ids of every request for a permit that was ever made for it. */
  readonly requests: readonly string[]
}

/** What was looked up for this message. */
export interface Known {
  readonly offer?: OfferFacts | undefined
  /** Which text a withdrawn permission was for, where that was heard. */
  readonly digest?: Digest | undefined
}

export type OfferFacts = Pick<OfferReferral, 'basis' | 'seenDueAt' | 'acceptDueAt'>

type Bare<Command> = Command extends unknown ? Omit<Command, 'context'> : never
export type ReactionCommand = Bare<
  ReceivePermit | ReceivePermitRefusal | CancelPermit | OfferReferral | WithdrawReferral
>

export interface Reaction {
  readonly stream: string
  readonly command: ReactionCommand
  /** The act whose power it rests on. */
  readonly act: 'refer' | 'recall-referral'
}

/** The referral that a grant is for; undefined when it is for another service or no longer asked for. */
export function grantedTo(
  event: CasePublished,
  own: readonly OwnReferral[],
): OwnReferral | undefined {
  if (event.name !== 'permit-granted' || event.act !== 'refer-with-data') return undefined
  return own.find((one) => one.requests.includes(event.request))
}

export function reactionsTo(
  event: CasePublished,
  own: readonly OwnReferral[],
  known: Known,
): readonly Reaction[] {
  switch (event.name) {
    case 'permit-granted': {
      const target = grantedTo(event, own)
      if (target === undefined) return []
      const { request, act, receiver, digest } = event
      const permit = event.permit as Uuid<'PermitId'>
      const validUntil = event.validUntil as Instant
      const stream = streamOf(target)
      const received = { type: 'ReceivePermit', permit, act, receiver, digest, validUntil } as const
      const first: Reaction = {
        stream,
        command: { ...received, request: request as Uuid<'PermitRequestId'> },
        act: 'refer',
      }
      const { offer } = known
      if (offer === undefined) return [first]
      return [first, { stream, command: { type: 'OfferReferral', permit, ...offer }, act: 'refer' }]
    }
    case 'permit-refused': {
      const request = event.request as Uuid<'PermitRequestId'>
      const reason = event.reason as string as Uuid<'permit-refusal'>
      return asking(own, request).map((one) => ({
        stream: streamOf(one),
        command: { type: 'ReceivePermitRefusal', request, reason },
        act: 'refer',
      }))
    }
    case 'permit-cancelled': {
      const request = event.request as Uuid<'PermitRequestId'>
      return asking(own, request).map((one) => ({
        stream: streamOf(one),
        command: { type: 'CancelPermit', request },
        act: 'recall-referral',
      }))
    }
    case 'permission-withdrawn':
      if (event.act !== 'refer-with-data') return []
      return own
        .filter((one) => one.partner === event.receiver)
        .map((one) => withdraw(one, { why: 'permission-withdrawn', digest: known.digest }))
    case 'case-closed':
      return own.map((one) => withdraw(one, { why: 'case-closed' }))
    case 'case-opened':
    case 'case-reopened':
    case 'contact-person-changed':
    case 'permission-given':
    // A running referral holds an erasure back, so none is left to act on.
    case 'erasure-refused':
    case 'party-erased':
      return []
  }
}

const asking = (own: readonly OwnReferral[], request: string): readonly OwnReferral[] =>
  own.filter((one) => one.requests.includes(request))

type Withdrawal =
  | { readonly why: 'permission-withdrawn'; readonly digest: Digest | undefined }
  | { readonly why: 'case-closed' }

const withdraw = (one: OwnReferral, because: Withdrawal): Reaction => ({
  stream: streamOf(one),
  command: { type: 'WithdrawReferral', ...because },
  act: 'recall-referral',
})

const streamOf = (one: OwnReferral): string => `referral-${one.referral}`
