/** Why a witness did not cosign. */
export type WitnessErrorCode =
  /** No connection, or it broke. */
  | 'unreachable'
  /** No whole answer in time. */
  | 'timeout'
  /** 5xx. */
  | 'failing'
  /** Not in the form of the protocol, or longer than any answer can be. */
  | 'bad-answer'
  /** No valid cosignature under the key that is trusted for this witness. */
  | 'wrong-cosignature'
  /** 404: nobody has told it of this origin. After a new epoch somebody must. */
  | 'unknown-log'
  /** 403: it knows the origin, and none of the keys that signed. */
  | 'unknown-key'
  /** 400: it does not understand what we sent. */
  | 'bad-request'
  /** It cosigned a larger tree than the one it was shown. */
  | 'ahead'
  /** It cosigned a tree that is not the beginning of the one it was shown. */
  | 'other-tree'

/** Whoever called decides when to ask again. */
export class WitnessError extends Error {
  override readonly name = 'WitnessError'
  readonly code: WitnessErrorCode
  /** With `ahead`: the size that the witness cosigned. */
  readonly knownSize: number | undefined

  constructor(
    code: WitnessErrorCode,
    message: string,
    options: ErrorOptions & { readonly knownSize?: number } = {},
  ) {
    super(message, options)
    this.code = code
    this.knownSize = options.knownSize
  }
}
