/** What may be asked of a hearing, and every reason for which a rule refuses. */
import type { Command, Decision } from '@wederhoor/decider/decider'
import type { Digest, Uuid } from '@wederhoor/vault/fields'
import type {
  Anonymity,
  At,
  Days,
  DocumentId,
  Dues,
  HearingEvent,
  HearingEventOf,
  OrganisationId,
  OutgoingAct,
  PartyId,
  RequestId,
  Side,
} from '../events.ts'
import type { End } from './state.ts'

/** Recorded facts about whoever acts, gathered by the server; a tie is computed from them and never ticked. */
export interface ActorFacts {
  /** Organisations they work for or hold an office in. */
  readonly organisations: readonly OrganisationId[]
  /** Parties and organisations with which they declared a tie. */
  readonly declaredTies: readonly (PartyId | OrganisationId)[]
  /** What else they are in this dossier. Having helped the same melder before is no tie. */
  readonly roles: readonly (
    | 'melder'
    | 'respondent'
    | 'witness'
    | 'representative'
    | 'mediator'
    | 'involved-in-conduct'
  )[]
}

type Facts<Type extends HearingEvent['type']> = Omit<HearingEventOf<Type>, 'type' | 'at' | 'by'>

export type PrepareHearing = Command<
  'PrepareHearing',
  Facts<'HearingPrepared'> & { readonly facts: ActorFacts }
>
export type ReviseDraft = Command<
  'ReviseDraft',
  { readonly content: HearingEventOf<'DraftRevised'>['content'] }
>
export type ChangeHandler = Command<'ChangeHandler', { readonly facts: ActorFacts }>
export type NotePermission = Command<
  'NotePermission',
  {
    readonly permission: Uuid<'PermissionId'>
    readonly act: OutgoingAct
    readonly receiver: PartyId
    readonly digest: Digest
  }
>
export type NoteWithdrawal = Command<
  'NoteWithdrawal',
  { readonly permission: Uuid<'PermissionId'> }
>
export type NoteAnonymity = Command<'NoteAnonymity', { readonly anonymity: Anonymity }>
export type NoteCaseClosed = Command<'NoteCaseClosed', object>
export type NoteCaseReopened = Command<'NoteCaseReopened', object>
export type RequestServing = Command<
  'RequestServing',
  { readonly request: RequestId; readonly document: DocumentId; readonly to: Side }
>
export type RequestReminder = Command<
  'RequestReminder',
  { readonly request: RequestId; readonly to: Side }
>
export type ReceivePermit = Command<
  'ReceivePermit',
  Omit<HearingEventOf<'PermitReceived'>, 'type' | 'at'> & {
    readonly act: string
    readonly receiver: string
    readonly digest: string
  }
>
export type LosePermit = Command<'LosePermit', Omit<HearingEventOf<'PermitLost'>, 'type' | 'at'>>
export type Dispatch = Command<
  'Dispatch',
  {
    readonly request: RequestId
    readonly permit: Uuid<'PermitId'>
    readonly channel: Uuid<'kanaal'>
    readonly codeDigest?: Digest | undefined
    /** For a reminder: until when its receiver may still react. */
    readonly silenceDueAt?: At | undefined
  }
>
export type ProveDelivery = Command<
  'ProveDelivery',
  {
    readonly request: RequestId
    readonly how: Uuid<'bezorgbewijs'>
    readonly deliveredAt: At
    /** Counted from this delivery. */
    readonly term: { readonly days: Days; readonly dues: Dues }
  }
>
export type ReportUndelivered = Command<
  'ReportUndelivered',
  { readonly request: RequestId; readonly reason: Uuid<'niet-bezorgd'> }
>
export type ReceiveStatement = Command<
  'ReceiveStatement',
  Pick<
    HearingEventOf<'StatementReceived'>,
    'author' | 'document' | 'content' | 'form' | 'channel' | 'recordedBy'
  >
>
export type DeclineToBeHeard = Command<
  'DeclineToBeHeard',
  { readonly party: Side; readonly channel: Uuid<'kanaal'> }
>
export type ExtendTerm = Command<
  'ExtendTerm',
  {
    readonly ground: Uuid<'verlengingsgrond'>
    readonly extraDays: number
    readonly extensionsMax: number
    /** New ends for each side whose term runs, and for no other. */
    readonly melder?: Dues | undefined
    readonly respondent?: Dues | undefined
  }
