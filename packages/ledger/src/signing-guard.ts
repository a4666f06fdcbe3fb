/**
 * The signing guard: the last checkpoint that was signed, in a tiny store of its own that shares nothing with the ledger,
 * least of all its backups. It is what a restored or forked ledger cannot take back: nothing is signed that does not go
 * on from there. Whoever restores both at once gets past it; only witnesses see that.
 */

/** What was signed last: the content of a checkpoint, and the number of the epoch that it stands in. */
export interface GuardedTree {
  readonly epoch: number
  /** Of that epoch. */
  readonly origin: string
  readonly size: number
  /** 32 bytes. */
  readonly root: Uint8Array
}

export interface SigningGuard {
  /**
   * What was signed last; undefined where nothing ever was, or where the guard was lost: the caller must know which.
   * @throws GuardError corrupt (a person has to look), unavailable (the caller retries).
   */
  read(): Promise<GuardedTree | undefined>
  /**
   * Moves the guard from what the caller read to what it is about to sign: durable on return of `set`. `other`: it did
   * not stand at `from`, so somebody else signs too; nothing changed.
   * @throws GuardError goes-back: `to` may never be signed after `from`; corrupt; unavailable (it may have been set).
   */
  compareAndSet(from: GuardedTree | undefined, to: GuardedTree): Promise<'set' | 'other'>
}

export type GuardErrorCode = 'goes-back' | 'corrupt' | 'unavailable'

export class GuardError extends Error {
  readonly code: GuardErrorCode
  constructor(code: GuardErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'GuardError'
    this.code = code
  }
}

/** The same content, byte for byte; both may be absent. */
export function isSameTree(one: GuardedTree | undefined, other: GuardedTree | undefined): boolean {
  if (one === undefined || other === undefined) return one === other
  return (
    one.epoch === other.epoch &&
    one.origin === other.origin &&
    one.size === other.size &&
    Buffer.compare(one.root, other.root) === 0
  )
}

/**
 * What every guard asks before it moves: within an epoch the size never shrinks, and one size has one root; a new epoch
 * has a higher number. @throws GuardError goes-back.
 */
export function checkForward(from: GuardedTree | undefined, to: GuardedTree): void {
  if (from === undefined || to.epoch > from.epoch) return
  if (to.epoch < from.epoch) throw goesBack(`epoch ${to.epoch} is over: ${from.epoch} has begun`)
  if (to.origin !== from.origin) throw goesBack(`epoch ${to.epoch} has another origin`)
  if (to.size < from.size) throw goesBack(`size ${from.size} was signed, ${to.size} is smaller`)
  if (to.size === from.size && Buffer.compare(to.root, from.root) !== 0)
    throw goesBack(`size ${to.size} was signed with another root`)
}

const goesBack = (message: string) => new GuardError('goes-back', message)
