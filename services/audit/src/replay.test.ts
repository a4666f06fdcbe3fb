import { memoryStore } from '@wederhoor/event-store/memory'
import { canonicalJson } from '@wederhoor/ledger/canonical-json'
import { scanningDossierIndex } from '@wederhoor/ledger/dossier-index'
import type { Entry } from '@wederhoor/ledger/entry'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dossier, elsewhere, entriesOf, streams, type Written, walked, write } from './builders.ts'
import { foldDossier } from './reducer/dossier-state.ts'
import { reducerSource } from './reducer-source.ts'
import { type Replay, replayDossier } from './replay.ts'
import { timelineOf } from './timeline.ts'

const unlimited = { recordedUntil: null, occurredUntil: null }

async function ledgerOf(entries: readonly Entry[]) {
  const store = memoryStore()
  await write(store, entries)
  return { store, index: scanningDossierIndex(store) }
}

async function replayed(entries: readonly Entry[], asOf: Partial<Replay['asOf']> = {}) {
  const found = await replayDossier(await ledgerOf(entries), dossier, { ...unlimited, ...asOf })
  if (found === undefined) throw new Error('the dossier is unknown')
  return found
}

describe('a replay', () => {
  test('gives the same bytes on every run', async () => {
    const entries = entriesOf(walked)
    const runs = await Promise.all(
      [1, 2, 3].map(async () => canonicalJson(await replayed(entries))),
    )
    expect(new Set(runs).size).toBe(1)
  })

  test('names both clocks, the hash of the state and the sources of the reducer', async () => {
    const until = '2024-03-04T10:30:00.000Z'
    const replay = await replayed(entriesOf(walked), { recordedUntil: until })
    expect(replay.asOf).toEqual({ recordedUntil: until, occurredUntil: null })
    expect(replay.stateSha256).toMatch(/^[0-9a-f]{64}$/)
    expect(replay.reducer).toEqual(await reducerSource())
    expect(replay.reducer.files.map((one) => one.file)).toEqual([
      'reducer/clocks.ts',
      'reducer/dossier-state.ts',
      'reducer/holders.ts',
    ])
  })

  test('shows commitments and no content', async () => {
    const replay = await replayed(entriesOf(walked))
    expect(replay.state.streams[streams.referral]?.commitments).toHaveProperty('/content')
  })

  test('of a dossier without entries is none; before its first entry it is empty', async () => {
    const ledger = await ledgerOf(entriesOf(walked))
    expect(await replayDossier(ledger, elsewhere, unlimited)).toBeUndefined()
    expect(await timelineOf(ledger, elsewhere)).toBeUndefined()
    const before = await replayed(entriesOf(walked), { recordedUntil: '2024-01-01T00:00:00.000Z' })
    expect(before.state).toMatchObject({ entries: 0, holder: null, streams: {} })
  })

  test('changes its hash with any fact, holder or term', async () => {
    const hashes = new Set<string>()
    for (let count = 1; count <= walked.length; count += 1)
      hashes.add((await replayed(entriesOf(walked.slice(0, count)))).stateSha256)
    const other = walked.map((one, index) =>
      index === 1 ? { ...one, data: { ...one.data, desk: 'loket-zeeland' } } : one,
    )
    hashes.add((await replayed(entriesOf(other.slice(0, 2)))).stateSha256)
    expect(hashes.size).toBe(walked.length + 1)
  })
})

describe('as of a moment', () => {
  test('takes what was recorded up to it, the moment included', async () => {
    const entries = entriesOf(walked)
    const at = async (recordedUntil: string) =>
      (await replayed(entries, { recordedUntil })).state.entries
    expect(await at('2024-03-01T12:59:59.999Z')).toBe(2)
    expect(await at('2024-03-01T13:00:00.000Z')).toBe(3)
  })

  test('tells apart what was known from what had happened', async () => {
    const entries = entriesOf(walked)
    const known = await replayed(entries, { recordedUntil: '2024-03-04T10:00:00.000Z' })
    const happened = await replayed(entries, { occurredUntil: '2024-03-04T10:00:00.000Z' })
    expect(known.state.types).not.toHaveProperty('FirstContactMade')
    expect(happened.state.types).toHaveProperty('FirstContactMade')
  })

  test('ends the prefix at the first later entry of the whole ledger, also of another dossier', async () => {
    const [first, second] = ['2024-03-01T09:00:00.000Z', '2024-03-01T09:00:00.001Z']
    const entries = entriesOf([
      { stream: streams.melding, type: 'MeldingRegistered', recordedAt: first },
      { stream: `melding-${elsewhere}`, type: 'X', dossier: elsewhere, recordedAt: second },
      { stream: streams.melding, type: 'MeldingAddedTo', recordedAt: first },
    ])
    const { state } = await replayed(entries, { recordedUntil: first })
    expect(state.entries).toBe(1)
  })
})

