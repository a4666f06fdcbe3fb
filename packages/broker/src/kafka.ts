/**
 * The broker over Kafka, by kafkajs 2.2.4. The only file that knows the client: what it does wrong, or does right only
 * when asked, is handled here.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { type Admin, type Consumer, Kafka, logLevel, type Producer } from 'kafkajs'
import { encodeMessage, type Wire } from './cloudevents.ts'
import { groupReader } from './kafka-reader.ts'
import { orGiveUp } from './or-give-up.ts'
import { type Broker, BrokerError, type Subscription } from './port.ts'

export interface KafkaBroker extends Broker {
  /** Puts bytes into a topic as a foreign producer might; for tests of what cannot be decoded. */
  publishWire(topic: string, wires: readonly Wire[]): Promise<void>
}

// The client's own default gives up after 8 s of outage, and a producer that gave up may reuse its sequence numbers.
const FOR_EVER = {
  retries: 1e6,
  initialRetryTime: 200,
  maxRetryTime: 1_000,
  factor: 0.2,
  multiplier: 1.5,
}

/** A partition's part of a request must stay under the broker's `message.max.bytes`, 1 MB unless set. */
const SEND_BYTES_MAX = 512 * 1024

/**
 * Connects at the first use, and waits for as long as the broker is away: `publish` and `ensureTopics` then resolve
 * late instead of failing. Topics that `ensureTopics` makes have `partitions` partitions (8 if absent), for ever.
 */
