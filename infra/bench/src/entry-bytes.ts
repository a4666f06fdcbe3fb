/** The bytes that every peer stores: one entry of the ledger as a service would append it. */
import { randomUUID } from 'node:crypto'
import { type Entry, encodeEntry, newNonce } from '@wederhoor/ledger/entry'

export function entryBytes(
  place: { readonly stream: string; readonly revision: number; readonly id: string },
  commitment: string,
): Uint8Array {
  // In the order of the codec of events.
  const entry: Entry = {
    actor: {
      desk: 'loket-utrecht',
      pseudonym: randomUUID() as Entry['actor']['pseudonym'],
      role: 'caseworker',
    },
    c: { '/text': commitment },
    causation: null,
    correlation: randomUUID(),
    data: {
      at: '2024-03-01T09:00:00.000Z',
      channel: 'telefoon',
      direction: 'in',
      party: randomUUID(),
    },
    dossier: '9c1d2e3f-4a5b-4c6d-8e7f-901234567890',
    id: place.id,
    ledger: 'bench.localhost/ledger',
    n: newNonce(),
    occurredAt: '2024-03-01T09:00:00.000Z' as Entry['occurredAt'],
    policy: '2024-01',
    power: { code: 'bijstand', version: '1' },
    recordedAt: '2024-03-01T09:00:00.000Z' as Entry['recordedAt'],
    revision: place.revision,
    schemaVersion: 1,
    stream: place.stream,
    trace: null,
    type: 'Noted',
    v: 1,
  }
  return encodeEntry(entry)
}

/** Stands in for a commitment where nothing is sealed. */
export const DIGEST = 'k8Zs0d1cT0h0V1yP2m6Q5b4c3d2e1f0g9h8i7j6k5l4'
