/** Bearer tokens (RFC 6750, RFC 9068): signed JWTs of one issuer, for one audience, with one fixed algorithm. */
import type { Clock } from '@wederhoor/calendar/clock'
import {
  type CryptoKey,
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  type JWTVerifyResult,
  jwtVerify,
} from 'jose'
import { z } from 'zod'
import { type Actor, nobody } from './actor.ts'
import { IdentityError, type IdentityErrorCode } from './identity-error.ts'

export type TokenAlgorithm = 'EdDSA' | 'ES256'

/** The issuer's public keys: one key, a set of them, or the address of a set. */
export type TokenKeys = { readonly publicKey: CryptoKey } | { readonly jwks: JSONWebKeySet | URL }

export type TokenVerifierOptions = TokenKeys & {
  readonly issuer: string
  readonly audience: string
  /** The only algorithm that counts, whatever a token says of itself. EdDSA when left out. */
  readonly algorithm?: TokenAlgorithm
  readonly clock: Clock
}

export interface TokenVerifier {
  /**
   * The actor behind an `Authorization` header. Claims: `sub`, `person` (the human; `sub` when left out), `roles`,
   * `desk`, `organisation`.
   * @throws IdentityError token-missing, token-invalid, token-expired, wrong-audience, keys-unavailable (repeat later).
   * @throws ClockError when the time cannot be known.
   */
  actorOf(authorization: string | undefined): Promise<Actor>
}

/** A clock of the issuer that runs a little ahead is no forgery. */
const clockToleranceSeconds = 5
const tokenLengthMax = 8192

const claimsSchema = z.object({
  sub: z
    .string()
    .min(1)
    .max(200)
    .refine((subject) => subject !== nobody.subject),
  person: z.string().min(1).max(200).optional(),
  roles: z.array(z.string().min(1).max(60)).max(20).default([]),
  desk: z.string().min(1).max(100).nullish(),
  organisation: z.string().min(1).max(100).nullish(),
})

export function tokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const { issuer, audience, algorithm = 'EdDSA', clock } = options
  const verify = verification(options)
  return {
    async actorOf(authorization) {
      const token = bearerToken(authorization)
      const { payload } = await verify(token, {
        issuer,
        audience,
        algorithms: [algorithm],
        currentDate: new Date(await clock.now()),
        clockTolerance: clockToleranceSeconds,
        requiredClaims: ['sub', 'iat', 'exp'],
      }).catch((cause: unknown) => {
        throw refusal(cause)
      })
      return actorFrom(payload)
    },
  }
}

type Verify = (token: string, options: JWTVerifyOptions) => Promise<JWTVerifyResult>

function verification(keys: TokenKeys): Verify {
  if ('publicKey' in keys) {
    const { publicKey } = keys
    return (token, options) => jwtVerify(token, publicKey, options)
  }
  const keySet: JWTVerifyGetKey =
    keys.jwks instanceof URL ? createRemoteJWKSet(keys.jwks) : createLocalJWKSet(keys.jwks)
  return (token, options) => jwtVerify(token, keySet, options)
}

function bearerToken(authorization: string | undefined): string {
  const match = /^Bearer +([A-Za-z0-9_.~+/=-]+)$/i.exec(authorization ?? '')
  const token = match?.[1]
  if (token === undefined) throw new IdentityError('token-missing', 'no bearer token')
  if (token.length > tokenLengthMax)
    throw new IdentityError('token-invalid', 'the token is too long')
  return token
}

function actorFrom(payload: unknown): Actor {
  const claims = claimsSchema.safeParse(payload)
  if (!claims.success) {
    const wrong = claims.error.issues.map((issue) => issue.path.join('.')).join(', ')
    throw new IdentityError('token-invalid', `claims are missing or of another form: ${wrong}`)
  }
  const { sub, person, roles, desk, organisation } = claims.data
  return {
    subject: sub,
    person: person ?? sub,
    roles,
    desk: desk ?? null,
    organisation: organisation ?? null,
  }
}

/** Everything jose finds wrong with a token is the token's fault, except that the keys did not come. */
function refusal(cause: unknown): unknown {
  const coded = (code: IdentityErrorCode, message: string) =>
    new IdentityError(code, message, { cause })
  if (cause instanceof errors.JWTExpired) return coded('token-expired', 'the token has expired')
  if (cause instanceof errors.JWTClaimValidationFailed && cause.claim === 'aud')
    return coded('wrong-audience', 'the token is for another audience')
  if (isFetchFailure(cause))
    return coded('keys-unavailable', 'the keys of the issuer could not be fetched')
  if (cause instanceof errors.JOSEError)
    return coded('token-invalid', 'the token is not valid here')
  return cause
}

function isFetchFailure(cause: unknown): boolean {
  if (cause instanceof errors.JWKSTimeout) return true
  // jose names an answer other than 200 or JSON by its general code only.
  if (cause instanceof errors.JOSEError) return cause.code === 'ERR_JOSE_GENERIC'
  return cause instanceof TypeError && cause.message === 'fetch failed'
}
