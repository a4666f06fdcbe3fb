/** What may be asked of a melding, and every reason for which a rule refuses. */
import type { Command, Decision } from '@wederhoor/decider/decider'
import type { Instant, Uuid } from '@wederhoor/vault/fields'
import type { Desk, MeldingClassified, MeldingEvent, MeldingRegistered } from '../events.ts'
import type { Offer, QuestionId } from './state.ts'

/** An offer that the server prepared: which desk serves the place, and until when it may think about it. */
export interface PreparedOffer {
  readonly desk: Desk
  readonly why: Offer['why']
  readonly dueAt: Instant
}

type Facts<Event> = Omit<Event, 'type' | 'at' | 'by'>

export type RegisterMelding = Command<
  'RegisterMelding',
  Facts<MeldingRegistered> & {
    readonly offer?: PreparedOffer | undefined
    readonly noConnectedDesk: boolean
    /** Until when the national layer assigns, where no desk is connected. */
    readonly assignDueAt: Instant
  }
>
export type AddToMelding = Command<
  'AddToMelding',
  {
    readonly from: 'melder' | 'staff'
    readonly text: Extract<MeldingEvent, { type: 'MeldingAddedTo' }>['text']
  }
>
export type ClassifyMelding = Command<'ClassifyMelding', Facts<MeldingClassified>>
export type ChooseAnonymity = Command<
  'ChooseAnonymity',
  Omit<Extract<MeldingEvent, { type: 'AnonymityChosen' }>, 'type' | 'at' | 'melder'> & {
    readonly chosenBy: 'melder' | 'staff'
  }
>
export type OfferHandover = Command<'OfferHandover', { readonly offer: PreparedOffer }>
export type AcceptHandover = Command<'AcceptHandover', { readonly desk: Desk }>
export type RefuseHandover = Command<
  'RefuseHandover',
  {
    readonly desk: Desk
    readonly reason: Uuid<'weigergrond'>
    /** How many refusals make the national layer assign (policy). */
    readonly refusalsMax: number
    /** Who is asked next, when the limit is not reached. */
    readonly next: PreparedOffer
    /** Until when the national layer assigns, when the limit is reached. */
    readonly assignDueAt: Instant
  }
>
export type AssignDesk = Command<'AssignDesk', { readonly offer: PreparedOffer }>
export type EndWithoutCase = Command<
  'EndWithoutCase',
  { readonly reason: Uuid<'einde-zonder-zaak'> }
>
/** Of the melder alone, by code. */
export type AskErasure = Command<'AskErasure', { readonly ground: Uuid<'wisgrond'> }>
export type AskQuestion = Command<
  'AskQuestion',
  {
    readonly question: QuestionId
    readonly text: Extract<MeldingEvent, { type: 'QuestionAsked' }>['text']
  }
>
export type AnswerQuestion = Command<
  'AnswerQuestion',
  {
    readonly question: QuestionId
    readonly text: Extract<MeldingEvent, { type: 'QuestionAnswered' }>['text']
  }
>
export type MeldingDeadline = 'offer' | 'acceptance' | 'assignment' | 'first-contact'

export type DeadlineReached = Command<
  'DeadlineReached',
  {
    readonly deadline: MeldingDeadline
    readonly dueAt: Instant
    /** Until when the national layer assigns, from now. */
    readonly assignDueAt: Instant
  }
>

export type MeldingCommand =
  | RegisterMelding
  | AddToMelding
  | ClassifyMelding
  | ChooseAnonymity
  | OfferHandover
  | AcceptHandover
  | RefuseHandover
  | AssignDesk
  | EndWithoutCase
  | AskErasure
  | AskQuestion
  | AnswerQuestion
  | DeadlineReached

export type MeldingRejection =
  | { readonly reason: 'no-such-melding' }
  | { readonly reason: 'already-registered' }
  | { readonly reason: 'already-accepted'; readonly desk: Desk }
  | { readonly reason: 'melding-ended' }
  | { readonly reason: 'not-offered-to-this-desk' }
  | { readonly reason: 'assigned-by-the-national-layer' }
  | { readonly reason: 'nothing-to-assign' }
  | { readonly reason: 'offer-is-out'; readonly desk: Desk }
  | { readonly reason: 'only-the-melder-chooses' }
  | { readonly reason: 'contact-needed' }
  | { readonly reason: 'no-such-question' }

export type MeldingDecision = Decision<MeldingEvent, MeldingRejection>
