/** Builders for tests: commands and histories of a melding with fixed ids and instants. */
import type { CommandContext } from '@wederhoor/decider/decider'
import type { Digest, Instant, Sealed, Uuid } from '@wederhoor/vault/fields'
import type { MeldingEvent } from '../events.ts'
import type { PreparedOffer, RegisterMelding } from './commands.ts'

export const at = (text: string): Instant => text as Instant
export const start = at('2024-03-01T09:00:00.000Z')
export const offerDueAt = at('2024-03-04T22:59:59.999Z')
export const acceptDueAt = at('2024-03-05T22:59:59.999Z')
export const assignDueAt = at('2024-03-04T22:59:59.999Z')
export const firstContactDueAt = at('2024-03-08T22:59:59.999Z')

export const melder = '6f1b1f0e-53a1-4d3c-8a8e-0c1f5a3b9d01' as Uuid<'PartyId'>
export const question = '0b0a7c52-8a56-4c7e-9d51-2f8a4be3ef11' as Uuid<'QuestionId'>
export const desk = (name: string): Uuid<'desk'> => name as Uuid<'desk'>
export const reason = (name: string) => name as Uuid<'weigergrond'>
export const ending = (name: string) => name as Uuid<'einde-zonder-zaak'>

/** A commitment that differs for each name. */
export const sealed = <Content>(name: string): Sealed<Content> => ({
  sealed: name.padEnd(43, '0').slice(0, 43) as Digest,
})

export function context(
  change: { readonly at?: Instant; readonly person?: string } = {},
): CommandContext {
  return {
    id: 'b7c5e0d2-56f0-5c1a-9f7d-8a2b3c4d5e6f',
    at: change.at ?? start,
    occurredAt: change.at ?? start,
    dossier: '9c1d2e3f-4a5b-4c6d-8e7f-901234567890',
    actor: {
      role: 'caseworker',
      desk: 'desk-a',
      pseudonym: (change.person ??
        'a1a1a1a1-0000-4000-8000-000000000001') as CommandContext['actor']['pseudonym'],
    },
    power: { code: 'registratie', version: '2024-01' },
    policy: '2024-01',
    causation: null,
    correlation: null,
    trace: null,
  }
}

const handed = {
  melder,
  melderKind: 'slachtoffer' as Uuid<'soort-melder'>,
  victimConsents: true,
  anonymity: 'known-to-us',
  acuteDanger: false,
  firstContactDueAt,
  codeDigest: sealed('code').sealed,
} as const

const facts = {
  ...handed,
  channel: 'telefoon' as Uuid<'kanaal'>,
  speaks: 'zelf' as Uuid<'vertegenwoordiging'>,
  story: sealed<string>('story'),
  offerDueAt,
} as const

export const offerTo = (
  name: string,
  why: PreparedOffer['why'] = 'serves-place',
): PreparedOffer => ({
  desk: desk(name),
  why,
  dueAt: acceptDueAt,
})

export function register(change: Partial<RegisterMelding> = {}): RegisterMelding {
  return {
    type: 'RegisterMelding',
    context: context(),
    ...facts,
    noConnectedDesk: false,
    assignDueAt,
    ...change,
  }
}

export const registered = (
  change: Partial<Extract<MeldingEvent, { type: 'MeldingRegistered' }>> = {},
): MeldingEvent => ({
  type: 'MeldingRegistered',
  ...facts,
  at: start,
  ...change,
})

export const offered = (
  name: string,
  attempt = 1,
  why: PreparedOffer['why'] = 'serves-place',
): MeldingEvent => ({
  type: 'HandoverOffered',
  attempt,
  desk: desk(name),
  why,
  at: start,
  dueAt: acceptDueAt,
})

export const refused = (name: string, attempt = 1): MeldingEvent => ({
  type: 'HandoverRefused',
  attempt,
  desk: desk(name),
  by: context().actor.pseudonym,
  reason: reason('buiten-gebied'),
  at: start,
})

export const accepted = (
  name: string,
  attempt = 1,
  safeContact: 'none-set' | 'rule-set' = 'none-set',
): MeldingEvent => ({
  type: 'HandoverAccepted',
  attempt,
  desk: desk(name),
  by: context().actor.pseudonym,
  at: start,
  ...handed,
  safeContact,
})

export const escalated = (
  why: Extract<MeldingEvent, { type: 'HandoverEscalated' }>['why'],
): MeldingEvent => ({
  type: 'HandoverEscalated',
  why,
  at: start,
  assignDueAt,
})

export const ended: MeldingEvent = {
  type: 'MeldingEnded',
  reason: ending('gehoord'),
  by: context().actor.pseudonym,
  at: start,
}
