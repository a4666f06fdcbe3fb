import { randomUUID } from 'node:crypto'
import { memoryStore } from '@wederhoor/event-store/memory'
import { type EventStore, START, StoreError } from '@wederhoor/event-store/port'
import { decodeEntry } from '@wederhoor/ledger/entry'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type CounterEvent,
  contextOf,
  count,
  counterDecider,
  open,
  plainCodec,
} from './counter.fixture.ts'
import { fold } from './decider.ts'
import { eventId } from './derived-id.ts'
import { commandHandler, TooMuchContention } from './handler.ts'

const codec = plainCodec<CounterEvent>()
const stream = 'counter-1'

function world(change: (store: EventStore) => Partial<EventStore> = () => ({})) {
  const inner = memoryStore()
  const store = { ...inner, ...change(inner) }
  const handler = commandHandler({ store, codec, decider: counterDecider })
  const entries = async () =>
    (await inner.readAll(START, 1_000)).map((stored) => decodeEntry(stored.bytes))
  return { store: inner, handler, entries }
}

describe('a new stream', () => {
  test('takes the events of a decision with derived ids, at their revisions, with the command’s context', async () => {
    const { handler, entries } = world()
    const id = randomUUID()
    expect(await handler.handle(stream, open(1, id))).toMatchObject({
      kind: 'accepted',
      events: [{ type: 'Opened', limit: 1 }],
      ids: [eventId(id, 0)],
      repeated: false,
    })
    const reaching = await handler.handle(stream, count(1))
    expect(reaching).toMatchObject({
      events: [{ type: 'Counted' }, { type: 'LimitReached' }],
      state: { total: 1 },
    })
    expect((await entries()).map((entry) => [entry.stream, entry.revision, entry.type])).toEqual([
      [stream, 0, 'Opened'],
      [stream, 1, 'Counted'],
      [stream, 2, 'LimitReached'],
    ])
    expect((await entries())[0]).toMatchObject({
      id: eventId(id, 0),
      recordedAt: contextOf().at,
      policy: '2026-01',
    })
  })

  test('stays empty after a rejection', async () => {
    const { handler, entries } = world()
    expect(await handler.handle(stream, count(1))).toMatchObject({
      kind: 'rejected',
      rejection: { reason: 'not-open' },
      state: { limit: undefined },
    })
    expect(await entries()).toEqual([])
    expect(await handler.load(stream)).toEqual([])
  })
})

describe('a command that comes again', () => {
  test('adds nothing and gives the same events, also where the decider would now say otherwise', async () => {
    const { handler, entries } = world()
    await handler.handle(stream, open(2))
    const id = randomUUID()
    const first = await handler.handle(stream, count(2, id))
    const again = await handler.handle(stream, count(2, id))
    expect(again).toEqual({ ...first, repeated: true })
    expect(await entries()).toHaveLength(3)
    expect(await handler.handle(stream, count(2))).toMatchObject({
      kind: 'rejected',
      rejection: { reason: 'full' },
    })
  })

  test('under another id, on the state it led to, adds nothing either', async () => {
    const { handler, entries } = world()
    await handler.handle(stream, open(2))
    expect(await handler.handle(stream, open(5))).toMatchObject({
      events: [],
      ids: [],
      repeated: false,
    })
    expect(await entries()).toHaveLength(1)
  })

  test('at the same moment is done once', async () => {
    const { handler, entries } = world()
    await handler.handle(stream, open(10))
    const id = randomUUID()
    const all = await Promise.all(
      Array.from({ length: 5 }, () => handler.handle(stream, count(3, id))),
    )
    expect(all.map((one) => one.kind)).toEqual(Array(5).fill('accepted'))
    expect(all.filter((one) => one.kind === 'accepted' && !one.repeated)).toHaveLength(1)
    expect(await entries()).toHaveLength(2)
  })

  test('after an answer that was lost finds what it did', async () => {
    let lost = 0
    const { handler, entries } = world((inner) => ({
      async append(...call) {
        const result = await inner.append(...call)
        if (lost++ === 0) throw new StoreError('outcome-unknown', 'the connection broke')
        return result
      },
    }))
    const id = randomUUID()
    await expect(handler.handle(stream, open(4, id))).rejects.toMatchObject({
      code: 'outcome-unknown',
    })
    expect(await handler.handle(stream, open(4, id))).toMatchObject({
      kind: 'accepted',
      repeated: true,
    })
    expect(await entries()).toHaveLength(1)
  })
})