>
export type DeadlineKind = `${'reminder' | 'silence'}-${Side}`
export type DeadlineReached = Command<
  'DeadlineReached',
  { readonly deadline: DeadlineKind; readonly dueAt: At }
>
export type RecordCooperation = Command<
  'RecordCooperation',
  { readonly request: RequestId; readonly cooperation: Uuid<'medewerking'> }
>
export type AddReport = Command<
  'AddReport',
  {
    readonly document: DocumentId
    readonly content: HearingEventOf<'DocumentAdded'>['content']
  }
>
export type DraftClosingNotice = Command<
  'DraftClosingNotice',
  {
    readonly document: DocumentId
    readonly content: HearingEventOf<'DocumentAdded'>['content']
  }
>
export type OpenDocument = Command<'OpenDocument', { readonly document: DocumentId }>
export type ProposeWithholding = Command<
  'ProposeWithholding',
  {
    readonly document: DocumentId
    readonly from: Side
    readonly ground: Uuid<'inhoudingsgrond'>
  }
>
export type ConfirmWithholding = Command<
  'ConfirmWithholding',
  { readonly document: DocumentId; readonly from: Side; readonly facts: ActorFacts }
>
export type LiftWithholding = Command<
  'LiftWithholding',
  { readonly document: DocumentId; readonly from: Side }
>
export type ProposeSkip = Command<'ProposeSkip', object>
export type ConfirmSkip = Command<'ConfirmSkip', { readonly facts: ActorFacts }>
export type MakeFindings = Command<
  'MakeFindings',
  {
    readonly document: DocumentId
    readonly content: HearingEventOf<'FindingsMade'>['content']
    readonly facts: ActorFacts
  }
>
export type EndHearing = Command<'EndHearing', { readonly end: End }>

export type HearingCommand =
  | PrepareHearing
  | ReviseDraft
  | ChangeHandler
  | NotePermission
  | NoteWithdrawal
  | NoteAnonymity
  | NoteCaseClosed
  | NoteCaseReopened
  | RequestServing
  | RequestReminder
  | ReceivePermit
  | LosePermit
  | Dispatch
  | ProveDelivery
  | ReportUndelivered
  | ReceiveStatement
  | DeclineToBeHeard
  | ExtendTerm
  | DeadlineReached
  | RecordCooperation
  | AddReport
  | DraftClosingNotice
  | OpenDocument
  | ProposeWithholding
  | ConfirmWithholding
  | LiftWithholding
  | ProposeSkip
  | ConfirmSkip
  | MakeFindings
  | EndHearing

/** Refusals that only the caller cares about. What an auditor would ask about is `ActRefused`. */
export type HearingRejection =
  | { readonly reason: 'no-such-hearing' }
  | { readonly reason: 'already-prepared' }
  | { readonly reason: 'already-sent' }
  | { readonly reason: 'already-asked' }
  | { readonly reason: 'respondent-skipped' }
  | { readonly reason: 'no-such-document' }
  | { readonly reason: 'document-exists' }
  | { readonly reason: 'not-for-this-party' }
  | { readonly reason: 'withheld' }
  | { readonly reason: 'complaint-first' }
  | { readonly reason: 'respondent-first' }
  | { readonly reason: 'no-such-request' }
  | { readonly reason: 'other-permit' }
  | { readonly reason: 'no-permit-yet' }
  | { readonly reason: 'not-sent' }
  | { readonly reason: 'already-delivered' }
  | { readonly reason: 'impossible-time' }
  | { readonly reason: 'unequal-terms' }
  | { readonly reason: 'not-a-serving' }
  | { readonly reason: 'not-asked-to-react' }
  | { readonly reason: 'already-heard' }
  | { readonly reason: 'no-running-term' }
  | { readonly reason: 'extended-before' }
  | { readonly reason: 'no-reminder-due' }
  | { readonly reason: 'not-delivered' }
  | { readonly reason: 'not-served-yet' }
  | { readonly reason: 'nobody-to-tell' }
  | { readonly reason: 'skipped-not-withheld' }
  | { readonly reason: 'nothing-proposed' }
  | { readonly reason: 'not-withheld' }
  | { readonly reason: 'findings-stand' }
  | { readonly reason: 'no-findings' }
  | { readonly reason: 'only-the-melder-withdraws' }
  | { readonly reason: 'hearing-over'; readonly end: End | 'detached' }

export type HearingDecision = Decision<HearingEvent, HearingRejection>
