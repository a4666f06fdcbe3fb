/** Builders for tests: commands and histories of a referral with fixed ids and instants. */
import type { CommandContext } from '@wederhoor/decider/decider'
import type { Digest, Instant, Sealed, Uuid } from '@wederhoor/vault/fields'
import type { Basis, CovenantFacts } from '../covenant.ts'
import type { EventNamed, FieldCodes, ReferralEvent } from '../events.ts'
import type { CallTogether, DraftReferral, OfferReferral, PointPerson, Teller } from './commands.ts'

export const at = (text: string): Instant => text as Instant
export const start = at('2024-03-01T09:00:00.000Z')
export const validUntil = at('2024-03-01T09:10:00.000Z')
export const tooLate = at('2024-03-01T09:10:00.001Z')
export const seenDueAt = at('2024-03-05T22:59:59.999Z')
export const acceptDueAt = at('2024-03-08T22:59:59.999Z')
export const contactDueAt = at('2024-03-15T22:59:59.999Z')
export const feedbackDueAt = at('2024-04-12T21:59:59.999Z')

export const referral = '0e7f6a54-3c0b-4d2e-9a1f-5b6c7d8e9f01' as Uuid<'ReferralId'>
export const melder = '6f1b1f0e-53a1-4d3c-8a8e-0c1f5a3b9d01' as Uuid<'PartyId'>
export const covenantId = 'c0a80000-1111-4222-8333-444455556666' as Uuid<'CovenantId'>
export const request = (nth = 1) =>
  `aaaaaaaa-0000-4000-8000-00000000000${nth}` as Uuid<'PermitRequestId'>
export const permit = (nth = 1) => `bbbbbbbb-0000-4000-8000-00000000000${nth}` as Uuid<'PermitId'>
export const partner = (name: string) => name as Uuid<'partner'>
export const desk = (name: string) => name as Uuid<'desk'>
export const purpose = (name: string) => name as Uuid<'purpose'>
export const fieldsOf = (...names: readonly string[]) => names as unknown as FieldCodes
export const refusalReason = (name: string) => name as Uuid<'weigergrond'>
export const outcomeOf = (name: string) => name as Uuid<'uitkomst-verwijzing'>
export const permitRefusal = (name: string) => name as Uuid<'permit-refusal'>
export const huisarts = partner('huisarts-demonstratie')
export const police = partner('politie-noord-nederland')
export const ours = desk('desk-a')
export const national = desk('landelijk')

/** A commitment that differs for each name. */
export const sealed = <Content>(name: string): Sealed<Content> => ({
  sealed: name.padEnd(43, '0').slice(0, 43) as Digest,
})
const content = sealed<Record<string, string>>('content')

export function context(change: { readonly at?: Instant } = {}): CommandContext {
  return {
    id: 'b7c5e0d2-56f0-5c1a-9f7d-8a2b3c4d5e6f',
    at: change.at ?? start,
    occurredAt: change.at ?? start,
    dossier: '9c1d2e3f-4a5b-4c6d-8e7f-901234567890',
    actor: {
      role: 'caseworker',
      desk: 'desk-a',
      pseudonym: 'a1a1a1a1-0000-4000-8000-000000000001' as CommandContext['actor']['pseudonym'],
    },
    power: { code: 'doorverwijzing', version: '1' },
    policy: '2024-01',
    causation: null,
    correlation: null,
    trace: null,
  }
}
const by = context().actor.pseudonym

export const minimum: Basis = {
  kind: 'minimum',
  fields: fieldsOf('name-or-code', 'reachable-by', 'question'),
}

export const facts = (change: Partial<CovenantFacts> = {}): CovenantFacts => ({
  covenant: covenantId,
  version: 1,
  partners: [police],
  desks: [],
  purpose: purpose('aangifte'),
  fields: fieldsOf('name-or-code', 'reachable-by', 'question', 'what-happened'),
  validFrom: '2024-01-01' as CovenantFacts['validFrom'],
  validUntil: '2025-12-31' as CovenantFacts['validUntil'],
  revoked: false,
  ...change,
})

export const under = (covenant: CovenantFacts | undefined, on = '2024-03-01'): Basis => ({
  kind: 'covenant',
  covenant,
  on: on as CovenantFacts['validFrom'],
})

const beginning = { referral, partner: huisarts, desk: ours, melder, caseOpen: true } as const
const draft = {
  ...beginning,
  purpose: purpose('hulp'),
  fields: fieldsOf('name-or-code', 'question'),
  content,
}

export const point = (change: Partial<PointPerson> = {}): PointPerson => ({
  type: 'PointPerson',
  ...beginning,
  context: context(),
  ...change,
})
export const call = (change: Partial<CallTogether> = {}): CallTogether => ({
  type: 'CallTogether',
  ...beginning,
  toldBy: sealed('whom-we-called'),
  acceptDueAt,
  accepted: undefined,
  context: context(),
  ...change,
})
export const draftIt = (change: Partial<DraftReferral> = {}): DraftReferral => ({
  type: 'DraftReferral',
  ...draft,
  basis: minimum,
  context: context(),
  ...change,
})
export const askPermit = (nth = 1) =>
  ({ type: 'RequestPermit', desk: ours, request: request(nth), context: context() }) as const
