/**
 * The tree of one hearing: RFC 6962 over the entries of its stream and nothing else of the dossier, under an origin of its
 * own. Both parties get the same entries and the same signed note.
 */
import type { Recorded } from '@wederhoor/decider/handler'
import type { StoredEntry } from '@wederhoor/event-store/port'
import { type Checkpoint, formatCheckpoint } from '@wederhoor/ledger/checkpoint'
import { leafHash, rootOf } from '@wederhoor/ledger/tree'
import type { HearingEvent, HearingEventOf } from './domain/events.ts'

type HearingSealed = HearingEventOf<'HearingSealed'>

/** Name of the tree and of the key that signs it. `ledger`: origin of the case history. */
export const hearingOrigin = (ledger: string, hearing: string): string =>
  `${ledger}/hearing/${hearing}`

/** The checkpoint over these entries: the whole stream, from its first. */
export function hearingCheckpoint(
  origin: string,
  entries: readonly Pick<StoredEntry, 'bytes'>[],
): Checkpoint {
  const root = rootOf(entries.map(({ bytes }) => leafHash(bytes)))
  return { origin, size: entries.length, root }
}

/** The note as it was signed, byte for byte, from the fact that keeps its parts. */
function sealedNote(ledger: string, { hearing, size, root, signature }: HearingSealed) {
  const origin = hearingOrigin(ledger, hearing)
  const text = formatCheckpoint({ origin, size, root: Buffer.from(root, 'base64') })
  return `${text}\n— ${origin} ${signature}\n`
}

/** The seals of a hearing as its parties get them, oldest first. */
export function sealsIn(recorded: readonly Recorded<HearingEvent>[]): readonly SealedCheckpoint[] {
  return recorded.flatMap(({ event, entry }) =>
    event.type === 'HearingSealed'
      ? [
          {
            note: sealedNote(entry.ledger, event),
            size: event.size,
            root: event.root as string,
            sealedAt: event.at as string,
          },
        ]
      : [],
  )
}

export interface SealedCheckpoint {
  /** Verbatim: what a party keeps, and compares with what the other party has. */
  readonly note: string
  readonly size: number
  /** Base64. */
  readonly root: string
  readonly sealedAt: string
}
