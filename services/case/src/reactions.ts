/**
 * What case does on hearing the others: it opens on an acceptance, follows the melder's choice of anonymity, and answers
 * every request for a permit. Pure. Each may come before or after what another service says.
 */
import { dueAt } from '@wederhoor/calendar/instants'
import { anonymityChanged, handoverAccepted } from '@wederhoor/contracts/events/intake'
import { hearingPermitRequested } from '@wederhoor/contracts/events/mediation'
import { referralPermitRequested } from '@wederhoor/contracts/events/referral'
import { hasMark } from '@wederhoor/contracts/lists'
import { durationOf } from '@wederhoor/contracts/policy-settings'
import { type PublishedOf, reader } from '@wederhoor/contracts/published'
import type { Ruling } from '@wederhoor/contracts/ruling'
import { derivedId } from '@wederhoor/decider/derived-id'
import type { Instant } from '@wederhoor/vault/fields'
import type { HeardCommand } from './domain/case/commands.ts'
import type { PermitId } from './domain/events.ts'

const taken = [
  handoverAccepted,
  anonymityChanged,
  hearingPermitRequested,
  referralPermitRequested,
] as const

export const readHeard = reader(taken)
export type Heard = PublishedOf<(typeof taken)[number]>

type WithoutContext<Command> = Command extends unknown ? Omit<Command, 'context'> : never

/** The act whose power and policy the command is decided under, by the event that asks for it. */
export const actOf: Readonly<Record<Heard['name'], string>> = {
  'handover-accepted': 'open-case',
  'anonymity-changed': 'choose-anonymity',
  'permit-requested': 'grant-permit',
}

export function reactionTo(
  event: Heard,
  moment: { readonly at: Instant; readonly settings: Ruling['settings'] },
): WithoutContext<HeardCommand> {
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
