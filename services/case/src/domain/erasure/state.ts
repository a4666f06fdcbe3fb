/** What is known of an erasure. */
import type { Instant } from '@wederhoor/vault/fields'
import type {
  ErasureEventOf,
  ErasureGround,
  HoldGround,
  HoldId,
  Leftover,
  RefusalGround,
} from '../erasure-events.ts'
import type { PartyId, Pseudonym } from '../events.ts'

export interface Hold {
  readonly hold: HoldId
  readonly ground: HoldGround
  readonly reviewDueAt: Instant
  readonly standing: 'stands' | 'overdue' | 'lifted'
}

interface Asked {
  readonly party: PartyId
  readonly ground: ErasureGround
  readonly requestedBy: Pseudonym
  readonly requestedAt: Instant
  readonly answerDueAt: Instant
  readonly overdue: boolean
}

interface Decided extends Asked {
  readonly decider: Pseudonym
  readonly decidedAt: Instant
}

/** What has come of carrying it out so far. */
export interface Carried {
  /** What was left the last time, and when it is taken up again. */
  readonly incomplete?:
    | { readonly left: readonly Leftover[]; readonly againDueAt: Instant }
    | undefined
  readonly tries: number
}

type Erased = Decided & Carried & { readonly digests: number; readonly erasedAt: Instant }
type Completed = Erased &
  Pick<ErasureEventOf<'ErasureCompleted'>, 'keys' | 'epochs' | 'finalDueAt'> & {
    readonly completedAt: Instant
  }

export interface Holding {
  readonly holds: readonly Hold[]
  /** Who lifted a hold: they do not decide as well. */
  readonly lifters: readonly Pseudonym[]
}

export type Erasure = Holding &
  (
    | { readonly status: 'none' }
    | ({ readonly status: 'requested' } & Asked)
    | ({ readonly status: 'refused' } & Decided & { readonly grounds: readonly RefusalGround[] })
    | ({ readonly status: 'granted' } & Decided & Carried)
    | ({ readonly status: 'erased' } & Erased)
    | ({ readonly status: 'completed' } & Completed)
    | ({ readonly status: 'final' } & Completed & { readonly finalAt: Instant })
  )

export type ErasureOf<Status extends Erasure['status']> = Extract<
  Erasure,
  { readonly status: Status }
>

export const standingHolds = ({ holds }: Holding): readonly Hold[] =>
  holds.filter((one) => one.standing !== 'lifted')
