/** What is known of a referral, and how each event changes it. */
import type { Digest, Instant, Uuid } from '@wederhoor/vault/fields'
import type {
  DeskCode,
  EventNamed,
  FieldCodes,
  PartnerCode,
  PartnerStep,
  ReferralEvent,
  WithheldReason,
} from '../events.ts'

export type ReferralId = Uuid<'ReferralId'>
export type PartyId = Uuid<'PartyId'>
export type PermitRequestId = Uuid<'PermitRequestId'>
export type PermitId = Uuid<'PermitId'>
export type Escalation = PartnerStep | 'stuck'

/** What is to go over, or went over: named by the commitment to its content. */
export interface Draft {
  readonly purpose: Uuid<'purpose'>
  readonly fields: FieldCodes
  readonly digest: Digest
}

interface Known {
  readonly referral: ReferralId
  readonly partner: PartnerCode
  /** The desk that refers: it holds the matter until the partner has accepted. */
  readonly desk: DeskCode
  readonly melder: PartyId
  /** Requests for a permit that got an answer or died; the same answer again adds nothing. */
  readonly settledRequests: readonly PermitRequestId[]
  /** Permits that were cited by an offer or held back at the door: a permit serves once. */
  readonly usedPermits: readonly PermitId[]
  /** What is expected of the partner by when. */
  readonly due: { readonly [Step in PartnerStep]?: Instant }
  readonly overdue: readonly PartnerStep[]
  readonly takenUp: readonly Escalation[]
  /** Commitments of what a partner raised. */
  readonly raised: readonly Digest[]
}

/** Data or a call: `draft` is undefined when partner and person were called together. */
interface Out extends Known {
  readonly draft: Draft | undefined
  /** The request whose permit let it out. */
  readonly request: PermitRequestId | undefined
  readonly toldBy: Digest | undefined
}

interface Before extends Known {
  readonly draft: Draft
}

export type Referral =
  | { readonly status: 'unknown' }
  | (Known & { readonly status: 'pointed' })
  | (Known & { readonly status: 'withheld'; readonly why: WithheldReason })
  | (Before & { readonly status: 'drafted' })
  | (Before & { readonly status: 'permit-requested'; readonly request: PermitRequestId })
  | (Before & {
      readonly status: 'permitted'
      readonly request: PermitRequestId
      readonly permit: PermitId
      readonly validUntil: Instant
    })
  | (Out & { readonly status: 'offered' })
  | (Out & { readonly status: 'seen' })
  | (Out & { readonly status: 'accepted'; readonly detached: boolean })
  | (Out & { readonly status: 'contacted'; readonly detached: boolean })
  | (Known & { readonly status: 'refused'; readonly because: Uuid<'weigergrond'> })
  | (Known & {
      readonly status: 'done'
      readonly outcome: Uuid<'uitkomst-verwijzing'>
      readonly text: Digest | undefined
    })
  | (Known & { readonly status: 'recalled'; readonly opened: boolean })
  | (Known & { readonly status: 'dropped' })

export type ReferralStatus = Referral['status']
export type ExistingReferral = Exclude<Referral, { status: 'unknown' }>
export type OutReferral = Extract<
  Referral,
  { status: 'offered' | 'seen' | 'accepted' | 'contacted' }
>

export const isOut = (state: Referral): state is OutReferral =>
  state.status === 'offered' ||
  state.status === 'seen' ||
  state.status === 'accepted' ||
  state.status === 'contacted'

/** Who is responsible for the next step: the partner between acceptance and its report, else the desk. */
export const holderOf = (state: ExistingReferral): 'desk' | 'partner' =>
  state.status === 'accepted' || state.status === 'contacted' ? 'partner' : 'desk'

/** Never validates, never throws: the past is as it is. */
export function evolve(state: Referral, event: ReferralEvent): Referral {
  switch (event.type) {
    case 'PersonPointed':
      return { ...begun(event), status: 'pointed' }
    case 'PersonCalledTogether':
      return {
        ...begun(event),
        status: 'offered',
        draft: undefined,
        request: undefined,
        toldBy: event.toldBy.sealed,
        due: { acceptance: event.acceptDueAt },
      }
    case 'ReferralDrafted': {
      const { purpose, fields, content } = event
      return {
        ...begun(event),
        status: 'drafted',
        draft: { purpose, fields, digest: content.sealed },
      }
    }
    case 'ReferralWithheld':
      return { ...begun(event), status: 'withheld', why: event.why }
    default:
      return state.status === 'unknown' ? state : evolveExisting(state, event)
  }
}

