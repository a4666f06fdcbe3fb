import { memoryStore } from '@wederhoor/event-store/memory'
import { type EventStore, StoreError } from '@wederhoor/event-store/port'
import { decodeEntry } from '@wederhoor/ledger/entry'
import { describe, expect, test } from 'vitest'
import {
  type CounterCommand,
  type CounterEvent,
  contextOf,
  count,
  counterDecider,
  open,
  plainCodec,
} from './counter.fixture.ts'
import { derivedId, eventId } from './derived-id.ts'
import { commandHandler } from './handler.ts'
import { type ReactionRefused, reactor } from './reaction.ts'

const counter = 'counter-1'
const noRefusal = { kind: 'accepted', repeated: true }

function world(change: (store: EventStore) => Partial<EventStore> = () => ({})) {
  const inner = memoryStore()
  const store = { ...inner, ...change(inner) }
  const codec = plainCodec<CounterEvent>()
  const known = {
    ...codec,
    decode: (stored: Parameters<typeof codec.decode>[0]) =>
      stored.type === 'ReactionRefused' ? undefined : codec.decode(stored),
  }
  const handler = commandHandler({ store, codec: known, decider: counterDecider })
  const { react } = reactor({ store, codec: plainCodec<ReactionRefused>() })
  const refusals = async (stream: string) =>
    (await inner.readStream(stream))
      .filter((stored) => stored.type === 'ReactionRefused')
      .map((stored) => decodeEntry(stored.bytes))
  return { handler, react: (command: CounterCommand) => react(counter, command, handler), refusals }
}

const ownStream = (command: CounterCommand) => `counterrefusals-${command.context.id}`
const idOf = (command: CounterCommand) => eventId(derivedId(command.context.id, 'refused'), 0)

describe('a command that a reaction issued', () => {
  test('accepted: stands in its stream and leaves no refusal', async () => {
    const { handler, react, refusals } = world()
    const command = open(3)
    await react(command)
    await react(command)
    expect(await handler.handle(counter, command)).toMatchObject(noRefusal)
    expect(await handler.load(counter)).toHaveLength(1)
    expect(await refusals(counter)).toEqual([])
    expect(await refusals(ownStream(command))).toEqual([])
  })

  test('rejected: is recorded once in the stream that was asked, with a derived id', async () => {
    const { handler, react, refusals } = world()
    await handler.handle(counter, open(3))
    const command = count(4)
    await react(command)
    await react(command)
    expect(await refusals(counter)).toMatchObject([
      { id: idOf(command), revision: 1, data: { command: 'count', reason: 'full' } },
    ])
    expect(await refusals(ownStream(command))).toEqual([])
  })

  test('rejected where there is no stream: does not begin it', async () => {
    const { handler, react, refusals } = world()
    const command = count(1)
    await react(command)
    await react(command)
    expect(await handler.load(counter)).toEqual([])
    expect(await refusals(counter)).toEqual([])
    expect(await refusals(ownStream(command))).toMatchObject([
      { id: idOf(command), revision: 0, data: { command: 'count', reason: 'not-open' } },
    ])
  })

  test('rejected: stays so when the state would allow it by now', async () => {
    const { handler, react, refusals } = world()
    const command = count(1)
    await react(command)
    await handler.handle(counter, open(3))
    await react(command)
    expect(await handler.state(counter)).toMatchObject({ total: 0 })
    expect(await refusals(counter)).toEqual([])
  })

  test('rejected twice at the same moment: is recorded once', async () => {
    const { react, refusals } = world()
    const command = count(1)
    await Promise.all([react(command), react(command)])
    expect(await refusals(ownStream(command))).toHaveLength(1)
  })

  test('fails when the refusal cannot be recorded, so that its cause is delivered again', async () => {
    const { react } = world(() => ({
      append: () => Promise.reject(new StoreError('unavailable', 'later')),
    }))
    await expect(react(count(1))).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('is named by its words, joined by a hyphen', async () => {
    const store = memoryStore()
    const { react } = reactor({ store, codec: plainCodec<ReactionRefused>() })
    const context = contextOf()
    const state = undefined
    await react(
      counter,
      { type: 'ReceivePermitRefusal', context },
      { handle: async () => ({ kind: 'rejected', rejection: { reason: 'not-now' }, state }) },
    )
    const [stored] = await store.readStream(`counterrefusals-${context.id}`)
    expect(stored && decodeEntry(stored.bytes).data).toEqual({
      command: 'receive-permit-refusal',
      reason: 'not-now',
    })
  })
})
