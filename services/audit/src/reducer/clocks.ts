/**
 * Which entries start a term and which end it, by category of the stream and type. A clock is named as the services name
 * their deadlines. A type that is not here moves no clock.
 */
import type { Facts } from './holders.ts'

export interface Clock {
  readonly kind: string
  readonly dueAt: string
}

export interface ClockChanges {
  readonly starts: readonly Clock[]
  /** Kinds that end, before the starts. */
  readonly ends: readonly string[]
}

type Rule = (facts: Facts) => {
  readonly starts?: readonly Clock[]
  readonly ends?: readonly string[]
}

const ends =
  (...kinds: readonly string[]): Rule =>
  () => ({ ends: kinds })

const starts =
  (kind: string, field: string, ...ended: readonly string[]): Rule =>
  (facts) => ({ starts: clock(kind, facts[field]), ends: ended })

const partnerSteps = ['seen', 'acceptance', 'contact', 'feedback']
const sides = ['melder', 'respondent']

const rules: Readonly<Record<string, Rule>> = {
  'melding MeldingRegistered': (facts) => ({
    starts: [
      ...clock('offer', facts['offerDueAt']),
      ...clock('first-contact', facts['firstContactDueAt']),
    ],
  }),
  'melding HandoverOffered': starts('acceptance', 'dueAt', 'offer', 'assignment'),
  // The first contact goes on in the case: its opening starts the same term.
  'melding HandoverAccepted': ends('offer', 'acceptance', 'assignment', 'first-contact'),
  'melding HandoverRefused': ends('acceptance'),
  'melding HandoverLapsed': ends('acceptance'),
  'melding HandoverEscalated': starts('assignment', 'assignDueAt', 'offer', 'acceptance'),
  'melding AssignmentOverdue': starts('assignment', 'againDueAt'),
  'melding FirstContactOverdue': ends('first-contact'),
  'melding MeldingEnded': ends('offer', 'acceptance', 'assignment', 'first-contact'),

  'case CaseOpened': starts('first-contact', 'firstContactDueAt'),
  'case CaseReopened': starts('first-contact', 'firstContactDueAt'),
  'case FirstContactMade': ends('first-contact'),
  'case FirstContactOverdue': ends('first-contact'),
  'case ContactPersonOffered': starts('contact-person', 'dueAt'),
  'case ContactPersonRefused': ends('contact-person'),
  'case ContactPersonOfferLapsed': ends('contact-person'),
  'case ContactPersonChanged': ends('contact-person', 'successor'),
  'case ContactPersonLeft': starts('successor', 'successorDueAt'),
  'case SuccessorOverdue': ends('successor'),
  'case ContactNoted': (facts) => ({
    starts: clock(`reply-${text(facts['note'])}`, facts['replyDueAt']),
    ends: answers(facts) ? [`reply-${text(facts['answers'])}`] : [],
  }),
  'case ReplyOverdue': (facts) => ({ ends: [`reply-${text(facts['note'])}`] }),
  'case AcuteDangerReported': (facts) => ({
    starts: clock(`danger-${text(facts['danger'])}`, facts['reviewDueAt']),
  }),
  'case AcuteDangerReviewed': (facts) => ({ ends: [`danger-${text(facts['danger'])}`] }),
  'case DangerReviewOverdue': (facts) => ({ ends: [`danger-${text(facts['danger'])}`] }),
  'case CaseClosed': ends('first-contact', 'contact-person'),
  'case MelderErased': (facts) => ({
    ends: [
      'first-contact',
      'contact-person',
      ...texts(facts['notes']).map((one) => `reply-${one}`),
    ],
  }),

  'erasure ErasureRequested': starts('answer', 'answerDueAt'),
  'erasure ErasureOverdue': ends('answer'),
  'erasure ErasureRefused': ends('answer'),
  'erasure ErasureGranted': ends('answer'),
  'erasure LegalHoldPlaced': (facts) => ({
    starts: clock(`hold-${text(facts['hold'])}`, facts['reviewDueAt']),
  }),
  'erasure LegalHoldLifted': (facts) => ({ ends: [`hold-${text(facts['hold'])}`] }),
  'erasure LegalHoldOverdue': (facts) => ({ ends: [`hold-${text(facts['hold'])}`] }),
  'erasure ErasureIncomplete': (facts) => ({
    starts: clock(facts['stage'] === 'backups' ? 'final' : 'erase', facts['againDueAt']),
  }),
  'erasure ErasureCompleted': starts('final', 'finalDueAt', 'erase'),
  'erasure ErasureFinal': ends('final'),

  'hearing TermStarted': (facts) => ({ starts: running(text(facts['party']), facts['dues']) }),
  'hearing TermExtended': (facts) => ({
    starts: sides.flatMap((side) => running(side, facts[side])),
  }),
  'hearing ReminderSent': (facts) => ({
    starts: clock(`silence-${text(facts['to'])}`, facts['silenceDueAt']),
    ends: [`reminder-${text(facts['to'])}`],
  }),
  'hearing StatementReceived': (facts) => ({ ends: both(text(facts['author'])) }),
  'hearing HearingDeclined': (facts) => ({ ends: both(text(facts['party'])) }),
  'hearing SilenceRecorded': (facts) => ({ ends: both(text(facts['party'])) }),
  'hearing HearingEnded': ends(...sides.flatMap(both)),
  'hearing HearingDetached': ends(...sides.flatMap(both)),

  'referral PersonCalledTogether': starts('acceptance', 'acceptDueAt'),
  'referral ReferralOffered': (facts) => ({
    starts: [...clock('seen', facts['seenDueAt']), ...clock('acceptance', facts['acceptDueAt'])],
  }),
  'referral ReferralSeen': ends('seen'),
  'referral ReferralAccepted': (facts) => ({
    starts: [
      ...clock('contact', facts['contactDueAt']),
      ...clock('feedback', facts['feedbackDueAt']),
    ],
    ends: ['seen', 'acceptance'],
  }),
  'referral ContactMade': ends('contact'),
  // A term that passed is not over: late is still welcome, so `ReferralOverdue` ends nothing.
  'referral ReferralRefused': ends(...partnerSteps),
  'referral ReferralDone': ends(...partnerSteps),
  'referral ReferralRecalled': ends(...partnerSteps),
  'referral ReferralDropped': ends(...partnerSteps),
  'referral ReferralDetached': ends(...partnerSteps),
}

const nothing: ClockChanges = { starts: [], ends: [] }

export function clockChanges(category: string, type: string, facts: Facts): ClockChanges {
  const rule = rules[`${category} ${type}`]
  return rule === undefined ? nothing : { ...nothing, ...rule(facts) }
}

const clock = (kind: string, dueAt: unknown): readonly Clock[] =>
  typeof dueAt === 'string' ? [{ kind, dueAt }] : []

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(text) : [])

const text = (value: unknown): string => (typeof value === 'string' ? value : 'unknown')

function both(side: string): readonly string[] {
  return [`reminder-${side}`, `silence-${side}`]
}

function running(side: string, dues: unknown): readonly Clock[] {
  if (typeof dues !== 'object' || dues === null) return []
  const { reminderDueAt, silenceDueAt } = dues as Facts
  return [...clock(`reminder-${side}`, reminderDueAt), ...clock(`silence-${side}`, silenceDueAt)]
}

/** A note answers an earlier one when it went out and reached somebody or left a message. */
const answers = (facts: Facts): boolean =>
  facts['direction'] === 'out' && facts['result'] !== 'no-answer' && facts['answers'] !== undefined
