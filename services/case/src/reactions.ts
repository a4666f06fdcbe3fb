/**
 * What case does on hearing the others: it opens on an acceptance, follows the melder's choice of anonymity, answers every
 * request for a permit, and takes up a wish to be erased. Pure. Each may come before or after what another service says.
 */
import { dueAt } from '@wederhoor/calendar/instants'
import {
  anonymityChanged,
  erasureAsked,
  handoverAccepted,
} from '@wederhoor/contracts/events/intake'
import {
  complaintServed,
  hearingEnded,
  hearingOpened,
  hearingPermitRequested,
  mediationEnded,
  mediationStarted,
} from '@wederhoor/contracts/events/mediation'
import {
  referralAccepted,
  referralDone,
  referralOffered,
  referralPermitRequested,
  referralRecalled,
  referralRefused,
} from '@wederhoor/contracts/events/referral'
import { hasMark } from '@wederhoor/contracts/lists'
import { durationOf, termOf } from '@wederhoor/contracts/policy-settings'
import { type PublishedOf, reader } from '@wederhoor/contracts/published'
import type { Ruling } from '@wederhoor/contracts/ruling'
import { derivedId } from '@wederhoor/decider/derived-id'
import type { Instant } from '@wederhoor/vault/fields'
import type { HeardCommand } from './domain/case/commands.ts'
import type { RequestErasure } from './domain/erasure/commands.ts'
import type { ErasureGround } from './domain/erasure-events.ts'
import type { PartyId, PermitId } from './domain/events.ts'
import type { Matter } from './domain/matter.ts'

const taken = [
  handoverAccepted,
  anonymityChanged,
  hearingPermitRequested,
  referralPermitRequested,
] as const

const matterEvents = [
  hearingOpened,
  complaintServed,
  hearingEnded,
  mediationStarted,
  mediationEnded,
  referralOffered,
  referralAccepted,
  referralRefused,
  referralDone,
  referralRecalled,
] as const

type MatterEvent = PublishedOf<(typeof matterEvents)[number]>

const names: ReadonlySet<string> = new Set(matterEvents.map((one) => one.name))
export const isMatterEvent = (event: { readonly name: string }): event is MatterEvent =>
  names.has(event.name)

export const readHeard = reader([...taken, erasureAsked, ...matterEvents])
export type Heard = PublishedOf<(typeof taken)[number]>
export type ErasureHeard = PublishedOf<typeof erasureAsked>

type WithoutContext<Command> = Command extends unknown ? Omit<Command, 'context'> : never

/** The act whose power and policy the command is decided under, by the event that asks for it. */
export const actOf: Readonly<Record<Heard['name'], string>> = {
  'handover-accepted': 'open-case',
  'anonymity-changed': 'choose-anonymity',
  'permit-requested': 'grant-permit',
}

interface Moment {
  readonly at: Instant
  readonly settings: Ruling['settings']
}

export function reactionTo(event: Heard, moment: Moment): WithoutContext<HeardCommand> {
  switch (event.name) {
    case 'handover-accepted': {
      const { desk, melder, melderKind, anonymity, acuteDanger, firstContactDueAt } = event
      const { safeContact, codeDigest } = event
      return {
        type: 'OpenCase',
        desk,
        melder,
        melderKind,
        // Whoever reports for another decides only with that person's word (WIT-02).
        melderDecides:
          event.victimConsents || hasMark('soort-melder', melderKind, 'decides', event.acceptedAt),
        contactPerson: event.acceptedBy,
        anonymity,
        acuteDanger,
        firstContactDueAt,
        safeContact,
        codeDigest,
      }
    }
    case 'anonymity-changed':
      return { type: 'ChangeAnonymity', anonymity: event.anonymity }
    case 'permit-requested': {
      const { request, act, receiver, digest } = event
      const permit = derivedId(request, 'permit') as PermitId
      const validUntil = dueAt(moment.at, durationOf(moment.settings.case.permitValidFor))
      return { type: 'DecidePermit', request, permit, act, receiver, digest, validUntil }
    }
  }
}

/** The melder asked by code: nobody of the staff stands between them and a decision. */
export const erasureAskedFor = (
  event: ErasureHeard,
  { at, settings }: Moment,
): WithoutContext<RequestErasure> => ({
  type: 'RequestErasure',
  party: event.melder as string as PartyId,
  ground: event.ground as string as ErasureGround,
  how: 'by-code',
  answerDueAt: dueAt(at, termOf(settings.case.rightsAnswerWithin)),
  by: event.melder as string as PartyId,
})

export function matterOf(event: MatterEvent): Matter {
  const { dossier } = event
  switch (event.name) {
    case 'hearing-opened':
      return { id: event.hearing, dossier, kind: 'hearing', running: true }
    case 'complaint-served':
      return { id: event.hearing, dossier, kind: 'hearing', served: true }
    case 'hearing-ended':
      return { id: event.hearing, dossier, kind: 'hearing', running: false }
    case 'mediation-started':
      return { id: event.mediation, dossier, kind: 'mediation', running: true }
    case 'mediation-ended':
      return { id: event.mediation, dossier, kind: 'mediation', running: false }
    case 'referral-offered':
    case 'referral-accepted':
      return { id: event.referral, dossier, kind: 'referral', running: true }
    case 'referral-refused':
    case 'referral-done':
    case 'referral-recalled':
      return { id: event.referral, dossier, kind: 'referral', running: false }
  }
}
