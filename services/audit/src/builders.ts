/** Histories for tests: entries as the services write them, without the services. */
import { createHash } from 'node:crypto'
import type { EventStore, NewEntry } from '@wederhoor/event-store/port'
import { type Entry, encodeEntry } from '@wederhoor/ledger/entry'
import { commitmentTo } from '@wederhoor/vault/enclosed'
import type { Sealed } from '@wederhoor/vault/fields'

export const dossier = '6f1d2c3e-8a54-4b7e-9c21-0d5e7f3a1b64'
export const elsewhere = 'd2b7a903-1e46-4c58-8f0d-9a3c5e7b1f28'
const anna = '3d8e6f51-7b20-4c9d-9e35-a1f4c7b80d26'
const bram = '94b7d1e2-0c68-4f3a-8d57-6e2a9f5c1b30'
const referral = 'referral-0e9a7c5d-3b16-4f82-a7e9-d4c2b8f06315'
const hearing = 'hearing-5a3f9d07-c2e4-4b18-b6d9-8f1e0c7a2d65'
const digest = 'Ql7uV9gnk3sXcT0pYhB2mJ8eRzWfA6tLdN4oIvKxS1M'

export const actors = { anna, bram }
export const streams = {
  melding: `melding-${dossier}`,
  case: `case-${dossier}`,
  hearing,
  referral,
} as const

export interface Written {
  readonly stream: string
  readonly type: string
  readonly data?: Readonly<Record<string, unknown>>
  readonly c?: Readonly<Record<string, string>>
  readonly recordedAt: string
  readonly occurredAt?: string
  readonly dossier?: string | null
}

/** Entries with revisions counted per stream, and ids and nonces that follow from their place. */
export function entriesOf(written: readonly Written[]): readonly Entry[] {
  const revisions = new Map<string, number>()
  return written.map((one, index) => {
    const revision = revisions.get(one.stream) ?? 0
    revisions.set(one.stream, revision + 1)
    return {
      v: 1,
      ledger: 'wederhoor.test/ledger',
      dossier: one.dossier === undefined ? dossier : one.dossier,
      stream: one.stream,
      revision,
      id: idOf(`${index} ${one.stream}`),
      type: one.type,
      schemaVersion: 1,
      n: createHash('sha256').update(`${index}`).digest('base64url').slice(0, 22),
      recordedAt: one.recordedAt,
      occurredAt: one.occurredAt ?? one.recordedAt,
      actor: { role: 'caseworker', desk: 'loket-utrecht', pseudonym: anna as never },
      power: { code: 'bijstand', version: '1' },
      policy: '2024-01',
      causation: null,
      correlation: null,
      trace: null,
      data: one.data ?? {},
      c: one.c ?? {},
    }
  })
}

/** In this order, one append each. `sealed` is kept with the entries that commit to it. */
export async function write(
  store: EventStore,
  entries: readonly Entry[],
  sealed: readonly Sealed<unknown>[] = [],
): Promise<void> {
  for (const entry of entries) {
    const { stream, revision, id, type, dossier, c } = entry
    const commitments = sealed
      .filter((one) => Object.values(c).includes(one.sealed))
      .map(commitmentTo)
    const stored: NewEntry = { id, type, dossier, commitments, bytes: encodeEntry(entry) }
    await store.append(stream, revision === 0 ? 'no-stream' : revision - 1, [stored])
  }
}

/** From the first words to a partner that accepted, with a hearing in between. */
export const walked: readonly Written[] = [
  {
    stream: streams.melding,
    type: 'MeldingRegistered',
    data: {
      channel: 'website',
      offerDueAt: '2024-03-05T22:59:59.999Z',
      firstContactDueAt: '2024-03-05T22:59:59.999Z',
    },
    c: { '/story': digest },
    recordedAt: '2024-03-01T09:00:00.000Z',
    occurredAt: '2024-02-28T20:15:00.000Z',
  },
  {
    stream: streams.melding,
    type: 'HandoverOffered',
    data: { desk: 'loket-utrecht', attempt: 1, dueAt: '2024-03-05T22:59:59.999Z' },
    recordedAt: '2024-03-01T09:00:00.400Z',
  },
  {
    stream: streams.melding,
    type: 'HandoverAccepted',
    data: {
      desk: 'loket-utrecht',
      by: anna,
      acuteDanger: false,
      firstContactDueAt: '2024-03-05T22:59:59.999Z',
    },
    recordedAt: '2024-03-01T13:00:00.000Z',
  },
  {
    stream: streams.case,
    type: 'CaseOpened',
    data: {
      desk: 'loket-utrecht',
      contactPerson: anna,
      firstContactDueAt: '2024-03-05T22:59:59.999Z',
    },
    recordedAt: '2024-03-01T13:00:00.200Z',
  },
  {
    stream: streams.case,
    type: 'FirstContactMade',
    data: { by: anna, late: false },
    recordedAt: '2024-03-04T10:30:00.000Z',
    occurredAt: '2024-03-04T09:45:00.000Z',
  },
  {
    stream: streams.hearing,
    type: 'TermStarted',
    data: {
      party: 'respondent',
      dues: {
        answerDueAt: '2024-03-21T22:59:59.999Z',
        reminderDueAt: '2024-03-22T22:59:59.999Z',
        silenceDueAt: '2024-04-05T21:59:59.999Z',
      },
    },
    recordedAt: '2024-03-07T12:30:00.000Z',
  },
  {
    stream: streams.hearing,
    type: 'StatementReceived',
    data: { author: 'respondent', late: false },
    c: { '/content': digest },
    recordedAt: '2024-03-18T16:00:00.000Z',
  },
  {
    stream: streams.referral,
    type: 'ReferralDrafted',
    data: { desk: 'loket-utrecht', partner: 'politie-midden-nederland' },
    c: { '/content': digest },
    recordedAt: '2024-03-19T08:00:00.000Z',
  },
  {
    stream: streams.referral,
    type: 'ReferralOffered',
    data: { seenDueAt: '2024-03-21T22:59:59.999Z', acceptDueAt: '2024-03-26T22:59:59.999Z' },
    recordedAt: '2024-03-19T08:10:00.000Z',
  },
  {
    stream: streams.referral,
    type: 'ReferralAccepted',
    data: {
      partner: 'politie-midden-nederland',
      contactDueAt: '2024-03-27T22:59:59.999Z',
      feedbackDueAt: '2024-04-17T21:59:59.999Z',
    },
    recordedAt: '2024-03-20T09:00:00.000Z',
  },
  {
    stream: streams.case,
    type: 'ContactPersonLeft',
    data: { contactPerson: anna, interim: bram, successorDueAt: '2024-04-02T21:59:59.999Z' },
    recordedAt: '2024-03-21T09:00:00.000Z',
  },
]

const idOf = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
