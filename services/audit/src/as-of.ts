/**
 * As of a moment, on two clocks. Recorded: the longest prefix of the *ledger* in which nothing was recorded after that
 * moment; an entry behind a later one is not in it, even if its own time is earlier. Occurred: what is claimed to have
 * happened by then, of what the prefix holds.
 */
import type { EventStore, Position, StoredEntry } from '@wederhoor/event-store/port'
import { START } from '@wederhoor/event-store/port'
import type { Entry } from '@wederhoor/ledger/entry'
import { entryOf } from './stored-entries.ts'

/** Instants in UTC with milliseconds; null: no limit on that clock. */
export interface AsOf {
  readonly recordedUntil: string | null
  readonly occurredUntil: string | null
}

type Ledger = Pick<EventStore, 'readAll' | 'compare'>

const PAGE = 1_000

/** Those of one dossier's entries, given in ledger order, that count as of then; decoded, in the same order. */
export async function entriesAsOf(
  ledger: Ledger,
  stored: readonly StoredEntry[],
  { recordedUntil, occurredUntil }: AsOf,
): Promise<readonly Entry[]> {
  const prefix = recordedUntil === null ? stored : await prefixOf(ledger, stored, recordedUntil)
  const entries = prefix.map(entryOf)
  return occurredUntil === null
    ? entries
    : entries.filter(({ occurredAt }) => occurredAt <= occurredUntil)
}

async function prefixOf(
  ledger: Ledger,
  stored: readonly StoredEntry[],
  until: string,
): Promise<readonly StoredEntry[]> {
  const last = stored.at(-1)
  if (last === undefined) return []
  const cut = await firstRecordedAfter(ledger, until, last.position)
  if (cut === undefined) return stored
  return stored.filter(({ position }) => ledger.compare(position, cut) < 0)
}

/** Position of the first entry of the whole ledger that was recorded after `until`, looked for up to `last`. */
async function firstRecordedAfter(
  ledger: Ledger,
  until: string,
  last: Position,
): Promise<Position | undefined> {
  let from = START
  for (;;) {
    const page = await ledger.readAll(from, PAGE)
    for (const one of page) {
      if (entryOf(one).recordedAt > until) return one.position
      if (ledger.compare(one.position, last) >= 0) return undefined
    }
    const end = page.at(-1)
    if (end === undefined) return undefined
    from = end.position
  }
}
