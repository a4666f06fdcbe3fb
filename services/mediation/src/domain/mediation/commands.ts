/** What may be asked of a mediation, and every reason for which a rule refuses. */
import type { Command, Decision } from '@wederhoor/decider/decider'
import type { Uuid } from '@wederhoor/vault/fields'
import type { Side } from '../events.ts'
import type { MediationEvent, MediationEventOf } from '../mediation-events.ts'

export type ProposeMediation = Command<
  'ProposeMediation',
  Omit<MediationEventOf<'MediationProposed'>, 'type' | 'by' | 'at'> & {
    /** Whatever else the mediator is recorded to be in this dossier. */
    readonly otherRoles: readonly Uuid<'dossier-role'>[]
  }
>
export type AgreeToMediate = Command<
  'AgreeToMediate',
  { readonly side: Side; readonly agreement: MediationEventOf<'PartyAgreed'>['agreement'] }
>
/** Of a party, at any moment, without a reason. */
export type StopMediation = Command<'StopMediation', { readonly side: Side }>
export type RecordSession = Command<
  'RecordSession',
  {
    readonly session: Uuid<'SessionId'>
    readonly notes: MediationEventOf<'SessionRecorded'>['notes']
  }
>
export type EndMediation = Command<
  'EndMediation',
  { readonly agreed?: MediationEventOf<'MediationEnded'>['agreed'] | undefined }
>
export type ReleaseAgreement = Command<'ReleaseAgreement', { readonly side: Side }>
export type NoteCaseClosed = Command<'NoteCaseClosed', object>

export type MediationCommand =
  | ProposeMediation
  | AgreeToMediate
  | StopMediation
  | RecordSession
  | EndMediation
  | ReleaseAgreement
  | NoteCaseClosed

export type MediationRejection =
  | { readonly reason: 'no-such-mediation' }
  | { readonly reason: 'already-proposed' }
  | { readonly reason: 'only-the-mediator' }
  | { readonly reason: 'not-started' }
  | { readonly reason: 'mediation-ended' }
  | { readonly reason: 'no-agreement' }

export type MediationDecision = Decision<MediationEvent, MediationRejection>