export function kafkaBroker(parts: {
  /** `host:port`, one or more. */
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly partitions?: number
  /** Partitions of a subscription that are handled at a time. */
  readonly concurrency?: number
}): KafkaBroker {
  const { clientId, partitions = 8, concurrency = 3 } = parts
  let closing = false
  let gaveUp = false
  const kafka = new Kafka({
    clientId,
    // An empty list is the one answer that ends a client's retries.
    brokers: () => (gaveUp ? [] : [...parts.brokers]),
    retry: FOR_EVER,
    logLevel: logLevel.NOTHING,
  })
  const known = new Set<string>()
  const subscriptions = new Set<Subscription>()
  let connectedAdmin: Promise<Admin> | undefined
  let connectedProducer: Promise<Producer> | undefined
  let sending: Promise<void> = Promise.resolve()

  function admin(): Promise<Admin> {
    connectedAdmin ??= (async () => {
      const made = kafka.admin({ retry: FOR_EVER })
      await made.connect()
      return made
    })()
    connectedAdmin.catch(() => {
      connectedAdmin = undefined
    })
    return connectedAdmin
  }

  function producer(): Promise<Producer> {
    connectedProducer ??= (async () => {
      const made = kafka.producer({
        idempotent: true,
        maxInFlightRequests: 1,
        allowAutoTopicCreation: false,
        retry: FOR_EVER,
      })
      await made.connect()
      return made
    })()
    connectedProducer.catch(() => {
      connectedProducer = undefined
    })
    return connectedProducer
  }

  /** A failed producer has lost count: another one starts with an identity of its own. */
  async function dropProducer(): Promise<void> {
    const failed = connectedProducer
    connectedProducer = undefined
    await failed?.then((made) => made.disconnect()).catch(() => undefined)
  }

  async function ensureTopics(topics: readonly string[]): Promise<void> {
    const client = await admin()
    const present = new Set(await client.listTopics())
    const missing = topics.filter((topic) => !present.has(topic))
    if (missing.length > 0) {
      await client.createTopics({
        waitForLeaders: true,
        topics: missing.map((topic) => ({ topic, numPartitions: partitions })),
      })
    }
    // Somebody else may have made one a moment ago, whose leaders are not there yet.
    await client.fetchTopicMetadata({ topics: [...topics] })
    for (const topic of topics) known.add(topic)
  }

  async function knowTopic(topic: string): Promise<void> {
    if (known.has(topic)) return
    // Sending to a topic that does not exist would be tried for ever.
    const present = await (await admin()).listTopics()
    if (!present.includes(topic)) throw new BrokerError('unknown-topic', `no topic ${topic}`)
    known.add(topic)
  }

  async function send(topic: string, wires: readonly Wire[]): Promise<void> {
    const client = await producer()
    for (const chunk of chunks(wires)) {
      const messages = chunk.map(({ key, headers, value }) => {
        return { key, headers: { ...headers }, value: Buffer.from(value) }
      })
      try {
        await client.send({ topic, acks: -1, messages })
      } catch (error) {
        await dropProducer()
        throw error
      }
    }
  }

  async function publishWire(topic: string, wires: readonly Wire[]): Promise<void> {
    refuseWhenClosed()
    if (wires.length === 0) return
    await orUnavailable(knowTopic(topic))
    // One send in flight per producer: two of them lose the order within a key across an outage, idempotent or not.
    const result = sending.then(() => {
      refuseWhenClosed()
      return send(topic, wires)
    })
    sending = result.catch(() => undefined)
    await orUnavailable(result)
  }

  function refuseWhenClosed(): void {
    if (closing) throw new BrokerError('closed', 'the broker is closed')
  }

  async function lag(group: string, topics: readonly string[]): Promise<number> {
    const client = await admin()
    const committed = await client.fetchOffsets({ groupId: group, topics: [...topics] })
    const ends = await Promise.all(
      topics.map((topic) => whileElecting(() => client.fetchTopicOffsets(topic))),
    )
    return topics.reduce((sum, topic, index) => {
      const offsets = new Map(
        committed
          .find((one) => one.topic === topic)
          ?.partitions.map((one) => [one.partition, one.offset]),
      )
      return (ends[index] ?? []).reduce((behind, { partition, low, high }) => {
        const next = Number(offsets.get(partition) ?? -1)
        return behind + Number(high) - (next < 0 ? Number(low) : next)
      }, sum)
    }, 0)
  }

  return {
    publishWire,
    publish: async (topic, messages) => publishWire(topic, messages.map(encodeMessage)),
    ensureTopics: (topics) => orUnavailable(ensureTopics(topics)),
    async subscribe({ group, topics, handle }) {
      refuseWhenClosed()
      const makeConsumer = (): Consumer =>
        kafka.consumer({
          groupId: group,
          allowAutoTopicCreation: false,
          maxWaitTimeInMs: 500,
          retry: FOR_EVER,
        })
      const reader = await orUnavailable(groupReader({ makeConsumer, topics, handle, concurrency }))
      const subscription: Subscription = {
        lag: () => orUnavailable(lag(group, topics)),
        async close() {
          await reader.close()
          subscriptions.delete(subscription)
        },
      }
      subscriptions.add(subscription)
      return subscription
    },
    async close() {
      closing = true
      await Promise.all([...subscriptions].map((one) => one.close()))
      await orGiveUp(sending)
      gaveUp = true
      const clients = [connectedProducer, connectedAdmin]
      await Promise.all(clients.map((connecting) => orGiveUp(disconnect(connecting))))
    },
  }
}

const ELECTION_TRIES_MAX = 20
const ELECTION_PAUSE_MS = 100

/** The leader of a topic that was just made may not know yet that it leads; here the client gives up at once. */
async function whileElecting<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask()
    } catch (error) {
      const isPassing = error instanceof Error && 'retriable' in error && error.retriable === true
      if (!isPassing || tries === ELECTION_TRIES_MAX) throw error
    }
    await pause(ELECTION_PAUSE_MS)
  }
}

async function disconnect(connecting: Promise<Producer | Admin> | undefined): Promise<void> {
  const client = await connecting
  await client?.disconnect()
}

function* chunks(wires: readonly Wire[]): Generator<readonly Wire[]> {
  let chunk: Wire[] = []
  let bytes = 0
  for (const wire of wires) {
    if (chunk.length > 0 && bytes + wire.value.length > SEND_BYTES_MAX) {
      yield chunk
      chunk = []
      bytes = 0
    }
    chunk.push(wire)
    // A kilobyte for key and headers.
    bytes += wire.value.length + 1_024
  }
  if (chunk.length > 0) yield chunk
}

/** @throws BrokerError unavailable: the caller repeats. */
async function orUnavailable<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (cause) {
    if (cause instanceof BrokerError) throw cause
    throw new BrokerError('unavailable', 'Kafka failed', { cause })
  }
}