type Later = Exclude<
  ReferralEvent,
  EventNamed<'PersonPointed' | 'PersonCalledTogether' | 'ReferralDrafted' | 'ReferralWithheld'>
>

function evolveExisting(state: ExistingReferral, event: Later): Referral {
  const known = knownOf(state)
  switch (event.type) {
    case 'PermitRequested':
      return withDraft(state, (draft) => ({
        ...known,
        draft,
        status: 'permit-requested',
        request: event.request,
      }))
    case 'PermitReceived': {
      const { request, permit, validUntil } = event
      return withDraft(state, (draft) => ({
        ...known,
        draft,
        status: 'permitted',
        request,
        permit,
        validUntil,
      }))
    }
    case 'PermitRefused':
    case 'PermitCancelled': {
      const settledRequests = [...known.settledRequests, event.request]
      return withDraft(state, (draft) => ({ ...known, draft, status: 'drafted', settledRequests }))
    }
    case 'OfferWithheld': {
      const usedPermits = [...known.usedPermits, event.permit]
      return withDraft(state, (draft) => ({ ...known, draft, status: 'drafted', usedPermits }))
    }
    case 'ReferralOffered':
      return {
        ...known,
        status: 'offered',
        draft: draftOf(state),
        request: state.status === 'permitted' ? state.request : undefined,
        toldBy: undefined,
        usedPermits: [...known.usedPermits, event.permit],
        due: { seen: event.seenDueAt, acceptance: event.acceptDueAt },
      }
    case 'ReferralSeen': {
      const { seen: _seen, ...due } = known.due
      return state.status === 'offered' ? { ...state, status: 'seen', due } : state
    }
    case 'ReferralAccepted': {
      const due = { contact: event.contactDueAt, feedback: event.feedbackDueAt }
      return isOut(state) ? { ...outOf(state), status: 'accepted', detached: false, due } : state
    }
    case 'ReferralRefused':
      return { ...known, status: 'refused', because: event.reason, due: {} }
    case 'ContactMade': {
      const { contact: _contact, ...due } = known.due
      return state.status === 'accepted' ? { ...state, status: 'contacted', due } : state
    }
    case 'ReferralDone': {
      const { outcome, text } = event
      return { ...known, status: 'done', outcome, text: text?.sealed, due: {} }
    }
    case 'ReferralOverdue':
      return { ...state, overdue: [...known.overdue, event.step] }
    case 'ReferralRecalled':
      return { ...known, status: 'recalled', opened: event.opened, due: {} }
    case 'ReferralDropped':
      return { ...known, status: 'dropped', due: {} }
    case 'ReferralDetached':
      return state.status === 'accepted' || state.status === 'contacted'
        ? { ...state, detached: true, due: {} }
        : state
    case 'StuckCaseRaised':
      return {
        ...state,
        raised: [...known.raised, event.text.sealed],
        takenUp: known.takenUp.filter((one) => one !== 'stuck'),
      }
    case 'EscalationTakenUp':
      return { ...state, takenUp: [...known.takenUp, event.what] }
  }
}

function begun(event: {
  readonly referral: ReferralId
  readonly partner: PartnerCode
  readonly desk: DeskCode
  readonly melder: PartyId
}): Known {
  const { referral, partner, desk, melder } = event
  return {
    referral,
    partner,
    desk,
    melder,
    settledRequests: [],
    usedPermits: [],
    due: {},
    overdue: [],
    takenUp: [],
    raised: [],
  }
}

function knownOf(state: ExistingReferral): Known {
  const { settledRequests, usedPermits, due, overdue, takenUp, raised } = state
  return { ...begun(state), settledRequests, usedPermits, due, overdue, takenUp, raised }
}

const outOf = (state: OutReferral): Out => ({
  ...knownOf(state),
  draft: state.draft,
  request: state.request,
  toldBy: state.toldBy,
})

export const draftOf = (state: Referral): Draft | undefined =>
  'draft' in state ? state.draft : undefined

function withDraft(state: ExistingReferral, next: (draft: Draft) => Referral): Referral {
  const draft = draftOf(state)
  return draft === undefined ? state : next(draft)
}
