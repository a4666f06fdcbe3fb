/** Which stored events of case the other services hear, and how. Pure. */
import * as told from '@wederhoor/contracts/events/case'
import { publish } from '@wederhoor/contracts/published'
import type { Uuid } from '@wederhoor/vault/fields'
import type { ErasureEvent } from './domain/erasure-events.ts'
import type { CaseEvent } from './domain/events.ts'

export function announce(
  event: CaseEvent | ErasureEvent,
  dossier: string,
): ReturnType<typeof publish> | undefined {
  switch (event.type) {
    case 'CaseOpened': {
      const { desk, melder, contactPerson, anonymity, at } = event
      return publish(told.caseOpened, dossier, {
        dossier,
        desk,
        melder,
        contactPerson,
        anonymity,
        at,
      })
    }
    case 'ContactPersonChanged': {
      const { contactPerson, at } = event
      return publish(told.contactPersonChanged, dossier, { dossier, contactPerson, at })
    }
    // Whoever stands in is whom the melder deals with from now on.
    case 'ContactPersonLeft': {
      const { interim, at } = event
      return publish(told.contactPersonChanged, dossier, { dossier, contactPerson: interim, at })
    }
    case 'PermissionGiven': {
      const { permission, act, receiver, digest, at } = event
      return publish(told.permissionGiven, dossier, {
        dossier,
        permission,
        act,
        receiver,
        digest,
        at,
      })
    }
    case 'PermissionWithdrawn': {
      const { permission, act, receiver, at } = event
      return publish(told.permissionWithdrawn, dossier, { dossier, permission, act, receiver, at })
    }
    case 'PermitGranted': {
      const { permit, request, act, receiver, digest, validUntil, at } = event
      return publish(told.permitGranted, dossier, {
        dossier,
        permit,
        request,
        act,
        receiver,
        digest,
        validUntil,
        at,
      })
    }
    case 'PermitRefused': {
      const { request, reason, at } = event
      return publish(told.permitRefused, dossier, { dossier, request, reason, at })
    }
    case 'PermitCancelled': {
      const { permit, request, at } = event
      return publish(told.permitCancelled, dossier, { dossier, permit, request, at })
    }
    case 'CaseClosed':
      return publish(told.caseClosed, dossier, { dossier, outcome: event.outcome, at: event.at })
    case 'MelderErased': {
      const { wasOpen, at } = event
      const outcome = 'gewist' as Uuid<'uitkomst'>
      return wasOpen ? publish(told.caseClosed, dossier, { dossier, outcome, at }) : undefined
    }
    case 'ErasureRefused': {
      const { party, grounds, at } = event
      return publish(told.erasureRefused, dossier, { dossier, party, grounds, at })
    }
    case 'PartyErased': {
      const { party, at } = event
      return publish(told.partyErased, dossier, { dossier, party, at })
    }
    case 'CaseReopened':
      return publish(told.caseReopened, dossier, { dossier, at: event.at })
    case 'DeputyNamed':
    case 'DeputyEnded':
    case 'ContactPersonOffered':
    case 'ContactPersonRefused':
    case 'ContactPersonOfferLapsed':
    case 'SuccessorOverdue':
    case 'FirstContactMade':
    case 'FirstContactOverdue':
    case 'ContactNoted':
    case 'ReplyOverdue':
    case 'FileAdded':
    case 'WishRecorded':
    case 'LegalViewRecorded':
    case 'RoleTaken':
    case 'SafeContactSet':
    case 'AnonymityChanged':
    case 'PermissionDeclined':
    case 'AcuteDangerReported':
    case 'AcuteDangerOpened':
    case 'AcuteDangerReviewed':
    case 'DangerReviewOverdue':
    case 'ErasureRequested':
    case 'ErasureOverdue':
    case 'LegalHoldPlaced':
    case 'LegalHoldLifted':
    case 'LegalHoldOverdue':
    case 'ErasureGranted':
    case 'ErasureIncomplete':
    case 'ErasureCompleted':
    case 'ErasureFinal':
      return undefined
  }
}
