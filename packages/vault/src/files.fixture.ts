/** An event that names a file, and whole files, for this package's tests. */
import type { EventStore } from '@wederhoor/event-store/port'
import { eventCodec } from './event-codec.ts'
import { event, fileContent, open, type Sealed, sensitive, uuid } from './fields.ts'
import type { Vault } from './port.ts'
import type { Owner } from './storage.ts'
import { contextFor, requestFor } from './story.fixture.ts'

export const MEBIBYTE = 1_048_576

const shown = event('PictureShown', 1, {
  shower: open('a random id', uuid('PartyId')),
  content: sensitive('shower', fileContent),
})
const codec = eventCodec({ ledger: 'ledger.example', events: [shown] })

export const sealBytes = (
  vault: Vault,
  owner: Owner,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  name = 'picture.jpg',
) => vault.sealFile(shown, owner, { field: 'content', source, mediaType: 'image/jpeg', name })

/** The one entry that names the file. */
export async function nameFile(store: EventStore, owner: Owner, content: Sealed<unknown>) {
  const context = contextFor(owner.dossier)
  const stream = `picture-${context.id}`
  const happened = { type: 'PictureShown', shower: owner.party, content } as never
  const place = { stream, revision: 0, id: context.id }
  await store.append(stream, 'no-stream', [codec.encode(happened, place, context)])
}

/** What opens, whole; the word for why not; or the code of what broke off. */
export async function openBytes(vault: Vault, owner: Owner, sealed: Sealed<unknown>) {
  const opened = await vault.openFile({ ...requestFor(owner), sealed })
  if (opened.kind !== 'opened') return opened.kind
  const parts: Uint8Array[] = []
  for await (const part of opened.bytes) parts.push(part)
  return Buffer.concat(parts)
}

/** Bytes that repeat nowhere within a mebibyte, `size` of them, in parts as a network gives them. */
export function* bytesOf(size: number): Generator<Uint8Array> {
  const part = Buffer.alloc(65_536)
  for (let from = 0; from < size; from += part.length) {
    for (let at = 0; at < part.length; at += 4) part.writeUInt32BE((from + at) >>> 0, at)
    yield Buffer.from(part.subarray(0, Math.min(part.length, size - from)))
  }
}
