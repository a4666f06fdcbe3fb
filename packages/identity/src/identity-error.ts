export type IdentityErrorCode =
  /** No bearer token where one is needed. */
  | 'token-missing'
  /** Forged, malformed, of another issuer, signed with another algorithm, or without a needed claim. */
  | 'token-invalid'
  | 'token-expired'
  /** A good token, made for somebody else's service. */
  | 'wrong-audience'
  /** The issuer's keys could not be fetched: nobody can be recognised now. A repeat may succeed. */
  | 'keys-unavailable'
  /** The development issuer was asked for in production. */
  | 'development-issuer-in-production'
  /** The development issuer has no such account. */
  | 'unknown-account'

/** Nobody could be recognised. Messages never hold a token or a claim's value. */
export class IdentityError extends Error {
  readonly code: IdentityErrorCode

  constructor(code: IdentityErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'IdentityError'
    this.code = code
  }
}
