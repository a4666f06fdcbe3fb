import type { CodeAnswer } from '@wederhoor/identity/throttle'
import { Problem } from './problem.ts'

/**
 * The answer to an access code that lets nobody in: 401, the same for wrong, malformed and expired, or 429 with
 * `Retry-After`. Both are reported to `onDenied`.
 */
export function codeProblem(answer: Exclude<CodeAnswer<unknown>, { kind: 'known' }>): Problem {
  if (answer.kind === 'throttled')
    return new Problem(429, {
      code: 'too-many-attempts',
      detail: 'There were too many attempts. Wait before the next one.',
      retryAfterSeconds: answer.retryAfterSeconds,
      denied: 'code-throttled',
    })
  return new Problem(401, {
    code: 'code-unknown',
    detail: 'This code is not known, or not valid any more.',
    denied: 'code-unknown',
    headers: { 'www-authenticate': 'AccessCode' },
  })
}
