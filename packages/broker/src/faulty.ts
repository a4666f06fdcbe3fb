/**
 * A broker around a broker that makes the faults of a bad network on purpose, from a seed: the same seed and the same
 * order of calls give the same faults. For tests and the simulator; nothing is lost unless the process ends.
 */
import { type Broker, BrokerError, type Delivery, type Subscription } from './port.ts'

/** Chances in [0, 1]. */
export interface Faults {
  /** A delivery comes twice. */
  readonly duplicate: number
  /** A delivery comes after some that followed it. */
  readonly delay: number
  /** A publication fails before anything was sent. */
  readonly refuse: number
  /** A publication fails although everything was sent. */
  readonly loseAnswer: number
}

/** Mulberry32, by Tommy Ettinger (public domain): small, and good enough to shuffle with. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export function faultyBroker(parts: {
  readonly broker: Broker
  readonly seed: number
  readonly faults: Faults
}): Broker {
  const { broker, faults } = parts
  const random = seededRandom(parts.seed)

  return {
    ensureTopics: (topics) => broker.ensureTopics(topics),
    close: () => broker.close(),
    async publish(topic, messages) {
      if (random() < faults.refuse) throw new BrokerError('unavailable', 'refused on purpose')
      await broker.publish(topic, messages)
      if (random() < faults.loseAnswer)
        throw new BrokerError('unavailable', 'answer lost on purpose')
    },
    async subscribe(request) {
      const shuffler = shuffle({ handle: request.handle, faults, random })
      const subscription = await broker.subscribe({ ...request, handle: shuffler.handle })
      return {
        lag: async () => (await subscription.lag()) + shuffler.delayed(),
        async close() {
          await subscription.close()
          await shuffler.finish()
        },
      } satisfies Subscription
    },
  }
}

const FLUSH_MS = 20

function shuffle(parts: {
  readonly handle: (delivery: Delivery) => Promise<void>
  readonly faults: Faults
  readonly random: () => number
}) {
  const { handle, faults, random } = parts
  const late: Delivery[] = []
  let working: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  // One at a time over all partitions, which keeps the port's promise of one at a time per partition.
  const oneByOne = (work: () => Promise<void>) => {
    const result = working.then(work)
    working = result.catch(() => undefined)
    return result
  }

  async function flush(): Promise<void> {
    timer = undefined
    while (late.length > 0) {
      const index = Math.floor(random() * late.length)
      const delivery = late[index]
      if (delivery === undefined) return
      await handle(delivery)
      late.splice(index, 1)
    }
  }

  function flushLater(): void {
    timer ??= setTimeout(() => {
      oneByOne(flush).catch(flushLater)
    }, FLUSH_MS)
  }

  return {
    delayed: () => late.length,
    handle: (delivery: Delivery) =>
      oneByOne(async () => {
        if (random() < faults.delay) {
          late.push(delivery)
          flushLater()
          return
        }
        await handle(delivery)
        if (random() < faults.duplicate) late.push(delivery)
        if (late.length > 0) flushLater()
      }),
    async finish() {
      clearTimeout(timer)
      await oneByOne(flush)
    },
  }
}
