/** Of one dossier: who holds it, what the melder has allowed, and which permits were given. */
import { type Fact, text } from './fact.ts'

export interface PermitSoFar {
  readonly request: string
  readonly act: string
  readonly receiver: string
  readonly digest: string
  readonly permission: string
  readonly validUntil: string
  isCancelled: boolean
}

export interface PermissionSoFar {
  readonly act: string
  readonly receiver: string
  readonly digest: string
  isWithdrawn: boolean
}

export interface DangerSoFar {
  readonly reportedBy: string
  readonly openedBy: Set<string>
}

export interface DossierSoFar {
  anonymity: string
  /** The offer to a desk that still stands. */
  offer: { readonly desk: string; readonly attempt: string } | undefined
  /** The desk that accepted last. */
  acceptedBy: string
  /** Pseudonym to whom the case was offered as contact person. */
  contactPersonOfferedTo: string
  readonly permits: Map<string, PermitSoFar>
  readonly permissions: Map<string, PermissionSoFar>
  readonly dangers: Map<string, DangerSoFar>
}

export const newDossier = (): DossierSoFar => ({
  anonymity: '',
  offer: undefined,
  acceptedBy: '',
  contactPersonOfferedTo: '',
  permits: new Map(),
  permissions: new Map(),
  dangers: new Map(),
})

export function noteDossier(dossier: DossierSoFar, fact: Fact): void {
  switch (fact.type) {
    case 'MeldingRegistered':
    case 'AnonymityChosen':
      dossier.anonymity = text(fact, 'anonymity')
      return
    case 'HandoverOffered':
      dossier.offer = { desk: text(fact, 'desk'), attempt: String(fact.data['attempt']) }
      return
    case 'HandoverRefused':
    case 'HandoverLapsed':
    case 'HandoverEscalated':
      dossier.offer = undefined
      return
    case 'HandoverAccepted':
      dossier.offer = undefined
      dossier.acceptedBy = text(fact, 'desk')
      return
    case 'ContactPersonOffered':
      dossier.contactPersonOfferedTo = text(fact, 'to')
      return
    case 'ContactPersonRefused':
    case 'ContactPersonOfferLapsed':
    case 'ContactPersonChanged':
      dossier.contactPersonOfferedTo = ''
      return
    case 'AcuteDangerReported':
      dossier.dangers.set(text(fact, 'danger'), { reportedBy: fact.by, openedBy: new Set() })
      return
    case 'AcuteDangerOpened':
      dossier.dangers.get(text(fact, 'danger'))?.openedBy.add(fact.by)
      return
    default:
      notePermits(dossier, fact)
  }
}

function notePermits(dossier: DossierSoFar, fact: Fact): void {
  const exact = {
    act: text(fact, 'act'),
    receiver: text(fact, 'receiver'),
    digest: text(fact, 'digest'),
  }
  switch (fact.type) {
    case 'PermissionGiven':
      dossier.permissions.set(text(fact, 'permission'), { ...exact, isWithdrawn: false })
      return
    case 'PermissionWithdrawn': {
      const known = dossier.permissions.get(text(fact, 'permission'))
      if (known !== undefined) known.isWithdrawn = true
      return
    }
    case 'PermitGranted':
      dossier.permits.set(text(fact, 'permit'), {
        ...exact,
        request: text(fact, 'request'),
        permission: text(fact, 'permission'),
        validUntil: text(fact, 'validUntil'),
        isCancelled: false,
      })
      return
    case 'PermitCancelled': {
      const known = dossier.permits.get(text(fact, 'permit'))
      if (known !== undefined) known.isCancelled = true
    }
  }
}
