import { fold } from '@wederhoor/decider/decider'
import type { EventStore, StoredEntry } from '@wederhoor/event-store/port'
import { openCheckpoint } from '@wederhoor/ledger/checkpoint'
import { consistencyProof, type HashReader, verifyConsistency } from '@wederhoor/ledger/proof'
import { leafHash, rootOf } from '@wederhoor/ledger/tree'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type HearingEvent, hearingEvents } from './domain/events.ts'
import { bothHeard, day, hearing, history, person, served } from './domain/hearing/builders.ts'
import { hearingDecider } from './domain/hearing/hearing.ts'
import { kinds, people } from './domain/hearing/random-commands.ts'
import { play, starts } from './domain/hearing/random-moves.ts'
import { isSealedAfter } from './domain/hearing/sealed-after.ts'
import { hearingCheckpoint } from './hearing-tree.ts'
import {
  opened,
  origin,
  readEntry,
  rootAsWritten,
  sealedHearing,
  stranger,
} from './sealed-hearing.fixture.ts'

const ended: HearingEvent = {
  type: 'HearingEnded',
  hearing,
  end: 'exchanged',
  by: person('handler'),
  at: day(8),
}
const bytesOf = (entries: readonly StoredEntry[]) => entries.map(({ bytes }) => bytes)

async function sealed(events: readonly HearingEvent[]) {
  const world = sealedHearing()
  for (const event of events) await world.append(event)
  await world.follow()
  return world
}

describe('a hearing in which something was served', () => {
  test('is sealed over all entries before the seal, under an origin of its own', async () => {
    const world = await sealed(history(...served()))
    const entries = await world.entries()
    const [given] = await world.given()
    expect(entries.at(-1)).toMatchObject({ type: 'HearingSealed', revision: entries.length - 1 })
    expect(given?.size).toBe(entries.length - 1)
    expect(given?.root).toBe(rootAsWritten(bytesOf(entries).slice(0, -1)))
    expect(given?.note.split('\n').slice(0, 3)).toEqual([origin, `${given?.size}`, given?.root])
    expect(opened(given?.note ?? '')).toMatchObject({ origin, size: given?.size })
  })

  test('says which entry caused the seal, and nothing of a person', async () => {
    const world = await sealed(history(...served()))
    const entries = await world.entries()
    const seal = readEntry(entries.at(-1) as StoredEntry)
    const cause = entries.find(({ id }) => id === seal.causation)
    expect(cause && isSealedAfter(cause.type)).toBe(true)
    expect(seal.actor.pseudonym).toBe('00000000-0000-4000-8000-000000000000')
    expect(Object.keys(seal.data).sort()).toEqual([
      'at',
      'hearing',
      'key',
      'root',
      'signature',
      'size',
    ])
    expect(seal.c).toEqual({})
  })

  test('is sealed again at its end, over the earlier seal too', async () => {
    const world = await sealed(history(...bothHeard()))
    const before = await world.given()
    await world.append(ended)
    await world.follow()
    const after = await world.given()
    expect(after.length).toBe(before.length + 1)
    expect(after.at(-1)?.size).toBe((await world.entries()).length - 1)
  })

  test('is sealed after whatever was served, was not served by decision of two, or ended it', () => {
    const after = hearingEvents.map(({ type }) => type).filter(isSealedAfter)
    expect(after).toEqual([
      'DocumentDispatched',
      'ReminderSent',
      'DeliveryProven',
      'DocumentWithheld',
      'RespondentSkipped',
      'HearingEnded',
      'HearingDetached',
    ])
  })

  test('is not sealed for what concerns neither party', async () => {
    const world = await sealed(history(...served()).slice(0, 4))
    expect(await world.given()).toEqual([])
  })

  test('is sealed once: following the ledger anew adds nothing', async () => {
    const world = await sealed(history(...bothHeard()))
    const before = await world.entries()
    await world.follow()
    await world.follow()
    expect(await world.entries()).toEqual(before)
  })
})

