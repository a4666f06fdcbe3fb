/** What is known of a hearing. */
import type { Digest, Uuid } from '@wederhoor/vault/fields'
import type {
  Anonymity,
  At,
  Days,
  DocumentId,
  Dues,
  HearingEventOf,
  OrganisationId,
  OutgoingAct,
  PartyId,
  Pseudonym,
  RequestId,
  Side,
} from '../events.ts'

export const sides = ['melder', 'respondent'] as const satisfies readonly Side[]

/**
 * How a document stands towards one side. `own` has written it; `not-for` is what never goes to this side. `spoke`: this
 * side spoke after it was sent and before its delivery was proven, so perhaps about it.
 */
export type Standing =
  | { readonly is: 'own' }
  | { readonly is: 'not-for' }
  | { readonly is: 'due' }
  | { readonly is: 'asked'; readonly request: RequestId }
  | { readonly is: 'sent'; readonly request: RequestId; readonly spoke: boolean }
  | {
      readonly is: 'served'
      readonly request: RequestId
      readonly at: At
      readonly spoke: boolean
    }
  | { readonly is: 'withheld'; readonly ground: Uuid<'inhoudingsgrond'> }

export type DocumentKind =
  | 'complaint'
  | 'general-letter'
  | 'answer'
  | 'reply'
  | 'report'
  | 'findings'
  | 'closing-notice'

export interface HearingDocument {
  readonly id: DocumentId
  readonly kind: DocumentKind
  readonly author: Side | 'office'
  /** Commitment to the exact text: what a permission is given for. */
  readonly digest: Digest
  /** 1 is the complaint; a statement that reacts stands one higher. 0 for what is no statement. */
  readonly round: number
  readonly for: Readonly<Record<Side, Standing>>
  readonly openedBy: readonly Pseudonym[]
  /** Withholding that waits for a second person. */
  readonly proposal?: Readonly<{
    from: Side
    ground: Uuid<'inhoudingsgrond'>
    by: Pseudonym
  }>
}

export interface PermitRequest {
  readonly id: RequestId
  readonly purpose: 'serve' | 'remind'
  readonly document: DocumentId
  readonly to: Side
  readonly act: OutgoingAct
  readonly digest: Digest
  readonly stage:
    | { readonly is: 'asked' }
    | { readonly is: 'granted'; readonly permit: Uuid<'PermitId'>; readonly validUntil: At }
    | { readonly is: 'lost' }
    | { readonly is: 'sent'; readonly at: At }
    | { readonly is: 'delivered' }
    | { readonly is: 'undelivered' }
  readonly cooperation?: Uuid<'medewerking'>
}

/** Whether a side has been heard on what was last served to it. */
export type Voice =
  | { readonly is: 'not-asked' }
  | {
      readonly is: 'waiting'
      readonly request: RequestId
      readonly document: DocumentId
      readonly dues: Dues
    }
  | {
      readonly is: 'reminder-due'
      readonly request: RequestId
      readonly document: DocumentId
      readonly dues: Dues
    }
  | {
      readonly is: 'reminded'
      readonly request: RequestId
      readonly document: DocumentId
      readonly dues: Dues
    }
  | { readonly is: 'heard' }
  | {
      readonly is: 'silent'
      readonly request: RequestId
      readonly document: DocumentId
      readonly dues: Dues
    }
  | { readonly is: 'declined' }

export interface Permission {
  readonly id: Uuid<'PermissionId'>
  readonly act: OutgoingAct
  readonly receiver: PartyId
  readonly digest: Digest
  /** False once it was withdrawn, or the case closed over it. */
  readonly live: boolean
  readonly withdrawn: boolean
}

export interface HearingFile {
  readonly hearing: Uuid<'HearingId'>
  readonly handler: Pseudonym
  readonly kind: 'complaint' | 'general-letter'
  readonly parties: Readonly<Record<Side | 'office', PartyId>>
  readonly organisation?: OrganisationId | undefined
  readonly anonymity: Anonymity
  /** The complaint or general letter. */
  readonly draft: DocumentId
  readonly documents: Readonly<Record<string, HearingDocument>>
  readonly requests: Readonly<Record<string, PermitRequest>>
  readonly permissions: Readonly<Record<string, Permission>>
  readonly voices: Readonly<Record<Side, Voice>>
  /** Length of the first term, which every later term of either side has too. */
  readonly days?: Days
  readonly extraDays: number
  readonly extensions: number
  /** The melder withdrew: nothing that carries the matter further goes out any more. */
  readonly withdrawn: boolean
  /** While it is, nothing here opens again. */
  readonly caseClosed: boolean
  /** What opens this ended hearing again as soon as its case does. */
  readonly reopens?: 'late-answer' | 'reminder-came-back' | undefined
  /** Findings that stand; a new statement of either side reopens them. */
  readonly findings?: DocumentId | undefined
  readonly skip?: Readonly<{ by: Pseudonym; confirmed: boolean }>
  /** Who was found tied: a tie that was recorded does not go away by not being named again. */
  readonly tied: readonly Pseudonym[]
  /** The last attempt that was refused and recorded. */
  readonly refused?: string
}

export type End = HearingEventOf<'HearingEnded'>['end']

/**
 * `prepared` waits for the melder's permission for exactly this draft; `opened` has it; `served` has proof that the
 * respondent has the draft; `skipped` will not ask the respondent, for safety; `detached` outlived its case.
 */
export type Hearing =
  | { readonly status: 'unknown'; readonly refused?: string }
  | (HearingFile & { readonly status: 'prepared' | 'opened' | 'served' | 'skipped' | 'detached' })
  | (HearingFile & { readonly status: 'ended'; readonly end: End })

export type ExistingHearing = Exclude<Hearing, { status: 'unknown' }>

export const isOver = (state: ExistingHearing): boolean =>
  state.status === 'ended' || state.status === 'detached'

export const draftOf = (state: HearingFile): HearingDocument | undefined =>
  state.documents[state.draft]

/** The document that the respondent was asked about is on its way, there, or was there. */
export function reached(state: HearingFile): boolean {
  const standing = draftOf(state)?.for.respondent.is
  return standing === 'sent' || standing === 'served'
}

/** Whoever was reached is told that it is over; findings say so themselves. */
export function closingNoticeOwed(state: ExistingHearing): boolean {
  if (!isOver(state) || !reached(state)) return false
  if (state.status === 'ended' && state.end === 'findings') return false
  return !Object.values(state.documents).some(
    (one) =>
      one.kind === 'closing-notice' &&
      (one.for.respondent.is === 'sent' || one.for.respondent.is === 'served'),
  )
}

export const other = (side: Side): Side => (side === 'melder' ? 'respondent' : 'melder')
