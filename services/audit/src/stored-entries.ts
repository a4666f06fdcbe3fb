/** Entries out of the store, decoded. Their bytes may have been tampered with: then nothing is answered about them. */
import type { StoredEntry } from '@wederhoor/event-store/port'
import { decodeEntry, type Entry } from '@wederhoor/ledger/entry'

/** What the store holds at this position is no entry. Not retried: somebody must look. */
export class CorruptEntry extends Error {
  readonly code = 'corrupt-entry'
  readonly position: string
  constructor(position: string, options?: ErrorOptions) {
    super(
      `What the ledger holds at position ${position} is no entry: it was damaged or changed. Run audit verify --ledger, and keep the database as it is.`,
      options,
    )
    this.name = 'CorruptEntry'
    this.position = position
  }
}

/** @throws CorruptEntry */
export function entryOf({ position, bytes }: Pick<StoredEntry, 'position' | 'bytes'>): Entry {
  try {
    return decodeEntry(bytes)
  } catch (cause) {
    throw new CorruptEntry(position, { cause })
  }
}
