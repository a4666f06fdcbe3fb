/**
 * Who does the work of which only one must be done at a time. A lease saves work and keeps two workers out of each
 * other's way; what may not happen twice is fenced where it happens, for a holder never knows for sure that it still is.
 */
export interface Lease {
  /** Whether this holder has it now; takes it where it is free. @throws where that cannot be known: retried. */
  hold(): Promise<boolean>
  /** Gives it up; nothing happens where it is not held. */
  release(): Promise<void>
}

/** For one process that is alone with its ledger, as in memory. */
export const soleLease: Lease = { hold: async () => true, release: async () => undefined }
