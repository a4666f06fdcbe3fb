/**
 * Who holds what entries commit to, in the store's own database: a store that is opened with a keeper has it keep what
 * comes enclosed in an append, in the transaction of that append. So nothing is kept that no entry names, and no entry
 * names what was not kept; and it costs no round trip of its own.
 */
import type { Commitment } from './port.ts'

/** A commitment of one of the appends that go out as one batch. */
export interface MemberCommitment extends Commitment {
  /** Of the entry that commits. */
  readonly dossier: string | null
  /** Which append of the batch, from 1. */
  readonly member: number
}

export interface PostgresKeeper {
  /**
   * Qualified name of the function that keeps, called after the entries were written. Its first parameter, `integer[]`,
   * is null or says with 0 which members were appended; nothing of another member may be kept. Its second, `boolean`, says
   * that the members come singly, after a unique violation: only then must it look whether it holds the content already.
   * Raises WD005 for content of a fenced owner and WD006 for a commitment to what it does not hold in
   * that dossier.
   */
  readonly keep: string
  /** Its further parameters, always as many. */
  values(commitments: readonly MemberCommitment[]): readonly Buffer[]
  /** Roughly what it adds to the statement: a batch is limited in bytes. */
  bytesOf(enclosed: object): number
}

export interface MemoryKeeper {
  /** All or nothing. `erased`: content of a fenced owner; `unknown`: a commitment to what it does not hold in that dossier. */
  keep(commitments: readonly Omit<MemberCommitment, 'member'>[]): 'kept' | 'erased' | 'unknown'
}
