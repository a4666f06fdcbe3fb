/**
 * Between sealing and the append: the row to which a commitment stands goes with the commitment itself, unseen, so that
 * whoever carries it from `seal` to an event need not know of it. A copy of the commitment carries nothing, and then the
 * append is refused (`Commitment` of the event store): content is never lost silently.
 */
import type { Commitment } from '@wederhoor/event-store/port'
import type { Digest, Sealed } from './fields.ts'
import type { SealedRow } from './storage.ts'

class Enclosing implements Sealed<unknown> {
  readonly sealed: Digest
  readonly #row: SealedRow

  constructor(row: SealedRow) {
    this.sealed = row.digest as Digest
    this.#row = row
  }

  static rowOf(sealed: Sealed<unknown>): SealedRow | undefined {
    return #row in sealed ? sealed.#row : undefined
  }
}

/** A commitment that carries its row. */
export const enclosing = (row: SealedRow): Sealed<unknown> => new Enclosing(row)

/** What the entry that commits to it tells the store. */
export function commitmentTo(sealed: Sealed<unknown>): Commitment {
  const row = Enclosing.rowOf(sealed)
  return row === undefined ? { digest: sealed.sealed } : { digest: sealed.sealed, enclosed: row }
}
