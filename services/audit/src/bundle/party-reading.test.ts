import { readFileSync } from 'node:fs'
import type { Entry } from '@wederhoor/ledger/entry'
import { describe, expect, test } from 'vitest'
import { entriesOf } from '../builders.ts'
import { parties, stream } from './history.fixture.ts'
import { changes, owners, partyOf, readableBy, type Side } from './party-reading.ts'

const at = '2024-03-01T09:00:00.000Z'
const { melder, respondent, office } = parties
let made = 0

interface Happened {
  readonly type: string
  readonly data?: Entry['data']
  readonly c?: Entry['c']
}

const content = (digest: string): Entry['c'] => ({ '/content': digest })
const prepared: Happened = {
  type: 'HearingPrepared',
  data: { document: 'complaint', melder, respondent, office },
  c: { '/content': 'draft-1', '/respondentName': 'name', '/respondentContact': 'contact' },
}
const revised: Happened = { type: 'DraftRevised', data: { melder }, c: content('draft-2') }
const answered: Happened = {
  type: 'StatementReceived',
  data: { author: 'respondent', party: respondent, document: 'answer' },
  c: content('answer-1'),
}
const findings: Happened = {
  type: 'FindingsMade',
  data: { office, document: 'findings' },
  c: content('findings-1'),
}

/** Asked, sent and delivered, as far as told. */
function serving(
  document: string,
  to: Side,
  digest: string,
  steps: 'asked' | 'sent' | 'proven' = 'proven',
): readonly Happened[] {
  made += 1
  const request = `request-${made}`
  const all: readonly Happened[] = [
    { type: 'PermitRequested', data: { request, document, to, digest, purpose: 'serve' } },
    { type: 'DocumentDispatched', data: { request, document, to } },
    { type: 'DeliveryProven', data: { request, document, to } },
  ]
  return all.slice(0, { asked: 1, sent: 2, proven: 3 }[steps])
}

function heard(...happened: readonly Happened[]) {
  const entries = entriesOf(happened.map((one) => ({ stream, recordedAt: at, ...one })))
  return entries.map((entry, leafIndex) => ({ leafIndex, entry }))
}

const reads = (side: Side, ...happened: readonly Happened[]) =>
  readableBy(side, heard(...happened)).map(({ digest }) => digest)

