/** The bytes that every peer stores: one entry of the ledger as a service would append it. */
import { randomUUID } from 'node:crypto'
import { type Entry, encodeEntry, newNonce } from '@wederhoor/ledger/entry'

export function entryBytes(
  place: { readonly stream: string; readonly revision: number; readonly id: string },
  commitment: string,
): Uint8Array {
  const entry: Entry = {
    v: 1,
    ledger: 'bench.localhost/ledger',
    dossier: '9c1d2e3f-4a5b-4c6d-8e7f-901234567890',
    ...place,
    type: 'Noted',
    schemaVersion: 1,
    n: newNonce(),
    recordedAt: '2024-03-01T09:00:00.000Z' as Entry['recordedAt'],
    occurredAt: '2024-03-01T09:00:00.000Z' as Entry['occurredAt'],
    actor: {
      role: 'caseworker',
      desk: 'loket-utrecht',
      pseudonym: randomUUID() as Entry['actor']['pseudonym'],
    },
    power: { code: 'bijstand', version: '1' },
    policy: '2024-01',
    causation: null,
    correlation: randomUUID(),
    trace: null,
    data: {
      party: randomUUID(),
      channel: 'telefoon',
      direction: 'in',
      at: '2024-03-01T09:00:00.000Z',
    },
    c: { '/text': commitment },
  }
  return encodeEntry(entry)
}

/** Stands in for a commitment where nothing is sealed. */
export const DIGEST = 'k8Zs0d1cT0h0V1yP2m6Q5b4c3d2e1f0g9h8i7j6k5l4'
