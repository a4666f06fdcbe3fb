/** Why a key store that speaks the Vault-transit API did not do it. Stands as the cause of a VaultError; quotes no answer. */
export type TransitErrorCode =
  | 'timeout'
  | 'unreachable'
  /** There was none to send. */
  | 'no-token'
  /** 403: the token is not valid (any more), or its policy does not allow this. */
  | 'forbidden'
  /** 404: no such mount or key. */
  | 'not-found'
  /** 400: these bytes were not made by this key for this purpose. */
  | 'refused'
  /** 400: the key's version is no longer allowed, or was trimmed. */
  | 'version-gone'
  /** 503: sealed, or being maintained. */
  | 'sealed'
  /** Any other status. */
  | 'failed'
  /** 200, and not what the API describes. */
  | 'not-understood'

export class TransitError extends Error {
  readonly code: TransitErrorCode
  readonly status: number | undefined
  constructor(code: TransitErrorCode, status?: number, options?: ErrorOptions) {
    super(`the key store: ${code}${status === undefined ? '' : ` (HTTP ${status})`}`, options)
    this.name = 'TransitError'
    this.code = code
    this.status = status
  }
}
