/** Why nothing more is signed: what was promised and what is there do not agree. A person decides, never a retry. */
export type RefusalReason =
  /** The ledger holds fewer entries than were signed for. */
  | 'ledger-behind'
  /** The last entry that was taken into the tree is another one now. */
  | 'ledger-differs'
  /** The tree at the size that was signed has another root. */
  | 'other-root'
  /** The guard stands in another epoch than the tree. */
  | 'other-epoch'
  /** The tree has a checkpoint and the guard knows of none. */
  | 'guard-lost'
  /** The guard cannot be read as one. */
  | 'guard-corrupt'
  /** The guard knows of less than what was published: it was taken back itself. */
  | 'guard-behind'
  /** A tile that is kept is not the one the ledger gives. */
  | 'tile-differs'
  /** What stands as the published checkpoint is none of this epoch. */
  | 'checkpoint-differs'

/** Signing is refused for good; the way on is a new epoch. */
export class SigningRefused extends Error {
  readonly code: RefusalReason
  constructor(code: RefusalReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SigningRefused'
    this.code = code
  }
}
