import { ClockError } from '@wederhoor/calendar/clock'
import { TooMuchContention } from '@wederhoor/decider/handler'
import { StoreError, type StoreErrorCode } from '@wederhoor/event-store/port'
import { IdentityError, type IdentityErrorCode } from '@wederhoor/identity/identity-error'
import { VaultError, type VaultErrorCode } from '@wederhoor/vault/port'
import { Problem, type ProblemParts } from './problem.ts'

type Answer = readonly [status: number, parts: ProblemParts]

const internal: Answer = [
  500,
  { code: 'internal-error', detail: 'Something went wrong here. It has been recorded.' },
]
const unavailable: Answer = [
  503,
  {
    code: 'unavailable',
    detail: 'This cannot be done at the moment. Repeat it with the same idempotency key.',
    retryAfterSeconds: 2,
  },
]
const busy: Answer = [
  503,
  {
    code: 'busy',
    detail: 'Too much at once. Repeat it with the same idempotency key.',
    retryAfterSeconds: 1,
  },
]

const ofStore: Readonly<Record<StoreErrorCode, Answer>> = {
  'queue-full': busy,
  unavailable,
  'outcome-unknown': unavailable,
  'clock-behind': unavailable,
  'clock-ahead': unavailable,
  erased: [
    410,
    {
      code: 'erased',
      detail: 'This names somebody whose content was erased here: nothing can be added to it.',
    },
  ],
  halted: [
    503,
    {
      code: 'halted',
      detail:
        'Nothing can be recorded until it is found out what happened to the ledger. Repeat it later with the same idempotency key.',
      retryAfterSeconds: 60,
    },
  ],
  closed: unavailable,
  'id-reused': [
    409,
    { code: 'id-reused', detail: 'This idempotency key was used for something else.' },
  ],
  'invalid-entry': internal,
  'forbidden-category': internal,
}

const ofVault: Readonly<Record<VaultErrorCode, Answer>> = {
  erased: [
    410,
    {
      code: 'erased',
      detail:
        'This person was erased in this dossier: nothing can be written for them or about them any more.',
    },
  ],
  'too-large': [413, { code: 'body-too-large', detail: 'The file is larger than allowed here.' }],
  'unknown-commitment': [404, { code: 'unknown-content', detail: 'There is no such content.' }],
  unavailable,
  'not-logged': unavailable,
  tampered: internal,
  'key-missing': internal,
}

const unauthorized = (code: string, detail: string): Answer => [
  401,
  { code, detail, denied: code, headers: { 'www-authenticate': challenge(code) } },
]
const ofIdentity: Readonly<Record<IdentityErrorCode, Answer>> = {
  'token-missing': unauthorized('token-missing', 'A bearer token is needed here.'),
  'token-invalid': unauthorized('token-invalid', 'The bearer token is not valid here.'),
  'token-expired': unauthorized('token-expired', 'The bearer token has expired.'),
  'wrong-audience': unauthorized(
    'wrong-audience',
    'The bearer token is meant for another service.',
  ),
  'keys-unavailable': unavailable,
  'development-issuer-in-production': internal,
  'unknown-account': internal,
}

/** What Fastify itself refuses, by its own codes. Its messages may quote the input, so they are not passed on. */
const ofFastify: Readonly<Record<string, Answer>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [
    413,
    { code: 'body-too-large', detail: 'The body is larger than allowed here.' },
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    415,
    { code: 'unsupported-media-type', detail: 'A body is sent as application/json in UTF-8.' },
  ],
  FST_ERR_BAD_URL: [
    400,
    { code: 'bad-url', detail: 'The address holds an escape that means nothing.' },
  ],
  FST_ERR_MAX_PARAM_LENGTH: [
    404,
    { code: 'not-found', detail: 'There is nothing at this address.' },
  ],
}

/** The answer to whatever was thrown. What nobody named is a bug: 500, and nothing of it is told. */
export function failureProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const [status, parts] = answerTo(error)
  return new Problem(status, { ...parts, cause: error })
}

function answerTo(error: unknown): Answer {
  if (error instanceof StoreError) return ofStore[error.code]
  if (error instanceof VaultError) return ofVault[error.code]
  if (error instanceof IdentityError) return ofIdentity[error.code]
  if (error instanceof TooMuchContention) return busy
  if (error instanceof ClockError) return unavailable
  const code = codeOf(error)
  const known = code === undefined ? undefined : ofFastify[code]
  if (known !== undefined) return known
  if (code !== undefined && isConnectionFailure(code)) return unavailable
  const status = statusOf(error)
  if (status === undefined || status < 400 || status >= 500) return internal
  return [status, { code: 'bad-request', detail: 'The request cannot be read.' }]
}

/** PostgreSQL classes 08 (connection), 53 (resources) and 57P (shut down), and the socket's own words for it. */
function isConnectionFailure(code: string): boolean {
  return /^(08...|53...|57P..|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/.test(code)
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined
  return typeof error.statusCode === 'number' ? error.statusCode : undefined
}

/** RFC 6750 §3: without a token no error code is named. */
function challenge(code: string): string {
  return code === 'token-missing' ? 'Bearer' : 'Bearer error="invalid_token"'
}
