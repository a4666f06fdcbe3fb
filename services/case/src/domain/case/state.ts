/** What is known of a case. */
import type { Digest, Instant, Uuid } from '@wederhoor/vault/fields'
import type {
  Anonymity,
  CaseEventOf,
  DangerId,
  FileId,
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

/** The case of a dossier stands in one stream, named after the dossier. */
export const streamOf = (dossier: string): string => `case-${dossier}`

export interface Permission {
  readonly permission: PermissionId
  readonly act: PermittedAct
  readonly receiver: Receiver
  readonly digest: Digest
  readonly validUntil?: Instant | undefined
  /** `ended`: the case closed over it; a reopened case asks again. */
  readonly standing: 'live' | 'withdrawn' | 'ended'
}

/** One act, one receiver, one text: what a permission is about. */
export interface ExactText {
  readonly act: OutgoingAct
  readonly receiver: Receiver
  readonly digest: Digest
}

export const sameText = (left: ExactText, right: ExactText): boolean =>
  left.act === right.act && left.receiver === right.receiver && left.digest === right.digest

/** A text that was to go out and lacked the melder's word: they are asked about it. */
export interface AskedText extends ExactText {
  readonly act: PermittedAct
  readonly askedAt: Instant
}

export interface Permit {
  readonly permit: PermitId
  readonly request: PermitRequestId
  readonly act: OutgoingAct
  readonly receiver: Receiver
  readonly permission?: PermissionId | undefined
  readonly validUntil: Instant
  readonly cancelled: boolean
}

export interface Danger {
  readonly danger: DangerId
  readonly by: Pseudonym
  readonly reviewDueAt: Instant
  /** Who had the report before their eyes since. */
  readonly openedBy: readonly Pseudonym[]
  readonly review: 'due' | 'overdue' | 'done'
}

export interface Note {
  readonly note: NoteId
  readonly party: PartyId
  /** `none`: nothing to reply to, or replied. */
  readonly reply: { readonly kind: 'due' | 'overdue'; readonly dueAt: Instant } | 'none'
}

export interface AddedFile {
  readonly file: FileId
  readonly party: PartyId
  readonly kind: CaseEventOf<'FileAdded'>['kind']
  readonly metadata: CaseEventOf<'FileAdded'>['metadata']
  readonly at: Instant
}

export interface Known {
  readonly desk: Uuid<'desk'>
  readonly melder: PartyId
  /** Whose code it is; a view only finds the case. */
  readonly codeDigest?: Digest | undefined
  readonly melderDecides: boolean
  /** Erased in this dossier: the case stays closed. */
  readonly melderErased: boolean
  /** There is always one (CAS-03). */
  readonly contactPerson: Pseudonym
  /** Present while the contact person only stands in: until when somebody must have accepted to be the next one. */
  readonly successor?: { readonly kind: 'due' | 'overdue'; readonly dueAt: Instant } | undefined
  readonly deputies: readonly Pseudonym[]
  readonly offer?: { readonly to: Pseudonym; readonly dueAt: Instant } | undefined
  /** Who refused the last offer. */
  readonly refusedBy?: Pseudonym | undefined
  readonly firstContact: { readonly kind: 'due' | 'overdue' | 'made'; readonly dueAt: Instant }
  readonly anonymity: Anonymity
  readonly role?: CaseEventOf<'RoleTaken'>['role'] | undefined
  readonly wish?: Digest | undefined
  readonly legalView?: Digest | undefined
  /**
   * Whether the melder set a rule at intake, and whether staff have confirmed it here. What it allows is sealed: until it
   * is confirmed nothing goes out to the melder (procedure §9.11). Where intake did not tell, it may have been set.
   */
  readonly safeContact: 'none-set' | 'to-confirm' | 'confirmed'
  /** Parties to whom nothing may go out, as was set here. */
  readonly unsafe: readonly PartyId[]
  readonly safeContactRules: readonly Digest[]
  readonly permissions: readonly Permission[]
  readonly declined: readonly ExactText[]
  /** What a permit was refused for because the melder had not permitted that text; the same text once. */
  readonly asked: readonly AskedText[]
  readonly permits: readonly Permit[]
  /** Requests that got their answer, refused ones too. */
  readonly answered: readonly PermitRequestId[]
  readonly dangers: readonly Danger[]
  readonly notes: readonly Note[]
  readonly files: readonly AddedFile[]
}

export type Case =
  /** A request may come before its case: its refusal is remembered. */
  | {
      readonly status: 'unknown'
      readonly answered: readonly PermitRequestId[]
      readonly asked: readonly AskedText[]
    }
  | ({ readonly status: 'open' } & Known)
  | ({ readonly status: 'closed' } & Known)

export type ExistingCase = Exclude<Case, { readonly status: 'unknown' }>
