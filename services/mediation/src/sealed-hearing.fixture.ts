/** A hearing in a memory store, as its events come in and its seals are set behind them. */
import { hash } from 'node:crypto'
import { fixedClock } from '@wederhoor/calendar/clock'
import { derivedId } from '@wederhoor/decider/derived-id'
import { memoryStore } from '@wederhoor/event-store/memory'
import { type EventStore, START, type StoredEntry } from '@wederhoor/event-store/port'
import { openCheckpoint } from '@wederhoor/ledger/checkpoint'
import { decodeEntry, type Entry } from '@wederhoor/ledger/entry'
import { ed25519Signer, publicKeyOf, verifierOf, vkeyOf } from '@wederhoor/ledger/signed-note'
import { eventCodec } from '@wederhoor/vault/event-codec'
import { type HearingEvent, hearingEvents } from './domain/events.ts'
import { context, hearing } from './domain/hearing/builders.ts'
import { isSealedAfter } from './domain/hearing/sealed-after.ts'
import { hearingStream } from './domain/streams.ts'
import { sealer } from './hearing-seals.ts'
import { hearingOrigin, sealsIn } from './hearing-tree.ts'

const ledger = 'wederhoor.test/ledger'
export const origin = hearingOrigin(ledger, hearing)
const seed = new Uint8Array(32).fill(7)
const strangersSeed = new Uint8Array(32).fill(8)
/** What a party trusts: the key of the hearings, got from elsewhere. */
const verifier = verifierOf(vkeyOf(origin, publicKeyOf(seed)))
export const stranger = verifierOf(vkeyOf(origin, publicKeyOf(strangersSeed)))

const codec = eventCodec({ ledger, events: hearingEvents })
const stream = hearingStream(hearing)

/** `around`: what stands between the seals and the store. */
export function sealedHearing(around: (store: EventStore) => EventStore = (store) => store) {
  const store = memoryStore()
  const seal = sealer({
    store: around(store),
    clock: fixedClock('2024-06-01T09:00:00.000Z'),
    ledger,
    signingKeys: { signers: async (_key, name) => [ed25519Signer(name, seed)] },
  })
  const entries = () => store.readStream(stream)

  return {
    store,
    stream,
    entries,
    async append(event: HearingEvent): Promise<StoredEntry> {
      const revision = (await entries()).length
      const id = derivedId(hearing, `entry ${revision}`)
      const entry = codec.encode(event, { stream, revision, id }, context())
      await store.append(stream, revision === 0 ? 'no-stream' : revision - 1, [entry])
      const added = (await entries()).at(-1)
      if (added === undefined) throw new Error('nothing was added')
      return added
    },
    /** What the process does that follows the ledger, from its beginning. */
    async follow(): Promise<void> {
      for (const entry of await store.readAll(START, 10_000))
        if (isSealedAfter(entry.type)) await seal(entry)
    },
    seal,
    /** What either party is given at this moment. */
    async given() {
      return sealsIn((await entries()).flatMap((entry) => codec.decode(entry) ?? []))
    },
  }
}

export const opened = (note: string) => openCheckpoint(note, [verifier]).checkpoint
export const readEntry = ({ bytes }: StoredEntry): Entry => decodeEntry(bytes)

/** RFC 6962 §2.1, word for word: not the code that is tested. */
export function rootAsWritten(entries: readonly Uint8Array[]): string {
  return merkle(entries).toString('base64')
}

function merkle(entries: readonly Uint8Array[]): Buffer {
  const [only] = entries
  if (only === undefined) return sha256(Buffer.alloc(0))
  if (entries.length === 1) return sha256(Buffer.concat([Uint8Array.of(0), only]))
  let split = 1
  while (split * 2 < entries.length) split *= 2
  const halves = [merkle(entries.slice(0, split)), merkle(entries.slice(split))]
  return sha256(Buffer.concat([Uint8Array.of(1), ...halves]))
}

const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer')
