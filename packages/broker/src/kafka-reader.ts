/** One member of a Kafka group: the rules for consuming with kafkajs, whose types alone are used here. */
import type { Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs'
import type { Wire } from './cloudevents.ts'
import { deliveryOf } from './delivery.ts'
import { orGiveUp } from './or-give-up.ts'
import type { Delivery } from './port.ts'

const HEARTBEAT_MS = 1_000
const REBUILD_MS = 500
const RETRY_MS = 200
const RETRY_MAX_MS = 2_000

export async function groupReader(parts: {
  readonly makeConsumer: () => Consumer
  readonly topics: readonly string[]
  readonly handle: (delivery: Delivery) => Promise<void>
  readonly concurrency: number
}): Promise<{ close(): Promise<void> }> {
  const { makeConsumer, topics, handle, concurrency } = parts
  const inFlight = new Set<Promise<void>>()
  const failures = new Map<string, number>()
  const timers = new Set<NodeJS.Timeout>()
  let closing = false
  let consumer: Consumer
  let building: Promise<void>

  async function build(): Promise<void> {
    const made = makeConsumer()
    consumer = made
    made.on('consumer.crash', ({ payload }) => {
      // With `restart` the client begins anew by itself; without, it would stay dead.
      if (!payload.restart && !closing) later(REBUILD_MS, rebuild)
    })
    await made.connect()
    await made.subscribe({ topics: [...topics], fromBeginning: true })
    await made.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: concurrency,
      eachBatch: (payload) => {
        const work = takeBatch(made, payload)
        const settled = work.then(forget, forget)
        function forget() {
          inFlight.delete(settled)
        }
        inFlight.add(settled)
        return work
      },
    })
  }

  function rebuild(): void {
    if (closing) return
    building = build().catch(() => later(REBUILD_MS, rebuild))
  }

  function later(timeMs: number, work: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      work()
    }, timeMs)
    timers.add(timer)
  }

  async function takeBatch(from: Consumer, payload: EachBatchPayload): Promise<void> {
    const { batch, isRunning, isStale, resolveOffset, heartbeat } = payload
    const { topic, partition } = batch
    for (const message of batch.messages) {
      if (closing || !isRunning() || isStale()) return
      const delivery = deliveryOf({ topic, partition, offset: message.offset }, wireOf(message))
      const beat = beating(heartbeat)
      try {
        await handle(delivery)
      } catch {
        // The unresolved rest of the batch is fetched again, at once and for ever if nobody pauses the partition.
        pauseAfterFailure(payload)
        return
      } finally {
        beat.stop()
      }
      failures.delete(`${topic}/${partition}`)
      resolveOffset(message.offset)
      const offset = (BigInt(message.offset) + 1n).toString()
      await orCause(from.commitOffsets([{ topic, partition, offset }]))
      beat.rethrow()
      await heartbeat()
    }
  }

  function pauseAfterFailure({ batch, pause }: EachBatchPayload): void {
    const name = `${batch.topic}/${batch.partition}`
    const count = failures.get(name) ?? 0
    failures.set(name, count + 1)
    const resume = pause()
    later(Math.min(RETRY_MS * 2 ** count, RETRY_MAX_MS), () => {
      if (!closing) resume()
    })
  }

  async function close(): Promise<void> {
    closing = true
    for (const timer of timers) clearTimeout(timer)
    consumer.pause(topics.map((topic) => ({ topic })))
    // A commit during `disconnect` is silently nothing: everything in flight comes first.
    await Promise.all(inFlight)
    await orGiveUp(building.then(() => consumer.disconnect()))
  }

  building = build()
  await building
  let closed: Promise<void> | undefined
  return {
    close() {
      closed ??= close()
      return closed
    },
  }
}

/** Says every second that the member lives, while a handler works. What the answers were is for afterwards. */
function beating(heartbeat: () => Promise<void>): { stop(): void; rethrow(): void } {
  let failure: unknown
  const timer = setInterval(() => {
    heartbeat().catch((error: unknown) => {
      clearInterval(timer)
      failure = error
    })
  }, HEARTBEAT_MS)
  return {
    stop: () => clearInterval(timer),
    rethrow() {
      if (failure !== undefined) throw failure
    },
  }
}

/** A refused commit comes wrapped as something that ends the consumer; its cause only asks to join the group again. */
async function orCause(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    throw error instanceof Error && error.cause instanceof Error ? error.cause : error
  }
}

function wireOf({ key, value, headers = {} }: KafkaMessage): Wire {
  const texts = Object.entries(headers).flatMap(([name, given]) => {
    const first = Array.isArray(given) ? given[0] : given
    return first === undefined ? [] : [[name.toLowerCase(), first.toString()] as const]
  })
  return {
    key: key?.toString() ?? null,
    headers: Object.fromEntries(texts),
    value: value ?? new Uint8Array(),
  }
}
