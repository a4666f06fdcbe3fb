/**
 * Stored events of the sealed mediation track. These names and fields are the storage format: they are never renamed.
 * Whatever is said stands under the key of the track alone; the rest of the house sees started, ended, agreement or not.
 */
import { code, type EventOf, event, maybe, open, sensitive, uuid } from '@wederhoor/vault/fields'
import { z } from 'zod'
import { at, by, melder, party, respondent } from './fields.ts'

const mediation = open('random id of the mediation', uuid('MediationId'))
const track = open('random id under which the track is sealed', uuid('PartyId'))
const text = z.string().min(1).max(50_000)

/** What was agreed, and of what kind it is: bringing closer, an apology, training, other words (MED-02). */
export const agreementText = z.object({
  text,
  kinds: z.array(z.string().max(60)).max(10),
})

export const mediationProposed = event('MediationProposed', 1, {
  mediation,
  melder,
  respondent,
  track,
  by,
  at,
})
export const partyAgreed = event('PartyAgreed', 1, {
  side: party,
  party: open('random id of the party within this dossier', uuid('PartyId')),
  agreement: sensitive('party', text),
  at,
})
export const mediationStarted = event('MediationStarted', 1, { mediation, at })
export const sessionRecorded = event('SessionRecorded', 1, {
  session: open('random id', uuid('SessionId')),
  track,
  notes: sensitive('track', text),
  by,
  at,
})
/** Without reasons, and without who wanted it. */
export const mediationEnded = event('MediationEnded', 1, {
  mediation,
  agreement: open('yes or no', z.boolean()),
  track,
  agreed: maybe(sensitive('track', agreementText)),
  at,
})
export const releaseGiven = event('ReleaseGiven', 1, { side: party, at })
export const agreementReleased = event('AgreementReleased', 1, { mediation, at })
export const mediatorRefused = event('MediatorRefused', 1, {
  roles: open('what else the mediator is in this dossier', z.array(code('dossier-role'))),
  attempt: open('id of the command', uuid('CommandId')),
  by,
  at,
})

export const mediationEvents = [
  mediationProposed,
  partyAgreed,
  mediationStarted,
  sessionRecorded,
  mediationEnded,
  releaseGiven,
  agreementReleased,
  mediatorRefused,
] as const

export type MediationEvent = EventOf<(typeof mediationEvents)[number]>
export type MediationEventOf<Type extends MediationEvent['type']> = Extract<
  MediationEvent,
  { type: Type }
>
