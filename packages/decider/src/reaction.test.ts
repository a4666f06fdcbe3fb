import { randomUUID } from 'node:crypto'
import { memoryStore } from '@wederhoor/event-store/memory'
import { type EventStore, StoreError } from '@wederhoor/event-store/port'
import { decodeEntry } from '@wederhoor/ledger/entry'
import { describe, expect, test } from 'vitest'
import {
  type CounterEvent,
  type CounterRejection,
  count,
  counterDecider,
  open,
  plainCodec,
} from './counter.fixture.ts'
import { derivedId } from './derived-id.ts'
import { commandHandler } from './handler.ts'
import { reactor } from './reaction.ts'

type Refused = { type: 'ReactionRefused'; stream: string; command: string; reason: string }

function world(change: (store: EventStore) => Partial<EventStore> = () => ({})) {
  const inner = memoryStore()
  const store = { ...inner, ...change(inner) }
  const handler = commandHandler({
    store,
    codec: plainCodec<CounterEvent>(),
    decider: counterDecider,
  })
  const { react } = reactor<Refused>({
    service: 'counter',
    store,
    codec: plainCodec<Refused>(),
    event: ({ stream, command, rejection }) => ({
      type: 'ReactionRefused',
      stream,
      command: command.type,
      reason: (rejection as CounterRejection).reason,
    }),
  })
  const refusals = async (commandId: string) =>
    (await inner.readStream(`counterrefusals-${commandId}`)).map((stored) =>
      decodeEntry(stored.bytes),
    )
  return { handler, react, refusals }
}

describe('a command that a reaction issued', () => {
  test('accepted: stands in its stream and leaves no refusal', async () => {
    const { handler, react, refusals } = world()
    const command = open(3)
    expect(await react('counter-1', command, handler)).toMatchObject({
      kind: 'accepted',
      repeated: false,
    })
    expect(await react('counter-1', command, handler)).toMatchObject({
      kind: 'accepted',
      repeated: true,
    })
    expect(await refusals(command.context.id)).toEqual([])
  })

  test('rejected: is recorded once, with a derived id, and neither thrown nor tried again', async () => {
    const { handler, react, refusals } = world()
    const command = count(1)
    const id = derivedId(command.context.id, 'refused')
    expect(await react('counter-1', command, handler)).toEqual({
      kind: 'refused',
      id,
      repeated: false,
    })
    expect(await react('counter-1', command, handler)).toEqual({
      kind: 'refused',
      id,
      repeated: true,
    })
    expect(await refusals(command.context.id)).toMatchObject([
      {
        id,
        type: 'ReactionRefused',
        revision: 0,
        data: { stream: 'counter-1', command: 'count', reason: 'not-open' },
      },
    ])
  })

  test('rejected: stays so when the state would allow it by now', async () => {
    const { handler, react } = world()
    const command = count(1)
    await react('counter-1', command, handler)
    await handler.handle('counter-1', open(3))
    expect(await react('counter-1', command, handler)).toMatchObject({
      kind: 'refused',
      repeated: true,
    })
    expect(await handler.state('counter-1')).toMatchObject({ total: 0 })
  })

  test('rejected twice at the same moment: is recorded once', async () => {
    const { handler, react, refusals } = world()
    const command = count(1, randomUUID())
    const both = await Promise.all([1, 2].map(() => react('counter-1', command, handler)))
    expect(both.map((one) => one.repeated).sort()).toEqual([false, true])
    expect(await refusals(command.context.id)).toHaveLength(1)
  })

  test('fails when the refusal cannot be recorded, so that its cause is delivered again', async () => {
    const { handler, react } = world(() => ({
      append: () => Promise.reject(new StoreError('unavailable', 'later')),
    }))
    await expect(react('counter-1', count(1), handler)).rejects.toMatchObject({
      code: 'unavailable',
    })
  })
})