describe('what comes in while a seal is being signed', () => {
  test('is covered where it is an entry: the stream is read and signed again', async () => {
    const events = history(...served())
    let late: (() => Promise<unknown>) | undefined
    const world = sealedHearing((store) => ({
      ...store,
      append: async (stream, expected, entries) => {
        const first = late
        late = undefined
        await first?.()
        return store.append(stream, expected, entries)
      },
    }))
    for (const event of events) await world.append(event)
    late = () => world.append(ended)
    await world.follow()
    const entries = await world.entries()
    expect(entries.map(({ type }) => type).slice(-2)).toEqual(['HearingEnded', 'HearingSealed'])
    const [given] = await world.given()
    expect(given?.root).toBe(rootAsWritten(bytesOf(entries).slice(0, -1)))
  })

  test('does not become two seals when several processes follow the ledger at once', async () => {
    const world = sealedHearing()
    for (const event of history(...served())) await world.append(event)
    await Promise.all([1, 2, 3, 4, 5].map(() => world.follow()))
    expect(await world.given()).toHaveLength(1)
  })

  test('does not become two seals when the outcome of the append was not known', async () => {
    let lost = 0
    const forgetful = (store: EventStore): EventStore => ({
      ...store,
      append: async (...args) => {
        const result = await store.append(...args)
        lost += 1
        if (lost === 1) throw new Error('the connection broke')
        return result
      },
    })
    const world = sealedHearing(forgetful)
    for (const event of history(...served())) await world.append(event)
    await expect(world.follow()).rejects.toThrow('the connection broke')
    await world.follow()
    expect(await world.given()).toHaveLength(1)
  })
})

const move = fc.record({
  kind: fc.constantFrom(...kinds),
  pick: fc.nat(30),
  side: fc.constantFrom('melder' as const, 'respondent' as const, 'respondent' as const),
  by: fc.constantFrom(...people),
  days: fc.nat(18),
})
const story = fc.record({
  start: fc.constantFrom(...Object.keys(starts)) as fc.Arbitrary<keyof typeof starts>,
  moves: fc.array(move, { minLength: 5, maxLength: 40 }),
  /** After which entries the process catches up, and each party looks. */
  rhythm: fc.array(
    fc.record({ seals: fc.boolean(), melder: fc.boolean(), respondent: fc.boolean() }),
    {
      minLength: 1,
      maxLength: 12,
    },
  ),
})

/** A whole hearing, sealed and looked at in some rhythm: each note that either party was given, in that order. */
async function lived({
  start,
  moves,
  rhythm,
}: typeof story extends fc.Arbitrary<infer S> ? S : never) {
  const world = sealedHearing()
  const notes: { readonly melder: string[]; readonly respondent: string[] } = {
    melder: [],
    respondent: [],
  }
  const events = play(history(...starts[start]()), moves)
  for (const [index, event] of [...events, ended].entries()) {
    await world.append(event)
    const beat = rhythm[index % rhythm.length]
    if (beat?.seals) await world.follow()
    for (const side of ['melder', 'respondent'] as const) {
      const newest = (await world.given()).at(-1)
      if (beat?.[side] && newest !== undefined) notes[side].push(newest.note)
    }
  }
  await world.follow()
  const last = (await world.given()).at(-1)?.note ?? ''
  notes.melder.push(last)
  notes.respondent.push(last)
  return { world, events, notes }
}

/** Whole subtrees, hashed anew from the bytes. */
const hashesOf = (entries: readonly StoredEntry[]): HashReader => ({
  read: async (nodes) =>
    nodes.map(({ level, index }) => {
      const width = 2 ** level
      return rootOf(bytesOf(entries.slice(index * width, (index + 1) * width)).map(leafHash))
    }),
})

const always = (check: (one: Awaited<ReturnType<typeof lived>>) => Promise<void>) =>
  fc.assert(
    fc.asyncProperty(story, async (one) => check(await lived(one))),
    { numRuns: 60, seed: 20240301 },
  )

