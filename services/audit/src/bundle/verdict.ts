/** What verification answers, and what it needs. */
export interface Verified {
  readonly ok: true
  /** `given`: the keys came from elsewhere. `bundle`: nobody vouches for them. */
  readonly trust: 'given' | 'bundle'
  readonly size: number
  /** Base64. */
  readonly root: string
  /** Trusted witnesses that cosigned the checkpoint; none means that only the operator says there was one history. */
  readonly independentWitnesses: number
  readonly checked: {
    readonly entries: number
    readonly disclosures: number
    readonly hearings: number
  }
}

export interface NotVerified {
  readonly ok: false
  /** Of the first bad entry, from 1 as the ledger counts; null where no single entry is to blame. */
  readonly position: number | null
  readonly leafIndex: number | null
  readonly reason: string
}

export type Verdict = Verified | NotVerified

export interface VerifyOptions {
  /** Keys from elsewhere. Without them those of the bundle itself count. */
  readonly trust?: Uint8Array | undefined
  /** A checkpoint known from before: nothing older and nothing inconsistent with it is accepted. */
  readonly since?: Uint8Array | undefined
  /** Called now and then with how many entries stand so far. */
  readonly progress?: ((entries: number, of: number) => void) | undefined
}
