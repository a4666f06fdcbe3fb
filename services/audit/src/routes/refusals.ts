/** What a refusal of a rule is over HTTP: every reason has a status and words, or this does not compile. */
import { type Problem, problem } from '@wederhoor/http/problem'
import { EpochError, type EpochErrorCode } from '@wederhoor/ledger/epoch'
import { SigningRefused } from '@wederhoor/ledger/refusal'
import { GuardError } from '@wederhoor/ledger/signing-guard'
import type { EvidenceRejection } from '../domain/evidence-commands.ts'

type Reason = EvidenceRejection['reason']

const statuses: Readonly<Record<Reason, number>> = {
  'nothing-proposed': 409,
  'proposal-changed': 409,
  'same-person': 403,
  'other-proposal-stands': 409,
  'no-overlap': 409,
  'overlap-stands': 409,
  'nothing-checked': 409,
  'checked-in-the-future': 409,
  'checked-too-early': 409,
}

const texts: Readonly<Record<Reason, string>> = {
  'nothing-proposed': 'Nobody proposed this. Propose it first, then let somebody else confirm it.',
  'proposal-changed':
    'Another proposal stands than the one that you read. Read this one, then confirm it by its own name.',
  'same-person': 'This asks for another person than the one who proposed it.',
  'other-proposal-stands': 'Another step of an exchange is proposed and waits to be confirmed.',
  'no-overlap': 'Only one key signs: there is no old one to drop.',
  'overlap-stands': 'Two keys sign already. End this exchange before another begins.',
  'nothing-checked': 'A checkpoint of no entries says nothing about the log. Check a newer one.',
  'checked-in-the-future':
    'The outcome says that it was found later than now. Set the clock right and sign it again.',
  'checked-too-early':
    'The outcome says that it was found before the last entry was there, or before the last check. Set the clock right, check again and sign that.',
}

/** Somebody who may not is written down in the access log too. */
export function evidenceRefusal({ reason }: EvidenceRejection): Problem {
  const status = statuses[reason]
  const denied = status === 403 ? { denied: reason } : {}
  return problem(status, { code: reason, detail: texts[reason], ...denied })
}

const ofEpoch: Readonly<Record<EpochErrorCode, readonly [number, string]>> = {
  'same-person': [403, texts['same-person']],
  'wrong-number': [
    409,
    'The guard or the tree has moved since this was proposed. Propose it anew.',
  ],
  'not-our-checkpoint': [409, 'The last witnessed checkpoint is none that this log ever signed.'],
  'somebody-else-signs': [
    503,
    'Another process signs for this log now. Repeat it there, or later.',
  ],
}

/** What stands in the way of an epoch, for a person; anything else stays what it is. */
export function epochFailure(error: unknown): unknown {
  if (error instanceof EpochError) {
    const [status, detail] = ofEpoch[error.code]
    const later = status === 503 ? { retryAfterSeconds: 5 } : {}
    return problem(status, { code: error.code, detail, cause: error, ...later })
  }
  if (error instanceof GuardError && error.code === 'corrupt')
    return problem(409, {
      code: 'guard-corrupt',
      detail: 'The signing guard cannot be read. Move its files away, keep them, and propose anew.',
      cause: error,
    })
  if (error instanceof GuardError)
    return problem(503, {
      code: 'guard-unavailable',
      detail: 'The signing guard does not answer. Repeat this when it does.',
      retryAfterSeconds: 5,
      cause: error,
    })
  if (error instanceof SigningRefused)
    return problem(409, {
      code: `refused-${error.code}`,
      detail: `Signing was refused again: ${error.message} Find out why before you propose another epoch.`,
      cause: error,
    })
  return error
}
