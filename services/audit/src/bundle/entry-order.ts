/**
 * What must hold between the entries of one dossier: one ledger, revisions in order, no id twice. Fed in the order of the
 * ledger. Of a whole ledger `entrySequence` of packages/ledger says it, in less memory.
 */
import type { Entry } from '@wederhoor/ledger/entry'

export interface EntryOrder {
  /** Why this entry cannot follow those before it. */
  check(entry: Entry): string | undefined
}

/**
 * @param base origin that every entry names.
 * @param whole whether every stream is here from its first entry on without a gap; otherwise revisions only rise.
 */
export function entryOrder(base: string, whole: (stream: string) => boolean): EntryOrder {
  const revisions = new Map<string, number>()
  const ids = new Set<string>()
  return {
    check({ ledger, stream, revision, id }) {
      if (ledger !== base) return `The entry is of another ledger: ${printable(ledger)}.`
      if (!STREAM_NAME.test(stream)) return 'The entry names no stream.'
      const last = revisions.get(stream) ?? -1
      const follows = whole(stream) ? revision === last + 1 : revision > last
      if (!follows)
        return `The entry has revision ${revision} of its stream, and ${last + 1} would follow.`
      if (ids.has(id)) return 'An entry with the same id came before.'
      revisions.set(stream, revision)
      ids.add(id)
      return undefined
    },
  }
}

const printable = (text: string): string => JSON.stringify(text.slice(0, 100))

/** As the event store has it. */
const STREAM_NAME = /^[a-z]{1,40}-[0-9a-zA-Z-]{1,80}$/
