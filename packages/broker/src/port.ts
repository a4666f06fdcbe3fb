/**
 * The broker's port: topics of published events. Order holds within (source, subject) only. Delivery is at least once;
 * the consumer of this package makes each effect happen once.
 */

/** A CloudEvents 1.0 event (NL GOV profile 1.1), attributes apart from the data. */
export interface Message {
  /** UUIDv5(entry id, type). */
  readonly id: string
  /** `urn:nld:oin:<20 digits>:systeem:<name>`. */
  readonly source: string
  /** Reverse DNS, ending in `.vN`. */
  readonly type: string
  /** Dossier id, or `<kind>/<id>` where there is no dossier. Also the key that chooses the partition. */
  readonly subject: string
  /** From 1, without gaps, per (source, subject). */
  readonly sequence: number
  /** ISO 8601, UTC. */
  readonly time: string
  readonly traceparent: string | null
  /** JSON object of open facts, at most 64 KB; never null. */
  readonly data: Readonly<Record<string, unknown>>
}

export interface Delivery {
  readonly topic: string
  readonly partition: number
  /** Opaque text: where the message stands in its topic. */
  readonly offset: string
  /** Undefined when the bytes are no valid CloudEvent: such a delivery is parked, never skipped. */
  readonly message: Message | undefined
  /** The key that chose the partition: names the subject of what cannot be decoded. Null where there is none. */
  readonly key: string | null
  /** What could not be decoded, as `packWire` of `cloudevents.ts` packs it. Empty for a valid message. */
  readonly raw: Uint8Array
}

export interface Subscription {
  /** Stops taking messages, waits for those in flight, gives the partitions back. */
  close(): Promise<void>
  /** Messages published and not yet committed by this group, over its topics. */
  lag(): Promise<number>
}

export interface Broker {
  /** Creates what does not exist. All topics have the same, fixed number of partitions. */
  ensureTopics(topics: readonly string[]): Promise<void>
  /** Durable at the broker on return, in the order given. The caller keeps one call in flight per topic. */
  publish(topic: string, messages: readonly Message[]): Promise<void>
  /**
   * Calls `handle` for each delivery, one at a time per partition, and commits its offset after `handle` resolved.
   * When it rejects, the delivery comes again. A new group starts at the earliest message.
   */
  subscribe(request: {
    readonly group: string
    readonly topics: readonly string[]
    readonly handle: (delivery: Delivery) => Promise<void>
  }): Promise<Subscription>
  close(): Promise<void>
}

export type BrokerErrorCode = 'unavailable' | 'message-too-large' | 'unknown-topic' | 'closed'

export class BrokerError extends Error {
  readonly code: BrokerErrorCode
  constructor(code: BrokerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'BrokerError'
    this.code = code
  }
}
