/** What may be asked of a case, and every reason for which a rule refuses. */
import type { Command, Decision } from '@wederhoor/decider/decider'
import type { Digest, Instant, Uuid } from '@wederhoor/vault/fields'
import type {
  Anonymity,
  CaseEvent,
  CaseEventOf,
  DangerId,
  NoteId,
  OutgoingAct,
  PartyId,
  PermissionId,
  PermitId,
  PermitRequestId,
  PermittedAct,
  Pseudonym,
  Receiver,
} from '../events.ts'

/** The facts of an event that a command brings; who and when stand in its context, the melder in the case. */
type Facts<Type extends CaseEvent['type']> = Omit<
  CaseEventOf<Type>,
  'type' | 'at' | 'by' | 'melder'
>

/** From intake: a desk accepted. */
export type OpenCase = Command<'OpenCase', Omit<CaseEventOf<'CaseOpened'>, 'type' | 'at'>>
export type ChangeAnonymity = Command<'ChangeAnonymity', { readonly anonymity: Anonymity }>

export type NameDeputy = Command<'NameDeputy', { readonly deputy: Pseudonym }>
export type EndDeputy = Command<'EndDeputy', { readonly deputy: Pseudonym }>
export type OfferContactPerson = Command<'OfferContactPerson', Facts<'ContactPersonOffered'>>
export type AcceptContactPerson = Command<'AcceptContactPerson'>
export type RefuseContactPerson = Command<
  'RefuseContactPerson',
  { readonly reason: Uuid<'weigergrond'> }
>
/** `contactPerson`: who is gone, so that a repeat does not remove whoever stands in by then. */
export type ReplaceContactPerson = Command<
  'ReplaceContactPerson',
  { readonly contactPerson: Pseudonym; readonly successorDueAt: Instant }
>

export type NoteContact = Command<
  'NoteContact',
  Omit<Facts<'ContactNoted'>, 'replyDueAt'> & {
    /** Until when an inbound message is answered. */
    readonly replyDueAt: Instant
  }
>
export type AddFile = Command<'AddFile', Facts<'FileAdded'>>
export type RecordWish = Command<'RecordWish', Facts<'WishRecorded'>>
export type RecordLegalView = Command<'RecordLegalView', Facts<'LegalViewRecorded'>>
export type TakeRole = Command<'TakeRole', Facts<'RoleTaken'>>
export type SetSafeContact = Command<'SetSafeContact', Facts<'SafeContactSet'>>

export type GivePermission = Command<'GivePermission', Facts<'PermissionGiven'>>
export type DeclinePermission = Command<
  'DeclinePermission',
  { readonly act: PermittedAct; readonly receiver: Receiver; readonly digest: Digest }
>
export type WithdrawPermission = Command<
  'WithdrawPermission',
  {
    readonly scope:
      | { readonly kind: 'permission'; readonly permission: PermissionId }
      | { readonly kind: 'receiver'; readonly receiver: Receiver }
      | { readonly kind: 'everything' }
  }
>
export type DecidePermit = Command<
  'DecidePermit',
  {
    readonly request: PermitRequestId
    readonly permit: PermitId
    readonly act: OutgoingAct
    readonly receiver: Receiver
    readonly digest: Digest
    readonly validUntil: Instant
  }
>

/** The erasure of a party was recorded. */
export type NoteErasure = Command<'NoteErasure', { readonly party: PartyId }>

export type ReportAcuteDanger = Command<'ReportAcuteDanger', Facts<'AcuteDangerReported'>>
/** The route that shows a report records who had it before their eyes. */
export type OpenAcuteDanger = Command<'OpenAcuteDanger', SecondPerson>
export type ReviewAcuteDanger = Command<
  'ReviewAcuteDanger',
  Facts<'AcuteDangerReviewed'> & SecondPerson
>
interface SecondPerson {
  readonly danger: DangerId
  /** Desks to turn to for a second person beside the holding one. */
  readonly neighbours: readonly string[]
}

export type CloseCase = Command<'CloseCase', Facts<'CaseClosed'>>
export type ReopenCase = Command<'ReopenCase', Facts<'CaseReopened'>>

export type CaseDeadline =
  | 'first-contact'
  | 'contact-person'
  | 'successor'
  | `danger-${DangerId}`
  | `reply-${NoteId}`
export const dangerDeadline = (danger: DangerId): CaseDeadline => `danger-${danger}`
export const replyDeadline = (note: NoteId): CaseDeadline => `reply-${note}`
export type DeadlineReached = Command<
  'DeadlineReached',
  { readonly deadline: string; readonly dueAt: Instant }
>

/** What a member of staff asks; permission and files also the melder, by code. */
export type StaffCommand =
  | NameDeputy
  | EndDeputy
  | OfferContactPerson
  | AcceptContactPerson
  | RefuseContactPerson
  | ReplaceContactPerson
  | NoteContact
  | AddFile
  | RecordWish
  | RecordLegalView
  | TakeRole
  | SetSafeContact
  | GivePermission
  | DeclinePermission
  | WithdrawPermission
  | ReportAcuteDanger
  | OpenAcuteDanger
  | ReviewAcuteDanger
  | CloseCase
  | ReopenCase

/** What an event of another service or the clock asks. */
export type HeardCommand = OpenCase | ChangeAnonymity | DecidePermit | NoteErasure | DeadlineReached

export type CaseCommand = StaffCommand | HeardCommand

export type CaseRejection =
  | { readonly reason: 'no-such-case' }
  | { readonly reason: 'already-opened'; readonly desk: Uuid<'desk'> }
  | { readonly reason: 'case-closed' }
  /** Whoever reported was erased: there is nobody left whose case it is. */
  | { readonly reason: 'melder-erased' }
  /** Not of the desk that holds the case, no deputy and not the national layer. */
  | { readonly reason: 'not-of-this-desk' }
  /** Of the desk, but neither contact person nor deputy nor team lead. */
  | { readonly reason: 'not-assigned' }
  | { readonly reason: 'only-the-team-lead' }
  /** A team lead who leaves as contact person names a deputy first: nobody is left without a holder. */
  | { readonly reason: 'deputy-needed' }
  | { readonly reason: 'not-offered-to-you' }
  | { readonly reason: 'nothing-to-answer' }
  | { readonly reason: 'too-many-files' }
  | { readonly reason: 'melder-does-not-decide' }
  | { readonly reason: 'scope-needed' }
  | { readonly reason: 'term-passed' }
  | { readonly reason: 'no-such-permission' }
  | { readonly reason: 'permission-is-live'; readonly permission: PermissionId }
  | { readonly reason: 'no-such-danger' }
  | { readonly reason: 'same-person' }
  | { readonly reason: 'not-opened' }

export type CaseDecision = Decision<CaseEvent, CaseRejection>