describe('any hearing', () => {
  test('has a seal behind each serving and each end, whose root is that of its bytes', () =>
    always(async ({ world }) => {
      const entries = await world.entries()
      const seals = await world.given()
      for (const cause of entries.filter(({ type }) => isSealedAfter(type)))
        expect(seals.some(({ size }) => size > cause.revision)).toBe(true)
      for (const { size, root, note } of seals) {
        expect(entries[size]?.type).toBe('HearingSealed')
        expect(root).toBe(rootAsWritten(bytesOf(entries).slice(0, size)))
        expect(Buffer.from(opened(note).root).toString('base64')).toBe(root)
      }
    }))

  test('gives both parties the same text for the same size, and what is later contains what is earlier', () =>
    always(async ({ world, notes }) => {
      const reader = hashesOf(await world.entries())
      expect(notes.melder.at(-1)).toBe(notes.respondent.at(-1))
      const bySize = new Map<number, string>()
      for (const note of [...notes.melder, ...notes.respondent]) {
        const { size } = opened(note)
        expect(bySize.get(size) ?? note).toBe(note)
        bySize.set(size, note)
      }
      const all = [...bySize.values()].map(opened).sort((a, b) => a.size - b.size)
      for (const [index, later] of all.entries()) {
        for (const earlier of all.slice(0, index)) {
          const sizes = { from: earlier.size, to: later.size }
          const proof = await consistencyProof(reader, sizes)
          const roots = { fromRoot: earlier.root, toRoot: later.root }
          expect(verifyConsistency({ ...sizes, ...roots, proof })).toBe(true)
        }
      }
    }))

  test('stands as it would without its seals', () =>
    always(async ({ world, events }) => {
      const types = (await world.entries()).map(({ type }) => type)
      expect(types.filter((type) => type !== 'HearingSealed')).toHaveLength(events.length + 1)
      const seal = { type: 'HearingSealed' } as HearingEvent
      const without = fold(hearingDecider, events)
      expect(
        fold(
          hearingDecider,
          events.flatMap((one) => [one, seal]),
        ),
      ).toEqual(without)
    }))
})

describe('a split view between the parties', () => {
  test.each<[string, (bytes: Uint8Array[]) => Uint8Array[]]>([
    ['one byte of any entry changed', (all) => all.map(flipped(0))],
    ['the last entry changed', (all) => [...all.slice(0, -1), flip(all.at(-1))]],
    ['an entry left out', (all) => all.filter((_, index) => index !== 2)],
    ['the last entry left out', (all) => all.slice(0, -1)],
    ['the first entry left out', (all) => all.slice(1)],
    ['two entries in another order', ([a, b, ...rest]) => [b, a, ...rest] as Uint8Array[]],
    ['an entry shown twice', (all) => [...all, ...all.slice(-1)]],
    ['an entry slipped in', (all) => [...all.slice(0, 3), flip(all[3]), ...all.slice(3)]],
  ])('has another root: %s', async (_name, changed) => {
    const world = await sealed(history(...bothHeard()))
    const seal = (await world.given()).at(-1)
    const bytes = bytesOf(await world.entries()).slice(0, seal?.size)
    expect(rootOver(bytes)).toBe(seal?.root)
    expect(rootOver(changed(bytes))).not.toBe(seal?.root)
  })

  test('has another root for each single entry that differs in one bit', async () => {
    const world = await sealed(history(...bothHeard()))
    const seal = (await world.given()).at(-1)
    const bytes = bytesOf(await world.entries()).slice(0, seal?.size)
    for (const index of bytes.keys())
      expect(rootOver(bytes.map(flipped(index)))).not.toBe(seal?.root)
  })

  test('cannot be hidden in the note: another root or size under the same signature does not open', async () => {
    const world = await sealed(history(...served()))
    const [seal] = await world.given()
    const { note, root, size } = seal ?? { note: '', root: '', size: 0 }
    const other = Buffer.alloc(32, 1).toString('base64')
    for (const forged of [
      note.replace(root, other),
      note.replace(`\n${size}\n`, `\n${size - 1}\n`),
    ])
      expect(() => opened(forged)).toThrow(expect.objectContaining({ code: 'bad-signature' }))
    expect(() => openCheckpoint(note, [stranger])).toThrow(
      expect.objectContaining({ code: 'no-known-signature' }),
    )
  })
})

/** What a party computes from the entries that it holds. */
const rootOver = (all: readonly Uint8Array[]): string => {
  const { root } = hearingCheckpoint(
    origin,
    all.map((bytes) => ({ bytes })),
  )
  return Buffer.from(root).toString('base64')
}

function flip(bytes: Uint8Array | undefined): Uint8Array {
  const copy = Uint8Array.from(bytes ?? [])
  copy[20] = (copy[20] ?? 0) ^ 1
  return copy
}
const flipped = (at: number) => (one: Uint8Array, index: number) => (index === at ? flip(one) : one)