describe('a stream that others write to', () => {
  test('makes the handler read and decide again: nobody’s decision rests on an old state', async () => {
    let meanwhile: (() => Promise<unknown>) | undefined
    const { handler, store, entries } = world((inner) => ({
      async append(...call) {
        const first = meanwhile
        meanwhile = undefined
        await first?.()
        return inner.append(...call)
      },
    }))
    const other = commandHandler({ store, codec, decider: counterDecider })
    await handler.handle(stream, open(3))
    meanwhile = () => other.handle(stream, count(2))
    expect(await handler.handle(stream, count(2))).toMatchObject({
      kind: 'rejected',
      rejection: { reason: 'full' },
    })
    meanwhile = () => other.handle(stream, open(9))
    expect(await handler.handle(stream, count(1))).toMatchObject({
      kind: 'accepted',
      state: { total: 3 },
    })
    expect((await entries()).map((entry) => entry.revision)).toEqual([0, 1, 2, 3])
  })

  test('that never rests ends in an error after twenty attempts', async () => {
    let attempts = 0
    const { handler } = world(() => ({
      append: async () => ({ kind: 'conflict', actual: attempts++ }) as const,
    }))
    await expect(handler.handle(stream, open(3))).rejects.toThrow(TooMuchContention)
    expect(attempts).toBe(20)
  })

  test('passes on what the store could not do', async () => {
    const { handler } = world(() => ({
      append: () => Promise.reject(new StoreError('queue-full', 'later')),
    }))
    await expect(handler.handle(stream, open(3))).rejects.toMatchObject({ code: 'queue-full' })
  })

  test('skips entries that its codec does not know, and still counts their revisions', async () => {
    const { handler, store, entries } = world()
    await handler.handle(stream, open(3))
    const id = randomUUID()
    const foreign = plainCodec<{ type: 'NotOurs' }>().encode(
      { type: 'NotOurs' },
      { stream, revision: 1, id },
      contextOf(),
    )
    await store.append(stream, 0, [foreign])
    expect(await handler.handle(stream, count(1))).toMatchObject({ kind: 'accepted' })
    expect((await entries()).map((entry) => entry.revision)).toEqual([0, 1, 2])
    expect(await handler.state(stream)).toEqual({ limit: 3, total: 1, counts: 1 })
  })
})

describe('any order of commands, some of them repeated', () => {
  test('leaves the state that the stream folds to, and each accepted id once', async () => {
    const steps = fc.array(
      fc.record({ by: fc.integer({ min: 1, max: 4 }), which: fc.nat({ max: 5 }) }),
      { maxLength: 15 },
    )
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const { handler, entries } = world()
        await handler.handle(stream, open(8))
        const ids = Array.from(
          { length: 6 },
          (_, index) => `00000000-0000-4000-8000-00000000000${index}`,
        )
        const accepted = new Set<string>()
        let state = await handler.state(stream)
        for (const { by, which } of all) {
          const handled = await handler.handle(stream, count(by, ids[which]))
          if (handled.kind === 'accepted') for (const id of handled.ids) accepted.add(id)
          state = handled.state
        }
        const recorded = await handler.load(stream)
        expect(
          fold(
            counterDecider,
            recorded.map((one) => one.event),
          ),
        ).toEqual(state)
        expect(
          (await entries())
            .slice(1)
            .map((entry) => entry.id)
            .sort(),
        ).toEqual([...accepted].sort())
      }),
      { numRuns: 50 },
    )
  })
})
