/**
 * Seals hearings: follows the ledger in its order, and after each fact that counts as a serving or an end appends a signed
 * checkpoint over all that stands in that hearing's stream. What has been sealed since is not sealed again, so that
 * following anew from the beginning adds nothing.
 */
import assert from 'node:assert/strict'
import { rulingFor } from '@wederhoor/contracts/ruling'
import type { CommandContext } from '@wederhoor/decider/decider'
import { derivedId, eventId } from '@wederhoor/decider/derived-id'
import type { NewEntry, StoredEntry } from '@wederhoor/event-store/port'
import { type Projection, projection } from '@wederhoor/event-store/projection'
import { formatCheckpoint } from '@wederhoor/ledger/checkpoint'
import { decodeEntry } from '@wederhoor/ledger/entry'
import type { ServiceParts } from '@wederhoor/runtime/service-parts'
import type { SigningKeys } from '@wederhoor/runtime/signing-keys'
import { eventCodec } from '@wederhoor/vault/event-codec'
import type { Uuid } from '@wederhoor/vault/fields'
import type { At, HearingEventOf } from './domain/events.ts'
import { isSealedAfter } from './domain/hearing/sealed-after.ts'
import { hearingSealed } from './domain/seal-events.ts'
import { hearingCheckpoint, hearingOrigin } from './hearing-tree.ts'

const CATEGORY = 'hearing-'
/** Each may take an append: a transaction of the views' database is not held open for more of them than this. */
const BATCH = 50
const ATTEMPTS_MAX = 20
const NOBODY = '00000000-0000-4000-8000-000000000000' as CommandContext['actor']['pseudonym']

type HearingSealParts = Pick<ServiceParts, 'store' | 'clock' | 'ledger'> & {
  readonly signingKeys: Pick<SigningKeys, 'signers'>
}

/** Names its checkpoint `hearing-seals`. Retries for ever; a hearing that cannot be sealed holds up those after it. */
export function hearingSeals(
  parts: HearingSealParts & Pick<ServiceParts, 'db' | 'logger'>,
): Projection {
  const { store, db, logger } = parts
  const seal = sealer(parts)
  return projection({
    store,
    db,
    name: 'hearing-seals',
    batchMax: BATCH,
    apply: async (entries) => {
      for (const entry of entries) if (isCause(entry)) await seal(entry)
    },
    onError: (error, { state }) => {
      const failure = error instanceof Error ? error.name : 'unknown'
      if (state === 'halted') logger.error({ part: 'hearing-seals', failure }, 'stopped for good')
      else logger.warn({ part: 'hearing-seals', failure }, 'tried again')
    },
  })
}

const isCause = ({ stream, type }: StoredEntry): boolean =>
  stream.startsWith(CATEGORY) && isSealedAfter(type)

/**
 * Durable on return: a seal stands behind `cause` in its stream. Whoever is first, a repeat or another runner, adds it; it
 * is signed over the entries as they were read, so on a conflict they are read again.
 */
export function sealer(parts: HearingSealParts): (cause: StoredEntry) => Promise<void> {
  const { store, clock, ledger } = parts
  const codec = eventCodec({ ledger, events: [hearingSealed] })

  async function attempt(cause: StoredEntry): Promise<'stands' | 'conflict'> {
    const entries = await store.readStream(cause.stream)
    if (entries.some(({ type, revision }) => type === 'HearingSealed' && revision > cause.revision))
      return 'stands'
    const event = await signed(cause.stream.slice(CATEGORY.length), entries)
    const { kind } = await store.append(cause.stream, event.size - 1, [encoded(event, cause)])
    return kind === 'conflict' ? 'conflict' : 'stands'
  }

  async function signed(hearing: string, entries: readonly StoredEntry[]) {
    const origin = hearingOrigin(ledger, hearing)
    assert.equal(entries.at(-1)?.revision, entries.length - 1, 'a hearing with a gap')
    const checkpoint = hearingCheckpoint(origin, entries)
    const [signer] = await parts.signingKeys.signers('hearing', origin)
    assert(signer, 'there is no key for the seals of hearings')
    const signature = await signer.sign(formatCheckpoint(checkpoint))
    return {
      type: 'HearingSealed',
      hearing: hearing as Uuid<'HearingId'>,
      size: checkpoint.size,
      root: base64<'TreeRoot'>(checkpoint.root),
      key: base64<'SealKey'>(publicKeyIn(signer.vkey)),
      signature: base64<'SealSignature'>(signature),
      at: (await clock.now()) as At,
    } as const satisfies HearingEventOf<'HearingSealed'>
  }

  function encoded(event: HearingEventOf<'HearingSealed'>, cause: StoredEntry): NewEntry {
    const context = contextOf(cause, event.at)
    const place = { stream: cause.stream, revision: event.size, id: eventId(context.id, 0) }
    return codec.encode(event, place, context)
  }

  return async (cause) => {
    for (let attempts = 0; attempts < ATTEMPTS_MAX; attempts += 1)
      if ((await attempt(cause)) === 'stands') return
    throw new StreamTooBusy(cause.stream)
  }
}

/** The id is derived from the cause, so that a repeat whose outcome was not known is recognised. */
function contextOf(cause: StoredEntry, at: At): CommandContext {
  const { trace, correlation } = decodeEntry(cause.bytes)
  const { power, policy } = rulingFor('serve', at)
  return {
    id: derivedId(cause.id, 'sealed'),
    at,
    occurredAt: at,
    dossier: cause.dossier,
    actor: { role: 'reaction', desk: null, pseudonym: NOBODY },
    power,
    policy,
    causation: cause.id,
    correlation,
    trace,
  }
}

/** Of `<name>+<key id>+<base64 of the type and the public key>`; base64 may contain `+` itself. */
function publicKeyIn(vkey: string): Uint8Array {
  const [, , ...rest] = vkey.split('+')
  return Buffer.from(rest.join('+'), 'base64').subarray(1)
}

const base64 = <Brand extends string>(bytes: Uint8Array) =>
  Buffer.from(bytes).toString('base64') as Uuid<Brand>

class StreamTooBusy extends Error {
  readonly code = 'contention'
  constructor(stream: string) {
    super(`${stream} changed under ${ATTEMPTS_MAX} attempts in a row to seal it`)
    this.name = 'StreamTooBusy'
  }
}
