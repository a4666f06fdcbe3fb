/** What is wrong with bytes or text in one of the public formats. */
export type LedgerFormatCode =
  | 'tile-missing'
  | 'tile-length'
  | 'entry-bundle'
  | 'entry-too-long'
  | 'vkey'
  | 'checkpoint'
  | 'size-too-large'
  | 'proof-file'
  | 'consistency-body'

/** Something read does not have the form it must have. Reading it again does not help; never retried. */
export class LedgerFormatError extends Error {
  override readonly name = 'LedgerFormatError'
  readonly code: LedgerFormatCode

  constructor(code: LedgerFormatCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
