/** What is asked of the evidence of one log, and why it is refused. */
import type { Command } from '@wederhoor/decider/decider'
import type { EvidenceEventOf, Origin, PublicKey, RotationStep } from './evidence-events.ts'

export type ProposeEpoch = Command<
  'ProposeEpoch',
  Pick<EvidenceEventOf<'EpochProposed'>, 'log' | 'number' | 'incident' | 'witnessed' | 'guarded'>
>
/** Which proposal is meant: its `proposalName`, so that nobody confirms what they did not read. */
interface OfProposal {
  readonly proposal: string
}
/** Changes nothing yet: says whether this person may. */
export type ConfirmEpoch = Command<'ConfirmEpoch', OfProposal & { readonly number: number }>
export type BeginEpoch = Command<
  'BeginEpoch',
  OfProposal &
    Pick<EvidenceEventOf<'EpochBegun'>, 'number' | 'origin' | 'survived' | 'guarded' | 'decidedBy'>
>
export type ProposeRotation = Command<
  'ProposeRotation',
  {
    readonly log: Origin
    readonly step: RotationStep
    readonly newest: PublicKey
    readonly keys: number
  }
>
export type ConfirmRotation = Command<
  'ConfirmRotation',
  OfProposal & { readonly step: RotationStep }
>
/** The keys are as decided. */
export type NoteRotated = Command<
  'NoteRotated',
  OfProposal & { readonly step: RotationStep; readonly newest: PublicKey }
>
export type RecordCheck = Command<
  'RecordCheck',
  Omit<EvidenceEventOf<'LedgerChecked'>, 'type' | 'by' | 'at'> & {
    /** When the last entry of that tree was recorded; undefined where it is not there any more. */
    readonly writtenAt: EvidenceEventOf<'LedgerChecked'>['at'] | undefined
  }
>
export type RecordFailure = Command<
  'RecordFailure',
  Omit<EvidenceEventOf<'VerificationFailed'>, 'type' | 'at'>
>
export type EvidenceCommand =
  | ProposeEpoch
  | ConfirmEpoch
  | BeginEpoch
  | ProposeRotation
  | ConfirmRotation
  | NoteRotated
  | RecordCheck
  | RecordFailure

export type EvidenceRejection =
  | { readonly reason: 'nothing-proposed' }
  | { readonly reason: 'proposal-changed' }
  | { readonly reason: 'same-person' }
  | { readonly reason: 'other-proposal-stands' }
  | { readonly reason: 'no-overlap' }
  | { readonly reason: 'overlap-stands' }
  | { readonly reason: 'nothing-checked' }
  | { readonly reason: 'checked-in-the-future' }
  | { readonly reason: 'checked-too-early' }