export const receive = (nth = 1) =>
  ({
    type: 'ReceivePermit',
    request: request(nth),
    permit: permit(nth),
    act: 'refer-with-data',
    receiver: huisarts,
    digest: content.sealed,
    validUntil,
    context: context(),
  }) as const
export const offerIt = (change: Partial<OfferReferral> = {}): OfferReferral => ({
  type: 'OfferReferral',
  permit: permit(),
  basis: minimum,
  seenDueAt,
  acceptDueAt,
  context: context(),
  ...change,
})

export const partnerOf = (organisation = huisarts): Teller => ({ via: 'partner', organisation })
export const byPhone = (name = ours): Teller => ({
  via: 'phone',
  desk: name,
  toldBy: sealed('by-phone'),
})
export const see = (from: Teller = partnerOf(), basis: Basis | undefined = minimum) =>
  ({ type: 'SeeReferral', from, basis, context: context() }) as const
export const acceptIt = (from: Teller = partnerOf()) =>
  ({ type: 'AcceptReferral', from, contactDueAt, feedbackDueAt, context: context() }) as const
export const refuseIt = (from: Teller = partnerOf(), name = 'geen-capaciteit') =>
  ({ type: 'RefuseReferral', from, reason: refusalReason(name), context: context() }) as const
export const contact = (from: Teller = partnerOf()) =>
  ({ type: 'RecordContact', from, context: context() }) as const
export const report = (from: Teller = partnerOf(), name = 'geholpen') =>
  ({
    type: 'ReportBack',
    from,
    outcome: outcomeOf(name),
    text: undefined,
    context: context(),
  }) as const
export const withdraw = (why: 'permission-withdrawn' | 'case-closed', digest = content.sealed) => {
  const command = { type: 'WithdrawReferral', context: context() } as const
  return why === 'case-closed'
    ? ({ ...command, why } as const)
    : ({ ...command, why, digest } as const)
}
export const takeBack = (name = ours) =>
  ({ type: 'WithdrawReferral', why: 'by-sender', desk: name, context: context() }) as const

export const pointed: ReferralEvent = {
  type: 'PersonPointed',
  referral,
  partner: huisarts,
  desk: ours,
  melder,
  by,
  at: start,
}
export const called: ReferralEvent = {
  type: 'PersonCalledTogether',
  referral,
  partner: huisarts,
  desk: ours,
  melder,
  toldBy: sealed('whom-we-called'),
  by,
  at: start,
  acceptDueAt,
}
export const drafted = (
  change: Partial<EventNamed<'ReferralDrafted'>> = {},
): EventNamed<'ReferralDrafted'> => {
  const { caseOpen: _open, ...said } = draft
  return { type: 'ReferralDrafted', ...said, by, at: start, ...change }
}
export const requested = (nth = 1): ReferralEvent => ({
  type: 'PermitRequested',
  referral,
  request: request(nth),
  partner: huisarts,
  digest: content.sealed,
  by,
  at: start,
})
export const received = (nth = 1): ReferralEvent => ({
  type: 'PermitReceived',
  request: request(nth),
  permit: permit(nth),
  validUntil,
  at: start,
})
export const offered = (
  change: Partial<EventNamed<'ReferralOffered'>> = {},
): EventNamed<'ReferralOffered'> => ({
  type: 'ReferralOffered',
  referral,
  partner: huisarts,
  permit: permit(),
  fields: draft.fields,
  at: start,
  seenDueAt,
  acceptDueAt,
  ...change,
})
export const answer = (
  via: 'partner' | 'phone' = 'partner',
  toldBy = via === 'phone' ? sealed<string>('by-phone') : undefined,
) => ({ referral, partner: huisarts, melder, via, by, toldBy, at: start })
export const seen = (via?: 'partner' | 'phone'): ReferralEvent => ({
  type: 'ReferralSeen',
  ...answer(via),
})
export const accepted = (via?: 'partner' | 'phone'): ReferralEvent => ({
  type: 'ReferralAccepted',
  ...answer(via),
  contactDueAt,
  feedbackDueAt,
})
export const contacted: ReferralEvent = { type: 'ContactMade', ...answer() }
export const refused: ReferralEvent = {
  type: 'ReferralRefused',
  ...answer(),
  reason: refusalReason('geen-capaciteit'),
}
export const done: ReferralEvent = {
  type: 'ReferralDone',
  ...answer(),
  outcome: outcomeOf('geholpen'),
  text: undefined,
}
export const recalled = (
  opened: boolean,
  why: EventNamed<'ReferralRecalled'>['why'],
): ReferralEvent => ({
  type: 'ReferralRecalled',
  referral,
  partner: huisarts,
  opened,
  why,
  at: start,
})

/** Histories by the state they lead to. */
export const toDraft = [drafted()]
export const toRequest = [...toDraft, requested()]
export const toPermit = [...toRequest, received()]
export const toOffer = [...toPermit, offered()]
export const toSeen = [...toOffer, seen()]
export const toAccepted = [...toSeen, accepted()]
export const toContacted = [...toAccepted, contacted]
export const toDone = [...toContacted, done]
export const toRefused = [...toSeen, refused]
export const toRecalled = [...toOffer, recalled(false, 'permission-withdrawn')]
