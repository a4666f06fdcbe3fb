/** What a refusal of a rule is over HTTP: every reason has a status and words, or this does not compile. */
import { type Problem, problem, refuse } from '@wederhoor/http/problem'
import type { HearingEvent } from '../domain/events.ts'
import type { HearingRejection } from '../domain/hearing/commands.ts'
import type { Refusal } from '../domain/hearing/gate.ts'
import type { MediationRejection } from '../domain/mediation/commands.ts'

type Reason = HearingRejection['reason'] | MediationRejection['reason']

const answers: Readonly<Record<Reason, readonly [status: number, text: string]>> = {
  'no-such-hearing': [404, 'There is no such hearing.'],
  'already-prepared': [409, 'This hearing was prepared already.'],
  'already-sent': [409, 'This has left already.'],
  'already-asked': [409, 'A permit for this has been asked and not yet used.'],
  'respondent-skipped': [409, 'For safety the respondent is not asked.'],
  'no-such-document': [404, 'There is no such document in this hearing.'],
  'document-exists': [409, 'This document is there already with another text.'],
  'not-for-this-party': [409, 'This does not go to that party.'],
  withheld: [409, 'This is withheld from that party. Lift that first.'],
  'complaint-first': [409, 'First the respondent has the complaint, with proof.'],
  'respondent-first': [
    409,
    'First the respondent has it, with proof, or it is withheld: nobody reads it and then stops it.',
  ],
  'no-such-request': [404, 'No permit was asked under this id.'],
  'other-permit': [409, 'This permit is for something else.'],
  'no-permit-yet': [409, 'There is no permit yet. Nothing goes out without one.'],
  'not-sent': [409, 'This was not sent.'],
  'already-delivered': [409, 'Delivery of this is proven.'],
  'impossible-time': [409, 'That cannot have been then.'],
  'unequal-terms': [409, 'Both parties have the same term.'],
  'not-a-serving': [409, 'A reminder needs no proof of delivery.'],
  'not-asked-to-react': [409, 'This party was not asked to react.'],
  'already-heard': [409, 'This party was heard.'],
  'no-running-term': [409, 'No term runs.'],
  'extended-before': [409, 'The terms were extended as often as the policy allows.'],
  'no-reminder-due': [409, 'No reminder is due to this party.'],
  'not-delivered': [409, 'Only a delivered request can be cooperated with.'],
  'not-served-yet': [409, 'The respondent has not been served.'],
  'nobody-to-tell': [409, 'There is nobody to tell that this ended.'],
  'skipped-not-withheld': [409, 'A complaint is served, or the respondent is skipped for safety.'],
  'nothing-proposed': [409, 'Nobody has proposed this.'],
  'not-withheld': [409, 'This is not withheld.'],
  'findings-stand': [409, 'There are findings already.'],
  'no-findings': [409, 'No findings stand.'],
  'only-the-melder-withdraws': [409, 'Only the person who reported withdraws.'],
  'hearing-over': [409, 'This hearing is over.'],
  'no-such-mediation': [404, 'There is no such mediation.'],
  'already-proposed': [409, 'This mediation was proposed already.'],
  'only-the-mediator': [403, 'Only the mediator does this.'],
  'not-started': [409, 'Both parties first agree in writing.'],
  'mediation-ended': [409, 'This mediation has ended.'],
  'no-agreement': [409, 'There is no agreement to release.'],
}

const statuses = Object.fromEntries(
  Object.entries(answers).map(([reason, [status]]) => [reason, status]),
) as Readonly<Record<Reason, number>>
const texts = Object.fromEntries(
  Object.entries(answers).map(([reason, [, text]]) => [reason, text]),
) as Readonly<Record<Reason, string>>

export const refusal = (rejection: HearingRejection | MediationRejection): Problem =>
  refuse(rejection, statuses, texts)

/** Refusals that stand in the record. */
const recorded: Readonly<Record<Refusal, readonly [status: number, text: string]>> = {
  'handler-has-tie': [403, 'You are tied to a party or have another role here. Ask a colleague.'],
  anonymous: [
    409,
    'The person who reported is not known to the respondent: at most a general letter.',
  ],
  'no-permission': [409, 'The person who reported has not permitted exactly this text.'],
  withdrawn: [409, 'The person who reported has withdrawn. Only a closing notice still goes out.'],
  'case-closed': [409, 'The case is closed.'],
  'respondent-skipped': [409, 'For safety the respondent is not asked.'],
  'permit-expired': [409, 'The permit has expired. Ask a new one.'],
  'permit-lost': [409, 'The permit was refused or cancelled.'],
  'same-person': [403, 'This takes a second person.'],
  'not-opened': [409, 'Open the document first.'],
  'not-yet-heard': [409, 'Each party is first heard, or silent after proof, term and reminder.'],
  'file-unequal': [409, 'Both parties first have the same file.'],
}

/** The problem that a recorded refusal is for whoever asked; undefined when the command went through. */
export function recordedRefusal(events: readonly HearingEvent[]): Problem | undefined {
  const last = events.at(-1)
  if (last?.type !== 'ActRefused') return undefined
  const [status, detail] = recorded[last.reason]
  return problem(status, { code: last.reason, detail })
}
