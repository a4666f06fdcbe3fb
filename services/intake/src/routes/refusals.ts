/** What a refusal of a rule is over HTTP: every reason has a status and words, or this does not compile. */
import { type Problem, refuse } from '@wederhoor/http/problem'
import type { MeldingRejection } from '../domain/melding/commands.ts'

const statuses: Readonly<Record<MeldingRejection['reason'], number>> = {
  'no-such-melding': 404,
  'already-registered': 409,
  'already-accepted': 409,
  'melding-ended': 409,
  'not-offered-to-this-desk': 409,
  'assigned-by-the-national-layer': 409,
  'nothing-to-assign': 409,
  'offer-is-out': 409,
  'only-the-melder-chooses': 403,
  'contact-needed': 409,
  'no-such-question': 404,
}

const texts: Readonly<Record<MeldingRejection['reason'], string>> = {
  'no-such-melding': 'There is no such report.',
  'already-registered': 'This report was registered already.',
  'already-accepted': 'A desk has accepted this report and holds it now.',
  'melding-ended': 'This report has ended.',
  'not-offered-to-this-desk':
    'This report is not offered to your desk. Look in your inbox for what is.',
  'assigned-by-the-national-layer':
    'The national layer assigned this report to your desk. Ask it to assign another.',
  'nothing-to-assign':
    'This report waits for a desk that it was offered to; only what escalated is assigned.',
  'offer-is-out': 'This report is offered to another desk at the moment.',
  'only-the-melder-chooses': 'Only the person who reported changes their anonymity, by their code.',
  'contact-needed': 'Leave a way to reach you, or stay unknown.',
  'no-such-question': 'There is no such question.',
}

export const refusal = (rejection: MeldingRejection): Problem => refuse(rejection, statuses, texts)