const instants = [1, 2, 3, 4, 5].map((second) => `2024-03-01T09:00:0${second}.000Z`)
const someWritten: fc.Arbitrary<readonly Written[]> = fc.array(
  fc.record({
    stream: fc.constantFrom(...Object.values(streams), `case-${elsewhere}`),
    type: fc.constantFrom(...walked.map(({ type }) => type)),
    data: fc.record({ desk: fc.constantFrom('loket-utrecht', 'loket-zeeland') }),
    recordedAt: fc.constantFrom(...instants),
    occurredAt: fc.constantFrom(...instants),
  }),
  { minLength: 1, maxLength: 30 },
)

describe('any ledger whatever', () => {
  test('replays as of any moments to the fold of what its prefix holds', async () => {
    await fc.assert(
      fc.asyncProperty(
        someWritten,
        fc.constantFrom(null, ...instants),
        fc.constantFrom(null, ...instants),
        async (written, recordedUntil, occurredUntil) => {
          const placed = written.map((one) => ({
            ...one,
            dossier: one.stream.endsWith(elsewhere) ? elsewhere : dossier,
          }))
          const entries = entriesOf(placed)
          const cut = entries.findIndex(
            (entry) => recordedUntil !== null && entry.recordedAt > recordedUntil,
          )
          const prefix = cut < 0 ? entries : entries.slice(0, cut)
          const expected = prefix.filter(
            (entry) =>
              entry.dossier === dossier &&
              (occurredUntil === null || entry.occurredAt <= occurredUntil),
          )
          const found = await replayDossier(await ledgerOf(entries), dossier, {
            recordedUntil,
            occurredUntil,
          })
          if (entries.every((entry) => entry.dossier !== dossier)) expect(found).toBeUndefined()
          else expect(canonicalJson(found?.state)).toBe(canonicalJson(foldDossier(expected)))
        },
      ),
      { numRuns: 200 },
    )
  })

  test('keeps as of a moment for ever what it gave once the moment had passed', async () => {
    await fc.assert(
      fc.asyncProperty(someWritten, someWritten, async (before, after) => {
        const until = instants.at(-1) ?? ''
        const passed: Written = {
          stream: `case-${elsewhere}`,
          type: 'X',
          dossier: elsewhere,
          recordedAt: '2024-03-01T09:00:09.000Z',
        }
        const first: Written = { stream: streams.melding, type: 'X', recordedAt: instants[0] ?? '' }
        const then = await replayed(entriesOf([first, ...before, passed]), { recordedUntil: until })
        const later = await replayed(entriesOf([first, ...before, passed, ...after]), {
          recordedUntil: until,
        })
        expect(canonicalJson(later)).toBe(canonicalJson(then))
      }),
      { numRuns: 60 },
    )
  })
})

describe('a timeline', () => {
  test('shows each entry of the dossier in ledger order, across services, with who, when and why', async () => {
    const strange: Written = {
      stream: `case-${elsewhere}`,
      type: 'CaseOpened',
      dossier: elsewhere,
      recordedAt: '2024-03-01T09:00:00.000Z',
    }
    const ledger = await ledgerOf(entriesOf([strange, ...walked]))
    const lines = (await timelineOf(ledger, dossier)) ?? []
    expect(lines.map((line) => line.type)).toEqual(walked.map((one) => one.type))
    expect(lines.map((line) => line.position)).toEqual(walked.map((_one, index) => `${index + 2}`))
    expect(lines[0]).toMatchObject({
      occurredAt: '2024-02-28T20:15:00.000Z',
      actor: { role: 'caseworker', desk: 'loket-utrecht' },
      power: { code: 'bijstand', version: '1' },
      policy: '2024-01',
      commitments: { '/story': expect.any(String) },
    })
  })
})
