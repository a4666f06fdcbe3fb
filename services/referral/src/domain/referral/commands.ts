/** What may be asked of a referral, and every reason for which a rule refuses. */
import type { Command, Decision } from '@wederhoor/decider/decider'
import type { Digest, Instant, Sealed, Uuid } from '@wederhoor/vault/fields'
import type { Basis } from '../covenant.ts'
import type {
  DeskCode,
  EventNamed,
  FieldCodes,
  PartnerCode,
  PartnerStep,
  ReferralEvent,
} from '../events.ts'
import type {
  Escalation,
  PartyId,
  PermitId,
  PermitRequestId,
  ReferralId,
  ReferralStatus,
} from './state.ts'

/** What a referral begins with. Which desk holds the case, and whether it is open, the route looked up. */
interface Beginning {
  readonly referral: ReferralId
  readonly partner: PartnerCode
  readonly desk: DeskCode
  readonly melder: PartyId
  readonly caseOpen: boolean
}

export interface AnswerTerms {
  readonly contactDueAt: Instant
  readonly feedbackDueAt: Instant
}

/** Who says what the partner does: an account of the partner, or the desk that heard it by phone. */
export type Teller =
  | { readonly via: 'partner'; readonly organisation: PartnerCode }
  | { readonly via: 'phone'; readonly desk: DeskCode; readonly toldBy: Sealed<string> }

/** Told where to go: one act. */
export type PointPerson = Command<'PointPerson', Beginning>
/** Called together: one act, with what the partner said at once, if it did. */
export type CallTogether = Command<
  'CallTogether',
  Beginning & {
    readonly toldBy: Sealed<string>
    readonly acceptDueAt: Instant
    readonly accepted: AnswerTerms | undefined
  }
>
export type DraftReferral = Command<
  'DraftReferral',
  Beginning & {
    readonly purpose: Uuid<'purpose'>
    readonly fields: FieldCodes
    readonly content: EventNamed<'ReferralDrafted'>['content']
    readonly basis: Basis
  }
>
export type RequestPermit = Command<
  'RequestPermit',
  { readonly desk: DeskCode; readonly request: PermitRequestId }
>
export type ReceivePermit = Command<
  'ReceivePermit',
  {
    readonly request: PermitRequestId
    readonly permit: PermitId
    readonly act: string
    readonly receiver: string
    readonly digest: string
    readonly validUntil: Instant
  }
>
export type ReceivePermitRefusal = Command<
  'ReceivePermitRefusal',
  { readonly request: PermitRequestId; readonly reason: Uuid<'permit-refusal'> }
>
export type CancelPermit = Command<'CancelPermit', { readonly request: PermitRequestId }>
export type OfferReferral = Command<
  'OfferReferral',
  {
    readonly permit: PermitId
    readonly basis: Basis
    readonly seenDueAt: Instant
    readonly acceptDueAt: Instant
  }
>
/** `basis` as it stands when the partner opens it; undefined when nothing was handed over. */
export type SeeReferral = Command<
  'SeeReferral',
  { readonly from: Teller; readonly basis: Basis | undefined }
>
export type AcceptReferral = Command<'AcceptReferral', { readonly from: Teller } & AnswerTerms>
export type RefuseReferral = Command<
  'RefuseReferral',
  { readonly from: Teller; readonly reason: Uuid<'weigergrond'> }
>
export type RecordContact = Command<'RecordContact', { readonly from: Teller }>
export type ReportBack = Command<
  'ReportBack',
  {
    readonly from: Teller
    readonly outcome: Uuid<'uitkomst-verwijzing'>
    readonly text: EventNamed<'ReferralDone'>['text']
  }
>
export type WithdrawReferral = Command<
  'WithdrawReferral',
  /** `digest` names the text that the permission was for; undefined where that is not known: then it is any. */
  | { readonly why: 'permission-withdrawn'; readonly digest: Digest | undefined }
  | { readonly why: 'case-closed' }
  | { readonly why: 'by-sender'; readonly desk: DeskCode }
>
export type RaiseStuckCase = Command<
  'RaiseStuckCase',
  {
    readonly organisation: PartnerCode
    readonly text: EventNamed<'StuckCaseRaised'>['text']
    readonly to: DeskCode
  }
>
export type TakeUpEscalation = Command<'TakeUpEscalation', { readonly what: Escalation }>
export type DeadlineReached = Command<
  'DeadlineReached',
  { readonly deadline: PartnerStep; readonly dueAt: Instant; readonly to: DeskCode }
>

export type ReferralCommand =
  | PointPerson
  | CallTogether
  | DraftReferral
  | RequestPermit
  | ReceivePermit
  | ReceivePermitRefusal
  | CancelPermit
  | OfferReferral
  | SeeReferral
  | AcceptReferral
  | RefuseReferral
  | RecordContact
  | ReportBack
  | WithdrawReferral
  | RaiseStuckCase
  | TakeUpEscalation
  | DeadlineReached

export type ReferralRejection =
  | { readonly reason: 'no-such-referral' }
  | { readonly reason: 'already-begun' }
  | { readonly reason: 'case-closed' }
  /** Nothing was asked for, or everything. */
  | { readonly reason: 'no-fields' }
  | { readonly reason: 'not-the-holding-desk' }
  | { readonly reason: 'not-a-draft'; readonly status: ReferralStatus }
  | { readonly reason: 'permit-does-not-match' }
  | { readonly reason: 'no-live-permit' }
  | { readonly reason: 'not-offered-to-this-organisation' }
  | { readonly reason: 'basis-gone'; readonly why: EventNamed<'ReferralWithheld'>['why'] }
  | { readonly reason: 'not-seen-yet' }
  | { readonly reason: 'not-accepted-yet' }
  | { readonly reason: 'already-accepted' }
  | { readonly reason: 'referral-recalled' }
  | { readonly reason: 'not-out'; readonly status: ReferralStatus }
  | { readonly reason: 'nothing-to-take-up' }

export type ReferralDecision = Decision<ReferralEvent, ReferralRejection>
