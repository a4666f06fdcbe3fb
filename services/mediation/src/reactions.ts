/**
 * What mediation does when case or intake says something. Pure: the published event, and which hearings and mediations
 * the dossier may have. Whether something follows, their deciders alone know.
 */
import {
  caseClosed,
  caseReopened,
  permissionGiven,
  permissionWithdrawn,
  permitCancelled,
  permitGranted,
  permitRefused,
} from '@wederhoor/contracts/events/case'
import { anonymityChanged } from '@wederhoor/contracts/events/intake'
import type { PublishedOf } from '@wederhoor/contracts/published'
import type { Uuid } from '@wederhoor/vault/fields'
import type { OutgoingAct, PartyId, RequestId } from './domain/events.ts'
import type {
  LosePermit,
  NoteAnonymity,
  NoteCaseClosed,
  NoteCaseReopened,
  NotePermission,
  NoteWithdrawal,
  ReceivePermit,
} from './domain/hearing/commands.ts'
import type { NoteCaseClosed as NoteClosedForMediation } from './domain/mediation/commands.ts'
import { hearingStream, mediationStream } from './domain/streams.ts'

const heard = [
  permissionGiven,
  permissionWithdrawn,
  permitGranted,
  permitRefused,
  permitCancelled,
  caseClosed,
  caseReopened,
  anonymityChanged,
] as const

export type ReactedTo = PublishedOf<(typeof heard)[number]>

/** What may stand here of a dossier. */
export interface Own {
  readonly hearings: readonly { readonly hearing: string; readonly requests: readonly string[] }[]
  readonly mediations: readonly string[]
}

type Bare<Command> = Command extends unknown ? Omit<Command, 'context'> : never
export type HearingReaction = Bare<
  | NotePermission
  | NoteWithdrawal
  | NoteAnonymity
  | NoteCaseClosed
  | NoteCaseReopened
  | ReceivePermit
  | LosePermit
>

export type Reaction =
  | { readonly kind: 'hearing'; readonly stream: string; readonly command: HearingReaction }
  | {
      readonly kind: 'mediation'
      readonly stream: string
      readonly command: Bare<NoteClosedForMediation>
    }

export function reactionsTo(event: ReactedTo, own: Own): readonly Reaction[] {
  switch (event.name) {
    case 'permission-given': {
      const { act, digest } = event
      if (act === 'refer-with-data') return []
      const permission = event.permission as string as Uuid<'PermissionId'>
      const receiver = event.receiver as string as PartyId
      return each(own, { type: 'NotePermission', permission, act, receiver, digest })
    }
    case 'permission-withdrawn':
      return each(own, {
        type: 'NoteWithdrawal',
        permission: event.permission as string as Uuid<'PermissionId'>,
      })
    case 'permit-granted': {
      const { act, receiver, digest, validUntil } = event
      const permit = event.permit as string as Uuid<'PermitId'>
      const request = event.request as string as RequestId
      return asking(own, request, {
        type: 'ReceivePermit',
        request,
        permit,
        act: act satisfies OutgoingAct | 'refer-with-data',
        receiver,
        digest,
        validUntil,
      })
    }
    case 'permit-refused':
      return lost(own, event.request, event.reason)
    case 'permit-cancelled':
      return lost(own, event.request, 'cancelled')
    case 'anonymity-changed':
      return each(own, { type: 'NoteAnonymity', anonymity: event.anonymity })
    case 'case-closed':
      return [
        ...each(own, { type: 'NoteCaseClosed' }),
        ...own.mediations.map(
          (one): Reaction => ({
            kind: 'mediation',
            stream: mediationStream(one),
            command: { type: 'NoteCaseClosed' },
          }),
        ),
      ]
    case 'case-reopened':
      return each(own, { type: 'NoteCaseReopened' })
  }
}

const each = (own: Own, command: HearingReaction): readonly Reaction[] =>
  own.hearings.map(({ hearing }) => ({ kind: 'hearing', stream: hearingStream(hearing), command }))

/** Only the hearing that asked; what another service asked is none of ours. */
const asking = (own: Own, request: string, command: HearingReaction): readonly Reaction[] =>
  each({ ...own, hearings: own.hearings.filter((one) => one.requests.includes(request)) }, command)

const lost = (own: Own, asked: string, reason: string): readonly Reaction[] =>
  asking(own, asked, {
    type: 'LosePermit',
    request: asked as RequestId,
    reason: reason as Uuid<'permit-lost'>,
  })