describe('what a party may read of a hearing', () => {
  test('is its own words, drafts of them too', () => {
    expect(reads('melder', prepared, revised)).toEqual(['draft-1', 'draft-2'])
    expect(reads('respondent', prepared, answered)).toEqual(['name', 'contact', 'answer-1'])
  })

  test('is not a draft of the other side, but exactly the version that was sent', () => {
    const sent = serving('complaint', 'respondent', 'draft-2')
    expect(reads('respondent', prepared, revised)).toEqual(['name', 'contact'])
    expect(reads('respondent', prepared, revised, ...sent)).toEqual(['name', 'contact', 'draft-2'])
  })

  test('is what was sent to it, and not what was sent to the other or only asked for', () => {
    const to = (side: Side, steps: 'asked' | 'sent') =>
      reads('melder', prepared, answered, ...serving('answer', side, 'answer-1', steps))
    expect(to('melder', 'sent')).toContain('answer-1')
    expect(to('melder', 'asked')).not.toContain('answer-1')
    expect(to('respondent', 'sent')).not.toContain('answer-1')
  })

  test('is a text of the office once its delivery is proven', () => {
    const to = (steps: 'sent' | 'proven') =>
      reads('melder', prepared, findings, ...serving('findings', 'melder', 'findings-1', steps))
    expect(to('sent')).not.toContain('findings-1')
    expect(to('proven')).toContain('findings-1')
    expect(reads('melder', prepared, findings)).not.toContain('findings-1')
  })

  test('is not what came back undelivered, unless only a reminder of it did', () => {
    const sent = serving('complaint', 'respondent', 'draft-1')
    const request = sent[0]?.data?.['request']
    const failed = {
      type: 'DeliveryFailed',
      data: { request, document: 'complaint', to: 'respondent' },
    }
    const reminder = {
      type: 'PermitRequested',
      data: {
        request: 'r',
        document: 'complaint',
        to: 'respondent',
        digest: 'x',
        purpose: 'remind',
      },
    }
    const reminderFailed = { ...failed, data: { ...failed.data, request: 'r' } }
    expect(reads('respondent', prepared, ...sent, failed)).not.toContain('draft-1')
    expect(reads('respondent', prepared, ...sent, reminder, reminderFailed)).toContain('draft-1')
  })

  test('is not what is withheld from it (WED-06), nor what was taken back', () => {
    const withheld = { type: 'DocumentWithheld', data: { document: 'answer', from: 'melder' } }
    const sent = serving('answer', 'melder', 'answer-1')
    expect(reads('melder', prepared, answered, ...sent, withheld)).not.toContain('answer-1')
    expect(reads('respondent', prepared, answered, ...sent, withheld)).toContain('answer-1')
    const reply = {
      ...answered,
      data: { author: 'melder', party: melder, document: 'reply' },
      c: content('reply-1'),
    }
    const replySent = serving('reply', 'respondent', 'reply-1')
    const retracted = { type: 'StatementRetracted', data: { document: 'reply' } }
    expect(reads('respondent', prepared, reply, ...replySent)).toContain('reply-1')
    expect(reads('respondent', prepared, reply, ...replySent, retracted)).not.toContain('reply-1')
    expect(reads('melder', prepared, reply, ...replySent, retracted)).toContain('reply-1')
  })

  test('is nothing of an event that is not in the reviewed table', () => {
    const strange = { type: 'constructor', data: { party: melder }, c: content('strange') }
    expect(reads('melder', prepared, strange)).not.toContain('strange')
  })

  test('stands in served/ when it was sent, and not when it is its own', () => {
    const entries = heard(prepared, ...serving('complaint', 'respondent', 'draft-1'))
    const served = (side: Side) => readableBy(side, entries).filter((one) => one.served)
    expect(served('respondent').map(({ digest }) => digest)).toEqual(['draft-1'])
    expect(served('melder')).toEqual([])
  })

  test('knows the party from how the hearing was prepared', () => {
    expect(partyOf('respondent', heard(prepared))).toBe(respondent)
    expect(partyOf('respondent', heard(answered))).toBeUndefined()
  })
})

/** Audit imports no service: mediation's reviewed list of stored fields is what keeps the tables from falling behind. */
describe('the names of mediation', () => {
  const file = new URL('../../../mediation/src/open-fields.golden.txt', import.meta.url)
  const lines = readFileSync(file, 'utf8').split('\n')
  const fields = lines.flatMap((line) => {
    const [, type, name, kind, party] =
      /^(\w+)\.v\d+ (\w+)\??: (open|sensitive)(?: — of (\w+)$)?/.exec(line) ?? []
    return type === undefined ? [] : [{ type, name, kind, party }]
  })
  /** Of the sealed track, whose stream is no hearing: no party gets anything of it here. */
  const sealedTrack = ['MediationEnded', 'PartyAgreed', 'SessionRecorded']
  const sealed = fields.filter(
    ({ kind, type }) => kind === 'sensitive' && !sealedTrack.includes(type),
  )

  test.each(sealed)('$type $name is of the one whom the table names', ({ type, name, party }) => {
    expect(owners[`${type} /${name}`]).toBe(party)
  })

  test('are all of them in use: no row of the table speaks of a field that is not', () => {
    const known = sealed.map(({ type, name }) => `${type} /${name}`)
    expect(Object.keys(owners).sort()).toEqual(known.sort())
  })

  test.each(
    Object.entries(changes).flatMap(([type, { fields: read }]) =>
      read.map((name) => [type, name] as const),
    ),
  )('%s has an open field %s', (type, name) => {
    expect(fields).toContainEqual(expect.objectContaining({ type, name, kind: 'open' }))
  })

  test('of events about documents are in the table or known to change nothing a side reads', () => {
    const unmoved = [
      'DocumentAdded',
      'DocumentOpened',
      'DraftRevised',
      'FindingsMade',
      'FindingsReopened',
      'HearingPrepared',
      'ReminderSent',
      'StatementReceived',
      'TermStarted',
      'WithholdingLifted',
      'WithholdingProposed',
    ]
    const about = new Set(fields.filter(({ name }) => name === 'document').map(({ type }) => type))
    expect([...about].sort()).toEqual([...unmoved, ...Object.keys(changes)].sort())
  })
})
