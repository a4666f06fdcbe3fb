/** What a refusal of a rule is over HTTP: every reason has a status and words, or this does not compile. */
import { type Problem, refuse } from '@wederhoor/http/problem'
import type { SignalNamed } from '../domain/events.ts'
import type { SignalRejection } from '../domain/signal/commands.ts'

type Reason = SignalRejection['reason'] | SignalNamed<'ApprovalRefused'>['why']

const statuses: Readonly<Record<Reason, number>> = {
  'no-such-signal': 404,
  'already-drafted': 409,
  'period-ends-before-it-begins': 409,
  'pattern-missing': 409,
  'already-approved': 409,
  'not-approved': 409,
  'not-sent': 409,
  'not-the-addressee': 403,
  'already-answered': 409,
  'not-answered': 409,
  'advice-is-open': 409,
  'no-such-advice': 404,
  'same-person': 403,
  'not-opened': 409,
}

const texts: Readonly<Record<Reason, string>> = {
  'no-such-signal': 'There is no such signal.',
  'already-drafted': 'This signal was drafted already.',
  'period-ends-before-it-begins': 'The period ends before it begins.',
  'pattern-missing': 'A signal on a pattern names the pattern; one on figures names none.',
  'already-approved': 'This signal was approved as it stands. Draft another one.',
  'not-approved': 'A second person has to approve this signal before it is sent.',
  'not-sent': 'This signal was not sent.',
  'not-the-addressee': 'This signal was sent to another organisation.',
  'already-answered': 'This signal was answered. Record what came of it as a follow-up.',
  'not-answered': 'There is no answer yet that could be followed up.',
  'advice-is-open': 'An earlier question about this signal waits for its answer.',
  'no-such-advice': 'There is no such open question.',
  'same-person': 'Whoever wrote a text does not approve it, under no account. Ask a colleague.',
  'not-opened': 'Open the text first; it may have changed since you read it.',
}

export const refusal = (rejection: { readonly reason: Reason }): Problem =>
  refuse(rejection, statuses, texts)
